"""`client.check()`: one request, a clear cause, and nothing that counts twice."""

import anyio
import httpx
import pytest
from sandbox_client import client_of

from scalingo_async import (
    AsyncClient,
    AuthenticationError,
    ClientClosedError,
    InvalidArgumentError,
    Response,
    SharedStateError,
)
from scalingo_async.sandbox import Sandbox
from scalingo_async.transports.httpx import HttpxTransport

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None)


def bearer_client(answer, **settings) -> tuple[AsyncClient, list[httpx.Request]]:
    """Make a client with a ready-made token, whose requests are noted."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = HttpxTransport(transport=httpx.MockTransport(handle))
    return AsyncClient(bearer_token="theBearer", transport=transport, **settings), requests


async def test_all_is_well(sandbox):
    async with client_of(sandbox, rate_limit=(60, 60)) as client:
        result = await client.check()
        assert (result.ok, bool(result), result.cause, result.problem, result.error) == (
            True, True, None, None, None,
        )  # fmt: skip
        assert 0 <= result.seconds < 60
        assert sandbox.exchanges == 1
        assert client.rate_limit is not None
        assert client.rate_limit.used == 1
        assert await client.check()
        assert sandbox.exchanges == 1
    assert sandbox.count("events.list_for_user") == 2
    (request,) = {(r.method, r.path) for r in sandbox.requests if r.operation != "tokens.exchange"}
    assert request[0] == "GET"


async def test_a_client_with_a_bearer_token_needs_no_exchange():
    client, requests = bearer_client(httpx.Response(200, json={"events": []}))
    async with client:
        assert await client.check()
    (request,) = requests
    assert request.url.path == "/v1/events"
    assert request.url.params["per_page"] == "1"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (httpx.Response(401, json={"error": "unauthorized"}), "token"),
        (httpx.Response(403, json={"error": "no"}), "token"),
        (httpx.Response(429, text="Retry later"), "rate_limit"),
        (httpx.Response(500), "platform"),
        (httpx.Response(503), "platform"),
        (httpx.Response(200, text="<html>a proxy</html>"), "platform"),
        (httpx.Response(204), "platform"),
        (httpx.Response(302, headers={"location": "https://elsewhere"}), "platform"),
        (httpx.ConnectError("refused"), "connection"),
        (httpx.RemoteProtocolError("broken"), "connection"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ConnectTimeout("slow"), "timeout"),
    ],
    ids=repr,
)
async def test_what_is_wrong_is_said_after_one_request(answer, cause):
    client, requests = bearer_client(answer, max_retries=5)
    async with client:
        result = await client.check()
    assert (result.ok, bool(result), result.cause) == (False, False, cause)
    assert result.problem
    assert result.error is not None
    assert len(requests) == 1
    assert "theBearer" not in repr(result)


async def test_a_token_that_was_refused_is_not_replaced_for_a_second_request(sandbox):
    async with client_of(sandbox) as client:
        assert await client.check()
        sandbox.expire_bearers()
        before = len(sandbox.requests)
        result = await client.check()
        assert (result.ok, result.cause) == (False, "token")
        assert isinstance(result.error, AuthenticationError)
        assert len(sandbox.requests) == before + 1
        # The next call has a new one.
        assert await client.check()
        assert sandbox.exchanges == 2


async def test_a_credential_that_the_exchange_refuses(sandbox):
    environ = {**sandbox.environ(), "SCALINGO_API_TOKEN": "tk-us-noSuchToken"}
    transport = HttpxTransport(transport=httpx.ASGITransport(app=sandbox.app))
    async with AsyncClient.from_env(environ=environ, transport=transport) as client:
        result = await client.check()
    assert (result.ok, result.cause) == (False, "token")
    assert "noSuchToken" not in repr(result)
    assert sandbox.count("events.list_for_user") == 0


async def test_it_does_not_stand_in_line_for_long(sandbox):
    async with client_of(sandbox, rate_limit=(1, 60)) as client:
        await client.apps.list()
        with anyio.fail_after(20):
            result = await client.check()
        assert result.cause == "rate_limit"
        assert sandbox.count("events.list_for_user") == 0
        with pytest.raises(InvalidArgumentError):
            await client.check(max_wait="soon")  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match="unknown argument: retries"):
            await client.check(retries=1)  # type: ignore[call-arg]


async def test_it_takes_no_longer_than_it_may(sandbox):
    async with client_of(sandbox) as client:
        await client.apps.list()
        sandbox.inject("events.list_for_user", delay=60)
        result = await client.check(deadline=0.05)
    assert result.cause == "timeout"


async def test_other_causes(sandbox):
    async def away(request, call_next) -> Response:
        raise SharedStateError("away")

    async with client_of(sandbox, middlewares=[away]) as client:
        assert (await client.check()).cause == "shared_state"
    with pytest.raises(ClientClosedError):
        await client.check()
    async with client_of(sandbox) as client:
        assert (await client.region("no-such-region").check()).cause == "configuration"
