"""Cancellations that libraries answer with one of their own: whose they are, and where they end."""

import asyncio
from contextlib import suppress

import anyio
import pytest
from api_facts import FakeTransport, client_of

from scalingo_async import ClientClosedError, DeadlineExceededError, OperationTimeoutError
from scalingo_async._core.cancellation import attributed, closing, is_cancelled

pytestmark = pytest.mark.anyio

on_asyncio = pytest.mark.parametrize("anyio_backend", ["asyncio"])


async def library(begun=None):
    """Wait, and answer a cancellation with another one, as `asyncio.gather` does at times."""
    if begun is not None:
        begun.set()
    with suppress(asyncio.CancelledError):
        await anyio.sleep_forever()
    # A new one, that leads back to nothing.
    raise asyncio.CancelledError


async def cancelled_elsewhere():
    """Wait for something that is cancelled although nobody cancels who waits."""
    part = asyncio.get_running_loop().create_future()
    part.cancel()
    await part


@on_asyncio
async def test_such_a_cancellation_goes_through_a_scope():
    """If this fails, anyio has learnt to tell, and the module can go."""
    with pytest.raises(asyncio.CancelledError), anyio.CancelScope() as scope:
        scope.cancel()
        await library()
    assert asyncio.current_task().cancelling() == 0


@on_asyncio
async def test_attributed_it_ends_at_its_scope():
    with anyio.CancelScope() as scope:
        scope.cancel()
        await attributed(library())
    assert scope.cancelled_caught
    assert asyncio.current_task().cancelling() == 0


async def test_a_cancellation_with_its_mark_stays_what_it_is():
    with anyio.CancelScope() as outer:
        with anyio.CancelScope() as inner:
            outer.cancel()
            await attributed(anyio.sleep_forever())
        pytest.fail("the inner scope was not cancelled")
    assert outer.cancelled_caught
    assert not inner.cancelled_caught


async def test_results_and_errors_come_through():
    async def seven():
        return 7

    async def wrong():
        raise ValueError("wrong")

    assert await attributed(seven()) == 7
    with pytest.raises(ValueError, match="wrong"):
        await attributed(wrong())


@on_asyncio
@pytest.mark.parametrize("wrapped", [attributed, lambda call: closing(call, 60)])
async def test_a_task_that_is_cancelled_as_a_whole_ends(wrapped):
    begun = anyio.Event()
    task = asyncio.create_task(wrapped(library(begun)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


@on_asyncio
async def test_nobody_is_behind_a_cancellation_of_the_librarys_own():
    try:
        await cancelled_elsewhere()
    except asyncio.CancelledError:
        assert not await is_cancelled()


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_on_trio_no_library_has_cancellations_of_its_own():
    assert await is_cancelled()


async def test_closing_is_bounded_and_not_disturbed():
    done = []

    async def slow():
        await anyio.lowlevel.checkpoint()
        done.append("slow")

    with anyio.CancelScope() as scope:
        scope.cancel()
        await closing(slow(), 60)
        assert done == ["slow"]
        await closing(anyio.sleep_forever(), 0)
        done.append("bounded")
    assert done == ["slow", "bounded"]


@on_asyncio
async def test_what_a_library_cancels_while_it_closes_is_not_the_callers():
    await closing(cancelled_elsewhere(), 60)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await closing(library(), 0)
    assert asyncio.current_task().cancelling() == 0


# -- the scopes of a client, with a transport or a middleware that answers so ----------------------


class Library(FakeTransport):
    """Never answers, and answers a cancellation with another one."""

    def __init__(self):
        super().__init__()
        self.begun = anyio.Event()

    async def send(self, request):
        await library(self.begun)


async def middleware(request, call_next):
    await library()


@on_asyncio
async def test_closing_a_client_ends_its_calls_with_an_error():
    transport = Library()
    client = client_of(transport)
    ended = []

    async def call():
        with pytest.raises(ClientClosedError):
            await client.apps.get("my-app")
        ended.append(asyncio.current_task().cancelling())

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(call)
        await transport.begun.wait()
        await client.aclose()
    assert ended == [0, 0, 0]


@on_asyncio
@pytest.mark.parametrize("where", ["transport", "middleware"])
async def test_a_deadline_ends_a_call(where):
    settings = {"middlewares": [middleware]} if where == "middleware" else {}
    async with client_of(Library(), **settings) as client:
        with pytest.raises(DeadlineExceededError):
            await client.apps.get("my-app", deadline=0.01)
    assert asyncio.current_task().cancelling() == 0


@on_asyncio
async def test_a_timeout_ends_a_wait(monkeypatch):
    monkeypatch.setattr("scalingo_async.waiting.polling.FIRST_PAUSE", 0.0)
    async with client_of(Library()) as client:
        with pytest.raises(OperationTimeoutError):
            await client.operations.pending("my-app", "op-1").wait(timeout=0.01)
    assert asyncio.current_task().cancelling() == 0


@on_asyncio
@pytest.mark.parametrize("where", ["transport", "middleware"])
async def test_a_scope_of_the_caller_ends_a_call(where):
    transport = Library()
    settings = {"middlewares": [middleware]} if where == "middleware" else {}
    async with client_of(transport, **settings) as client:
        with anyio.move_on_after(0.01) as scope:
            await client.apps.get("my-app")
        assert scope.cancelled_caught
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await client.apps.get("my-app")
        assert asyncio.current_task().cancelling() == 0
