"""Websockets and server-sent events over TLS, where the platform has them."""

import ssl
from contextlib import AsyncExitStack

import aiohttp
import httpx
import httpx2
import pytest
import trustme
from proxy_relay import tunnel
from sandbox_client import client_of, served
from tls_relay import behind_tls, trusting

from scalingo_async import APIConnectionError, ConfigurationError
from scalingo_async.sandbox import Sandbox
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
async def sandbox():
    async with served(Sandbox(apps=2, rate_limit=None)) as running:
        yield running


@pytest.fixture
async def url(sandbox, authority):
    async with behind_tls(sandbox.url, authority) as url:
        yield url


def behind(sandbox, url, **settings):
    places = {"api_url": url, "auth_url": f"{url}/auth", "database_url": url}
    return client_of(sandbox, **places, **settings)


def secured(address, url):
    """Put what the sandbox hands out behind TLS."""
    scheme, _, rest = address.partition("://")
    path = rest.partition("/")[2]
    host = url.removeprefix("https://")
    return f"{'wss' if scheme == 'ws' else 'https'}://{host}/{path}"


@pytest.mark.parametrize("kind", ["stream_websocket", "stream_sse"])
async def test_logs(sandbox, url, authority, kind):
    app = sandbox.apps()[0].name
    sandbox.write_log(app, "é🚀 over TLS")
    async with behind(sandbox, url, ssl_context=trusting(authority)) as client:
        logs_url = secured((await client.logs.get_url(app)).logs_url, url)
        async with getattr(client.logs, kind)(logs_url, n=1) as events:
            assert (await anext(events)).log.endswith("é🚀 over TLS\n")
    async with behind(sandbox, url) as stranger:
        with pytest.raises(APIConnectionError, match="certificate"):
            async with getattr(stranger.logs, kind)(logs_url):
                pass


async def test_deployments(sandbox, url, authority):
    app = sandbox.apps()[0].name
    async with behind(sandbox, url, ssl_context=trusting(authority)) as client:
        stream_url = secured((await client.apps.get(app)).links.deployments_stream, url)
        async with client.deployments.stream(stream_url) as messages:
            made = await client.deployments.create(app, source_url="https://example.com/a.tar.gz")
            assert (await anext(messages)).data["deployment"] == made.id


# -- whom terminals and websockets trust ----------------------------------------------------


async def ways(context, backend, stack):
    """Yield each way to hand TLS settings to what sends the calls, and nothing to the client."""
    yield "HttpxTransport(ssl_context)", {"transport": HttpxTransport(ssl_context=context)}
    yield "Httpx2Transport(ssl_context)", {"transport": Httpx2Transport(ssl_context=context)}
    http2 = HttpxTransport(ssl_context=context, http2=True)
    yield "HttpxTransport(http2)", {"transport": http2}
    http = await stack.enter_async_context(httpx.AsyncClient(verify=context, trust_env=False))
    yield "http_client", {"http_client": http}
    yield "HttpxTransport(client)", {"transport": HttpxTransport(client=http)}
    hooked = httpx.AsyncClient(verify=context, event_hooks={"request": [nothing]})
    yield "http_client with hooks", {"http_client": await stack.enter_async_context(hooked)}
    given = await stack.enter_async_context(httpx.AsyncHTTPTransport(verify=context))
    yield "HttpxTransport(transport)", {"transport": HttpxTransport(transport=given)}
    again = httpx2.AsyncClient(verify=context, trust_env=False)
    again = await stack.enter_async_context(again)
    yield "Httpx2Transport(client)", {"transport": Httpx2Transport(client=again)}
    loose = await stack.enter_async_context(httpx.AsyncClient(verify=False))
    yield "http_client without checks", {"http_client": loose}
    if backend == "asyncio":
        yield "AiohttpTransport(ssl_context)", {"transport": AiohttpTransport(ssl_context=context)}
        for name, settings in (("a session", context), ("a session without checks", False)):
            connector = aiohttp.TCPConnector(ssl=settings)
            session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
            yield name, {"transport": AiohttpTransport(session)}


async def nothing(message):
    pass


async def test_terminals_and_websockets_trust_whom_calls_trust(
    sandbox, url, authority, anyio_backend_name
):
    app = sandbox.apps()[0].name
    sandbox.write_log(app, "over TLS")
    context = trusting(authority)
    async with AsyncExitStack() as stack:
        async for name, settings in ways(context, anyio_backend_name, stack):
            async with behind(sandbox, url, **settings) as client:
                logs_url = secured((await client.logs.get_url(app)).logs_url, url)
                async with client.logs.stream_websocket(logs_url, n=1) as events:
                    assert "over TLS" in (await anext(events)).log, name


async def test_a_client_s_own_settings_come_first(sandbox, url, authority):
    app = sandbox.apps()[0].name
    async with httpx.AsyncClient(verify=trusting(authority)) as http:
        stranger = ssl.create_default_context()
        async with behind(sandbox, url, http_client=http, ssl_context=stranger) as client:
            logs_url = secured((await client.logs.get_url(app)).logs_url, url)
            with pytest.raises(APIConnectionError, match="certificate"):
                async with client.logs.stream_websocket(logs_url):
                    pass


async def test_where_trust_is_not_known_it_is_said_what_to_give(sandbox, url, authority):
    class Wrapped(httpx.AsyncBaseTransport):
        def __init__(self, inner):
            self.inner = inner

        async def handle_async_request(self, message):
            return await self.inner.handle_async_request(message)

    app = sandbox.apps()[0].name
    inner = httpx.AsyncHTTPTransport(verify=trusting(authority))
    transport = HttpxTransport(transport=Wrapped(inner))
    async with inner, behind(sandbox, url, transport=transport) as client:
        logs_url = secured((await client.logs.get_url(app)).logs_url, url)
        with pytest.raises(APIConnectionError, match=r"pass .* to the client, as `ssl_context`"):
            async with client.logs.stream_websocket(logs_url):
                pass


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_session_that_knows_one_certificate_needs_settings(sandbox, url, authority):
    fingerprint = aiohttp.Fingerprint(b"x" * 32)
    connector = aiohttp.TCPConnector(ssl=fingerprint)
    async with aiohttp.ClientSession(connector=connector) as session:
        async with behind(sandbox, url, transport=AiohttpTransport(session)) as client:
            with pytest.raises(ConfigurationError, match=r"fingerprints: .* `ssl_context`"):
                async with client.logs.stream_websocket(secured("ws://x/logs/y", url)):
                    pass


VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def proxied(kind, proxy, stack_of):
    """Make the settings of a client whose calls take a proxy."""
    if kind == "HttpxTransport":
        return {"transport": HttpxTransport(proxy=proxy, ssl_context=stack_of)}
    if kind == "AiohttpTransport":
        return {"transport": AiohttpTransport(proxy=proxy, ssl_context=stack_of)}
    if kind == "http_client":
        return {"http_client": httpx.AsyncClient(proxy=proxy, verify=stack_of)}
    mounts = {"all://localhost": httpx.AsyncHTTPTransport(proxy=proxy, verify=stack_of)}
    return {"http_client": httpx.AsyncClient(mounts=mounts, trust_env=False)}


@pytest.mark.parametrize("kind", ["HttpxTransport", "AiohttpTransport", "http_client", "mounts"])
async def test_terminals_and_websockets_take_the_proxy_that_calls_take(
    sandbox, url, authority, kind, anyio_backend_name
):
    if kind == "AiohttpTransport" and anyio_backend_name == "trio":
        return
    app = sandbox.apps()[0].name
    sandbox.write_log(app, "through")
    async with tunnel() as (proxy, heads):
        settings = proxied(kind, proxy, trusting(authority))
        async with behind(sandbox, url, **settings) as client:
            logs_url = secured((await client.logs.get_url(app)).logs_url, url)
            calls = len(heads)
            async with client.logs.stream_websocket(logs_url, n=1) as events:
                assert "through" in (await anext(events)).log
        assert len(heads) == calls + 1
        assert all(b"Basic dXNlcjpjYW5hcnk=" in head for head in heads)
        if "http_client" in settings:
            await settings["http_client"].aclose()


@pytest.mark.parametrize("trusting_env", [False, True])
async def test_a_given_client_s_trust_in_the_environment_counts(
    sandbox, url, authority, monkeypatch, trusting_env
):
    app = sandbox.apps()[0].name
    sandbox.write_log(app, "through")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    async with tunnel() as (proxy, heads):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        context = trusting(authority)
        async with (
            httpx.AsyncClient(verify=context, trust_env=trusting_env) as http,
            behind(sandbox, url, http_client=http, trust_env=True) as client,
        ):
            logs_url = secured((await client.logs.get_url(app)).logs_url, url)
            async with client.logs.stream_websocket(logs_url, n=1) as events:
                assert "through" in (await anext(events)).log
        assert bool(heads) is trusting_env
