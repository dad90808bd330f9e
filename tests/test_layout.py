"""One name, five places: what belongs to a resource of the client has the resource's name."""

import pkgutil
import re
from collections import defaultdict
from functools import cache, cached_property
from importlib import import_module
from inspect import getmembers_static
from pathlib import Path
from types import ModuleType

import pytest
from api_facts import FakeTransport, client_of, endpoints

from scalingo_async import models, resources
from scalingo_async.resources.base import Resource
from scalingo_async.sandbox import routes
from scalingo_async.sandbox.server.routing import Routes

ROOT = Path(__file__).parents[1]


def attributes(owner: object) -> dict[str, Resource]:
    """Return the resources that hang on the client, or on another resource, by name."""
    values = {
        name: getattr(owner, name)
        for name, member in getmembers_static(type(owner))
        if isinstance(member, property | cached_property) and not name.startswith("_")
    }
    return {name: value for name, value in values.items() if isinstance(value, Resource)}


RESOURCES = attributes(client_of(FakeTransport()))
NAMES = sorted(RESOURCES)

NAMESPACES = attributes(RESOURCES["databases"])
"""What hangs on `client.databases`, the one resource that is a package everywhere."""

# What a resource or a namespace does not have.

WITHOUT_MODELS: set[str] = set()
WITHOUT_ROUTES: set[str] = set()
WITHOUT_MODELS_OF_DATABASES = {"instances"}

WITH_TESTS = {
    "addons",
    "apps",
    "billing",
    "data_access_consents",
    "databases",
    "deployments",
    "events",
    "metrics",
    "notification_platforms",
    "notifiers",
    "private_networks",
    "provider_apps",
    "scm_repo_links",
    "variables",
}
"""The resources that have tests of their own, in tests/resources; most are tested by tables."""

# What belongs to no resource or namespace.

OTHERS = {
    "resources": {"attributes", "base", "database_handle"},
    "models": {"base", "conversion", "pagination"},
    "sandbox.routes": set[str](),
    "resources.databases": {"by_kind", "databases", "handle", "logs", "metrics"},
    "models.databases": {"actions", "databases", "logs", "metrics"},
    "sandbox.routes.databases": {"actions", "databases", "logs", "metrics"},
}


def files(package: str) -> set[str]:
    """Return the names in a package; a package in it counts as a file."""
    path = import_module(f"scalingo_async.{package}").__path__
    return {module.name for module in pkgutil.iter_modules(path)}


@pytest.mark.parametrize(
    ("package", "names", "missing"),
    [
        ("resources", NAMES, set()),
        ("models", NAMES, WITHOUT_MODELS),
        ("sandbox.routes", NAMES, WITHOUT_ROUTES),
        ("resources.databases", NAMESPACES, set()),
        ("models.databases", NAMESPACES, WITHOUT_MODELS_OF_DATABASES),
        ("sandbox.routes.databases", NAMESPACES, set()),
    ],
)
def test_there_is_a_file_of_each_name_and_no_other_one(package, names, missing):
    found = files(package)
    assert set(names) - found == missing
    assert found - set(names) - OTHERS[package] == set()


def test_a_resource_is_in_the_file_of_its_name():
    for name, resource in RESOURCES.items():
        assert _within(type(resource).__module__, resources, name)
    for name, resource in NAMESPACES.items():
        assert _within(type(resource).__module__, resources, f"databases.{name}")


def _within(module: str, package: ModuleType, name: str) -> bool:
    home = f"{package.__name__}.{name}"
    return module == home or module.startswith(f"{home}.")


def test_what_an_operation_returns_is_in_the_file_of_its_resource():
    """Of a model that several resources return, one of them has it."""
    returned: dict[type, set[str]] = defaultdict(set)
    for id_, endpoint in endpoints().items():
        if isinstance(endpoint.model, type) and endpoint.model.__module__ != "builtins":
            returned[endpoint.model].add(id_.partition(".")[0])
    misplaced = {
        model.__qualname__: (model.__module__, names)
        for model, names in returned.items()
        if not any(_within(model.__module__, models, name) for name in names)
    }
    assert misplaced == {}
    assert {
        name for name in NAMES for model in returned if _within(model.__module__, models, name)
    } == set(NAMES) - WITHOUT_MODELS, "a file of models that its own operations don't return"


@cache
def operations(package: ModuleType) -> dict[str, set[str]]:
    """Return the operations that the route files in a package hold, by the file's name."""
    return {
        module.name: (
            set[str]().union(
                *operations(import_module(f"{package.__name__}.{module.name}")).values()
            )
            if module.ispkg
            else {
                route.operation
                for family in _families(package, module.name)
                for route in family.routes
            }
        )
        for module in pkgutil.iter_modules(package.__path__)
    }


def _families(package: ModuleType, name: str) -> list[Routes]:
    values = vars(import_module(f"{package.__name__}.{name}")).values()
    return [value for value in values if isinstance(value, Routes)]


def test_a_route_file_holds_the_operations_of_its_name():
    every = {route.operation for family in routes.FAMILIES for route in family.routes}
    assert operations(routes) == {
        name: {operation for operation in every if operation.startswith(f"{name}.")}
        for name in set(NAMES) - WITHOUT_ROUTES
    }


def test_a_route_file_of_databases_holds_the_operations_of_its_name():
    found = operations(import_module("scalingo_async.sandbox.routes.databases"))
    every = set[str]().union(*found.values())
    for name in NAMESPACES:
        prefix = f"databases.{name}."
        assert found[name] == {operation for operation in every if operation.startswith(prefix)}


def test_every_family_of_routes_is_used():
    modules = [
        module.name.removeprefix(f"{routes.__name__}.")
        for module in pkgutil.walk_packages(routes.__path__, f"{routes.__name__}.")
        if not module.ispkg
    ]
    families = [family for name in modules for family in _families(routes, name)]
    assert set(map(id, families)) == set(map(id, routes.FAMILIES))
    assert len(routes.FAMILIES) == len(set(map(id, routes.FAMILIES)))


def test_tests_of_a_resource_have_its_name():
    folder = ROOT / "tests" / "resources"
    found = {path.stem.removeprefix("test_") for path in folder.glob("test_*.py")}
    # What concerns several of them is in test_all.py.
    assert found - {"all"} == WITH_TESTS
    assert set(NAMES) >= WITH_TESTS


def test_one_page_of_the_reference_has_each_resource():
    named = [
        name
        for page in sorted((ROOT / "docs" / "reference" / "resources").glob("*.rst"))
        for line in re.findall(r"^\.\. resources::(.*)", page.read_text("utf-8"), re.MULTILINE)
        for name in line.split()
    ]
    assert sorted(named) == NAMES


def test_what_needs_services_is_where_their_session_looks():
    tests = Path(__file__).parent
    marked = {
        path.relative_to(tests).as_posix()
        for path in tests.rglob("test_*.py")
        if re.search(r"mark\.(redis|frameworks)\b", path.read_text("utf-8"))
    }
    assert marked
    apart = {path for path in marked if not path.startswith("services/")}
    assert apart == {"docs/test_examples.py"}
