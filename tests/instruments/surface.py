"""The surface: every public coroutine of the package, and what calls each method of a resource.

    for path, scenario in calls_of_methods().items():
        await scenario(client, platform)

The methods that perform one operation are called with arguments and answers made up of the facts
about the API (tests/api), so a new one is swept and hunted as soon as it is there. What has
machinery of its own is in scenarios.py; `watched` says which coroutines were awaited, and so which
of the surface nobody calls.
"""

import inspect
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from api_facts import CALLS as OF_ONE_OPERATION
from api_facts import (
    MODELS,
    OPERATIONS,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    is_by_name,
    method_of,
    methods,
    model_named,
)

import scalingo_async
import scalingo_async.bulk
import scalingo_async.credentials
import scalingo_async.integrations.aiohttp
import scalingo_async.integrations.failures
import scalingo_async.integrations.fastapi
import scalingo_async.integrations.opentelemetry
import scalingo_async.integrations.redis
import scalingo_async.models
import scalingo_async.request
import scalingo_async.sharing
import scalingo_async.transports.aiohttp
import scalingo_async.transports.base
import scalingo_async.transports.httpx
import scalingo_async.transports.httpx2
import scalingo_async.types
import scalingo_async.webhooks
from instruments.canaries import NEW_TOKEN, VALUE
from scalingo_async import Paginator
from scalingo_async._core.misuse import NotAwaitable
from scalingo_async._core.secrets import concealed_by
from scalingo_async.models.base import fields_of, key_of

PUBLIC = (
    scalingo_async,
    scalingo_async.bulk,
    scalingo_async.credentials,
    scalingo_async.integrations.aiohttp,
    scalingo_async.integrations.failures,
    scalingo_async.integrations.fastapi,
    scalingo_async.integrations.opentelemetry,
    scalingo_async.integrations.redis,
    scalingo_async.models,
    scalingo_async.sharing,
    scalingo_async.transports.aiohttp,
    scalingo_async.transports.base,
    scalingo_async.transports.httpx,
    scalingo_async.transports.httpx2,
    scalingo_async.types,
    scalingo_async.webhooks,
)

"""The modules that programs import from; `integrations.rich` and `sandbox` have nothing that is awaited
with a client."""

ASYNC = {"__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__", "__call__"}
"""The names of methods that are public although they begin with underscores."""


NO_COROUTINE = NotAwaitable.__await__.__code__
"""It says what to write instead."""


def is_public(name: str) -> bool:
    return name in ASYNC or not name.startswith("_")


def code_of(function: Any) -> CodeType | None:
    """Return the code that is run when a function is called, whatever is wrapped around it."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    return getattr(function, "__code__", None)


def awaits(function: Any, name: str) -> bool:
    function = inspect.unwrap(function)
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or name == "__await__"
    )


def coroutines() -> dict[CodeType, str]:
    """Return the code of every public coroutine, with its name: those of methods by their paths."""
    found: dict[CodeType, str] = {}

    def add(function: Any, name: str) -> None:
        code = code_of(function)
        # What is inherited from a library is its own.
        if code not in {None, NO_COROUTINE} and "scalingo_async" in code.co_filename:
            found.setdefault(code, name)

    for path, method in methods(client_of(FakeTransport())):
        add(method, path)
    for module in PUBLIC:
        for name in module.__all__:
            thing = getattr(module, name)
            if not isinstance(thing, type):
                if callable(thing) and awaits(thing, name):
                    add(thing, f"{module.__name__}.{name}")
            elif not getattr(thing, "_is_protocol", False):
                for part in filter(is_public, dir(thing)):
                    member = inspect.getattr_static(thing, part)
                    member = getattr(member, "__func__", member)
                    if callable(member) and awaits(member, part):
                        add(member, f"{thing.__qualname__}.{part}")
    return found


@contextmanager
def watched() -> Iterator[set[CodeType]]:
    """Gather the code that runs in this thread while the block does."""
    seen: set[CodeType] = set()

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)


# -- methods that perform one operation ----------------------------------------------------------


HIDDEN_FURTHER_IN = {"env", "input"}
"""Arguments that hold secrets, and are hidden by the function that takes them."""

OF_A_FORM = {"api_token": NEW_TOKEN}
"""Arguments that take a canary of a certain form."""

HIDDEN_IN_PART = {"type_data": "webhook_url"}
"""Arguments of which one field is hidden."""


def is_secret(path: str, name: str) -> bool:
    """Tell whether an argument of a method is one that is hidden."""
    method = method_of(client_of(FakeTransport()), path)
    of_class = inspect.getattr_static(type(method.__self__), path.rpartition(".")[2])
    noted = concealed_by(of_class)
    return (
        "Secret" in str(inspect.signature(method).parameters[name].annotation)
        or name in HIDDEN_FURTHER_IN
        or (noted is not None and name in noted.names)
    )


def with_canaries(value: Any, canary: str = VALUE) -> Any:
    """Put a canary in the place of each text in a value."""
    if isinstance(value, str):
        return canary
    if isinstance(value, dict):
        return {key: with_canaries(each, canary) for key, each in value.items()}
    if isinstance(value, list):
        return [with_canaries(each, canary) for each in value]
    return value


def answer_with_canaries(id_: str) -> bytes:
    """Make the answer to an operation, with canaries in all fields that are hidden."""
    response = OPERATIONS[id_]["response"]
    answer = answer_to(id_)
    if response["model"] is None:
        return answer
    data = json.loads(answer)
    root = response["root"]
    inner = data[root] if root else data
    if isinstance(inner, list):
        inner = [_marked(each, response["model"]) for each in inner]
    else:
        inner = _marked(inner, response["model"])
    return json.dumps({root: inner} if root else inner).encode()


def _marked(value: dict[str, Any], model: str) -> dict[str, Any]:
    """Put canaries into the hidden fields of an object, and of those within it."""
    hidden = {key_of(field) for field in fields_of(model_named(model)) if field.repr is not True}
    types = {field["name"]: field["type"] for field in MODELS[model]["fields"]}
    marked: dict[str, Any] = {}
    for key, each in value.items():
        kind, _, inner = types[key].partition(":")
        if key in hidden:
            marked[key] = with_canaries(each)
        elif kind == "object":
            marked[key] = _marked(each, inner)
        elif kind == "array" and inner.startswith("object:"):
            marked[key] = [_marked(item, inner.partition(":")[2]) for item in each]
        else:
            marked[key] = each
    return marked


async def finished(called: Any) -> Any:
    """Do with what a method returned what a program does; returns what comes of it."""
    if isinstance(called, Paginator):
        return await called.collect()
    if inspect.isawaitable(called):
        return await called
    if isinstance(called, AsyncIterator):
        return [each async for each in called]
    return called


def scenario_of(path: str, canary: str | None = None) -> Callable[[Any, Any], Any]:
    """Make a scenario of a method that performs one operation, with all its arguments.

    Args:
        path: Path of the method on the client.
        canary: What is put into its arguments that are hidden.
    """
    parameters = [each for each in _parameters(path) if each.kind is not each.VAR_KEYWORD]
    secret = {each.name for each in parameters if canary and is_secret(path, each.name)}
    places = [
        each.name
        for each in parameters
        if each.kind is each.POSITIONAL_OR_KEYWORD and not is_by_name(path, each.name)
    ]

    def marked(name: str, value: Any) -> Any:
        if canary and name in HIDDEN_IN_PART:
            return {**value, HIDDEN_IN_PART[name]: canary}
        return with_canaries(value, OF_A_FORM.get(name, canary or "")) if name in secret else value

    async def scenario(client: Any, platform: Any) -> Any:
        ids, rest = arguments(client, path)
        ids = [marked(name, value) for name, value in zip(places, ids, strict=True)]
        rest = {name: marked(name, value) for name, value in rest.items()}
        return await finished(method_of(client, path)(*ids, **rest))

    scenario.__qualname__ = scenario.__name__ = path
    return scenario


def _parameters(path: str) -> list[inspect.Parameter]:
    method = method_of(client_of(FakeTransport()), path)
    return list(inspect.signature(method).parameters.values())


def calls_of_methods(canary: str | None = None) -> dict[str, Callable[[Any, Any], Any]]:
    """Return a scenario for each method that performs one operation, by its path."""
    there = {path for path, _ in methods(client_of(FakeTransport()))}
    return {path: scenario_of(path, canary) for path in OF_ONE_OPERATION if path in there}
