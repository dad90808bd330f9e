"""The blocking client is the async one without `await`: each operation, and each of its names."""

import inspect
import typing
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Coroutine

import pytest
from api_facts import (
    CALLS,
    OPERATIONS,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    method_of,
    methods,
)

from blocking import stub
from scalingo_async import AsyncClient, Page, PendingOperation, WebhookReceiver, blocking
from scalingo_async import bulk as async_bulk
from scalingo_async.blocking import Client
from scalingo_async.blocking.facade import FUNCTIONS, ITEMS, Facade
from scalingo_async.bulk.job import Job
from scalingo_async.bulk.options import BulkOptions

SETTINGS = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0}


def told(request):
    """Return what a request says."""
    return request.method, request.url, dict(request.headers), request.content


def plain(value):
    """Return a value in a form that is equal for equal values."""
    if isinstance(value, PendingOperation):
        return (value.app, value.id, plain(value.value))
    return (list(value), value.meta, value.next_cursor) if isinstance(value, Page) else value


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_each_operation_asks_and_returns_what_the_async_one_does():
    """All of them in one test: one client would not do, as each has an answer of its own."""
    import anyio.to_thread

    wrong = {}
    for id_ in CALLS:
        fact, answer = OPERATIONS[id_], answer_to(id_)
        there, here = (
            FakeTransport(fact["status"], answer, addon_tokens=id_ != "addons.token")
            for _ in range(2)
        )
        async with client_of(there) as client:
            ids, rest = arguments(client, id_)
            expected = await method_of(client, id_)(*ids, **rest)

        def block(here=here, id_=id_, ids=ids, rest=rest):
            with Client(transport=here, **SETTINGS) as client:
                result = method_of(client, id_)(*ids, **rest)
                return result.page() if isinstance(result, Facade) else result

        result = await anyio.to_thread.run_sync(block)
        same = plain(result) == plain(expected) and type(result) is type(expected)
        if not same or list(map(told, here.requests)) != list(map(told, there.requests)):
            wrong[id_] = result
    assert wrong == {}


def test_the_stubs_are_what_the_source_gives():
    """If this fails, run `python -m tests.blocking.stub`."""
    for path, text in stub.generate().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date"


def test_every_name_of_the_stubs_is_there():
    for module in (blocking, blocking.bulk):
        assert set(module.__all__) <= set(dir(module))
        for name in module.__all__:
            assert getattr(module, name) is getattr(module, name)
    with pytest.raises(AttributeError):
        blocking.Nothing  # noqa: B018
    with pytest.raises(AttributeError):
        blocking.bulk.nothing  # noqa: B018


def test_every_public_method_is_there_and_says_what_it_takes():
    with Client(**SETTINGS) as client:
        there = dict(methods(AsyncClient(**SETTINGS)))
        assert len(there) > 260
        for path, method in there.items():
            here = method_of(client, path)
            assert here.__name__ in dir(here.__self__)
            assert inspect.signature(here) == inspect.signature(method), path
            assert here.__doc__, path
            assert "async with" not in here.__doc__, path
            assert not inspect.iscoroutinefunction(here), path


def test_a_database_with_its_ids_filled_in_takes_the_others():
    with Client(**SETTINGS) as client:
        get = client.database("my-app", "ad-1").backups.get_by_id
        assert list(inspect.signature(get).parameters) == ["backup_id", "options"]


KINDS = {FUNCTIONS: [Awaitable, Coroutine], ITEMS: [AsyncIterable, AsyncIterator]}


def mentions(hint, classes):
    """Tell whether a type hint has one of some classes in it."""
    if isinstance(hint, list):
        return any(mentions(part, classes) for part in hint)
    parts = (typing.get_origin(hint), *typing.get_args(hint))
    return hint in classes or any(mentions(part, classes) for part in parts if part is not None)


def hints_of(function):
    """Return what a function takes: each name, with the type hints of all its forms."""
    found = {}
    for form in (function, *typing.get_overloads(function)):
        for name, hint in typing.get_type_hints(form).items():
            found.setdefault(name, []).append(hint)
    del found["return"]
    return found


def test_what_is_async_there_and_may_block_here_is_known_by_its_name():
    surface = [
        getattr(method, "__func__", method) for _, method in methods(AsyncClient(**SETTINGS))
    ]
    surface += [getattr(async_bulk, name) for name in async_bulk.__all__]
    for cls in (AsyncClient, Job, WebhookReceiver):
        surface += [function for name, function in vars(cls).items() if name[0] != "_"]
    taken = [hints_of(function) for function in surface if inspect.isfunction(function)]
    taken.append({name: [hint] for name, hint in typing.get_type_hints(BulkOptions).items()})
    for names, classes in KINDS.items():
        told = {
            (name, any(mentions(hint, classes) for hint in hints))
            for function in taken
            for name, hints in function.items()
            # What is never called is not mistaken for a function.
            if hints != [str]
        }
        assert {name for name, is_async in told if is_async} == names
        # Wherever there is such a name, it means the same.
        assert not {name for name, is_async in told if not is_async} & names
