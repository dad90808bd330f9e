"""Forgotten `async`s and `await`s: the error says what to write."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Iterable

import anyio
import pytest
from api_facts import FakeTransport, client_of, sample_of
from core.test_every_model import ALL
from tables import each

from scalingo_async import bulk
from scalingo_async.models.base import Waitable
from scalingo_async.waiting.pending import PendingOperation

ANSWER = json.dumps({"apps": [sample_of("App", full=False) | {"name": "shop"}]}).encode()

ENTERED = {
    "the client": lambda client: client,
    "a log": lambda client: client.logs.stream("app"),
    "the log of a database": lambda client: client.databases.stream_logs("app", "ad-1"),
    "a log over one connection": lambda client: client.logs.stream_sse("https://x.scalingo.com/"),
    "a deployment": lambda client: client.deployments.follow("app"),
    "messages": lambda client: client.deployments.stream("wss://x.scalingo.com/"),
    "a terminal": lambda client: client.one_offs.terminal("app", "bash"),
    "a terminal by its URL": lambda client: client.one_offs.attach("https://x.scalingo.com/"),
    "a job": lambda client: client.bulk(),
    "outcomes": lambda client: bulk.map(client.apps.restart, ["app"]),
    "an inventory": bulk.inventory,
}
READ = {
    **{name: make for name, make in ENTERED.items() if name not in {"the client", "a job"}},
    "a list": lambda client: client.apps.list(),
    "pages": lambda client: client.apps.list().pages(),
    "items": lambda client: aiter(client.apps.list()),
    "all apps": bulk.all_apps,
}
NOT_AWAITED = {
    **{name: make for name, make in ENTERED.items() if name not in {"the client", "outcomes"}},
    "all apps": bulk.all_apps,
}


@pytest.fixture
def client():
    return client_of(FakeTransport(content=ANSWER))


@each("name", ENTERED)
def test_what_is_entered_says_async_with(name, client):
    with pytest.raises(TypeError, match=r"is entered with `async with`, not with `with`"):
        with ENTERED[name](client):
            raise AssertionError


@each("name", READ)
def test_what_is_read_says_async_for(name, client):
    def unpacked(thing):
        first, *rest = thing
        return first, rest

    ways = [
        lambda thing: [one for one in thing],  # noqa: C416 - that is what people write
        list,
        tuple,
        sorted,
        len,
        unpacked,
        lambda thing: thing[0],
        lambda thing: thing[:3],
        lambda thing: "shop" in thing,
        reversed,
        enumerate,
        lambda thing: next(iter(thing)),
    ]
    for way in ways:
        thing = READ[name](client)
        with pytest.raises(TypeError, match="is read with `async for`"):
            list(way(thing))
        # What looks at it takes it for what it is.
        assert not isinstance(thing, Iterable)


@each("name", NOT_AWAITED)
def test_what_is_not_awaited_says_what_to_do(name, client):
    async def main():
        await NOT_AWAITED[name](client)

    with pytest.raises(TypeError, match=r"can't be awaited: (enter|read) it with `async"):
        anyio.run(main)


@each("name", ["a terminal", "a terminal by its URL"])
def test_a_block_that_was_not_entered_can_not_be_read(name, client):
    async def main():
        async for _ in ENTERED[name](client):
            pass

    with pytest.raises(TypeError, match="once it is entered with `async with"):
        anyio.run(main)
    assert "not entered" in repr(ENTERED[name](client))


def test_an_operation_says_wait():
    async def main():
        await PendingOperation("app", "op", None, None)

    with pytest.raises(TypeError, match=r"can't be awaited: .*\.wait\(\)"):
        anyio.run(main)


def test_models_are_data():
    """Frameworks await whatever looks like an awaitable, such as the results of resolvers."""
    kinds = [kind for kind in ALL.values() if issubclass(kind, Waitable) and kind is not Waitable]
    assert len(kinds) == 9
    assert not any(inspect.isawaitable(kind.__new__(kind)) for kind in ALL.values())


def test_a_list_where_a_coroutine_is_due(client):
    """Event loops show what they got; it says what to give."""
    hint = r"apps\.list: .*\.collect\(\), which is a coroutine"

    async def task():
        await asyncio.create_task(client.apps.list())

    async def group():
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.apps.list())

    async def nursery():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.apps.list)

    for main in (task, group, nursery):
        with pytest.raises((TypeError, ExceptionGroup)) as caught:
            asyncio.run(main())
        error = caught.value
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        assert isinstance(error, TypeError)
        with pytest.raises(TypeError, match=hint):
            raise error
    with pytest.raises((TypeError, ValueError), match=hint):
        asyncio.run(client.apps.list())


def test_collect_is_what_event_loops_take(client):
    assert inspect.iscoroutinefunction(client.apps.list().collect)

    async def main():
        async with client:
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(client.apps.list().collect())
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.apps.list().collect)
            return await asyncio.create_task(client.apps.list().collect(limit=1)), task.result()

    one, other = asyncio.run(main())
    assert [app.name for app in one] == [app.name for app in other] == ["shop"]


def test_a_list_is_neither_true_nor_false(client):
    with pytest.raises(TypeError, match="has no truth value before it is fetched"):
        bool(client.apps.list())
    # Streams are there or not, as any object.
    assert client.logs.stream("app")
    assert isinstance(client.apps.list(), Awaitable)
