"""What copies of a client share, and its end: closed, forgotten, or in another event loop."""

import asyncio
import gc
import subprocess
import sys
import textwrap
import warnings

import anyio
import pytest
from anyio.lowlevel import checkpoint

from scalingo_async import AsyncClient
from scalingo_async._core.client_state import ClientState
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
)

from .fakes import Script, answer, request


class Wire:
    """A transport: answers at once, or never."""

    def __init__(self, *, hangs=False):
        self.hangs = hangs
        self.sent = 0
        self.closed = 0

    async def send(self, request):
        self.sent += 1
        await checkpoint()
        if self.hangs:
            await anyio.sleep_forever()
        return answer(200, {"apps": []})

    async def aclose(self):
        self.closed += 1
        await checkpoint()


def test_what_was_used_begins_anew_in_a_forked_process():
    state = ClientState(Wire, Wire)
    anyio.run(state.send, request())
    before, tokens = state._transport, state.tokens
    anyio.run(lambda: aware(state.check))
    left = state.renew()
    assert before in left
    assert tokens in left
    assert state._transport is None
    assert state.tokens is not tokens
    # Another event loop than that of the parent.
    anyio.run(lambda: aware(state.check))
    anyio.run(state.aclose)


def test_what_was_given_is_not_used_in_a_forked_process():
    state = ClientState(Wire, Wire, given=True)
    state.renew()
    with pytest.raises(ConfigurationError, match="make a client in each process"):
        state.check()


def test_what_is_given_counts_however_it_looks():
    """A dict of limiters that holds none yet is false in a condition."""

    class Limits(dict):
        def get(self, key, limit, most):
            return None

    client = AsyncClient(bearer_token="t", limiters=Limits())
    client._forked()
    with pytest.raises(ConfigurationError, match="make a client in each process"):
        client._state.check()


async def aware(function):
    return function()


@pytest.mark.anyio
async def test_closing_ends_all_calls_with_one_clear_error():
    wire = Wire(hangs=True)
    client = AsyncClient(bearer_token="t", transport=wire, max_connections=50)
    errors = []

    async def call():
        try:
            await client.apps.list()
        except ClientClosedError as error:
            errors.append(error)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(call)
            while wire.sent < 50:
                await checkpoint()
            await client.with_options(max_retries=0).aclose()
            await client.aclose()
    assert len(errors) == 50
    assert {error.message for error in errors} == {"the client was closed during the call"}
    assert client.closed
    assert wire.closed == 1
    with pytest.raises(ClientClosedError, match="this client is closed; make a new one"):
        await client.apps.list()
    assert wire.sent == 50


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_and_closed_stays_cancelled():
    shared = ClientState(lambda: Wire(hangs=True), None)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(shared.perform, shared.send, request())
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    assert scope.cancelled_caught
    assert (await shared.perform(Script(200), request())).status_code == 200
    await shared.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_task_that_is_cancelled_ends_its_call_and_stays_cancelled():
    shared = ClientState(lambda: Wire(hangs=True), None)
    task = asyncio.create_task(shared.perform(shared.send, request()))
    await anyio.wait_all_tasks_blocked()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    await shared.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_cancellation_of_nobody_is_an_error_of_the_call():
    async def stray(request):
        raise asyncio.CancelledError

    shared = ClientState(Wire, None)
    with pytest.raises(APIConnectionError, match="a cancellation that nobody asked for"):
        await shared.perform(stray, request())


@pytest.mark.anyio
async def test_a_call_opens_no_connection_after_the_end():
    made = []

    def make():
        made.append(Wire())
        return made[-1]

    shared = ClientState(make, None)
    started = anyio.Event()

    async def slow_chain(request):
        started.set()
        with anyio.CancelScope(shield=True):
            while not shared.closed:
                await checkpoint()
            return await shared.send(request)

    async def call():
        with pytest.raises(ClientClosedError, match="during the call"):
            await shared.perform(slow_chain, request())

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        await started.wait()
        await shared.aclose()
    assert made == []


@pytest.mark.anyio
async def test_the_transport_is_closed_even_under_cancellation():
    wire = Wire()
    client = AsyncClient(bearer_token="t", transport=wire)
    await client.apps.list()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await client.aclose()
    assert wire.closed == 1


def test_a_client_belongs_to_one_event_loop():
    wire = Wire()
    client = AsyncClient(bearer_token="t", transport=wire)

    async def call():
        return await client.apps.list()

    assert anyio.run(call) == []
    for backend in ("asyncio", "trio"):
        with pytest.raises(EventLoopError, match="make a client in each event loop"):
            anyio.run(call, backend=backend)
    assert wire.sent == 1
    anyio.run(client.aclose)


def forgotten():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        gc.collect()
    return [str(w.message) for w in seen if issubclass(w.category, ResourceWarning)]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_forgotten_client_warns_once(backend):
    async def use(*, close):
        client = AsyncClient(bearer_token="t", transport=Wire())
        copy = client.with_options(max_retries=0)
        await copy.apps.list()
        await client.apps.list()
        if close:
            await copy.aclose()

    gc.collect()
    anyio.run(lambda: use(close=True), backend=backend)
    assert forgotten() == []
    anyio.run(lambda: use(close=False), backend=backend)
    assert forgotten() == ["a Scalingo client was forgotten: use `async with`, or call `aclose()`"]


def test_a_client_that_was_never_used_needs_no_closing():
    AsyncClient(bearer_token="t")
    assert forgotten() == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_forgotten_client_makes_no_other_noise_at_the_end_of_a_program(backend):
    program = f"""
        import anyio
        from scalingo_async import AsyncClient
        from scalingo_async.request import Response

        class Wire:
            async def send(self, request):
                return Response(200, None, b'{{"apps": []}}')
            async def aclose(self):
                raise AssertionError

        async def main():
            client = AsyncClient(bearer_token="t", transport=Wire())
            await client.apps.list()

        anyio.run(main, backend="{backend}")
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "always", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
    assert done.stderr.count("ResourceWarning: a Scalingo client was forgotten") == 1
    assert "never retrieved" not in done.stderr
    assert "Traceback" not in done.stderr
