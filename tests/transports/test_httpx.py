"""A caller's own httpx client or transport, HTTP/2, and what httpx itself gets wrong."""

import gc
import importlib
import logging
import ssl
import sys
import traceback

import anyio
import h2.config
import h2.connection
import h2.events
import pytest
import trustme
from instruments.reporters import seen
from instruments.wire import GONE, PATIENCE, always, answer, chunked, endless, serving, then_close

from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
)
from scalingo_async.transports.failures import led_to
from scalingo_async.types import Timeout
from transports.sending import HEADERS, KINDS, TOKEN, at_rest, read, request_to

pytestmark = pytest.mark.anyio

CASES = [(kind, backend) for kind in KINDS if kind.name != "aiohttp" for backend in kind.backends]


@pytest.fixture(params=CASES, ids=[f"{kind.name}-{backend}" for kind, backend in CASES])
def case(request):
    return request.param


# -- a client of the caller's ----------------------------------------------------------------


async def test_of_a_given_client_only_the_connections_count(kind, caplog):
    caplog.set_level(logging.DEBUG)
    seen = []

    async def hook(message):
        seen.append(message.method)

    lib = kind.family
    moved = answer(b"", "302 Found", "Location: /other", "Set-Cookie: platform=1")
    async with serving(always(moved)) as wire:
        client = lib.AsyncClient(
            headers={"authorization": "Bearer other", "x-theirs": "1", "accept": "text/html"},
            auth=("user", "password"),
            cookies={"theirs": "1"},
            params={"theirs": "1"},
            base_url="http://elsewhere.invalid",
            follow_redirects=True,
            event_hooks={"request": [hook]},
            trust_env=False,
        )
        async with client, kind.open(client=client) as transport:
            for _ in range(2):
                url = f"{wire.url}/log?token=canary-in-the-query"
                response = await transport.send(request_to(url, "POST", content=b"{}"))
                assert response.status_code == 302
            await transport.aclose()
            assert not client.is_closed
            assert (await client.get(wire.url, follow_redirects=False)).status_code == 302
    for got in wire.requests[:2]:
        assert got.target == "/log?token=canary-in-the-query"
        for name, value in HEADERS.items():
            assert got.all(name) == [value]
        assert not got.all("cookie")
        assert not got.all("x-theirs")
        assert got.body == b"{}"
    assert seen == ["POST", "POST", "GET"]
    assert wire.connections == 1
    assert "canary" not in caplog.text


async def test_a_closed_client_is_noticed(kind):
    client = kind.family.AsyncClient()
    async with kind.open(client=client) as transport:
        await client.aclose()
        with pytest.raises(ClientClosedError, match="httpx client"):
            await transport.send(request_to("http://localhost/"))
        assert at_rest(transport)


async def test_a_full_pool_of_a_given_client(kind):
    lib = kind.family
    async with serving(endless(chunked(), then=b"1\r\nx\r\n")) as wire:
        limits = lib.Limits(max_connections=1)
        async with (
            lib.AsyncClient(limits=limits, trust_env=False) as client,
            kind.open(client=client) as transport,
        ):
            response = await transport.send(request_to(wire.url + "/", stream=True))
            with pytest.raises(APITimeoutError) as caught:
                await transport.send(request_to(wire.url + "/", timeout=Timeout(pool=0.05)))
            assert (caught.value.sent, caught.value.phase) == (False, "pool")
            await response.aclose()


async def test_failures_over_a_given_client(kind):
    async with serving(then_close()) as wire, kind.family.AsyncClient(trust_env=False) as client:
        async with kind.open(client=client) as transport:
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to(wire.url + "/", "POST"))
        assert (caught.value.sent, caught.value.phase) == (True, "read")
        # The cause does not lead to the request, which holds the credential.
        assert caught.value.__cause__._request is None


async def test_closing_ends_the_streams_over_a_given_client(kind):
    async with (
        serving(endless(chunked(), then=b"1\r\nx\r\n")) as wire,
        kind.family.AsyncClient(trust_env=False) as client,
    ):
        transport = kind.make(client=client)
        response = await transport.send(request_to(wire.url + "/", stream=True))
        await anext(response.body)
        await transport.aclose()
        with anyio.fail_after(PATIENCE), pytest.raises(ClientClosedError):
            await read(response)
        await wire.all_closed()
        assert not client.is_closed


# -- a transport of the caller's ----------------------------------------------------------


async def app(scope, receive, send):
    if scope["path"] == "/fails":
        raise ZeroDivisionError("of the app")
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(b"content-type", b"text/plain"), (b"x-path", scope["raw_path"])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for part in (scope["method"].encode(), b" ", body):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def test_an_asgi_app(kind):
    given = kind.family.ASGITransport(app=app)
    async with kind.open(transport=given) as transport:
        request = request_to("http://localhost/a%2Fb", "PUT", content=b"data")
        assert (await transport.send(request)).content == b"PUT data"
        streamed = await transport.send(request_to("http://localhost/", stream=True))
        assert await read(streamed) == b"GET "
        # The app's own failure is not one of the connection.
        with pytest.raises(ZeroDivisionError, match="of the app"):
            await transport.send(request_to("http://localhost/fails"))
        assert at_rest(transport)


async def test_a_mock_that_is_left_half_way(kind):
    lib = kind.family
    closed = []

    class Endless(lib.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b"x"

        async def aclose(self):
            closed.append(1)

    given = lib.MockTransport(lambda _: lib.Response(200, stream=Endless()))
    async with kind.open(transport=given) as transport:
        response = await transport.send(request_to("http://localhost/", stream=True))
        async with response.body:
            assert await anext(response.body) == b"x"
        assert closed == [1]
        del response
        gc.collect()


@pytest.mark.parametrize("failure", ["ConnectError", "ReadTimeout", "PoolTimeout"])
async def test_a_mock_that_fails_like_a_network(kind, failure):
    lib = kind.family

    def fail(message):
        raise getattr(lib, failure)("simulated", request=message)

    async with kind.open(transport=lib.MockTransport(fail)) as transport:
        with pytest.raises(APIConnectionError) as caught:
            await transport.send(request_to("http://localhost/"))
    assert caught.value.sent is (failure == "ReadTimeout")
    assert isinstance(caught.value, APITimeoutError) is (failure != "ConnectError")


# -- what a transport of the caller's raises -----------------------------------------------------


def raised_by_libraries(lib, core, message):
    """Exceptions of the libraries, as a transport may raise them, with the request in them."""
    yield lib.DecodingError("broken", request=message)
    yield lib.TooManyRedirects("round and round", request=message)
    yield lib.RequestError("any", request=message)
    yield lib.StreamClosed()
    yield lib.CookieConflict("two")
    yield lib.InvalidURL("bad")
    yield core.ReadError("beneath")
    yield core.LocalProtocolError("beneath")
    yield anyio.BrokenResourceError()
    yield OSError(5, "of the system")


def raised_by_callers(lib, message):
    """Exceptions of the caller's own program."""
    yield AssertionError("it is the wrong request")
    yield ValueError("of the caller", message)
    yield KeyError("x")
    holding = RuntimeError("with the request")
    holding.request, holding.seen = message, [message]
    yield holding
    led = RuntimeError("led to")
    led.__cause__ = lib.ReadError("cause", request=message)
    led.__context__ = lib.WriteError("context", request=message)
    yield led


def over(lib, way, fail):
    """Return the settings of a transport that fails, over a transport or a client."""

    class Body(lib.AsyncByteStream):
        def __init__(self, message):
            self.message = message

        async def __aiter__(self):
            yield b"x"
            fail(self.message)

    def handle(message):
        if way == "body":
            return lib.Response(200, stream=Body(message))
        return fail(message)

    given = lib.MockTransport(handle)
    return {"client": lib.AsyncClient(transport=given)} if way == "client" else {"transport": given}


def shows_no_credential(error):
    inside = ("scalingo_async", "httpx", "httpx2", "httpcore", "httpcore2")
    for each in led_to(error):
        places = [("the exception", each)]
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename != __file__:
                places += [(f"a frame of {frame.f_code.co_name}", frame.f_locals)]
        for where, thing in places:
            for place, found in seen(where, thing, inside):
                assert TOKEN not in repr(found), place


@pytest.mark.parametrize("way", ["transport", "client", "body"])
async def test_exceptions_of_libraries_are_failures_of_the_connection(kind, way):
    lib, core = kind.family, importlib.import_module(kind.name.replace("httpx", "httpcore"))
    message = lib.Request("GET", "http://localhost/", headers=HEADERS)
    for given in raised_by_libraries(lib, core, message):

        def fail(message, given=given):
            raise given

        settings = over(lib, way, fail)
        async with kind.open(**settings) as transport:
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to("http://localhost/", headers=HEADERS))
            assert at_rest(transport)
        shows_no_credential(caught.value)
        if way == "client":
            await settings["client"].aclose()


@pytest.mark.parametrize("way", ["transport", "client", "body"])
async def test_exceptions_of_the_callers_own_pass_without_the_request(kind, way):
    lib = kind.family
    message = lib.Request("GET", "http://localhost/", headers=HEADERS)
    for given in raised_by_callers(lib, message):

        def fail(message, given=given):
            raise given

        settings = over(lib, way, fail)
        async with kind.open(**settings) as transport:
            for _ in range(2):
                with pytest.raises(type(given)) as caught:
                    await transport.send(request_to("http://localhost/", headers=HEADERS))
            assert at_rest(transport)
        assert caught.value is given
        (note,) = given.__notes__
        assert __file__ in note
        assert note.endswith("in fail")
        shows_no_credential(given)
        if way == "client":
            await settings["client"].aclose()


async def test_a_client_and_a_transport_are_too_much(kind):
    lib = kind.family
    async with lib.AsyncClient() as client:
        with pytest.raises(ConfigurationError, match="not both"):
            kind.make(client=client, transport=lib.ASGITransport(app=app))


# -- HTTP/2 -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contexts():
    ca = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert("localhost").configure_cert(server)
    ca.configure_trust(client)
    server.set_alpn_protocols(["h2"])
    return server, client


async def speak_http2(peer, headers=()):
    """Answer requests over HTTP/2; those to /endless never end."""
    stream = peer.stream
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    state.initiate_connection()
    await stream.send(state.data_to_send())
    while True:
        try:
            data = await stream.receive()
        except GONE:
            return
        for event in state.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                names = dict(event.headers)
                peer.wire.requests.append(names)
                state.send_headers(event.stream_id, [(b":status", b"200"), *headers])
                last = names[b":path"] != b"/endless"
                state.send_data(event.stream_id, b"second", end_stream=last)
        await stream.send(state.data_to_send())


async def test_http2_over_one_connection(kind, contexts):
    server, client = contexts
    async with serving(speak_http2, server) as wire:
        async with kind.open(http2=True, ssl_context=client) as transport:
            results = []

            async def one(number):
                response = await transport.send(request_to(f"{wire.url}/{number}", "POST"))
                results.append(response.content)

            await one(0)
            async with anyio.create_task_group() as tasks:
                for number in range(1, 30):
                    tasks.start_soon(one, number)
            assert results == [b"second"] * 30
            stream = await transport.send(request_to(f"{wire.url}/endless", stream=True))
            async with stream.body:
                assert await anext(stream.body) == b"second"
            assert wire.connections == 1
            await one(31)
            assert at_rest(transport)
        await wire.all_closed()
    assert {names[b"authorization"].decode() for names in wire.requests} == {
        HEADERS["authorization"]
    }


async def test_http2_logs_no_header_of_another_request(kind, contexts, caplog):
    server, client = contexts
    hidden = "cookieCanary0123456789"
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, kind.name.replace("httpx", "httpcore"))
    secret = [(b"set-cookie", hidden.encode()), (b"location", f"/?token={hidden}".encode())]

    async def behave(peer):
        await speak_http2(peer, secret)

    async with serving(behave, server) as wire:
        async with kind.open(http2=True, ssl_context=client) as transport:
            stream = await transport.send(request_to(f"{wire.url}/endless", stream=True))
            async with stream.body, anyio.create_task_group() as tasks:
                assert await anext(stream.body) == b"second"
                # It reads what comes, the head of the next answer as well.
                tasks.start_soon(anext, stream.body)
                await anyio.wait_all_tasks_blocked()
                response = await transport.send(request_to(f"{wire.url}/?token={hidden}"))
                assert response.headers["set-cookie"] == hidden
                tasks.cancel_scope.cancel()
        await wire.all_closed()
    logged = [record for record in caplog.records if record.name.partition(".")[0] != "anyio"]
    assert any("receive_response_headers" in record.getMessage() for record in logged)
    for record in logged:
        text = f"{record.getMessage()} {vars(record)}"
        assert hidden not in text
        assert TOKEN not in text


async def test_http2_and_cancellation(kind, contexts):
    server, client = contexts
    async with serving(speak_http2, server) as wire:
        async with kind.open(http2=True, ssl_context=client, max_connections=2) as transport:
            for ticks in range(0, 60, 2):
                with anyio.CancelScope() as scope:
                    async with anyio.create_task_group() as tasks:
                        for _ in range(4):
                            tasks.start_soon(transport.send, request_to(wire.url + "/"))
                        for _ in range(ticks):
                            await anyio.lowlevel.checkpoint()
                        scope.cancel()
                with anyio.fail_after(PATIENCE):
                    response = await transport.send(request_to(wire.url + "/"))
                assert response.content == b"second"
                assert at_rest(transport, 2)
        await wire.all_closed()


async def test_http2_where_only_http1_is_spoken(kind, contexts):
    server, client = contexts
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust = trustme.CA()
    trust.issue_cert("localhost").configure_cert(server)
    trust.configure_trust(client)
    together = anyio.Event()

    async def behave(peer):
        while True:
            await peer.request()
            if len(peer.wire.requests) == 3:
                together.set()
            await together.wait()
            await peer.send(answer(b"one"))

    async with serving(behave, server) as wire:
        async with kind.open(http2=True, ssl_context=client, max_connections=3) as transport:
            with anyio.fail_after(PATIENCE):
                async with anyio.create_task_group() as tasks:
                    for _ in range(12):
                        tasks.start_soon(transport.send, request_to(wire.url + "/"))
            assert len(wire.requests) == 12
            assert wire.connections == 3
            assert at_rest(transport, 3)
        await wire.all_closed()


async def test_http2_needs_its_package(kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "h2", None)
    with pytest.raises(ConfigurationError, match=r"scalingo-async\[http2\]"):
        kind.make(http2=True)
