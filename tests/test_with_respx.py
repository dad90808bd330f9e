"""Errors, retries and pages, with routes of respx: what users of respx build on.

respx is in httpcore, so that all of the client is real but for the socket.
"""

import json

import httpcore
import httpx
import pytest
import respx
from anyio import current_time
from api_facts import sample_of
from instruments.virtual_time import VIRTUAL
from platform_routes import BASES, connected
from respx.models import AllMockedAssertionError
from tables import each

import scalingo_async
from scalingo_async import (
    APIConnectionError,
    APITimeoutError,
    Phase,
    RateLimitError,
    ServerError,
)
from scalingo_async.transports.failures import is_patched_in
from scalingo_async.transports.httpx import HttpxTransport

pytestmark = pytest.mark.anyio

APPS = f"{BASES['regional']}/apps"
SHOP = {"app": sample_of("App", full=False) | {"name": "shop"}}
RESTART = f"{APPS}/shop/restart"


@pytest.fixture
def routes():
    # Not all are asked for in each case.
    with respx.mock(assert_all_called=False) as routes:
        yield routes


# -- errors ------------------------------------------------------------------------------------

KINDS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "ValidationFailedError",
    429: "RateLimitError",
    500: "ServerError",
    502: "ServerError",
    503: "ServerError",
    504: "ServerError",
}


@each(("status", "kind"), KINDS.items())
async def test_each_status_is_an_exception_of_its_own(status, kind, routes):
    routes.get(f"{APPS}/shop").respond(
        status, json={"error": "no luck"}, headers={"X-Request-ID": "r-1"}
    )
    async with connected() as client:
        with pytest.raises(scalingo_async.APIStatusError) as caught:
            await client.apps.get("shop")
    assert type(caught.value) is getattr(scalingo_async, kind)
    assert caught.value.status_code == status
    assert caught.value.body == {"error": "no luck"}
    assert caught.value.request_id == "r-1"
    routes.clear()


FAILURES = [
    (httpx.ConnectError, APIConnectionError, Phase.CONNECT, False),
    (httpx.ConnectTimeout, APITimeoutError, Phase.CONNECT, False),
    (httpx.PoolTimeout, APITimeoutError, Phase.POOL, False),
    (httpx.WriteError, APIConnectionError, Phase.WRITE, True),
    (httpx.ReadTimeout, APITimeoutError, Phase.READ, True),
    (httpx.RemoteProtocolError, APIConnectionError, Phase.READ, True),
]


@each(("raised", "kind", "phase", "sent"), FAILURES)
async def test_a_failure_of_httpx_says_how_far_the_request_came(raised, kind, phase, sent, routes):
    route = routes.post(RESTART).mock(side_effect=raised("by the test"))
    async with connected(max_retries=2, retry=QUICK) as client:
        with pytest.raises(kind) as caught:
            await client.apps.restart("shop")
    assert (type(caught.value), caught.value.phase, caught.value.sent) == (kind, phase, sent)
    # A restart that may have been done is not sent again.
    assert route.call_count == (1 if sent else 3)
    routes.clear()


class OfTheTestError(Exception):
    pass


@each("raised", [OfTheTestError, AssertionError, ValueError])
@each("own", [True, False])
async def test_what_a_route_raises_of_its_own_stays_what_it_is(raised, own, routes):
    problem = raised("of the test")

    def fail(request):
        raise problem

    route = routes.get(f"{APPS}/shop").mock(side_effect=fail)
    async with httpx.AsyncClient(verify=False) as http:
        given = {} if own else {"transport": HttpxTransport(client=http)}
        async with connected(max_retries=2, **given) as client:
            with pytest.raises(raised, match="of the test") as caught:
                await client.apps.get("shop")
    assert caught.value is problem
    assert f"raised at {__file__}" in caught.value.__notes__[0]
    assert route.call_count == 1
    routes.clear()


def raised_by(call):
    with pytest.raises((TypeError, ValueError, LookupError)) as caught:
        call()
    return caught.value


@each(
    ("call", "patched_in"),
    [
        (lambda: httpcore.URL(5), False),
        (lambda: json.loads("no JSON"), False),
        (lambda: int("seven"), True),
        (lambda: respx.mock["no-such-route"], True),
    ],
)
def test_it_counts_where_an_error_was_raised(call, patched_in):
    """Those of a library are failures of the connection, of whatever kind they are."""
    error = raised_by(call)
    assert is_patched_in(error) == patched_in
    assert not is_patched_in(error.with_traceback(None))


async def test_a_request_without_a_route_is_an_error_of_respx_at_once(routes):
    routes.get(f"{APPS}/shop").respond(json=SHOP)
    async with connected(max_retries=2) as client:
        with pytest.raises(AllMockedAssertionError, match="apps/other"):
            await client.apps.get("other")
    assert len(routes.calls) == 0


# -- retries -----------------------------------------------------------------------------------

QUICK = scalingo_async.RetryPolicy(base=0.0, cap=0.0)


async def test_a_read_is_tried_again_until_it_is_answered(routes):
    answers = [httpx.Response(503), httpx.ReadError("cut"), httpx.Response(200, json=SHOP)]
    route = routes.get(f"{APPS}/shop").mock(side_effect=answers)
    async with connected(max_retries=2, retry=QUICK) as client:
        assert (await client.apps.get("shop")).name == "shop"
    assert route.call_count == 3
    first, *others = [call.request for call in route.calls]
    for other in others:
        assert (other.url, other.headers, other.content) == (
            first.url,
            first.headers,
            first.content,
        )


async def test_a_write_is_not_sent_again_when_it_may_have_been_done(routes):
    route = routes.post(RESTART).respond(503)
    async with connected(max_retries=2, retry=QUICK) as client:
        with pytest.raises(ServerError):
            await client.apps.restart("shop")
    assert route.call_count == 1


@VIRTUAL
async def test_the_pause_is_as_long_as_the_platform_says(routes):
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    routes.get(f"{APPS}/shop").mock(side_effect=[busy, httpx.Response(200, json=SHOP)])
    async with connected(max_retries=1) as client:
        began = current_time()
        await client.apps.get("shop")
        assert current_time() - began == pytest.approx(7, abs=0.5)


@VIRTUAL
async def test_a_pause_that_is_too_long_is_not_waited_for(routes):
    route = routes.get(f"{APPS}/shop").respond(429, headers={"Retry-After": "3600"})
    async with connected(max_retries=5) as client:
        began = current_time()
        with pytest.raises(RateLimitError) as caught:
            await client.apps.get("shop")
        assert current_time() == began
    assert caught.value.retry_after == 3600
    assert route.call_count == 1


# -- tokens ------------------------------------------------------------------------------------


async def test_a_token_that_is_refused_is_exchanged_once_more(routes):
    exchange = routes.post(f"{BASES['auth']}/tokens/exchange").mock(
        side_effect=[httpx.Response(200, json={"token": token}) for token in ("old", "new")]
    )
    old = routes.get(f"{APPS}/shop", headers={"Authorization": "Bearer old"}).respond(401)
    new = routes.get(f"{APPS}/shop", headers={"Authorization": "Bearer new"}).respond(json=SHOP)
    async with connected(bearer_token=None, api_token="tk-us-secret") as client:
        await client.apps.get("shop")
    assert [route.call_count for route in (exchange, old, new)] == [2, 1, 1]


# -- pages -------------------------------------------------------------------------------------


def page(number: int, last: int) -> httpx.Response:
    position = {
        "current_page": number,
        "next_page": number + 1 if number < last else None,
        "prev_page": number - 1 or None,
        "total_pages": last,
        "total_count": last,
    }
    event = {"id": f"e{number}", "created_at": "2030-01-02T03:04:05Z", "type": "restart"}
    return httpx.Response(200, json={"events": [event], "meta": {"pagination": position}})


async def test_pages_are_asked_for_one_by_one_and_no_further_than_needed(routes):
    events = f"{APPS}/shop/events"
    for number in (2, 3):
        routes.get(events, params={"page": number}).mock(return_value=page(number, 3))
    routes.get(events).mock(return_value=page(1, 3))
    async with connected() as client:
        first = await client.events.list("shop")
        assert ([event.id for event in first], routes.calls.call_count) == (["e1"], 1)
        async for event in client.events.list("shop"):
            if event.id == "e2":
                break
        assert routes.calls.call_count == 3
        assert [event.id async for event in client.events.list("shop")] == ["e1", "e2", "e3"]
    assert [call.request.url.params.get("page") for call in routes.calls][3:] == [None, "2", "3"]


async def test_a_page_that_fails_is_tried_again_and_none_is_lost(routes):
    events = f"{APPS}/shop/events"
    second = [httpx.Response(502), page(2, 2)]
    routes.get(events, params={"page": 2}).mock(side_effect=second)
    routes.get(events).mock(return_value=page(1, 2))
    async with connected(max_retries=1, retry=QUICK) as client:
        assert [event.id async for event in client.events.list("shop")] == ["e1", "e2"]
    assert json.loads(routes.calls.last.response.content)["events"][0]["id"] == "e2"
