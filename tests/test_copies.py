"""What can be pickled and copied: everything that one holds and keeps; the rest says why not."""

import base64
import copy
import gc
import json
import pickle
import sys
import warnings
from datetime import UTC, datetime
from types import MappingProxyType

import attrs
import pytest
from api_facts import FakeTransport, answer_to, client_of, made, methods
from core.json_samples import Samples
from core.test_every_model import ALL, WHOLE
from redis.asyncio import Redis
from tables import each

import scalingo_async
from scalingo_async import (
    APIToken,
    AppRef,
    AsyncClient,
    BearerToken,
    DeployProgress,
    Headers,
    InvalidArgumentError,
    Limiter,
    NotFoundError,
    OneOffResult,
    Page,
    PendingOperation,
    Phase,
    Progress,
    RateLimit,
    RateLimitStatus,
    RawResponse,
    RecentEvents,
    Request,
    Response,
    RetryPolicy,
    Secret,
    SharedToken,
    Timeout,
    UserPassword,
    WebhookReceiver,
    bulk,
    request,
    sharing,
    webhooks,
)
from scalingo_async._core.client_state import ClientState
from scalingo_async._core.decoding.converters import structure
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.endpoint import Endpoint
from scalingo_async.bulk import AppInventory, Journal, Outcome, Report, Summary
from scalingo_async.errors import ScalingoError
from scalingo_async.integrations.failures import ErrorAnswer
from scalingo_async.integrations.redis import RedisLimiters, RedisSeenEvents, RedisTokens
from scalingo_async.models import App, Container, Deployment, Operation, PaginationMeta
from scalingo_async.models.base import Model, fields_of
from scalingo_async.models.events.data import GenericData
from scalingo_async.models.events.event import Event
from scalingo_async.models.events.types import EVENT_TYPES
from scalingo_async.readiness import CheckResult
from scalingo_async.request import CallOptions
from scalingo_async.resources.variables import VariableChanges
from scalingo_async.streams.deployment_events import (
    DeploymentLog,
    DeploymentStarted,
    DeploymentStatus,
)
from scalingo_async.streams.log_lines import LogLine
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.defaults import Routes
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport
from scalingo_async.transports.upgrade import UpgradeTransport

pytestmark = pytest.mark.anyio

SURFACE = {
    getattr(module, name)
    for module in (scalingo_async, bulk, request, sharing, webhooks)
    for name in module.__all__
    if isinstance(getattr(module, name), type)
    and not issubclass(getattr(module, name), Model | ScalingoError)
    and not getattr(getattr(module, name), "_is_protocol", False)
    and not hasattr(getattr(module, name), "__total__")
}
"""The public classes, but for models, errors, protocols and dicts."""

APP = made(App, id="a", name="shop")
DEPLOYMENT = Deployment(id="d", app_id="a", created_at=datetime(2030, 1, 2, tzinfo=UTC))
CONTAINER = made(Container, id="c", type="web")
META = PaginationMeta(current_page=1, next_page=2, total_pages=2, total_count=3)
LOST = NotFoundError("no", status_code=404)

KEPT = [
    AppRef("shop", region="osc-fr1", id="6343eccf7aff7c0001fe0a12"),
    Page([APP], META),
    PendingOperation("shop", "op-1", [APP], None),
    CheckResult(True, 0.1),
    RawResponse(Response(200, Headers({"a": "b"}), b"x"), Page([APP])),
    Response(200, Headers({"a": "b"}), b"x", request=Request("GET", "/", Headers(), Endpoint("a", "GET", "/"))),
    OneOffResult(CONTAINER, 0, b"out"),
    LogLine(datetime(2030, 1, 2, tzinfo=UTC), "web-1", "hello", "all of it"),
    DeploymentStarted(DEPLOYMENT),
    DeploymentLog("d", "log"),
    DeploymentStatus("d", "success"),
    DeployProgress("packing", 3),
    Progress(3, 4),
    VariableChanges(updated=(), deleted=("A",)),
    Secret("s"),
    Headers({"A": "b"}),
    Timeout(connect=1),
    RateLimit(1, 2.0),
    RateLimitStatus(1, 2.0, 3, 4, 5.0, False),
    RetryPolicy(),
    Phase.READ,
    CallOptions(),
    APIToken("tk-us-aaaaaaaa"),
    BearerToken("b"),
    UserPassword("u", "p", "123456"),
    SharedToken(Secret("t"), 5.0),
    ErrorAnswer(404, {"a": "b"}, b"x"),
    AppInventory(APP, variables=(), errors=MappingProxyType({"domains": LOST})),
    Journal("file", job="restart"),
    Outcome(0, APP, "done", value=Page([APP], META)),
    Outcome(0, "shop", "failed", error=LOST),
    bulk.Progress(done=1),
    Summary(done=1, errors=(LOST,)),
    Report([Outcome(0, "shop", "done")], Summary(done=1)),
]  # fmt: skip
"""What one holds: values, results, settings."""

DUPLICATES = {
    "pickled": lambda thing: pickle.loads(pickle.dumps(thing)),
    "pickled in an old way": lambda thing: pickle.loads(pickle.dumps(thing, 2)),
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
}


def shown(thing):
    """Return what can be compared of anything."""
    if isinstance(thing, Exception):
        return type(thing), vars(thing)
    if isinstance(thing, Page | Report):
        return type(thing), [shown(item) for item in thing], repr(thing)
    if isinstance(thing, RawResponse | Response):
        return type(thing), thing.status_code, thing.headers, thing.content, repr(thing)
    if isinstance(thing, PendingOperation):
        return thing.app, thing.id, shown(thing.value), thing.operation, thing.done, repr(thing)
    if isinstance(thing, AppInventory | Outcome | Summary):
        return repr(thing)
    return repr(thing), thing


@each("thing", KEPT, ids=lambda thing: repr(thing)[:40])
@each("way", DUPLICATES)
def test_what_one_holds_can_be_kept(thing, way):
    again = DUPLICATES[way](thing)
    assert type(again) is type(thing)
    assert shown(again) == shown(thing)


@each("name", ALL)
def test_every_model_can_be_kept(name):
    made = structure(WHOLE[name], ALL[name])
    some = structure(Samples(name, 1).fitting(ALL[name]), ALL[name])
    for thing in (made, some):
        for way, duplicate in DUPLICATES.items():
            again = duplicate(thing)
            assert again == thing, way
            assert dict(again.extra) == dict(thing.extra), way


CHANGED = {"evolved": attrs.evolve, "replaced": lambda thing, **new: thing.__replace__(**new)}
if sys.version_info >= (3, 13):
    CHANGED["replaced by copy"] = copy.replace


@each("name", ALL)
@each("way", CHANGED)
def test_a_changed_copy_of_every_model_keeps_what_the_model_does_not_know(name, way):
    cls, change = ALL[name], CHANGED[way]
    thing = structure({**WHOLE[name], "new": {"x": 1}, "newer": None}, cls)
    assert dict(thing.extra) == {"new": {"x": 1}, "newer": None}
    same = change(thing)
    assert same == thing
    assert same is not thing
    for field in fields_of(cls):
        kept = getattr(thing, field.name)
        other = change(thing, **{field.alias: kept})
        assert other == thing
        assert dict(other.extra) == dict(thing.extra)
        assert encode_model(other) == encode_model(thing)
        gone = change(thing, **{field.alias: None})
        assert dict(gone.extra).items() >= dict(thing.extra).items()
    # A copy of a copy, and one that came back from a pickle.
    for again in (change(same), change(pickle.loads(pickle.dumps(same)))):
        assert dict(again.extra) == dict(thing.extra)


@each("way", CHANGED)
@each("type_", EVENT_TYPES)
def test_a_changed_copy_of_an_event_keeps_its_payload(type_, way):
    change = CHANGED[way]
    payload = WHOLE[EVENT_TYPES[type_][1]]
    event = structure({**WHOLE["Event"], "type": type_, "type_data": payload}, Event)
    again = change(event, id="another")
    assert again.data is event.data
    assert type(again.data).__name__ == EVENT_TYPES[type_][1]
    assert change(copy.deepcopy(event), id="x").data == event.data
    assert change(pickle.loads(pickle.dumps(event)), id="x").data == event.data
    # Of another payload nothing is known but what it is.
    for changes in ({"type_data": {"x": 1}}, {"type": "unheard_of"}):
        other = change(event, **changes)
        assert other.data == GenericData(data=other.type_data)
    bare = structure({**WHOLE["Event"], "type": type_, "type_data": None}, Event)
    assert change(bare, id="another").data == bare.data


def test_an_event_that_was_made_by_hand_has_its_payload_as_it_is():
    made = Event(id="e", created_at=datetime(2030, 1, 2, tzinfo=UTC), type="restart", type_data=[])
    assert made.data == GenericData(data=[])


REFUSED = {
    "the client": lambda client: client,
    "its session": lambda client: client._session,
    "its state": lambda client: client._state,
    "its tokens": lambda client: client._state.tokens,
    "a token": lambda client: client._session.bearer(),
    "its limiters": lambda client: client._limiters,
    "a method": lambda client: client.apps.get,
    "a paginator": lambda client: client.apps.list(),
    "its items": lambda client: aiter(client.apps.list()),
    "its pages": lambda client: client.apps.list().pages(),
    "a database": lambda client: client.database("app", "ad-1"),
    "its backups": lambda client: client.database("app", "ad-1").backups,
    "a log": lambda client: client.logs.stream("app"),
    "a feed": lambda client: client.logs.stream_sse("https://logs.scalingo.com/x"),
    "a deployment": lambda client: client.deployments.follow("app"),
    "messages": lambda client: client.deployments.stream("wss://x.scalingo.com/"),
    "a job": lambda client: client.bulk(),
    "outcomes": lambda client: bulk.map(str, ["a"]),
    "apps": bulk.all_apps,
    "an inventory": bulk.inventory,
    "a limiter": lambda _: Limiter(RateLimit(1, 1)),
    "httpx": lambda _: HttpxTransport(),
    "httpx2": lambda _: Httpx2Transport(),
    "aiohttp": lambda _: AiohttpTransport(),
    "what terminals take": lambda _: UpgradeTransport(Routes(None, trust_env=False).of),
    "limits in Redis": lambda _: RedisLimiters(Redis()),
    "a limit in Redis": lambda _: RedisLimiters(Redis()).get("k", RateLimit(1, 1), 1),
    "tokens in Redis": lambda _: RedisTokens(Redis(), base64.urlsafe_b64encode(b"k" * 32)),
    "events in Redis": lambda _: RedisSeenEvents(Redis()),
}
"""What belongs to a client, an event loop, a process."""


class Service:
    """An object of a user's, with what it works with."""

    def __init__(self, thing):
        self.name = "mine"
        self.thing = {"inside": [thing]}


@each("name", REFUSED)
async def test_what_belongs_to_a_client_refuses_copies_in_one_clear_way(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with client_of(FakeTransport()) as client:
            thing = REFUSED[name](client)
            for duplicate in (
                copy.deepcopy,
                pickle.dumps,
                lambda thing: copy.deepcopy(Service(thing)),
                lambda thing: pickle.dumps(Service(thing)),
            ):
                with pytest.raises(
                    TypeError, match="can't be copied or pickled, nor can what"
                ) as e:
                    duplicate(thing)
                assert e.value.__cause__ is e.value.__context__ is None
            # A shallow copy of what holds it is fine: both use it.
            assert copy.copy(Service(thing)).thing["inside"][0] is thing


async def test_every_resource_refuses(unraisable):
    async with client_of(FakeTransport()) as client:
        owners = {id(m.__self__): m.__self__ for _, m in methods(client) if hasattr(m, "__self__")}
        assert len(owners) > 60
        for owner in owners.values():
            for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
                with pytest.raises(TypeError, match="can't be copied or pickled"):
                    duplicate(owner)
    gc.collect()
    assert unraisable == []


@pytest.fixture
def unraisable(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)
    return seen


def test_a_state_that_was_never_made_goes_without_noise(unraisable):
    ClientState.__new__(ClientState)
    AsyncClient.__new__(AsyncClient)
    gc.collect()
    assert unraisable == []


def test_nothing_public_is_left_out():
    held = {type(thing) for thing in KEPT}
    refused = {
        type(make(client))
        for client in [client_of(FakeTransport())]
        for name, make in REFUSED.items()
        if name not in {"aiohttp", "a method", "outcomes"}
    }
    others = {
        # They hold no more than settings, and what a process has seen.
        RecentEvents, WebhookReceiver,
        # These are refused below, or made by entering something.
        Request, request.CallState, scalingo_async.Terminal, bulk.Outcomes,
    }  # fmt: skip
    assert SURFACE - held - refused - others == set()


# -- pages and operations ----------------------------------------------------------------------


class Two(FakeTransport):
    """A list of two pages, by number or by cursor."""

    def __init__(self, cursor):
        super().__init__()
        self.cursor = cursor

    async def send(self, request):
        last = "page=2" in request.url or "cursor=c" in request.url
        if self.cursor:
            body = {"archives": [{"url": "u"}], "next_cursor": "c", "has_more": not last}
        else:
            body = json.loads(answer_to("events.list", full=False))
            body["meta"] = {"pagination": {
                "current_page": 1 + last, "next_page": None if last else 2, "prev_page": None, "total_pages": 2,
                "total_count": 4,
            }}  # fmt: skip
        return Response(200, Headers(), json.dumps(body).encode())


@each(("cursor", "says"), [(False, "page=2"), (True, r"cursor=page\.next_cursor")])
@each("way", ["pickled", "copied deeply"])
async def test_a_page_that_was_pickled_knows_no_way_to_the_next(cursor, says, way):
    async with client_of(Two(cursor)) as client:
        page = await (client.logs.archives.list("app") if cursor else client.events.list("app"))
        assert page.has_next
        for again in (DUPLICATES[way](page), DUPLICATES[way](DUPLICATES[way](page))):
            assert again == page
            assert (again.meta, again.next_cursor) == (page.meta, page.next_cursor)
            assert again.following is None
            # Another page follows, whoever can fetch it.
            assert again.has_next
            with pytest.raises(InvalidArgumentError, match=f"a pickle.*{says}"):
                await again.next()
        near = copy.copy(page)
        assert near.following is page.following
        assert not (await near.next()).has_next


async def test_a_last_page_that_was_pickled_is_the_last():
    again = pickle.loads(pickle.dumps(Page([APP])))
    assert (again.has_next, again.following, await again.next()) == (False, None, None)


async def test_an_operation_that_was_pickled_keeps_what_it_knows():
    url = "https://api.osc-fr1.scalingo.com/v1/apps/shop/operations/op-1"

    class Restarting(FakeTransport):
        async def send(self, request):
            if request.endpoint.id == "apps.restart":
                return Response(202, Headers({"location": url}))
            body = {"operation": {"id": "op-1", "status": "done"}}
            return Response(200, Headers(), json.dumps(body).encode())

    async with client_of(Restarting()) as client:
        started = await client.apps.restart("shop")
        for way in ("pickled", "copied deeply"):
            again = DUPLICATES[way](started)
            assert (again.app, again.id, again.done) == ("shop", "op-1", False)
            for ask in (again.refresh, lambda again=again: again.wait(timeout=5)):
                with pytest.raises(InvalidArgumentError, match=r"client\.operations\.pending"):
                    await ask()
        assert (await copy.copy(started).refresh()).status == "done"
        await started.refresh()
        for duplicate in DUPLICATES.values():
            again = duplicate(started)
            assert again.done
            assert await again.wait() == Operation(id="op-1", status="done")


def test_an_answer_that_was_not_read_is_refused():
    for answer in (Response(200, body=object()), Response(101)):
        answer.connection = None if answer.body else object()
        for duplicate in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match="its body is unread or it holds a connection"):
                duplicate(answer)
        near = copy.copy(answer)
        assert (near.body, near.connection) == (answer.body, answer.connection)


def test_a_request_is_copied_and_never_pickled():
    asked = Request("GET", "/", Headers({"a": "b"}), Endpoint("a", "GET", "/"))
    near = copy.copy(asked)
    for field in attrs.fields(Request):
        assert getattr(near, field.name) == getattr(asked, field.name)
    assert near.state is asked.state
    for duplicate in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="a Request can't be copied or pickled"):
            duplicate(asked)
