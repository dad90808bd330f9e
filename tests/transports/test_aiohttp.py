"""What is special about aiohttp: one event loop, and sessions that others use as well."""

import asyncio
import logging

import aiohttp
import anyio
import pytest
import trio
from instruments.wire import (
    PATIENCE,
    always,
    answer,
    chunked,
    endless,
    serving,
    then_close,
    then_stall,
)

from scalingo_async.errors import APIConnectionError, ClientClosedError, ConfigurationError
from scalingo_async.transports.aiohttp import AiohttpTransport
from transports.sending import HEADERS, at_rest, read, request_to

pytestmark = pytest.mark.asyncio


async def test_trio_is_refused():
    async def main():
        transport = AiohttpTransport()
        with pytest.raises(ConfigurationError, match="only on asyncio"):
            await transport.send(request_to("http://localhost/"))
        assert at_rest(transport)
        await transport.aclose()

    await asyncio.to_thread(trio.run, main)


async def test_of_a_given_session_only_the_connections_count(caplog):
    caplog.set_level(logging.DEBUG)
    started = []

    async def start(session, context, params):
        started.append(params.method)

    async def never(request, handler):
        raise AssertionError("a middleware of the session was called")

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(start)
    moved = answer(b"", "302 Found", "Location: /other", "Set-Cookie: platform=1")
    async with serving(always(moved)) as wire:
        session = aiohttp.ClientSession(
            "http://elsewhere.invalid/",
            headers={"Authorization": "Bearer other", "X-Theirs": "1", "Accept": "text/html"},
            cookies={"theirs": "1"},
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            raise_for_status=True,
            middlewares=[never],
            trace_configs=[trace],
            timeout=aiohttp.ClientTimeout(total=1e-6),
        )
        async with session:
            transport = AiohttpTransport(session)
            for deadline in (None, PATIENCE):
                url = f"{wire.url}/log?token=canary-in-the-query"
                request = request_to(url, "POST", content=b"{}", deadline=deadline)
                assert (await transport.send(request)).status_code == 302
            assert [cookie.key for cookie in session.cookie_jar] == ["theirs"]
            await transport.aclose()
            await transport.aclose()
            assert not session.closed
            assert session.connector is not None
            assert not session.connector.closed
            with pytest.raises(ClientClosedError):
                await transport.send(request_to(wire.url + "/"))
    for got in wire.requests:
        for name, value in HEADERS.items():
            assert got.all(name) == [value]
        assert not got.all("cookie")
        assert not got.all("x-theirs")
        assert not got.all("content-type")
    assert started == ["POST", "POST"]
    assert wire.connections == 1
    assert "canary" not in caplog.text


async def test_a_closed_session_is_noticed():
    async with serving(then_stall()) as wire:
        session = aiohttp.ClientSession()
        transport = AiohttpTransport(session)
        async with anyio.create_task_group() as tasks:

            async def one():
                with pytest.raises(ClientClosedError):
                    await transport.send(request_to(wire.url + "/"))

            tasks.start_soon(one)
            await wire.stalled.wait()
            await session.close()
        with pytest.raises(ClientClosedError, match="session"):
            await transport.send(request_to(wire.url + "/"))
        await transport.aclose()


async def test_closing_ends_the_streams_over_a_given_session():
    async with serving(endless(chunked(), then=b"1\r\nx\r\n")) as wire:
        async with aiohttp.ClientSession() as session:
            transport = AiohttpTransport(session)
            response = await transport.send(request_to(wire.url + "/", stream=True))
            await anext(response.body)
            await transport.aclose()
            with anyio.fail_after(PATIENCE), pytest.raises(ClientClosedError):
                await read(response)
            await wire.all_closed()
            assert not session.closed


async def test_the_connections_of_a_given_session_have_a_limit_of_their_own():
    async with (
        serving(always(answer(b"x"))) as wire,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=2)) as session,
    ):
        transport = AiohttpTransport(session, max_connections=10)
        async with anyio.create_task_group() as tasks:
            for _ in range(40):
                tasks.start_soon(transport.send, request_to(wire.url + "/"))
        assert len(wire.requests) == 40
        assert wire.connections <= 2
        await transport.aclose()


async def test_causes_don_t_show_what_aiohttp_knows_of_the_request():
    """Its exceptions hold the headers that were sent, and the whole URL in their message."""
    async with serving(then_close(b"no HTTP\r\n\r\n")) as wire:
        transport = AiohttpTransport(trust_env=False)
        with pytest.raises(APIConnectionError) as caught:
            await transport.send(request_to(f"{wire.url}/?token=canary"))
        await transport.aclose()
    error: BaseException | None = caught.value
    while error is not None:
        assert not isinstance(error, aiohttp.ClientError)
        assert "canary" not in repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "given",
    [
        AssertionError("of a hook"),
        ValueError("of a hook"),
        aiohttp.TooManyRedirects(None, ()),
        aiohttp.ClientPayloadError("broken"),
        OSError(5, "of the system"),
    ],
    ids=lambda given: type(given).__name__,
)
async def test_whatever_a_session_raises_is_a_failure_of_the_connection(given):
    async def fail(*_):
        raise given

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(fail)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        transport = AiohttpTransport(session, trust_env=False)
        with pytest.raises(APIConnectionError) as caught:
            await transport.send(request_to("http://localhost/", headers=HEADERS))
        await transport.aclose()
    assert caught.value.__context__ is None
    assert caught.value.__cause__ in {None, given}
    assert given.__traceback__ is None
