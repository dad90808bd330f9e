"""Which proxy is used, and what is said to it."""

import logging
import ssl
import sys
from functools import partial

import anyio
import pytest
import trustme
from anyio.streams.tls import TLSStream
from instruments.wire import Peer, always, answer, serving
from tables import each

from scalingo_async.errors import APIConnectionError, ConfigurationError
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.defaults import Routes
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport
from scalingo_async.transports.proxies import EnvironmentProxies, origin_of
from scalingo_async.transports.upgrade import UpgradeTransport
from scalingo_async.types import Secret
from transports.sending import TOKEN, at_rest, request_to

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


PROXY = "http://user:canary@proxy.example:3128"


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, "https://api.example.com/x", None),
        ({"HTTPS_PROXY": PROXY}, "https://api.example.com/x", PROXY),
        ({"https_proxy": PROXY}, "https://api.example.com", PROXY),
        ({"ALL_PROXY": PROXY}, "https://api.example.com?q=1", PROXY),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https://a.example/", "http://proxy.example:3128"),
        ({"HTTP_PROXY": PROXY}, "https://api.example.com/x", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com"}, "https://api.example.com/x", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".example.com"}, "https://api.example.com:8/x", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, "https://api.example.com/x", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "other.com"}, "https://api.example.com/x", PROXY),
        # What stays on this machine may be in clear, and does not go to a proxy.
        ({"ALL_PROXY": PROXY, "HTTP_PROXY": PROXY}, "http://127.0.0.1:8/x", None),
        ({"ALL_PROXY": PROXY, "HTTP_PROXY": PROXY}, "http://localhost/x", None),
        ({"ALL_PROXY": PROXY, "HTTP_PROXY": PROXY}, "http://[::1]:8/x", None),
        ({"ALL_PROXY": PROXY}, "https://[2001:db8::1]:8/x", PROXY),
    ],
)
def test_proxies_of_the_environment(monkeypatch, environ, url, proxy):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert EnvironmentProxies().of(origin_of(url)) == proxy


EXCEPTED = [
    # NO_PROXY, hosts that it is for, hosts that it is not for
    (
        "*.scalingo.com",
        "api.osc-fr1.scalingo.com scalingo.com",
        "scalingo.com.example ascalingo.com",
    ),
    (".scalingo.com", "api.osc-fr1.scalingo.com scalingo.com", "ascalingo.com"),
    ("scalingo.com", "api.osc-fr1.scalingo.com SCALINGO.com scalingo.com.", "ascalingo.com"),
    ("SCALINGO.COM.", "api.scalingo.com", "com"),
    ("other.com, scalingo.com", "api.scalingo.com other.com", "another.example"),
    ("other.com scalingo.com", "api.scalingo.com other.com", "another.example"),
    (" other.com\t,, ,scalingo.com ,", "api.scalingo.com other.com", "com"),
    ("*", "api.scalingo.com 203.0.113.1 [2001:db8::1]", ""),
    ("a.com, *", "api.scalingo.com", ""),
    ("*.", "", "api.scalingo.com"),
    ("com", "scalingo.com", "scalingo.org"),
    ("203.0.113.7", "203.0.113.7", "203.0.113.70 1203.0.113.7"),
    ("203.0.113.0/24", "203.0.113.7 203.0.113.255", "203.0.114.1 name.example"),
    ("203.0.113.7/24", "203.0.113.9", "203.0.114.1"),
    ("203.0.113.0/99, b.com", "b.com", "203.0.113.1"),
    ("2001:db8::1", "[2001:db8::1] [2001:DB8:0::1]", "[2001:db8::2]"),
    ("[2001:db8::1]", "[2001:db8::1]:8443", "[2001:db8::2]"),
    ("2001:db8::/32", "[2001:db8:1::1]", "[2001:db9::1] 203.0.113.1"),
    ("scalingo.com:443", "api.scalingo.com api.scalingo.com:443", "api.scalingo.com:8443"),
    ("*.scalingo.com:8443", "api.scalingo.com:8443", "api.scalingo.com"),
    ("[2001:db8::1]:8443", "[2001:db8::1]:8443", "[2001:db8::1]"),
    ("203.0.113.7:80", "", "203.0.113.7"),
    ("", "", "api.scalingo.com"),
]


def routes():
    """Return what says of each transport, and of websockets, how it gets somewhere."""
    found = [partial(make().upgrade_route, trust_env=True) for make in MAKERS]
    return [*found, Routes(None, trust_env=True).of]


def proxy_for(transport, origin):
    """Return what a call takes."""
    find = transport.proxy_for if isinstance(transport, AiohttpTransport) else transport._proxy_for
    return find(origin)


MAKERS = [HttpxTransport, Httpx2Transport, AiohttpTransport]


@each(("listed", "excepted", "others"), EXCEPTED)
def test_no_proxy_is_read_as_curl_reads_it(monkeypatch, listed, excepted, others):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name.swapcase(), raising=False)
        monkeypatch.setenv(name, listed)
        for route in routes():
            for host in excepted.split():
                assert route(f"https://{host}").proxy is None, host
            for host in others.split():
                assert route(f"https://{host}").proxy == Secret(PROXY), host
        for make in MAKERS:
            for host in excepted.split():
                assert proxy_for(make(), f"https://{host}") is None
                assert proxy_for(make(trust_env=False), f"https://{host}") is None
            for host in others.split():
                assert proxy_for(make(), f"https://{host}") == PROXY
                assert proxy_for(make(trust_env=False), f"https://{host}") is None


@pytest.mark.anyio
@pytest.mark.parametrize("proxy", ["socks5://user:canary@a:1", "SOCKS5H://user:canary@a:1"])
@pytest.mark.parametrize("how", ["argument", "environment"])
async def test_a_socks_proxy_without_its_package(kind, monkeypatch, proxy, how):
    """There is none here."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    name = "httpx2" if kind.name == "httpx2" else "httpx"
    if how == "environment":
        monkeypatch.setenv("ALL_PROXY", proxy)
    settings = {"proxy": proxy} if how == "argument" else {"trust_env": True}
    async with kind.open(**settings) as transport:
        with pytest.raises(ConfigurationError, match=rf"pip install '{name}\[socks\]'") as caught:
            await transport.send(request_to("https://api.invalid/v1"))
        assert "canary" not in str(caught.value)
        assert at_rest(transport)
    connector = UpgradeTransport(Routes(None, trust_env=True, transport=transport).of)
    with pytest.raises(
        ConfigurationError, match=r"only proxies with an http:// URL|http and https"
    ) as caught:
        await connector.send(request_to("https://api.invalid/v1"))
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "used"),
    [
        (" http://p:1 ", "http://p:1"),
        ("HTTP://p:1", "http://p:1"),
        ("p:1", "http://p:1"),
        (" ", None),
    ],
)
def test_how_proxies_are_written(monkeypatch, value, used):
    monkeypatch.setenv("HTTPS_PROXY", value)
    assert EnvironmentProxies().of("https://api.example.com") == used


@pytest.mark.parametrize(
    ("url", "origin"),
    [("https://a.b/c/d?e=/f", "https://a.b"), ("http://a:1", "http://a:1"),
     ("https://a?b=c", "https://a"), ("https://[::1]:2/c", "https://[::1]:2")],
)  # fmt: skip
def test_origins(url, origin):
    assert origin_of(url) == origin


# -- over sockets -------------------------------------------------------------------------


def with_password(wire):
    return wire.url.replace("://", "://user:canary@")


@pytest.mark.anyio
async def test_a_proxy_of_the_environment_is_used_when_it_may_be(kind, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    async with serving(always(answer(b"through"))) as wire:
        monkeypatch.setenv("HTTP_PROXY", with_password(wire))
        url = "http://api.invalid/v1"
        async with kind.open(trust_env=True) as transport:
            assert (await transport.send(request_to(url))).content == b"through"
        async with kind.open(proxy=with_password(wire)) as transport:
            assert (await transport.send(request_to(url))).content == b"through"
        async with kind.open(trust_env=False) as transport:
            with pytest.raises(APIConnectionError):
                await transport.send(request_to(url))
    assert [seen.target for seen in wire.requests] == [url] * 2
    for seen in wire.requests:
        assert seen.all("proxy-authorization") == ["Basic dXNlcjpjYW5hcnk="]
        assert len(seen.all("authorization")) == 1
    assert "canary" not in caplog.text
    assert "dXNlcjpjYW5hcnk" not in caplog.text


@pytest.mark.anyio
async def test_a_tunnel_shows_the_proxy_nothing(kind):
    ca = trustme.CA()
    outer, inner = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert("api.invalid").configure_cert(outer)
    ca.configure_trust(inner)

    async def behave(peer: Peer):
        await peer.head()
        await peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        stream = await TLSStream.wrap(
            peer.stream, server_side=True, ssl_context=outer, standard_compatible=False
        )
        await always(answer(b"inside"))(Peer(peer.wire, stream, peer.number))

    async with serving(behave) as wire:
        async with kind.open(proxy=with_password(wire), ssl_context=inner) as transport:
            for _ in range(2):
                response = await transport.send(request_to("https://api.invalid/v1"))
                assert response.content == b"inside"
        first, *others = wire.heads
    assert (first.method, first.target) == ("CONNECT", "api.invalid:443")
    assert TOKEN not in str(first.headers)
    assert [seen.target for seen in others] == ["/v1"] * 2
    assert not any(seen.all("proxy-authorization") for seen in others)


@pytest.mark.anyio
async def test_a_proxy_that_refuses(kind, caplog):
    caplog.set_level(logging.DEBUG)
    refused = answer(b"", "407 Proxy Authentication Required")
    async with serving(always(refused)) as wire:
        async with kind.open(proxy=with_password(wire)) as transport:
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to("https://api.invalid/v1", "POST"))
            assert at_rest(transport)
    assert (caught.value.sent, caught.value.phase) == (False, "connect")
    assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}{caplog.text}"


@pytest.mark.anyio
@pytest.mark.parametrize("proxy", ["ftp://user:canary@a:1", "socks4://user:canary@a:1", "http://"])
async def test_proxies_that_can_t_be_used(kind, proxy):
    async with kind.open(proxy=proxy) as transport:
        with pytest.raises((ConfigurationError, APIConnectionError)) as caught:
            await transport.send(request_to("https://api.invalid/v1"))
        assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}"
        assert at_rest(transport)
    await anyio.lowlevel.checkpoint()
