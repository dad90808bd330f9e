"""Old addresses: each still gives the name, with a warning that says where it is now."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import scalingo_async
from scalingo_async._core.operation import OperationFacts
from scalingo_async.request import Request
from scalingo_async.types import Headers

ROOT = Path(scalingo_async.__file__).parent

MOVED = {
    "errors": [
        "DeploymentFailedError",
        "OneOffFailedError",
        "OperationFailedError",
        "OperationTimeoutError",
    ],
    "resources.database_handle": ["DatabaseHandle"],
    "streams.logs": ["Via"],
    "streams.one_off": ["OneOffResult", "Output", "Terminal"],
    "streams.uploads": ["Content"],
    "types": ["ClientOptions", "ClientSettings"],
}
"""By the module that they were in."""


@pytest.mark.parametrize("module", MOVED)
def test_an_old_address_works_with_a_warning(module):
    old = import_module(f"scalingo_async.{module}")
    for name in MOVED[module]:
        with pytest.warns(DeprecationWarning, match=rf"{name} has moved: import it from") as warned:
            found = getattr(old, name)
        home = str(warned[0].message).split("import it from ")[1].split(". The old")[0]
        assert found is getattr(import_module(home), name)
        assert warned[0].filename == __file__
    with pytest.raises(AttributeError, match=f"module 'scalingo_async.{module}' has no attribute"):
        old.nothing_of_that_name  # noqa: B018


def test_an_old_module_lists_its_names():
    module = import_module("scalingo_async.streams.one_off")
    assert dir(module) == MOVED["streams.one_off"]


def test_all_old_addresses_are_tested():
    using = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.rglob("*.py")
        if any(
            isinstance(node, ast.ImportFrom) and node.module == "scalingo_async._core.moved"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    assert using == set(MOVED)


@pytest.mark.parametrize("upgrade", [True, False])
def test_an_old_attribute_works_with_a_warning(upgrade):
    endpoint = OperationFacts("things.get", "GET", "/things")
    request = Request("GET", "https://api.example.com", Headers(), endpoint, upgrade=upgrade)
    with pytest.warns(DeprecationWarning, match=r"Request\.raw .*Request\.upgrade") as warned:
        assert request.raw is upgrade
    assert warned[0].filename == __file__
