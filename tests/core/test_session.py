"""From arguments to a request: everything is checked before anything is sent."""

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import each

from scalingo_async._core.arguments import IS_MASKED, MASK
from scalingo_async._core.client_state import ClientState
from scalingo_async._core.encoding import encode_body, query_values
from scalingo_async._core.endpoint import Endpoint, model, nothing
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.session import Session, located
from scalingo_async._core.tracing import LAST_RESPONSES, TRACE, Trace
from scalingo_async._core.urls import encode_query, parse_url
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    RateLimitError,
    ResponseTooLargeError,
    ScalingoError,
    ServerError,
    UnknownRegionError,
)
from scalingo_async.hosts import HostLookup, Hosts
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.models.users import User
from scalingo_async.request import CallOptions
from scalingo_async.types import UNSET, Headers, Secret, Timeout

from .fakes import Script, answer, request

HOSTS = Hosts.build(
    "osc-fr1",
    api_url="https://api.example.com",
    auth_url="https://auth.example.com",
    database_url="https://db.example.com",
    billing_url="https://billing.example.com",
)
GET = nothing("apps.get", "GET", "/apps/{app}")
ADD = nothing("apps.create", "POST", "/apps", wrap="app")
SELF = model("users.self", "GET", "/users/self", User, root="user", api=API.AUTH)


def session(handler=None, *, hosts=HOSTS, known=True, headers=None, **defaults):
    return Session(
        handler=handler or Script(200),
        lookup=HostLookup(hosts, known=known),
        defaults=CallOptions(**defaults),
        headers=headers or Headers({"user-agent": "test"}),
        state=ClientState(None, None),
        bearer=None,
        retry=RetryPolicy(),
        limiter=lambda api: None,
        sister=None,
    )


def test_a_request_is_made_of_the_arguments():
    made = session().prepare(
        ADD,
        query={"dry_run": True, "absent": None, "unset": UNSET},
        body={"name": "my-app", "stack": None, "project": UNSET},
        headers={"x-dry-run": "true"},
        options={"headers": {"X-Trace": "1"}, "timeout": 3, "max_retries": 5},
    )
    assert (made.method, made.url, made.content) == (
        "POST", "https://api.example.com/v1/apps?dry_run=true", b'{"app":{"name":"my-app","stack":null}}',
    )  # fmt: skip
    assert dict(made.headers) == {
        "user-agent": "test",
        "accept": "application/json",
        "content-type": "application/json",
        "x-dry-run": "true",
        "x-trace": "1",
    }
    assert made.options == CallOptions(Timeout.of(3), None, 5, None)
    assert located(made, HOSTS.base(API.AUTH)) is made


def test_a_request_lacks_its_base_where_that_is_not_known():
    made = session(known=False).prepare(GET, ("my-app",), query={"a": 1}, body={"b": 2})
    assert made.url == "/apps/my-app?a=1"
    there = located(made, HOSTS.base(API.REGIONAL))
    assert there.url == "https://api.example.com/v1/apps/my-app?a=1"
    assert (there.content, there.state, there.headers) == (made.content, made.state, made.headers)


def test_what_is_not_given_is_not_there():
    plain = session()
    made = plain.prepare(GET, ("my-app",), query={"a": None}, headers={}, options={})
    assert (made.content, made.subject) == (None, None)
    assert made.url == "https://api.example.com/v1/apps/my-app"
    assert dict(made.headers) == {"user-agent": "test", "accept": "application/json"}
    assert made.headers is plain.prepare(GET, ("other",)).headers, "made once"
    csv = Endpoint("x", "GET", "/x", accept="text/csv")
    assert plain.prepare(csv).headers["accept"] == "text/csv"


def test_options_complete_the_defaults():
    plain = session(deadline=9.0, max_wait=4.0, max_retries=1, timeout=Timeout(read=1))
    assert plain.options({}) == CallOptions(Timeout(read=1), 9.0, 1, 4.0)
    given_ = {"timeout": None, "deadline": None, "max_retries": 0, "max_wait": None}
    assert plain.options(given_) == CallOptions(Timeout.of(None), None, 0, None)
    assert plain.options({"deadline": 0, "max_wait": 0}).deadline == 0.0


@each(
    ("options", "message"),
    [
        ({"colour": "red", "timeout": 1}, "unknown argument: colour. Every call takes: deadline"),
        ({"timeout": -1}, "timeout must be"),
        ({"timeout": math.nan}, "timeout must be"),
        ({"timeout": "5"}, "timeout must be"),
        ({"deadline": math.inf}, "deadline must be"),
        ({"deadline": True}, "deadline must be"),
        ({"max_wait": -0.1}, "max_wait must be"),
        ({"max_retries": -1}, "max_retries must be an int"),
        ({"max_retries": 1.0}, "max_retries must be an int"),
        ({"max_retries": True}, "max_retries must be an int"),
        ({"max_retries": None}, "max_retries must be an int"),
        ({"headers": {"X": "a\r\nb"}}, "the header X can't be sent"),
        ({"headers": {"Authorization": "x"}}, "the header Authorization is set by the client"),
    ],
)
def test_bad_options(options, message):
    handler = Script(200)
    with pytest.raises(InvalidArgumentError, match=message):
        session(handler).prepare(GET, ("my-app",), options=options)
    assert handler.calls == 0


@each("subject", [("", "ad"), ("my-app", ".."), ("a/b", "ad"), ("my-app", 7)])
def test_the_subject_of_an_addon_token_is_checked(subject):
    with pytest.raises(InvalidArgumentError, match=r"app|addon_id"):
        session().prepare(ADD, subject=subject)


def test_query_values():
    assert query_values(
        {
            "text": "a b", "yes": True, "no": False, "zero": 0, "half": 0.5, "none": None,
            "unset": UNSET, "secret": Secret("s"), "day": date(2026, 1, 2),
            "at": datetime(2026, 1, 2, tzinfo=UTC), "empty": "",
        }
    ) == {
        "text": "a b", "yes": "true", "no": "false", "zero": "0", "half": "0.5", "secret": "s",
        "day": "2026-01-02", "at": "2026-01-02T00:00:00+00:00", "empty": "",
    }  # fmt: skip


@each(
    ("query", "message"),
    [
        ({"ids": ["a"]}, "ids must be text or a number, not list"),
        ({"x": {}}, "x must be text or a number, not dict"),
        ({"x": b"a"}, "x must be text or a number, not bytes"),
        ({"x": math.nan}, "x must be a finite number"),
        ({"x": math.inf}, "x must be a finite number"),
        ({"x": "\ud800"}, "x contains a lone surrogate"),
        ({"x": Secret("\ud800")}, "x contains a lone surrogate"),
        ({"\ud800": "x"}, "the name of a query parameter contains a lone surrogate"),
        ({7: "x"}, "the name of a query parameter must be text"),
        ({"x": f"a {MASK}"}, f"x {re.escape(IS_MASKED)}"),
    ],
)
def test_bad_query_values(query, message):
    with pytest.raises(InvalidArgumentError, match=message):
        session().prepare(GET, ("my-app",), query=query)


_QUERIES = st.dictionaries(st.text(min_size=1), st.text(min_size=1) | st.integers(), max_size=4)


@given(_QUERIES)
def test_a_query_is_read_back_as_it_was_given(query):
    made = session().prepare(GET, ("my-app",), query=query)
    read = dict(parse_qsl(made.url.partition("?")[2], strict_parsing=bool(query)))
    assert read == {name: str(value) for name, value in query.items()}
    assert encode_query({}) == ""


def test_bodies():
    assert encode_body({"a": 1, "b": UNSET, "c": None}, None) == b'{"a":1,"c":null}'
    assert encode_body({"a": 1}, "x") == b'{"x":{"a":1}}'
    assert encode_body({"password": Secret("p")}, None) == b'{"password":"p"}'


@each(
    "value",
    [object(), {"a"}, b"x", "\ud800", 2**70, {1: 2}, math.nan, math.inf, {"a": UNSET}, [UNSET]],
)
def test_bodies_without_a_json_form(value):
    with pytest.raises(InvalidArgumentError):
        encode_body({"x": value}, "app")


@pytest.mark.anyio
async def test_a_call_is_prepared_sent_and_decoded():
    handler = Script(answer(200, {"user": {"id": "us-1", "username": "u", "email": "e@x"}}))
    user = await session(handler).call(SELF)
    assert user.id == "us-1"
    assert handler.requests[0].url == "https://auth.example.com/v1/users/self"


@pytest.mark.anyio
async def test_answers_are_noted_while_somebody_asks():
    noted = []
    mark = LAST_RESPONSES.set(noted)
    try:
        one = session(Script(204))
        response = await one.send(one.prepare(GET, ("my-app",)))
    finally:
        LAST_RESPONSES.reset(mark)
    assert noted == [response]
    assert response.request.url == "https://api.example.com/v1/apps/my-app"


REGION = {
    "name": "osc-mars1",
    "display_name": "Mars",
    "ssh": "ssh.osc-mars1.scalingo.com:22",
    "dashboard": "https://dashboard.osc-mars1.scalingo.com",
    "api": "https://api.osc-mars1.scalingo.com",
    "database_api": "https://db-api.osc-mars1.scalingo.com",
}


@pytest.mark.anyio
async def test_a_region_is_looked_up_once_before_the_first_call():
    handler = Script(answer(200, {"regions": [REGION]}), 200)
    there = session(handler, hosts=HOSTS.in_region("osc-mars1"), known=False)
    await there.call(GET, ("my-app",))
    await there.call(GET, ("my-app",))
    assert [sent.url for sent in handler.requests] == [
        "https://auth.example.com/v1/regions",
        "https://api.osc-mars1.scalingo.com/v1/apps/my-app",
        "https://api.osc-mars1.scalingo.com/v1/apps/my-app",
    ]
    assert [region.name for region in await there.regions()] == ["osc-mars1"]
    other = session(
        Script(answer(200, {"regions": [REGION]})), hosts=HOSTS.in_region("osc-mars1"), known=False
    )
    assert (await other.hosts()) == (await other.hosts()) == there.lookup.hosts.hosts
    assert "db-api.osc-mars1.scalingo.com" in await other.hosts()
    assert other.handler.calls == 1


@pytest.mark.anyio
async def test_the_list_of_regions_is_asked_for_where_the_accounts_are():
    handler = Script(answer(200, {"regions": []}))
    nowhere = session(handler, hosts=HOSTS.in_region("osc-mars1"), known=False)
    assert await nowhere.regions() == []
    with pytest.raises(UnknownRegionError, match="there is no region 'osc-mars1'"):
        await nowhere.hosts()
    assert [sent.url for sent in handler.requests] == ["https://auth.example.com/v1/regions"]


@pytest.mark.anyio
async def test_a_closed_client_looks_nothing_up():
    closed = session(known=False)
    await closed.state.aclose()
    for call in (closed.call(GET, ("my-app",)), closed.hosts()):
        with pytest.raises(ClientClosedError, match="this client is closed"):
            await call


@pytest.mark.anyio
async def test_a_visit_goes_to_the_url_that_was_handed_out():
    handler = Script(200)
    visitor = session(handler, known=False)
    url = parse_url("https://logs.example.com/logs?token=t", frozenset({"https"}))
    for template in ("/apps/{app}/logs", "/logs"):
        endpoint = Endpoint("logs.dump", "GET", template, "text", api=API.ABSOLUTE)
        made = visitor.prepare_absolute(endpoint, url, headers={"range": "x"}, stream=True)
        assert (made.url, made.stream) == ("https://logs.example.com/logs?token=t", True)
        response = await visitor.send(made)
        assert response.request.safe_url == "https://logs.example.com/logs"
    assert handler.calls == 2


@pytest.mark.anyio
async def test_an_answer_keeps_the_request_that_it_came_for():
    sent = request()
    response = answer(200)
    response.request = sent
    one = session(Script(response))
    assert (await one.send(one.prepare(GET, ("my-app",)))).request is sent


def test_the_callers_headers_do_not_go_to_a_url_with_a_token_of_its_own():
    url = parse_url("https://logs.example.com/?token=t", frozenset({"https"}))
    headers = Headers({"user-agent": "test", "x-team": "ours"})
    options = {"headers": {"x-trace": "t"}}
    for auth, names in (
        (Auth.SIGNED, {"accept", "user-agent", "upgrade"}),
        (Auth.BEARER, {"accept", "user-agent", "upgrade", "x-team", "x-trace"}),
    ):
        endpoint = Endpoint("logs.dump", "GET", "{logs_url}", api=API.ABSOLUTE, auth=auth)
        made = session(headers=headers).prepare_absolute(
            endpoint, url, headers={"upgrade": "websocket"}, options=options
        )
        assert set(made.headers) == names


def test_a_call_does_not_change_what_is_said_to_such_a_url():
    url = parse_url("https://logs.example.com/?token=t", frozenset({"https"}))
    endpoint = Endpoint("logs.dump", "GET", "/", "text", api=API.ABSOLUTE, auth=Auth.SIGNED)
    visitor = session(headers=Headers({"user-agent": "test"}))
    options = {"headers": {"user-agent": "the caller's", "accept": "x", "range": "bytes=1-"}}
    made = visitor.prepare_absolute(endpoint, url, headers={"range": "bytes=5-"}, options=options)
    assert dict(made.headers.items()) == {
        "accept": endpoint.accept, "user-agent": "test", "range": "bytes=5-"
    }  # fmt: skip
    with pytest.raises(InvalidArgumentError, match="set by the client itself"):
        visitor.prepare_absolute(endpoint, url, options={"headers": {"cookie": "a=b"}})


# -- what is noted on behalf of a piece of work ------------------------------------------------


@pytest.mark.anyio
@each(
    ("end", "outcome"),
    [
        (200, "answered"),
        (NotFoundError("x", status_code=404), "refused"),
        (RateLimitError("x", status_code=429), "refused"),
        (NotFoundError("x", status_code=408), "answered"),
        (ServerError("x", status_code=500), "answered"),
        (RateLimitError("not let go"), "unknown"),
        (APIConnectionError("lost", sent=True), "unknown"),
        (APITimeoutError("late", sent=False), "unknown"),
        (ResponseTooLargeError("x"), "answered"),
        (ClientClosedError("x"), "unknown"),
    ],
)
async def test_what_became_of_a_call_is_noted(end, outcome):
    trace = Trace()
    token = TRACE.set(trace)
    try:
        with suppress(ScalingoError):
            await session(Script(end)).call(GET, ("my-app",))
    finally:
        TRACE.reset(token)
    (call,) = trace.calls
    assert (call.endpoint, call.outcome) == (GET, outcome)


@each("value", ["high", 1, "", True])
def test_a_priority_is_normal_or_low(value):
    assert session(priority="low").options({}).priority == "low"
    assert session(priority="low").options({"priority": "normal"}).priority == "normal"
    assert session(priority="low").options({"priority": None}).priority is None
    with pytest.raises(InvalidArgumentError, match="priority must be 'normal', 'low' or None"):
        session().options({"priority": value})
