"""No secret shows to those who look past `repr`: rich, Sentry, devtools, `vars`, `asdict`, ..."""

import contextlib
import copy
import enum
import importlib
import inspect
import pickle
import pkgutil
import typing
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import httpx
import httpx2
import pytest
import test_secrets
from instruments.canaries import (
    ADDON_TOKEN,
    API_TOKEN,
    BEARER,
    COOKIE,
    OTP,
    PASSWORD,
    URL_TOKEN,
    VALUE,
    found_in,
    leaks,
    rich_report,
)
from instruments.scenarios import CALLS
from instruments.told_time import TOLD
from redis.asyncio import Redis
from test_secrets import make

import scalingo_async
from scalingo_async import (
    APIToken,
    AsyncClient,
    Headers,
    RateLimit,
    RawResponse,
    Request,
    Response,
    RetryPolicy,
    Secret,
    Timeout,
    UserPassword,
    bulk,
)
from scalingo_async._core.operation import Auth, OperationFacts
from scalingo_async._core.urls import parse_url
from scalingo_async.blocking.portal import Door, Portal
from scalingo_async.bulk.journal import Journal
from scalingo_async.bulk.options import Settings
from scalingo_async.bulk.work import Work
from scalingo_async.files.partial_file import Target
from scalingo_async.integrations.redis_link import Link
from scalingo_async.models import AppSummary
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.defaults import Routes
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport
from scalingo_async.transports.upgrade import UpgradeTransport

wire, in_no_time = test_secrets.wire, test_secrets.in_no_time

PROXY = f"http://user:{PASSWORD.replace('/', '%2F').replace('=', '%3D')}@127.0.0.1:9"
SIGNED = f"https://logs.example.com/1?token={URL_TOKEN}"
SECRET_HEADERS = Headers(
    {
        "authorization": f"Bearer {BEARER}",
        "set-cookie": f"s={COOKIE}",
        "location": SIGNED,
        "x-authorization-otp": OTP,
    }
)


# -- whatever has a constructor ------------------------------------------------------------------


def machinery() -> Iterator[type[Any]]:
    """Yield the classes of the package that work, and are not what the platform says."""
    data = ("scalingo_async.models", "scalingo_async.sandbox", "scalingo_async.resources")
    for found in pkgutil.walk_packages(scalingo_async.__path__, "scalingo_async."):
        if found.name == "scalingo_async.blocking":
            # The facades that were asked for: each is a `Facade`.
            continue
        if found.name.startswith(data) or found.name.endswith("__main__") or "._" in found.name:
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            if (
                isinstance(value, type)
                and value.__module__ == found.name
                and not name.startswith("_")
                and not issubclass(value, BaseException | enum.Enum)
                and not getattr(value, "_is_protocol", False)
                and not typing.is_typeddict(value)
            ):
                yield value


@cache
def session() -> Any:
    return AsyncClient(API_TOKEN, headers={"x-authorization-otp": OTP})._session


FACTS = OperationFacts("x.y", "GET", "/x", auth=Auth.BEARER)


async def nothing(*_: object) -> None:
    """Do nothing; it stands for whatever is called."""


SECRETS: dict[str, Callable[[], Any]] = {
    "api_token": lambda: API_TOKEN,
    "args": lambda: (VALUE,),
    "client": lambda: httpx.AsyncClient(headers={"authorization": BEARER}, auth=("u", PASSWORD)),
    "content": lambda: VALUE.encode(),
    "credential": lambda: APIToken(API_TOKEN),
    "headers": lambda: SECRET_HEADERS,
    "http_client": lambda: httpx.AsyncClient(headers={"authorization": BEARER}),
    "items": lambda: {"authorization": BEARER},
    "key": lambda: b"bearerCanaryBQxY00000000000000000000000000c=",
    "kwargs": lambda: {"value": VALUE},
    "otp": lambda: OTP,
    "password": lambda: PASSWORD,
    "proxy": lambda: PROXY,
    "redis": lambda: Redis.from_url(f"redis://:{ADDON_TOKEN.replace('/', '%2F')}@127.0.0.1:9"),
    "request": lambda: Request("GET", SIGNED, SECRET_HEADERS, FACTS, VALUE.encode()),
    "response": lambda: Response(200, SECRET_HEADERS, VALUE.encode()),
    "secret": lambda: URL_TOKEN,
    "session": session,
    "source": lambda: VALUE.encode(),
    "token": lambda: Secret(BEARER),
    "transport": lambda: HttpxTransport(proxy=PROXY),
    "url": lambda: SIGNED,
    "value": lambda: Secret(VALUE),
}
"""Arguments that are secret, or hold a secret."""

OPEN: dict[str, Callable[[], Any]] = {
    "alone": RateLimit,
    "app": lambda: "my-app",
    "argument": lambda: "app",
    "apps": lambda: ["my-app"],
    "awaited": lambda: nothing,
    "block": lambda: None,
    "body": lambda: None,
    "call": lambda: nothing,
    "connection": lambda: None,
    "container": lambda: None,
    "data": lambda: b"typed",
    "deployment": lambda: None,
    "deployment_id": lambda: "d-1",
    "door": lambda: Door(None, lambda *_: None),
    "encoding": lambda: "gzip",
    "endpoint": lambda: FACTS,
    "filter": lambda: "web",
    "first": lambda: b"said",
    "forecast": lambda: None,
    "group": lambda: None,
    "hosts": lambda: session().lookup.hosts,
    "id_": lambda: "o-1",
    "item": lambda: "my-app",
    "given": lambda: "a.txt",
    "job": lambda: "a-job",
    "journal": lambda: Journal("journal.jsonl"),
    "layers": tuple,
    "limit": RateLimit,
    "lines": list,
    "link": lambda: Link(SECRETS["redis"](), timeout=1.0, pause=1.0, on_failure="local"),
    "lookup": lambda: session().lookup,
    "made": dict,
    "message": lambda: "said",
    "method": lambda: "GET",
    "middlewares": tuple,
    "name": lambda: "a.txt",
    "next_cursor": lambda: "c-1",
    "options": dict,
    "outcomes": list,
    "owner": lambda: UpgradeTransport(Routes(None, trust_env=False).of),
    "parameters": dict,
    "parts": list,
    "portal": lambda: Portal(None),
    "recipe": lambda: lambda: None,
    "past": frozenset,
    "path": lambda: "a.txt",
    "plan_id": lambda: "p-1",
    "position": dict,
    "problem": lambda: None,
    "prefix": lambda: "scalingo_async",
    "rate_limit": RateLimit,
    "raw": lambda: "said",
    "region": lambda: "osc-fr1",
    "retry": RetryPolicy,
    "settings": Settings,
    "status": lambda: "success",
    "ssl_context": lambda: None,
    "stream": lambda: None,
    "subject": lambda: ("my-app", "ad-1"),
    "target": lambda: None,
    "timeout": Timeout,
    "token_name": lambda: "a-program",
    "user_agent": lambda: "tool/1",
    "username": lambda: "user",
    "via": lambda: "sse",
    "work": lambda: Work(taking, [], (VALUE,), {"value": VALUE}, Settings(), None),
}
"""Arguments that are not secret, or none of the machinery's: what a container prints, say."""


async def taking(*args: Any, **kwargs: Any) -> None:
    """A call of bulk work."""


SPECIAL: dict[tuple[str, str], Callable[[], Any]] = {
    ("AiohttpTransport", "session"): lambda: None,
    ("Exceptions", "listed"): lambda: "x",
    ("Route", "authorization"): lambda: Secret(BEARER),
    ("Route", "proxy"): lambda: Secret(PROXY),
    ("Route", "hint"): lambda: "x",
    ("AppInventory", "app"): lambda: AppSummary(id="ap-1", name="my-app"),
    ("AppInventory", "errors"): dict,
    ("Report", "summary"): bulk.Summary,
    **{
        (client, name): lambda: None
        for client in ("AsyncClient", "Client")
        for name in (
            *("api_url", "auth_url", "database_url", "billing_url"),
            *("bearer_token", "credential", "http_client"),
        )
    },
    ("AsyncClient", "headers"): lambda: {"x-authorization-otp": OTP},
    ("Client", "headers"): lambda: {"x-authorization-otp": OTP},
    ("Door", "client"): lambda: AsyncClient(API_TOKEN),
    ("Facade", "thing"): lambda: AsyncClient(API_TOKEN),
    ("Function", "thing"): lambda: nothing,
    ("Portal", "client"): lambda: AsyncClient(API_TOKEN),
    ("ClientTransports", "transport"): lambda: None,
    ("DeploymentLog", "content"): lambda: "said",
    ("DeploymentQuestions", "url"): lambda: nothing,
    ("Environment", "api_token"): lambda: Secret(API_TOKEN),
    ("KnownRefusal", "operations"): lambda: ("apps.scale",),
    ("KnownRefusal", "code"): lambda: "nothing_changed",
    ("KnownRefusal", "field"): lambda: "base",
    ("KnownRefusal", "words"): lambda: "no change",
    ("KnownRefusal", "known_from"): lambda: "recorded",
    ("Link", "pause"): lambda: 1.0,
    ("Link", "timeout"): lambda: 1.0,
    ("Link", "on_failure"): lambda: "local",
    ("Log", "content"): lambda: "said",
    ("LogLine", "source"): lambda: "web-1",
    ("OneOffResult", "output"): lambda: b"said",
    ("Page", "items"): list,
    ("PartialFile", "target"): lambda: Target(Path(), "a.txt", given="a.txt", overwrite=False),
    ("Source", "items"): lambda: ["my-app"],
    ("AppRef", "text"): lambda: "my-app",
    ("AppRef", "id"): lambda: "6343eccf7aff7c0001fe0a12",
    ("Work", "items"): lambda: ["my-app"],
    ("Work", "function"): lambda: taking,
    ("Decompressor", "limit"): lambda: 5,
    ("EventParser", "limit"): lambda: 5,
    ("Environment", "sources"): dict,
    ("Environment", "urls"): dict,
    ("Headers", "items"): SECRETS["items"],
    ("Httpx2Transport", "client"): lambda: None,
    ("Httpx2Transport", "transport"): lambda: httpx2.AsyncHTTPTransport(proxy=PROXY),
    ("HttpxTransport", "transport"): lambda: None,
    ("Inventory", "client"): lambda: AsyncClient(API_TOKEN),
    ("LineSplitter", "limit"): lambda: 5,
    ("Output", "limit"): lambda: 5,
    ("RecentEvents", "limit"): lambda: 5,
    ("RedisLimiter", "key"): lambda: "a-key",
    ("Script", "source"): lambda: "return 1",
    ("Terminal", "url"): lambda: parse_url(SIGNED, frozenset({"https"})),
    ("AppIds", "limit"): lambda: 5,
    ("TokenCaches", "limit"): lambda: 5,
}
"""What a name stands for with one class alone."""

BUILT_BY_OTHERS = {
    "Hosts": lambda: session().lookup.hosts,
    # An abstract class: those that are made of it are there.
    "ReconnectingStream": lambda: None,
}
TEXTS = ("str", "bytes", "object", "Any", "dict", "Mapping", "Secret", "Redis", "httpx")


def argument(kind: type[Any], parameter: inspect.Parameter) -> Any:
    name, annotation = parameter.name, str(parameter.annotation)
    optional = parameter.default is not inspect.Parameter.empty
    for table in (SPECIAL, SECRETS):
        found = table.get((kind.__name__, name) if table is SPECIAL else name)
        if found is not None:
            return found()
    if name in OPEN or not any(text in annotation for text in TEXTS):
        if optional:
            return parameter.default
        if name in OPEN:
            return OPEN[name]()
        return next((v for k, v in NUMBERS.items() if annotation.startswith(k)), nothing)
    if "Callable" in annotation and "Secret" not in annotation.partition("Callable")[0]:
        return parameter.default if optional else nothing
    raise AssertionError(
        f"is {name} of {kind.__qualname__} secret? Put it into SECRETS or OPEN: {annotation}"
    )


NUMBERS = {"int": 1, "float": 1.0, "bool": False, "'": "x"}


def built(kind: type[Any]) -> Any:
    if kind.__name__ in BUILT_BY_OTHERS:
        return BUILT_BY_OTHERS[kind.__name__]()
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in inspect.signature(kind).parameters.values():
        value = argument(kind, parameter)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            positional.append(value)
    return kind(*positional, **named)


@pytest.mark.asyncio
async def test_no_part_of_the_machinery_shows_what_it_was_given():
    """A new class is among them by itself; what its arguments are has to be said."""
    kinds = list(machinery())
    assert {AsyncClient, HttpxTransport, AiohttpTransport, Request, Link} <= set(kinds)
    found = leaks("made", {kind.__qualname__: built(kind) for kind in kinds})
    assert not found, "\n".join(found)


# -- a client at work ----------------------------------------------------------------------------


@pytest.fixture(params=TOLD)
def anyio_backend(request):
    return request.param


WAYS: dict[str, Callable[[], dict[str, Any]]] = {
    "httpx": dict,
    "httpx2": lambda: {"transport": Httpx2Transport(trust_env=False)},
    "a client of httpx": lambda: {
        "http_client": httpx.AsyncClient(trust_env=False, headers={"authorization": BEARER})
    },
    "aiohttp": lambda: {"transport": AiohttpTransport(trust_env=False)},
    "a proxy": lambda: {"transport": HttpxTransport(proxy=PROXY)},
    "a proxy of aiohttp": lambda: {"transport": AiohttpTransport(proxy=PROXY)},
    "a login": lambda: {"credential": UserPassword("user", PASSWORD, OTP)},
}


@pytest.mark.anyio
@pytest.mark.parametrize("way", WAYS)
async def test_no_secret_shows_in_a_client_at_work(way, wire, spy, anyio_backend_name):
    if "aiohttp" in way and anyio_backend_name != "asyncio":
        # aiohttp knows asyncio alone.
        return
    settings = WAYS[way]()
    found: list[str] = []
    async with make(
        wire, spy, timeout=5, headers={"x-authorization-otp": OTP}, max_retries=0, **settings
    ) as client:
        proxied = "proxy" in way
        with contextlib.suppress(scalingo_async.APIConnectionError):
            await client.apps.get("my-app")
            await client.databases.get("my-app", "ad-1")
        found += leaks("the client", client)
        if not proxied:
            async with client.logs.stream_sse(f"{wire.url}/logs?token={URL_TOKEN}") as stream:
                await anext(stream)
                found += leaks("the events", stream) + leaks("the client", client)
            if anyio_backend_name == "asyncio":
                async with client.one_offs.terminal("my-app", "bash", env={"A": VALUE}) as terminal:
                    found += leaks("the terminal", terminal)
                async with client.deployments.stream(
                    f"ws{wire.url[4:]}/deployments/my-app"
                ) as stream:
                    found += leaks("the deployments", stream)
            job = bulk.map(client.variables.create, ["my-app"], name="SECRET", value=VALUE)
            found += leaks("the job", job)
    if "http_client" in settings:
        await settings["http_client"].aclose()
    assert not found, "\n".join(found)


# -- tracebacks ----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_rich_shows_no_secret_in_a_traceback_with_locals(wire, spy):
    url = f"{wire.url}/logs?token={URL_TOKEN}"
    calls: dict[str, Callable[[AsyncClient], Any]] = {
        "the URL of a log": lambda c: c.logs.dump(url, n=5),
        "events": lambda c: c.logs.stream_sse(url).__aenter__(),
        "a read": lambda c: c.apps.get("my-app"),
        "a variable": lambda c: CALLS["variables.create"][1](c, wire),
        "a login": lambda c: CALLS["tokens.login"][1](c, wire),
        "a download": lambda c: CALLS["sources.download"][1](c, wire),
        "a terminal": lambda c: CALLS["one_offs.attach"][1](c, wire),
    }
    routes = ("GET /logs", "GET /v1/apps/my-app", "POST /v1/apps/my-app/variables")
    for route in (*routes, "POST /v1/tokens", "GET /file", "CONNECT /one-offs/1"):
        wire.on(route, (500, {"error": "no"}, {"set-cookie": f"s={COOKIE}"}))
    found = []
    for name, call in calls.items():
        async with make(wire, spy, timeout=5, max_retries=0) as client:
            try:
                await call(client)
            except scalingo_async.APIError as error:
                # The frame of this test is its own.
                error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
                found += [f"{name}: {leak}" for leak in found_in(rich_report(error))]
            else:
                raise AssertionError(name)
    assert not found, "\n".join(found)


# -- the parts -----------------------------------------------------------------------------------


def test_what_is_unlisted_is_there_for_who_asks():
    request = Request("GET", SIGNED, SECRET_HEADERS, FACTS, b"body")
    assert (request.url, request.content) == (SIGNED, b"body")
    changed = attrs.evolve(request, url="https://a.example/", content=None)
    assert (changed.url, changed.content) == ("https://a.example/", None)
    response = Response(200, None, b"body")
    assert (response.content, response.text) == (b"body", "body")
    assert not {"url", "content", "text"} & {*dir(request), *dir(response)}
    assert "safe_url" in dir(request)


@pytest.mark.parametrize(
    "thing",
    [Secret(VALUE), SECRET_HEADERS, Response(200, SECRET_HEADERS, VALUE.encode())],
    ids=lambda thing: type(thing).__name__,
)
def test_copies_and_pickles_hold_what_is_unlisted(thing):
    for again in (copy.copy(thing), copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        if isinstance(thing, Response):
            assert (again.content, again.headers) == (thing.content, thing.headers)
        else:
            assert again == thing


def test_a_copy_holds_what_is_not_in_a_slot_of_its_own():
    raw = RawResponse(Response(200, Headers(), VALUE.encode()), None)
    again = copy.copy(raw)
    assert again.content == VALUE.encode()
    assert "content" not in dir(again)
