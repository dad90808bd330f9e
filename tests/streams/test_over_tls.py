"""Websockets and server-sent events over TLS, where the platform has them."""

import pytest
import trustme
from sandbox_client import client_of, served
from tls_relay import behind_tls, trusting

from scalingo_async import APIConnectionError
from scalingo_async.sandbox import Sandbox

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
