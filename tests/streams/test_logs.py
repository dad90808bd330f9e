"""Following the log of an app, against the sandbox over real sockets."""

import logging
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import anyio
import pytest
from sandbox_client import client_of, served
from sweeps import sweep

from scalingo_async import RateLimitError
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    ResponseDecodeError,
    UntrustedURLError,
)
from scalingo_async.sandbox import Sandbox
from scalingo_async.sandbox.world.logs import Log
from scalingo_async.streams import reconnecting
from scalingo_async.streams.log_feeds import decode_event

WS, SSE = "logs.stream_websocket", "logs.stream_sse"
VIAS = [("websocket", WS), ("sse", SSE)]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


@pytest.fixture
async def sandbox():
    async with served(Sandbox(apps=2, rate_limit=None)) as running:
        yield running


@pytest.fixture
def app(sandbox):
    return sandbox.apps()[0].name


async def take(lines, number):
    with anyio.fail_after(20):
        return [(await anext(lines)).message for _ in range(number)]


@pytest.mark.anyio
@pytest.mark.parametrize(("via", "operation"), VIAS)
async def test_history_first_then_what_is_written(sandbox, app, via, operation):
    sandbox.write_log(app, "before 1", "before 2")
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=2, via=via) as lines:
            assert await take(lines, 2) == ["before 1", "before 2"]
            sandbox.write_log(app, "é🚀", source="worker-1")
            line = await anext(lines)
            assert (line.source, line.message) == ("worker-1", "é🚀")
            assert line.timestamp.tzinfo is not None
        assert sandbox.count(operation) == 1


@pytest.mark.anyio
async def test_a_filter_is_sent_along(sandbox, app):
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0, filter="web|router") as lines:
            sandbox.write_log(app, "no", source="worker-1")
            sandbox.write_log(app, "yes", source="router")
            assert await take(lines, 1) == ["yes"]


@pytest.mark.anyio
@pytest.mark.parametrize(("via", "operation"), VIAS)
@pytest.mark.parametrize("cut", [{"messages": 1}, {"bytes": 60}, {"bytes": 0}])
async def test_ten_cuts_lose_and_double_nothing(sandbox, app, via, operation, cut):
    sandbox.write_log(app, "line 0")
    written, read = 1, []
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=1, via=via) as lines:
            read += await take(lines, 1)
            for number in range(10):
                # The connection is cut under the reader, and lines are written meanwhile.
                fault = sandbox.inject(operation, kind="cut", **cut)
                sandbox.cut_streams()
                for _ in range(number % 3 + 1):
                    sandbox.write_log(app, f"line {written}")
                    written += 1
                read += await take(lines, written - len(read))
                assert fault.hits == 1
            assert lines.reconnects >= 10
            assert lines.gaps == 0
    assert read == [f"line {number}" for number in range(written)]


@pytest.mark.anyio
async def test_connections_that_end_after_a_word_do_not_spin(sandbox, app, monkeypatch, caplog):
    """Each costs a request of the account's: there is a pause before every one of them."""
    pauses = []
    caplog.set_level(logging.INFO, "scalingo_async")
    monkeypatch.setattr(
        reconnecting.random, "uniform", lambda low, high: pauses.append(high) or 0.0
    )
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            for number in range(3):
                sandbox.write_log(app, f"line {number}")
                assert await take(lines, 1) == [f"line {number}"]
                sandbox.cut_streams()
            sandbox.write_log(app, "last")
            assert await take(lines, 1) == ["last"]
            assert len(pauses) == lines.reconnects >= 3
            assert caplog.text.count(
                "The connection of a stream broke; reconnecting in 0.00 s"
            ) == (lines.reconnects)


@pytest.mark.anyio
async def test_each_connection_has_a_fresh_url(sandbox, app):
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            sandbox.write_log(app, "one")
            await take(lines, 1)
            sandbox.cut_streams()
            sandbox.write_log(app, "two")
            assert await take(lines, 1) == ["two"]
        assert sandbox.count("logs.get_url") == 2


@pytest.mark.anyio
async def test_without_websockets_server_sent_events_serve(sandbox, app):
    sandbox.inject(WS, status=400, times=None)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            sandbox.write_log(app, "one")
            assert await take(lines, 1) == ["one"]
            sandbox.cut_streams()
            sandbox.write_log(app, "two")
            assert await take(lines, 1) == ["two"]
        assert sandbox.count(WS, executed=False) == 1
        with pytest.raises(Exception, match="400"):
            async with client.logs.stream(app, via="websocket"):
                pass


@pytest.mark.anyio
async def test_an_app_without_a_log_is_waited_for(sandbox, app, monkeypatch, caplog):
    caplog.set_level(logging.INFO, "scalingo_async")
    monkeypatch.setattr("scalingo_async.streams.logs.NO_LOG_PAUSE", 0.0)
    sandbox.inject(WS, status=404, times=2)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            sandbox.write_log(app, "at last")
            assert await take(lines, 1) == ["at last"]
        assert sandbox.count(WS, executed=False) == 3
    assert caplog.text.count("There is no log yet") == 1


@pytest.mark.anyio
async def test_a_url_that_ran_out_is_replaced_once(sandbox, app):
    sandbox.inject(WS, status=401)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0):
            assert sandbox.count("logs.get_url") == 2
        sandbox.inject(WS, status=401, times=2)
        with pytest.raises(Exception, match="401"):
            async with client.logs.stream(app, n=0):
                pass


@pytest.mark.anyio
async def test_connecting_again_is_given_up_in_the_end(sandbox, app):
    async with client_of(sandbox, max_retries=0) as client:
        async with client.logs.stream(app, n=0) as lines:
            sandbox.inject(WS, kind="close_before", times=None)
            sandbox.cut_streams()
            with pytest.raises(APIConnectionError):
                await take(lines, 1)
            assert lines.reconnects == 10


@pytest.mark.anyio
@pytest.mark.parametrize(("via", "operation"), VIAS)
async def test_connections_that_end_without_a_word_are_given_up_too(sandbox, app, via, operation):
    sandbox.inject(operation, kind="cut", messages=0, times=None)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0, via=via) as lines:
            with pytest.raises(APIConnectionError, match="10 times in a row"):
                await take(lines, 1)


@pytest.mark.anyio
@pytest.mark.parametrize(("via", "operation"), VIAS)
async def test_a_sign_of_life_alone_makes_no_good_connection(sandbox, app, via, operation):
    sandbox.settings.keepalive = 0.0
    sandbox.inject(operation, kind="cut", messages=1, times=None)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0, via=via) as lines:
            with pytest.raises(APIConnectionError, match="10 times in a row"):
                await take(lines, 1)


@pytest.mark.anyio
@pytest.mark.parametrize(("via", "operation"), VIAS)
async def test_silence_is_a_cut(sandbox, app, via, operation):
    sandbox.settings.keepalive = 3600.0
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0, via=via, silence=0.1) as lines:
            async with anyio.create_task_group() as tasks:

                async def write():
                    while not lines.reconnects:
                        await anyio.lowlevel.checkpoint()
                    sandbox.write_log(app, "after the silence")

                tasks.start_soon(write)
                with anyio.fail_after(20):
                    # Keepalives of its own let it be; none came, so it connected again.
                    assert await take(lines, 1) == ["after the silence"]


@pytest.mark.anyio
async def test_keepalives_are_a_sign_of_life(sandbox, app):
    sandbox.settings.keepalive = 0.0
    async with client_of(sandbox) as client:
        url = await client.logs.get_url(app)
        for stream in (client.logs.stream_websocket, client.logs.stream_sse):
            async with stream(url.logs_url, n=0) as events:
                event = await anext(events)
                assert (event.event or event.name) == "ping"
                assert event.timestamp is not None
        async with client.logs.stream(app, n=0) as lines:
            sandbox.write_log(app, "a line among keepalives")
            assert await take(lines, 1) == ["a line among keepalives"]


@pytest.mark.anyio
async def test_history_that_does_not_reach_back_is_asked_for_again(sandbox, app, monkeypatch):
    monkeypatch.setattr("scalingo_async.streams.logs.KEPT", 5)
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            sandbox.write_log(app, "first")
            assert await take(lines, 1) == ["first"]
            sandbox.cut_streams()
            sandbox.write_log(app, *[f"missed {number}" for number in range(20)])
            assert await take(lines, 20) == [f"missed {number}" for number in range(20)]
            assert lines.gaps == 0
            # What the platform has forgotten can't be had: that shows.
            forgetful = Log()
            forgetful.write(sandbox.clock.time(), "web-1", "much later")
            sandbox.get_app(app).logs = forgetful
            sandbox.cut_streams()
            assert await take(lines, 1) == ["much later"]
            assert lines.gaps == 1


@pytest.mark.anyio
async def test_an_app_that_is_not_there(sandbox):
    async with client_of(sandbox) as client:
        with pytest.raises(NotFoundError):
            async with client.logs.stream("no-such-app"):
                pass


@pytest.mark.anyio
async def test_an_app_that_is_deleted_ends_the_stream(sandbox, app):
    async with client_of(sandbox) as client:
        async with client.logs.stream(app, n=0) as lines:
            await client.apps.delete(app, current_name=app)
            sandbox.cut_streams()
            with pytest.raises(NotFoundError):
                await take(lines, 1)


@pytest.mark.anyio
async def test_what_is_wrong_is_refused_before_anything_is_sent(sandbox, app):
    async with client_of(sandbox) as client:
        for wrong in ({"n": -1}, {"n": True}, {"n": "1"}, {"filter": 1}, {"silence": 0}):
            for stream in (client.logs.stream, client.logs.stream_websocket):
                with pytest.raises(InvalidArgumentError):
                    stream(app, **wrong)
        with pytest.raises(InvalidArgumentError, match="via must be"):
            client.logs.stream(app, via="pigeon")
        with pytest.raises(InvalidArgumentError):
            client.logs.stream("")
        with pytest.raises(InvalidArgumentError, match="unknown argument"):
            client.logs.stream(app, follow=True)
        with pytest.raises(ClientClosedError, match="inside of its block"):
            await anext(client.logs.stream(app))
        assert sandbox.requests == []


@pytest.mark.anyio
async def test_a_stream_is_entered_once_and_ends_with_its_block(sandbox, app):
    async with client_of(sandbox) as client:
        stream = client.logs.stream(app, n=0)
        async with stream:
            pass
        with pytest.raises(ClientClosedError):
            await anext(stream)
        with pytest.raises(ClientClosedError, match="once"):
            async with stream:
                pass


@pytest.mark.anyio
async def test_closing_the_client_ends_the_stream(sandbox, app):
    client = client_of(sandbox)
    async with client.logs.stream(app, n=0) as lines:

        async def read():
            with pytest.raises(ClientClosedError):
                await anext(lines)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await anyio.lowlevel.checkpoint()
            await client.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("via", ["websocket", "sse"])
async def test_cancelling_closes_the_connection(sandbox, app, via):
    async with client_of(sandbox) as client:
        async with anyio.create_task_group() as tasks:

            async def read():
                async with client.logs.stream(app, n=0, via=via) as lines:
                    reading.set()
                    await anext(lines)

            reading = anyio.Event()
            tasks.start_soon(read)
            await reading.wait()
            tasks.cancel_scope.cancel()
        with anyio.fail_after(20):
            while sandbox.open_streams:
                await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("text", ['{"event": 5}', "[]", "{", "", "NaN", "[" * 100_000])
def test_a_message_of_another_shape(text):
    with pytest.raises(ResponseDecodeError, match="in a stream of logs"):
        decode_event(text)


@pytest.mark.anyio
async def test_a_queue_that_is_too_long_is_an_error_of_the_first_connection(sandbox, app):
    async with client_of(sandbox, rate_limit=(1, 60)) as client:
        await client.apps.get(app)
        with pytest.raises(RateLimitError):
            async with client.logs.stream(app, max_wait=0.0):
                pass


@pytest.mark.anyio
async def test_lines_of_a_dump(sandbox, app):
    sandbox.write_log(app, *[f"line {number}" for number in range(30)])
    async with client_of(sandbox) as client:
        lines = await client.logs.lines(app, n=3)
        assert [line.message for line in lines] == ["line 27", "line 28", "line 29"]
        assert {line.source for line in lines} == {"web-1"}
        sandbox.inject("logs.dump", status=404)
        assert await client.logs.lines(app) == []
        sandbox.get_app(app).logs = Log()
        assert await client.logs.lines(app) == []


TESTS = Path(__file__).parents[1]
IMPORTED = os.pathsep.join(map(str, (TESTS.parent, TESTS)))
READER = textwrap.dedent("""
    import sys
    import anyio
    from instruments.memory import peak_of_process
    from scalingo_async import AsyncClient

    async def main():
        async with AsyncClient.from_env() as client:
            async with client.logs.stream(sys.argv[1], n=int(sys.argv[3])) as lines:
                await anext(lines)
                before = peak_of_process()
                count = 1
                async for line in lines:
                    count += 1
                    if count % 1000 == 0:
                        await anyio.sleep(0)
                    if count == int(sys.argv[3]):
                        break
                after = peak_of_process()
                print(count, line.message, after - before)

    anyio.run(main, backend=sys.argv[2])
""")


@pytest.mark.sweep
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_hundred_thousand_lines_take_little_memory(backend):
    count = sweep("lines of a long log")
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    sandbox.write_log(app, *[f"line {number} " + "x" * 100 for number in range(count)])
    with sandbox.running():
        done = subprocess.run(
            [sys.executable, "-c", READER, app, backend, str(count)],
            env={**os.environ, **sandbox.environ(), "PYTHONPATH": IMPORTED},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    read, *_, grown = done.stdout.split()
    assert int(read) == count
    # A hundred bytes for each line, as many as there are.
    assert int(grown) < count / 10 * 1024, f"grew by {grown} bytes"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "url",
    [
        "http://logs.example.com/?token=canary",
        "ftp://logs.example.com/?token=canary",
        "https://10.0.0.1/?token=canary",
        "wss://169.254.169.254/?token=canary",
        "https://user:canary@logs.example.com/",
        "https://logs.internal/?token=canary",
        "//logs.example.com/?token=canary",
        "",
    ],
)
async def test_urls_outside_of_the_policy_are_not_visited(sandbox, url):
    async with client_of(sandbox) as client:
        for stream in (client.logs.stream_websocket, client.logs.stream_sse):
            with pytest.raises(UntrustedURLError) as caught:
                async with stream(url):
                    pass
            assert "canary" not in str(caught.value)
        assert not client._state._upgrade_transport


@pytest.mark.anyio
@pytest.mark.parametrize("via", ["websocket", "sse"])
async def test_cancelling_at_every_tick_leaves_nothing_open(sandbox, app, via):
    sandbox.write_log(app, *[f"line {number}" for number in range(200)])
    async with client_of(sandbox) as client:
        await client.apps.get(app)

        async def read():
            async with client.logs.stream(app, n=200, via=via) as lines:
                async for _ in lines:
                    await anyio.lowlevel.checkpoint()

        for ticks in range(0, 120, 4):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read)
                for _ in range(ticks):
                    await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
        upgrades = client._state._upgrade_transport
        assert not upgrades or not upgrades.connections
        assert (await client.apps.get(app)).name == app
        with anyio.fail_after(20):
            while sandbox.open_streams:
                await anyio.lowlevel.checkpoint()
