"""Cancelling at every tick of a request: nothing is lost, nobody else is harmed."""

import asyncio
from contextlib import suppress

import anyio
import pytest
import sweeps
from instruments.ticks import Driven, Ticks, by_deadline, by_scope, by_task, by_timeout
from instruments.wire import PATIENCE, Peer, chunked, serving

from scalingo_async.errors import APIConnectionError, ClientClosedError
from transports.sending import KINDS, at_rest, read, request_to

pytestmark = pytest.mark.anyio

TICKS = range(61)


async def in_pieces(peer: Peer):
    """Answer in many packets, so that there are many ticks to cancel at."""
    while True:
        await peer.request()
        await peer.send(chunked(b"ab")[:20], chunked(b"ab")[20:], b"2\r\ncd\r\n", b"0\r\n", b"\r\n")


async def check_usable(transport, wire, number):
    """A request succeeds, all places are free, and no more connections are open than may be."""
    with anyio.fail_after(PATIENCE):
        response = await transport.send(request_to(wire.url + "/after"))
    assert response.content == b"abcd"
    assert at_rest(transport, number)


async def sweep(kind, wire, ticks, one, cancel):
    """Cancel half of four requests over two connections after so many ticks."""
    async with kind.open(max_connections=2) as transport:
        done: list[object] = []
        async with anyio.create_task_group() as tasks:
            cancels = [await tasks.start(cancel, one, transport, done) for _ in range(2)]
            for _ in range(2):
                tasks.start_soon(one, transport, done)
            for _ in range(ticks):
                await anyio.lowlevel.checkpoint()
            for each in cancels:
                each()
        # Whoever was not cancelled has an answer.
        assert len(done) >= 2
        assert set(done) == {b"abcd"}
        await check_usable(transport, wire, 2)
    await wire.all_closed()
    return len(done)


async def in_a_scope(one, transport, done, *, task_status):
    with anyio.CancelScope() as scope:
        task_status.started(scope.cancel)
        await one(transport, done)


async def in_a_task(one, transport, done, *, task_status):
    task = asyncio.current_task()
    assert task is not None

    def cancel():
        if not over:
            task.cancel()

    over = False
    task_status.started(cancel)
    try:
        await one(transport, done)
    except asyncio.CancelledError:
        if not task.uncancel() == 0:
            raise
    finally:
        over = True


async def in_a_timeout(one, transport, done, *, task_status):
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as timeout:
            loop = asyncio.get_running_loop()
            task_status.started(lambda: None if over else timeout.reschedule(loop.time()))
            over = False
            try:
                await one(transport, done)
            finally:
                over = True


CANCELS = {
    "asyncio": {"scope": in_a_scope, "task": in_a_task, "timeout": in_a_timeout},
    "trio": {"scope": in_a_scope},
}


@pytest.mark.sweep
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_cancelling_at_every_tick(kind, case, stream):
    async def one(transport, done):
        response = await transport.send(request_to(f"{wire.url}/{stream}", stream=stream))
        if stream:
            async with response.body:
                done.append(await read(response))
        else:
            done.append(response.content)

    ways = CANCELS[case[1]]
    in_turn = sweeps.sweep("ways to cancel a request at each tick")
    async with serving(in_pieces) as wire:
        for number, (name, cancel) in enumerate(ways.items()):
            # The sweep begins before anything was done and goes on until all is done.
            assert await sweep(kind, wire, 0, one, cancel) == 2, name
            ticks = 1 + in_turn * number
            while await sweep(kind, wire, ticks, one, cancel) < 4 or ticks < TICKS[-1]:
                ticks += len(ways) if in_turn else 1


AGAIN = {
    "asyncio": [by_scope, by_deadline, by_task, by_timeout],
    "trio": [by_scope, by_deadline],
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_cancelled_again_while_the_first_one_is_cleaned_up(kind, case, stream):
    async def one():
        response = await transport.send(request_to(f"{wire.url}/{stream}", stream=stream))
        if stream:
            async with response.body:
                assert await read(response) == b"abcd"

    async def cancelled(way, first, second):
        ticks, cut = Ticks(), []

        def arm(cancel, again):
            ticks.acts.update({first: cancel, second: again})

        async def call():
            try:
                await Driven(one(), ticks)
            except anyio.get_cancelled_exc_class():
                cut.append(first)
                raise
            finally:
                ticks.acts.clear()

        with anyio.fail_after(PATIENCE):
            await way(None, call, arm)
        return bool(cut)

    ways = AGAIN[case[1]]
    async with serving(in_pieces) as wire:
        async with kind.open(max_connections=2) as transport:
            cut = 0
            for tick in range(12):
                for gap in (1, 2):
                    cut += await cancelled(ways[(tick + gap) % len(ways)], tick, tick + gap)
                    await check_usable(transport, wire, 2)
            assert cut, "nothing was cancelled"
        await wire.all_closed()


@pytest.mark.sweep
async def test_a_transport_that_has_seen_many_cancellations(kind):
    """All on one transport: what one leaves behind would add up."""
    rounds = sweeps.sweep("rounds of cancellations on one transport")
    async with serving(in_pieces) as wire, kind.open(max_connections=2) as transport:
        for ticks in (*TICKS,) * rounds:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tasks:
                    for _ in range(4):
                        tasks.start_soon(transport.send, request_to(wire.url + "/"))
                    for _ in range(ticks):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
            assert at_rest(transport, 2)
            assert wire.open <= 2 + 2  # the server sees the end of a connection a little later
        await check_usable(transport, wire, 2)


async def test_closing_at_every_tick(kind):
    async def one():
        with suppress(APIConnectionError, ClientClosedError):
            await transport.send(request_to(wire.url + "/"))

    async with serving(in_pieces) as wire:
        for ticks in TICKS:
            async with kind.open(max_connections=2) as transport:
                with anyio.CancelScope() as scope:
                    async with anyio.create_task_group() as tasks:
                        for _ in range(3):
                            tasks.start_soon(one)
                        for _ in range(ticks):
                            await anyio.lowlevel.checkpoint()
                        scope.cancel()
                        await transport.aclose()
            await wire.all_closed()


async def test_a_cancelled_stream_gives_its_connection_back(kind):
    async def behave(peer):
        await peer.request()
        await peer.send(chunked(b"first"))
        await peer.stall()

    async with serving(behave) as wire, kind.open() as transport:
        with anyio.CancelScope() as scope:
            response = await transport.send(request_to(wire.url + "/", stream=True))
            async with response.body:
                async for _ in response.body:
                    scope.cancel()
        assert scope.cancelled_caught
        assert at_rest(transport)
        await wire.all_closed()


async def test_a_cancelled_upload_ends_what_it_reads(kind):
    ended = anyio.Event()

    async def parts():
        try:
            yield b"one"
            scope.cancel()
            await anyio.sleep_forever()
        finally:
            ended.set()

    async def behave(peer):
        await peer.head()
        await peer.stall()

    async with serving(behave) as wire, kind.open() as transport:
        with anyio.CancelScope() as scope:
            await transport.send(request_to(wire.url + "/", "PUT", content=parts))
        assert at_rest(transport)
        with anyio.fail_after(PATIENCE):
            await ended.wait()
        await wire.all_closed()


async def test_cancelled_in_line(kind):
    """Those who wait for a place and are cancelled don't take it along."""
    async with serving(in_pieces) as wire, kind.open(max_connections=1) as transport:
        done = []

        async def one(number):
            await transport.send(request_to(f"{wire.url}/{number}"))
            done.append(number)

        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(one, number)
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as others:
                    for number in range(10, 20):
                        others.start_soon(one, number)
                    await anyio.lowlevel.checkpoint()
                    scope.cancel()
        assert set(done) >= set(range(10))
        assert len(done) < 20
        assert at_rest(transport, 1)


ON_ASYNCIO = [(kind, "asyncio") for kind in KINDS]
on_asyncio = pytest.mark.parametrize("case", ON_ASYNCIO, ids=[kind.name for kind in KINDS])


async def bare(*_, **__):
    """Wait, and answer a cancellation with one that no scope knows, as `asyncio.gather` may."""
    with suppress(asyncio.CancelledError):
        await anyio.sleep_forever()
    # A new one, that leads back to nothing.
    raise asyncio.CancelledError


async def given_up(*_, **__):
    """End as what waits for something does that somebody else has cancelled."""
    raise asyncio.CancelledError


CLOSED_BY = {
    "httpx": "AsyncHTTPTransport",
    "httpx2": "AsyncHTTPTransport",
    "aiohttp": "TCPConnector",
}
SENT_BY = {"httpx": "handle_async_request", "httpx2": "handle_async_request", "aiohttp": "_request"}


@on_asyncio
@pytest.mark.parametrize("ends", [bare, given_up])
async def test_how_a_library_ends_its_closing_is_not_the_callers_end(kind, ends, monkeypatch):
    monkeypatch.setattr("scalingo_async.transports.aiohttp.CLOSING", 0.01)
    monkeypatch.setattr("scalingo_async.transports._httpx.connections.CLOSING", 0.01)
    library = getattr(kind.family, CLOSED_BY[kind.name])
    close = "close" if kind.name == "aiohttp" else "aclose"
    closed = []
    real = getattr(library, close)

    async def closing(*args, **settings):
        closed.append(args[0])
        await real(*args, **settings)
        await ends()

    async with serving(in_pieces) as wire:
        for cancelled in (False, True):
            transport = kind.make(trust_env=False)
            await transport.send(request_to(wire.url + "/"))
            with monkeypatch.context() as patch, anyio.CancelScope() as scope:
                patch.setattr(library, close, closing)
                if cancelled:
                    scope.cancel()
                await transport.aclose()
            assert closed
            assert asyncio.current_task().cancelling() == 0
            closed.clear()


@on_asyncio
@pytest.mark.parametrize("streamed", [False, True], ids=["head", "body"])
async def test_what_a_library_cancels_is_a_failed_connection(kind, streamed, monkeypatch):
    async with serving(in_pieces) as wire, kind.open() as transport:
        request = request_to(wire.url + "/", stream=streamed)
        if not streamed:
            owner = "ClientSession" if kind.name == "aiohttp" else CLOSED_BY[kind.name]
            monkeypatch.setattr(getattr(kind.family, owner), SENT_BY[kind.name], given_up)
            with pytest.raises(APIConnectionError, match="the connection failed") as caught:
                await transport.send(request)
        else:
            response = await transport.send(request)
            monkeypatch.setattr(type(response.body._call), "__anext__", given_up)
            with pytest.raises(APIConnectionError, match="the connection failed") as caught:
                await read(response)
        # httpx tells that nothing had been sent yet.
        assert caught.value.sent is (streamed or kind.name == "aiohttp")
        assert asyncio.current_task().cancelling() == 0
        assert at_rest(transport)


@pytest.mark.parametrize("case", [(KINDS[-1], "asyncio")], ids=["aiohttp-asyncio"])
async def test_a_session_that_is_closed_while_a_name_is_resolved_ends_the_request(kind):
    """What aiohttp cancels then is its own: the task that waits for the answer goes on."""
    resolving = anyio.Event()

    class Resolver(kind.family.abc.AbstractResolver):
        async def resolve(self, *_, **__):
            resolving.set()
            await anyio.sleep_forever()

        async def close(self):
            pass

    session = kind.family.ClientSession(connector=kind.family.TCPConnector(resolver=Resolver()))
    transport = kind.make(session=session)

    async def one():
        with pytest.raises(ClientClosedError):
            await transport.send(request_to("http://somewhere.example/"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one)
        await resolving.wait()
        await session.close()
    await transport.aclose()
