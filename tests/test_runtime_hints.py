"""Annotations say what they mean at run time, too: whatever reads them finds every name."""

import contextlib
import importlib
import inspect
import pkgutil
import typing
from functools import cached_property

import attrs
import pytest
from api_facts import FakeTransport, client_of, methods
from tables import each

import scalingo_async
from scalingo_async import AsyncClient, Page, models, resources
from scalingo_async.blocking.facade import Facade
from scalingo_async.models import App, Deployment
from scalingo_async.pagination import Paginator
from scalingo_async.waiting.pending import PendingOperation

INNER = {"_core", "_httpx"}
"""Packages whose names are nobody's business."""


def public_modules():
    """Import every module that has a name to import from it."""
    yield scalingo_async
    for info in pkgutil.walk_packages(scalingo_async.__path__, "scalingo_async."):
        steps = set(info.name.split("."))
        inside_of_sandbox = "sandbox" in steps and not info.name.endswith("sandbox")
        if not steps & INNER and not inside_of_sandbox and "__main__" not in steps:
            yield importlib.import_module(info.name)


def public_things():
    """Return every public class and function, by its name."""
    found = {}
    for module in public_modules():
        for name in getattr(module, "__all__", None) or [n for n in vars(module) if n[0] != "_"]:
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                steps = thing.__module__.split(".")
                if steps[0] == "scalingo_async" and not INNER & {*steps}:
                    found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    return found


THINGS = public_things()


def functions_of(cls):
    """Return the functions behind the methods and properties of a class and its bases."""
    for owner in cls.__mro__:
        # What methods of the blocking client take and return is in its stub alone.
        if not owner.__module__.startswith("scalingo_async") or issubclass(owner, Facade):
            continue
        for name, member in vars(owner).items():
            function = getattr(member, "__func__", member)
            if isinstance(member, property):
                function = member.fget
            elif isinstance(member, cached_property):
                function = member.func
            if inspect.isfunction(function) and (name[0] != "_" or name == "__init__"):
                yield f"{owner.__qualname__}.{name}", function


def test_everything_public_is_looked_at():
    assert {
        "AsyncClient",
        "App",
        "Apps",
        "Job",
        "Sandbox",
        "Telemetry",
        "InvalidArgumentError",
    } <= {name.rpartition(".")[2] for name in THINGS}
    assert len(THINGS) > 500
    methods = {
        name for cls in THINGS.values() if inspect.isclass(cls) for name, _ in functions_of(cls)
    }
    assert {"Apps.create", "ResourceAttributes.apps", "Model.from_dict", "Page.__init__"} <= methods
    assert len(methods) > 500


@each("name", THINGS)
def test_the_hints_of_everything_public_resolve(name):
    thing = THINGS[name]
    functions = {name: thing}
    if inspect.isclass(thing):
        typing.get_type_hints(thing, include_extras=True)
        functions = dict(functions_of(thing))
        with contextlib.suppress(ValueError):
            # Some have no signature, such as an exception's.
            inspect.signature(thing, eval_str=True)
    for place, function in functions.items():
        hints = typing.get_type_hints(function, include_extras=True)
        assert not any(isinstance(hint, str) for hint in hints.values()), place
        signature = inspect.signature(function, eval_str=True)
        for parameter in signature.parameters.values():
            assert not isinstance(parameter.annotation, str), (place, parameter.name)


@each("name", [n for n in models.__all__ if inspect.isclass(getattr(models, n))])
def test_the_fields_of_every_model_resolve(name):
    cls = getattr(models, name)
    if attrs.has(cls):
        hints = typing.get_type_hints(cls)
        for field in attrs.fields(attrs.resolve_types(cls)):
            assert field.type == hints[field.name]


def test_the_hints_of_every_method_of_a_client_resolve():
    """As they are called, checks of arguments and all."""
    found = dict(methods(client_of(FakeTransport())))
    assert len(found) > 250
    for path, method in found.items():
        signature = inspect.signature(method, eval_str=True)
        assert not isinstance(signature.return_annotation, str), path
        assert typing.get_type_hints(method)["return"] is not None


def test_hints_are_what_they_name():
    assert typing.get_type_hints(AsyncClient.request)["return"] is not None
    assert typing.get_type_hints(vars(resources.attributes.ResourceAttributes)["apps"].func) == {
        "return": resources.Apps
    }
    assert typing.get_type_hints(resources.Apps.get)["return"] is App
    assert typing.get_type_hints(resources.Apps.list)["return"] == Paginator[App]
    assert typing.get_type_hints(resources.Apps.restart)["return"] == PendingOperation[None]
    assert typing.get_type_hints(Page)["items"].__origin__ is list
    assert typing.get_type_hints(Deployment.wait)["return"] == typing.Self


def test_resources_are_in_their_package_by_their_names():
    assert set(resources.__all__) == set(resources._HOMES)
    assert {*resources.__all__} <= {*dir(resources)}
    for name in resources.__all__:
        assert getattr(resources, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        _ = resources.nonsense


def test_what_annotations_alone_need_is_loaded_when_they_are_resolved():
    client = importlib.import_module("scalingo_async.client")
    assert repr(client.httpx) == "LazyModule('httpx')"
    hints = typing.get_type_hints(AsyncClient.__init__)
    assert "httpx.AsyncClient" in str(hints["http_client"])
