"""Which proxy is used, and what is said to it."""

import logging
import ssl

import anyio
import pytest
import trustme
from anyio.streams.tls import TLSStream
from wire import Peer, always, answer, serving

from scalingo_async.errors import APIConnectionError, ConfigurationError
from scalingo_async.transports.proxies import EnvironmentProxies, origin_of
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
@pytest.mark.parametrize("proxy", ["ftp://user:canary@a:1", "socks5://user:canary@a:1", "http://"])
async def test_proxies_that_can_t_be_used(kind, proxy):
    async with kind.open(proxy=proxy) as transport:
        with pytest.raises((ConfigurationError, APIConnectionError)) as caught:
            await transport.send(request_to("https://api.invalid/v1"))
        assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}"
        assert at_rest(transport)
    await anyio.lowlevel.checkpoint()
