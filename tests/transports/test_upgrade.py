"""Connections that are handed over: what is sent, what comes with the head, what goes wrong."""

import socket
import ssl
import traceback
from pathlib import Path

import anyio
import httpx
import pytest
import trustme
from anyio.streams.tls import TLSAttribute, TLSStream
from instruments.wire import (
    PATIENCE,
    Peer,
    always,
    answer,
    endless,
    serving,
    then_close,
    then_stall,
)

from scalingo_async._core.endpoint import Endpoint
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
)
from scalingo_async.request import CallOptions, Request
from scalingo_async.transports import upgrade
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.defaults import Routes
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport
from scalingo_async.transports.tls import VARIABLES
from scalingo_async.transports.upgrade import UpgradeTransport
from scalingo_async.types import Headers, Timeout
from transports.test_tls import server_context

CONNECTED = b"HTTP/1.1 200 OK\r\nX-Kind: terminal\r\n\r\n"
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
SENT = {
    "accept": "application/json",
    "accept-encoding": "gzip",
    "user-agent": "tests/1",
    "authorization": "Basic canary-0123456789",
}
UPGRADE = {"connection": "Upgrade", "upgrade": "websocket"}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


def asking(url, method="CONNECT", headers=None, **timeouts):
    return Request(
        method,
        url,
        Headers({**SENT, **(headers or {})}),
        Endpoint("tests.raw", method, "/raw"),
        options=CallOptions(timeout=Timeout(**{"connect": 10, "read": 10, **timeouts})),
        upgrade=True,
    )


@pytest.fixture
async def connector():
    made = UpgradeTransport(Routes(None, trust_env=False).of)
    yield made
    await made.aclose()


async def drained(connection):
    data = b""
    while True:
        try:
            data += await connection.receive()
        except anyio.EndOfStream:
            return data


@pytest.mark.anyio
@pytest.mark.parametrize("cut", range(len(CONNECTED) + 6))
async def test_what_comes_with_the_head_is_handed_over(connector, cut):
    whole = CONNECTED + b"hello\xff"
    async with serving(then_close(whole[:cut], whole[cut:], b" world")) as wire:
        response = await connector.send(asking(f"{wire.url}/one-offs/1?a=b"))
        assert response.status_code == 200
        assert response.headers["x-kind"] == "terminal"
        assert await drained(response.connection) == b"hello\xff world"
        await response.aclose()
        await wire.all_closed()


@pytest.mark.anyio
async def test_the_head_has_the_path_and_no_more_headers_than_needed(connector):
    async with serving(then_close(CONNECTED)) as wire:
        response = await connector.send(asking(f"{wire.url}/one-offs/1?a=b"))
        await response.aclose()
        (head,) = wire.heads
    assert (head.method, head.target) == ("CONNECT", "/one-offs/1?a=b")
    assert [name.lower() for name, _ in head.headers] == ["host", "user-agent", "authorization"]
    assert head.all("host") == [f"localhost:{wire.port}"]


@pytest.mark.anyio
async def test_bytes_go_both_ways(connector):
    async def echo(peer):
        await peer.head()
        await peer.send(SWITCHED)
        while True:
            await peer.send(await peer.take(1))

    async with serving(echo) as wire:
        response = await connector.send(asking(f"{wire.url}/", "GET", UPGRADE))
        assert response.status_code == 101
        connection = response.connection
        for word in (b"one", b"two"):
            await connection.send(word)
            got = b""
            while len(got) < 3:
                got += await connection.receive(2)
            assert got == word
        await connection.aclose()
        await connection.aclose()
        with pytest.raises(ClientClosedError):
            await connection.receive()
        with pytest.raises(ClientClosedError):
            await connection.send(b"late")
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize("method", ["CONNECT", "GET"])
async def test_another_status_has_its_body_and_no_connection(connector, method):
    refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nnope"
    for said in (refusal, b"HTTP/1.1 100 Continue\r\n\r\n" + refusal):
        async with serving(then_stall(said)) as wire:
            headers = UPGRADE if method == "GET" else None
            response = await connector.send(asking(f"{wire.url}/", method, headers))
            assert (response.status_code, response.content) == (401, b"nope")
            assert response.connection is None
            await wire.all_closed()


@pytest.mark.anyio
async def test_the_body_of_a_refusal_is_bounded_and_may_break_off(connector):
    head = b"HTTP/1.1 500 No\r\nContent-Length: 9999999\r\n\r\n"
    async with serving(then_close(head + b"x" * 100_000)) as wire:
        response = await connector.send(asking(f"{wire.url}/"))
        assert response.content == b"x" * 65_536
    async with serving(then_close(head + b"half")) as wire:
        response = await connector.send(asking(f"{wire.url}/"))
        assert (response.status_code, response.content) == (500, b"half")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200", b"\x16\x03\x01\x00\x00 what is this\r\n\r\n", b"HTTP/1.1 200 OK\r\nx:" + b"y" * 70_000],
)  # fmt: skip
async def test_an_answer_that_is_none(connector, answer):
    async with serving(then_close(answer)) as wire:
        with pytest.raises(APIConnectionError) as caught:
            await connector.send(asking(f"{wire.url}/"))
        assert (caught.value.sent, caught.value.phase) == (True, "read")
        assert "canary" not in repr(caught.value)
        await wire.all_closed()


@pytest.mark.anyio
async def test_nobody_listens(connector):
    async with serving(then_close()) as wire:
        port = wire.port
    with pytest.raises(APIConnectionError) as caught:
        await connector.send(asking(f"http://127.0.0.1:{port}/"))
    assert (caught.value.sent, caught.value.phase) == (False, "connect")


@pytest.mark.anyio
async def test_a_head_that_does_not_come(connector):
    async with serving(then_stall(b"HTTP/1.1 200 OK\r\n")) as wire:
        with pytest.raises(APITimeoutError) as caught:
            await connector.send(asking(f"{wire.url}/", read=0.05))
        assert (caught.value.sent, caught.value.phase) == (True, "read")
        await wire.all_closed()


@pytest.mark.anyio
async def test_a_server_that_is_never_done_with_the_head(connector):
    again = b"HTTP/1.1 100 Continue\r\n\r\n"
    async with serving(endless(then=again)) as wire:
        with anyio.fail_after(PATIENCE), pytest.raises(APITimeoutError):
            await connector.send(asking(f"{wire.url}/", read=0.05))
        await wire.all_closed()


@pytest.mark.anyio
async def test_the_body_of_a_refusal_is_not_waited_for_without_end(connector, monkeypatch):
    monkeypatch.setattr(upgrade, "_ERROR_BODY_AWAITED", 0.05)
    head = b"HTTP/1.1 500 No\r\nContent-Length: 9999999\r\n\r\n"
    async with serving(then_stall(head + b"half")) as wire:
        with anyio.fail_after(PATIENCE):
            response = await connector.send(asking(f"{wire.url}/", read=None))
        assert (response.status_code, response.content) == (500, b"half")
        await wire.all_closed()


@pytest.mark.anyio
async def test_the_system_looks_whether_the_other_side_is_there(connector):
    async with serving(then_stall(CONNECTED)) as wire:
        response = await connector.send(asking(f"{wire.url}/"))
        opened = response.connection._stream.extra(anyio.abc.SocketAttribute.raw_socket)
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_KEEPIDLE"):
            assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        await response.aclose()


@pytest.mark.anyio
async def test_settings_of_tls_that_can_not_be_made():
    def broken(origin):
        raise FileNotFoundError(2, "No such file or directory")

    connector = UpgradeTransport(broken)
    async with serving(then_stall()) as wire:
        with pytest.raises(APIConnectionError, match="No such file") as caught:
            await connector.send(asking(f"https://localhost:{wire.port}/"))
        assert (caught.value.sent, caught.value.phase) == (False, "connect")
        await wire.all_closed()


@pytest.mark.anyio
async def test_cancelling_closes_the_connection(connector):
    async with serving(then_stall()) as wire:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connector.send, asking(f"{wire.url}/", read=None))
            await wire.stalled.wait()
            tasks.cancel_scope.cancel()
        await wire.all_closed()
    assert not connector.connections


@pytest.mark.anyio
async def test_closing_ends_what_is_open_and_what_comes_later(connector):
    async with serving(then_stall(CONNECTED)) as wire:
        response = await connector.send(asking(f"{wire.url}/"))

        async def read():
            with pytest.raises(ClientClosedError):
                await response.connection.receive()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await anyio.lowlevel.checkpoint()
            await connector.aclose()
        await wire.all_closed()
        with pytest.raises(ClientClosedError):
            await connector.send(asking(f"{wire.url}/"))


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()


def trusting(ca):
    context = ssl.create_default_context()
    ca.configure_trust(context)
    return context


@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["https", "wss"])
async def test_tls_and_an_end_without_a_goodbye(ca, scheme):
    tls = server_context(ca.issue_cert("localhost"))
    connector = UpgradeTransport(Routes(trusting(ca), trust_env=False).of)
    async with serving(then_close(CONNECTED + b"safe"), tls) as wire:
        response = await connector.send(asking(f"{scheme}://localhost:{wire.port}/"))
        assert await drained(response.connection) == b"safe"
        await connector.aclose()
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["other.example.com", None])
async def test_certificates_that_are_refused(ca, name):
    issuer = trustme.CA() if name is None else ca
    tls = server_context(issuer.issue_cert(name or "localhost"))
    connector = UpgradeTransport(Routes(trusting(ca), trust_env=False).of)
    async with serving(then_close(CONNECTED), tls) as wire:
        with pytest.raises(APIConnectionError, match="certificate is not accepted") as caught:
            await connector.send(asking(f"https://localhost:{wire.port}/"))
        assert (caught.value.sent, caught.value.phase) == (False, "connect")
        await wire.all_closed()
    assert wire.heads == []


def with_proxy(monkeypatch, value, context=None):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("https_proxy", value)
    return UpgradeTransport(Routes(context, trust_env=True).of)


@pytest.mark.anyio
async def test_a_tunnel_through_a_proxy(monkeypatch, ca):
    outer = server_context(ca.issue_cert("api.invalid"))

    async def behave(peer):
        await peer.head()
        await peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        stream = await TLSStream.wrap(
            peer.stream, server_side=True, ssl_context=outer, standard_compatible=False
        )
        await then_close(CONNECTED + b"inside")(Peer(peer.wire, stream, peer.number))

    async with serving(behave) as wire:
        proxy = f"http://us%65r:canary@localhost:{wire.port}"
        connector = with_proxy(monkeypatch, proxy, trusting(ca))
        response = await connector.send(asking("wss://api.invalid/one?token=canary"))
        assert await drained(response.connection) == b"inside"
        await connector.aclose()
        await wire.all_closed()
    first, second = wire.heads
    assert (first.method, first.target) == ("CONNECT", "api.invalid:443")
    assert first.all("proxy-authorization") == ["Basic dXNlcjpjYW5hcnk="]
    assert first.all("authorization") == []
    assert second.target == "/one?token=canary"
    assert second.all("proxy-authorization") == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "said", [answer(b"", "407 Proxy Authentication Required"), b"", b"nonsense\r\n\r\n"]
)
async def test_a_proxy_that_refuses(monkeypatch, said):
    async with serving(always(said) if said.startswith(b"HTTP") else then_close(said)) as wire:
        connector = with_proxy(monkeypatch, f"http://user:canary@localhost:{wire.port}")
        with pytest.raises(APIConnectionError) as caught:
            await connector.send(asking("https://api.invalid/"))
        assert (caught.value.sent, caught.value.phase) == (False, "connect")
        assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}"
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "proxy", ["socks5://user:canary@a:1", "https://a:1", "http://user:canary@a:port"]
)
async def test_proxies_that_can_t_be_used(monkeypatch, proxy):
    connector = with_proxy(monkeypatch, proxy)
    with pytest.raises(ConfigurationError, match="only proxies with an http:// URL") as caught:
        await connector.send(asking("https://api.invalid/"))
    assert "canary" not in repr(caught.value)


def shown(error):
    """Return what a reporter of errors would show, this file's own variables left out."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    todo = [report]
    while todo:
        each = todo.pop()
        each.stack[:] = [frame for frame in each.stack if Path(frame.filename).parent != HERE]
        todo += [other for other in (each.__cause__, each.__context__) if other]
    return "".join(report.format())


HERE = Path(__file__).parent
SECRETS = ("s3cret", "dXNlcjpzM2NyZXQ")


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["refused", "hung up", "cancelled", "no proxy", "no port"])
async def test_the_password_of_a_proxy_does_not_show(monkeypatch, way):
    behave = then_stall() if way == "cancelled" else then_close()
    if way == "refused":
        behave = always(answer(b"", "407 Proxy Authentication Required"))
    caught = []
    async with serving(behave) as wire:
        scheme = "socks5" if way == "no proxy" else "http"
        port = "port" if way == "no port" else wire.port
        connector = with_proxy(monkeypatch, f"{scheme}://user:s3cret@localhost:{port}")

        async def ask():
            try:
                await connector.send(asking("https://api.invalid/"))
            except BaseException as error:
                caught.append(shown(error))
                if not isinstance(error, Exception):
                    raise

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            if way == "cancelled":
                await wire.stalled.wait()
                tasks.cancel_scope.cancel()
        await wire.all_closed()
    (text,) = caught
    assert "api.invalid" in text, "there are variables"
    assert not any(secret in text for secret in SECRETS), text


# -- settings of a transport ----------------------------------------------------------------


@pytest.mark.anyio
async def test_a_certificate_of_a_given_client_is_shown(ca):
    """Some proxies want to know who comes."""
    theirs = server_context(ca.issue_cert("localhost"))
    ca.configure_trust(theirs)
    theirs.verify_mode = ssl.CERT_REQUIRED
    mine = trusting(ca)
    ca.issue_cert("me.example.com").configure_cert(mine)
    async with serving(then_close(CONNECTED + b"inside"), theirs) as wire:
        async with httpx.AsyncClient(verify=mine, trust_env=False) as http:
            routes = Routes(None, trust_env=False, transport=HttpxTransport(client=http))
            connector = UpgradeTransport(routes.of)
            response = await connector.send(asking(f"https://localhost:{wire.port}/"))
            assert await drained(response.connection) == b"inside"
            await connector.aclose()


@pytest.mark.anyio
async def test_settings_that_calls_use_for_http2_are_no_offer_of_it(ca):
    """httpx puts the protocols that it offers into the settings that both share."""
    theirs = server_context(ca.issue_cert("localhost"))
    theirs.set_alpn_protocols(["h2", "http/1.1"])
    mine = trusting(ca)
    mine.set_alpn_protocols(["h2", "http/1.1"])
    spoken = []

    async def behave(peer):
        spoken.append(peer.stream.extra(TLSAttribute.alpn_protocol))
        await then_close(CONNECTED + b"inside")(peer)

    async with serving(behave, theirs) as wire:
        connector = UpgradeTransport(Routes(mine, trust_env=False).of)
        response = await connector.send(asking(f"https://localhost:{wire.port}/"))
        assert await drained(response.connection) == b"inside"
        await connector.aclose()
    assert spoken == ["http/1.1"]


@pytest.mark.anyio
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
async def test_what_the_environment_says_of_tls_is_checked_before_connecting(monkeypatch, variable):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "/no/such/folder/file")
    async with serving(then_stall()) as wire:
        for transport in (None, HttpxTransport(), Httpx2Transport(), AiohttpTransport()):
            routes = Routes(None, trust_env=True, transport=transport)
            connector = UpgradeTransport(routes.of)
            with pytest.raises(ConfigurationError, match=f"{variable} names '/no/such/folder"):
                await connector.send(asking(f"wss://localhost:{wire.port}/"))
            # What is in clear needs none of it.
            assert routes.of("http://localhost:1").ssl_context is None
            for trusting_env in (False, True):
                if transport is None and trusting_env:
                    continue
                given = None if transport is None else type(transport)(trust_env=not trusting_env)
                routes = Routes(None, trust_env=trusting_env, transport=given)
                assert routes.of("https://localhost:1").ssl_context is not None
        assert wire.connections == 0
