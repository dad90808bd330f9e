"""Cancellations that libraries answer with one of their own: whose they are, and where they end."""

import asyncio
from contextlib import suppress
from pathlib import Path

import anyio
import pytest
from api_facts import FakeTransport, client_of
from tables import each

import scalingo_async
from scalingo_async import (
    APIConnectionError,
    ClientClosedError,
    DeadlineExceededError,
    OperationTimeoutError,
    RecentEvents,
    StrayCancellationError,
    Terminal,
    WebhookReceiver,
)
from scalingo_async._core.cancellation import (
    attributed,
    closing,
    confined,
    interruption,
    is_cancelled,
    task_group,
)
from scalingo_async.middleware.authentication.token_cache import TokenCache
from scalingo_async.streams.terminals import Output, Typed, converse

on_asyncio = pytest.mark.asyncio
"""Only there is a cancellation an exception that anybody may raise."""


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


@pytest.mark.anyio
async def test_a_cancellation_with_its_mark_stays_what_it_is():
    with anyio.CancelScope() as outer:
        with anyio.CancelScope() as inner:
            outer.cancel()
            await attributed(anyio.sleep_forever())
        pytest.fail("the inner scope was not cancelled")
    assert outer.cancelled_caught
    assert not inner.cancelled_caught


@pytest.mark.anyio
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


@pytest.mark.anyio
async def test_out_of_nothing_nobody_is_cancelled():
    assert not await is_cancelled()


@on_asyncio
async def test_a_stray_cancellation_is_an_error():
    with pytest.raises(StrayCancellationError, match="although nobody asked"):
        await attributed(cancelled_elsewhere())
    assert asyncio.current_task().cancelling() == 0


def test_what_outlives_its_event_loop_is_closed():
    """A coroutine that is forgotten there ends where no loop runs."""

    class Never:
        def __await__(self):
            yield

    async def task():
        return await confined(Never)

    calls = [attributed(Never()), attributed(attributed(Never())), task()]

    async def begin():
        for call in calls:
            call.send(None)

    anyio.run(begin)
    for call in calls:
        call.close()
    assert interruption(GeneratorExit()) is None


@pytest.mark.anyio
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
    monkeypatch.setattr("scalingo_async.waiting.polling.LAST_LOOK", 0.0)
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


# -- code of the caller's that ends in a cancellation of its own -----------------------------------


class StrayTransport(FakeTransport):
    async def send(self, request):
        await cancelled_elsewhere()


class StrayLimiter:
    def __init__(self, at):
        self.at = at

    def get(self, key, limit, max_in_flight):
        return self

    async def acquire(self, patience=0.0, *, low=False):
        if self.at == "acquire":
            await cancelled_elsewhere()
        return 0.0

    async def release(self, outcome, retry_after=None):
        if self.at == "release":
            await cancelled_elsewhere()


class StrayStore:
    async def get(self, key, exchange, *, refused):
        await cancelled_elsewhere()


async def stray_middleware(request, call_next):
    await cancelled_elsewhere()


async def stray_after_the_answer(request, call_next):
    await call_next(request)
    await cancelled_elsewhere()


STRAYS = {
    "a middleware": {"middlewares": [stray_middleware]},
    "a middleware, after the answer": {"middlewares": [stray_after_the_answer]},
    "a transport": {"transport": StrayTransport()},
    "a limiter": {"rate_limit": (60, 60), "limiters": StrayLimiter("acquire")},
    "a limiter, after the answer": {
        "rate_limit": (60, 60),
        "limiters": StrayLimiter("release"),
    },
    "a store of tokens": {
        "bearer_token": None,
        "api_token": "tk-us-1",
        "token_store": StrayStore(),
    },
}


@on_asyncio
@each("deadline", [None, 60])
@each("place", STRAYS)
async def test_a_call_fails_when_something_in_it_was_cancelled_by_nobody(place, deadline):
    settings = {"transport": FakeTransport(content=b'{"app": {}}'), **STRAYS[place]}
    async with client_of(**settings) as client:
        with pytest.raises(APIConnectionError, match="that nobody asked for") as caught:
            await client.apps.delete("my-app", current_name="my-app", deadline=deadline)
    assert (caught.value.sent, caught.value.method) == (True, "DELETE")
    assert caught.value.url.endswith("/v1/apps/my-app")
    assert asyncio.current_task().cancelling() == 0


@on_asyncio
async def test_a_stray_exchange_of_a_token_fails_all_who_wait_at_once():
    calls = []

    async def exchange():
        calls.append(1)
        await anyio.lowlevel.checkpoint()
        await cancelled_elsewhere()

    cache, failed = TokenCache(exchange), []

    async def ask():
        with pytest.raises(StrayCancellationError):
            await cache.get()
        failed.append(1)

    async with anyio.create_task_group() as tasks:
        for _ in range(200):
            tasks.start_soon(ask)
    assert (len(calls), len(failed)) == (1, 200)


class StraySeen(RecentEvents):
    async def add(self, event_id):
        await cancelled_elsewhere()


EVENT = b'{"id": "e-1", "type": "run", "created_at": "2026-01-01T00:00:00Z"}'


@on_asyncio
async def test_an_event_whose_handler_strays_is_let_through_again():
    secret = "a-webhook-secret-of-some-length"
    receiver, handled = WebhookReceiver(secret), []

    async def handler(event):
        handled.append(event.id)
        await cancelled_elsewhere()

    for _ in range(2):
        with pytest.raises(StrayCancellationError):
            await receiver.deliver(handler, {}, EVENT, secret=secret)
    assert handled == ["e-1", "e-1"]
    with pytest.raises(StrayCancellationError):
        await WebhookReceiver(secret, seen=StraySeen()).receive({}, EVENT, secret=secret)


class Printing:
    """A connection to a container that has something to say."""

    async def receive(self, max_bytes=65_536):
        await anyio.lowlevel.checkpoint()
        return b"printed"

    async def send(self, data):
        await anyio.sleep_forever()

    async def aclose(self):
        pass


async def conversation(sink):
    terminal = Terminal(None, None, Printing(), {})
    await converse(terminal, Typed("typed"), Output(sink, 100))


@on_asyncio
async def test_a_sink_that_strays_fails():
    async def sink(data):
        await cancelled_elsewhere()

    with pytest.raises(StrayCancellationError):
        await conversation(sink)


# -- what leaves a task group ----------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
@each("end", [KeyboardInterrupt, SystemExit])
async def test_ctrl_c_leaves_a_conversation_as_itself(end):
    def sink(data):
        raise end

    with pytest.raises(end):
        await conversation(sink)


async def fail(error):
    await anyio.lowlevel.cancel_shielded_checkpoint()
    raise error


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_what_ends_the_program_comes_before_failures():
    end = KeyboardInterrupt()
    end.__cause__ = cause = LookupError()
    with pytest.raises(KeyboardInterrupt) as caught:
        async with task_group() as outer:
            outer.start_soon(fail, ValueError())
            async with anyio.create_task_group() as inner:
                inner.start_soon(fail, end)
    assert caught.value is end
    assert (end.__cause__, end.__context__) == (cause, None)


@pytest.mark.anyio
async def test_a_single_failure_leaves_a_group_as_itself_and_several_together():
    error = ValueError()
    with pytest.raises(ValueError) as caught:
        async with task_group() as outer, anyio.create_task_group() as inner:
            outer.start_soon(anyio.sleep_forever)
            inner.start_soon(fail, error)
    assert caught.value is error
    with pytest.raises(ExceptionGroup) as group:
        async with task_group() as tasks:
            tasks.start_soon(fail, ValueError())
            tasks.start_soon(fail, LookupError())
    assert len(group.value.exceptions) == 2
    async with task_group() as tasks:
        tasks.start_soon(anyio.sleep_forever)
        tasks.cancel_scope.cancel()


def test_every_task_group_of_the_client_is_one_that_does_not_wrap():
    """Whatever else opens one would hand Ctrl-C out in a group on trio."""
    root = Path(scalingo_async.__file__).parent
    places = {
        path.relative_to(root).as_posix(): path.read_text("utf-8").count("create_task_group(")
        for path in root.rglob("*.py")
        if "sandbox" not in path.parts
    }
    # The job's own is told of no exception, and what leaves it is ungrouped.
    assert {path: count for path, count in places.items() if count} == {
        "_core/cancellation.py": 1,
        "bulk/job.py": 1,
    }
