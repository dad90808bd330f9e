"""No secret shows: not in logs, not in reprs, not in tracebacks with locals, not in pickles."""

import base64
import gc
import inspect
import json
import logging
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import anyio
import httpx
import pytest
from instruments.canaries import (
    API_TOKEN,
    BEARER,
    CANARIES,
    COOKIE,
    INVITATION,
    NEW_TOKEN,
    OTP,
    PASSWORD,
    TLS_KEY,
    URL_TOKEN,
    VALUE,
    Spy,
    found_in,
    hunt,
)
from instruments.scenarios import APP, CALLS, FAILING, FEW, script
from instruments.scripted_server import Wire, scripted, terminal, websocket
from instruments.told_time import TOLD, teller
from sweeps import sweep
from wsproto.events import TextMessage

from scalingo_async import (
    APIToken,
    AsyncClient,
    BearerToken,
    Handler,
    Headers,
    Request,
    Response,
    RetryPolicy,
    ScalingoError,
    Secret,
    UserPassword,
    WebhookReceiver,
    bulk,
)
from scalingo_async.bulk import journal as journals
from scalingo_async.integrations.redis import RedisTokens
from scalingo_async.transports import log_filter
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.waiting import polling


@pytest.mark.parametrize("name", CANARIES)
def test_the_search_finds_what_it_looks_for(name):
    value = CANARIES[name]
    basic = base64.b64encode(f"user:{value}".encode()).decode()
    for text in (value, quote(value, safe=""), basic, f"x{value!r}y", value[:20]):
        assert found_in(f"some {text} text") == {name}
    assert found_in("tk-us- tokenCanary Canary") == set()


# -- a platform whose secrets are known --------------------------------------------------------


@pytest.fixture
def wire(tmp_path):
    with scripted() as wire:
        wire.folder = tmp_path
        script(wire)
        yield wire


@pytest.fixture(params=TOLD)
def anyio_backend(request):
    """Both event loops; when the server is silent, the next limit is reached at once."""
    return request.param


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch):
    """Wait for nothing that is slow on purpose."""
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(journals, "_ROUNDS", 1)


def make(wire: Wire, spy: Spy, **settings: Any) -> AsyncClient:
    async def looking(request: Request, call_next: Handler) -> Response:
        spy.look_at("the request", request)
        response = await call_next(request)
        spy.look_at("the response", response)
        return response

    wire.silent = teller()
    settings = {
        "api_url": wire.url,
        "auth_url": wire.url,
        "database_url": wire.url,
        "billing_url": wire.url,
        "timeout": 0.5,
        "retry": RetryPolicy(base=0.0, cap=0.0),
        "middlewares": [looking],
        "trust_env": False,
        **settings,
    }
    if "credential" not in settings:
        settings["api_token"] = API_TOKEN
    return AsyncClient(**settings)


OUTCOMES: dict[str, list[Any] | None] = {
    "success": None,
    "a wrong shape": [(200, {name: [[VALUE, NEW_TOKEN]] for name in ("app", "token", "variable")})],
    "secrets in the wrong place": [
        (200, {"variables": [{"id": VALUE}], "token": {"id": 5, "token": NEW_TOKEN}, "apps": VALUE})
    ],
    "no JSON": [(200, f'{{"token": "{NEW_TOKEN}", "value": {VALUE}'.encode())],
    "broken compression": [(200, VALUE.encode(), {"content-encoding": "gzip"})],
    **{
        f"status {status}": [(status, {"error": "no"}, {"set-cookie": f"s={COOKIE}"})]
        for status in (301, 400, 401, 402, 403, 404, 409, 422, 500, 503)
    },
    "a redirect": [(302, b"", {"location": f"https://evil.example/?token={URL_TOKEN}"})],
    "status 429": [(429, b"Retry later", {"retry-after": "1000"})],
    "a connection that is cut": ["cut"],
    "an answer that is cut": ["half"],
    "silence": ["hang"],
    "success after failures": [(503, b""), (503, b""), (200, {"app": APP})],
}


@pytest.mark.anyio
@pytest.mark.sweep
@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_no_secret_shows_whatever_becomes_of_a_call(outcome, wire, spy, anyio_backend_name):
    leaks: list[str] = []
    calls = FEW if outcome.startswith("status") else CALLS
    # Where only one event loop is asked for, calls and outcomes take turns.
    turns = sweep("event loops of a call that may leak")
    turn = list(OUTCOMES).index(outcome) + (anyio_backend_name == "trio")
    for number, (name, (route, call)) in enumerate(calls.items()):
        if outcome != "success" and name not in FEW and (number + turn) % turns:
            continue
        before = wire.answers.get(route)
        if OUTCOMES[outcome] is not None:
            wire.on(route, *OUTCOMES[outcome])
        async with make(wire, spy, timeout=0.02 if outcome == "silence" else 5) as client:
            raised = await hunt(spy, partial(call, client, wire))
        if outcome == "success":
            assert (raised is not None) == (name in FAILING), f"{name}: {raised!r}"
        for path in sorted(wire.folder.rglob("*")):
            if path.is_file():
                # What is downloaded is what the server says.
                if path.suffix in {".json", ".jsonl"}:
                    spy.add(f"the file {path.name}", path.read_bytes().decode("latin-1"))
                path.unlink()
        wire.answers.pop(route, None)
        if before is not None:
            wire.on(route, *before)
        leaks += [f"{name}: {leak}" for leak in spy.take()]
    assert not leaks, "\n".join(leaks)


SAID: dict[str, Any] = {
    "nothing": websocket(),
    "no JSON": websocket(TextMessage(f'{{"token": "{NEW_TOKEN}')),
    "a wrong shape": websocket({"type": [VALUE], "event": [VALUE], "data": NEW_TOKEN}),
    "a wrong deployment": websocket({"type": "new", "data": {"deployment": {"id": [5]}}}),
    "no websocket": websocket(b"\xff\xff" + VALUE.encode()),
    "half a frame": websocket(b"\x81\x7e" + VALUE.encode()),
    "no handshake": terminal(f"HTTP/1.1 200 OK\r\nset-cookie: s={COOKIE}\r\n".encode()),
    "a wrong handshake": lambda headers: (
        b"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
        + headers.get("sec-websocket-key", "").encode()
        + b"\r\n\r\n"
    ),
    "no HTTP": lambda headers: NEW_TOKEN.encode(),
}


@pytest.mark.anyio
@pytest.mark.parametrize("said", SAID)
async def test_no_secret_shows_whatever_a_stream_says(said, wire, spy):
    leaks: list[str] = []
    for name, (route, call) in CALLS.items():
        if route.startswith(("CONNECT", "GET /ws", "GET /deployments")):
            before = wire.answers[route]
            wire.on(route, SAID[said])
            async with make(wire, spy, timeout=5) as client:
                await hunt(spy, partial(call, client, wire))
            wire.on(route, *before)
            leaks += [f"{name}: {leak}" for leak in spy.take()]
    assert not leaks, "\n".join(leaks)


BASIC = " ".join(
    base64.b64encode(pair.encode()).decode()
    for pair in (f":{API_TOKEN}", f":{NEW_TOKEN}", f"user:{PASSWORD}")
)

EXCHANGES: dict[str, list[Any]] = {
    "refused": [(401, {"error": "Invalid credentials"}, {"set-cookie": f"s={COOKIE}"})],
    "failing": [(500, {"error": "no"})],
    "an HTML page": [(502, b"<!doctype html>", {"content-type": "text/html"})],
    "a page that repeats it": [
        (
            502,
            f"<html>{API_TOKEN} {PASSWORD} {OTP} {BEARER} {BASIC}</html>".encode(),
            {"content-type": "text/html"},
        )
    ],
    "a text that repeats it": [(401, f"{API_TOKEN} {PASSWORD} {OTP} {BEARER} {BASIC}".encode())],
    "JSON that repeats it": [(422, {"error": f"no: {API_TOKEN} {PASSWORD} {NEW_TOKEN}"})],
    "JSON that repeats the header": [(500, {"message": BASIC})],
    "without a token": [(200, {"token": None, "other": BEARER})],
    "of a wrong shape": [(200, {"token": [BEARER]})],
    "no JSON": [(200, f'{{"token": "{BEARER}'.encode())],
    "broken": [(200, BEARER.encode(), {"content-encoding": "deflate"})],
    "cut": ["cut"],
    "half": ["half"],
    "silent": ["hang"],
    "good at first": [(200, {"token": BEARER}), (500, {"error": "no"})],
}


@pytest.mark.anyio
@pytest.mark.parametrize("exchange", EXCHANGES)
async def test_no_secret_shows_when_an_exchange_goes_wrong(exchange, wire, spy):
    leaks: list[str] = []
    login = UserPassword("user", PASSWORD, OTP)
    app, database = CALLS["a read"][1], CALLS["databases.get"][1]
    wire.on("GET /v1/apps/my-app", (401, {"error": "no"}))
    for settings, route, call in (
        ({}, "POST /v1/tokens/exchange", app),
        ({"credential": login}, "POST /v1/tokens/exchange", app),
        ({"credential": login}, "POST /v1/tokens", app),
        ({}, "POST /v1/apps/my-app/addons/ad-1/token", database),
        ({"bearer_token": BEARER, "credential": None}, *CALLS["tokens.exchange"]),
        ({"bearer_token": BEARER, "credential": None}, *CALLS["tokens.login"]),
        ({"bearer_token": BEARER, "credential": None}, *CALLS["addons.token"]),
    ):
        if "JSON that" in exchange and "addons" in route:
            # What was sent for it is the bearer token, which is put on further in.
            continue
        before = wire.answers[route]
        wire.on(route, *EXCHANGES[exchange])
        timeout = 0.02 if exchange == "silent" else 5
        async with make(wire, spy, timeout=timeout, **settings) as client:
            for _ in range(2):
                await hunt(spy, partial(call, client, wire))
        wire.on(route, *before)
        leaks += [f"{route}: {leak}" for leak in spy.take()]
    assert not leaks, "\n".join(leaks)


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["http_client", "aiohttp", "httpx2"])
@pytest.mark.parametrize("outcome", ["success", "status 401", "an answer that is cut", "silence"])
async def test_no_secret_shows_whatever_sends_the_requests(
    way, outcome, wire, spy, anyio_backend_name
):
    if way == "aiohttp" and anyio_backend_name != "asyncio":
        # aiohttp knows asyncio alone.
        return
    leaks: list[str] = []
    async with sender(way) as settings:
        for name, (route, call) in FEW.items():
            before = wire.answers.get(route)
            if OUTCOMES[outcome] is not None:
                wire.on(route, *OUTCOMES[outcome])
            timeout = 0.02 if outcome == "silence" else 5
            async with make(wire, spy, timeout=timeout, **settings()) as client:
                await hunt(spy, partial(call, client, wire))
            wire.answers.pop(route, None)
            if before is not None:
                wire.on(route, *before)
            leaks += [f"{name}: {leak}" for leak in spy.take()]
    assert not leaks, "\n".join(leaks)


@asynccontextmanager
async def sender(way: str) -> AsyncIterator[Callable[[], dict[str, Any]]]:
    if way == "http_client":
        async with httpx.AsyncClient(trust_env=False) as http_client:
            yield lambda: {"http_client": http_client}
    elif way == "aiohttp":
        from scalingo_async.transports.aiohttp import AiohttpTransport

        yield lambda: {"transport": AiohttpTransport()}
    else:
        from scalingo_async.transports.httpx2 import Httpx2Transport

        yield lambda: {"transport": Httpx2Transport(trust_env=False)}


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["a read", "variables.create", "tokens.login", "logs.dump"])
@pytest.mark.parametrize("where", ["the call", "the exchange"])
async def test_no_secret_shows_in_a_call_that_is_cancelled(name, where, wire, spy):
    route, call = CALLS[name]
    wire.on(route if where == "the call" else "POST /v1/tokens/exchange", "hang")
    cancelled = anyio.get_cancelled_exc_class()

    async def wait_for(client: AsyncClient) -> None:
        try:
            await call(client, wire)
        except cancelled as error:
            spy.look_at_error(error)
            raise

    async with make(wire, spy, timeout=5) as client:
        with anyio.move_on_after(0.1) as scope:
            await wait_for(client)
        reached = scope.cancelled_caught
        with anyio.move_on_after(0.1) as scope:
            await hunt(spy, partial(call, client.with_options(deadline=0.02), wire))
    leaks = spy.take()
    assert not leaks, "\n".join(leaks)
    assert reached or where == "the exchange"


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
async def test_no_secret_shows_when_a_middleware_breaks(kind, wire, spy):
    async def breaking(request: Request, call_next: Handler) -> Response:
        await call_next(request)
        raise kind("broken")

    leaks: list[str] = []
    for name, (_, call) in FEW.items():
        async with make(wire, spy, middlewares=[breaking]) as client:
            try:
                await call(client, wire)
            except kind as error:
                spy.look_at_error(error)
        leaks += [f"{name}: {leak}" for leak in spy.take()]
    assert not leaks, "\n".join(leaks)


WITH_USER = f"https://user:{quote(PASSWORD, safe='')}@api.example.com"
URLS = {
    "api_url": "https://api.example.com",
    "auth_url": "https://auth.example.com",
    "database_url": "https://db.example.com",
    "billing_url": "https://billing.example.com",
}


async def through(transport: HttpxTransport) -> None:
    async with AsyncClient(bearer_token="t", transport=transport, max_retries=0) as client:
        await client.apps.get("my-app")


REFUSED: dict[str, Callable[[AsyncClient], Any]] = {
    "a name": lambda c: c.variables.create("my-app", name="_A", value=VALUE),
    "a value": lambda c: c.variables.create("my-app", name="A", value=VALUE * 2000),
    "an option": lambda c: c.variables.create("my-app", name="A", value=VALUE, timeout=-1),
    "no option": lambda c: c.variables.create("my-app", name="A", value=VALUE, nonsense=1),
    "an id": lambda c: c.variables.create("..", name="A", value=VALUE),
    "a name of many": lambda c: c.variables.bulk_update("my-app", variables={"_A": VALUE}),
    "a value of many": lambda c: c.variables.bulk_update("my-app", variables={"A": VALUE * 2000}),
    "no text of many": lambda c: c.variables.bulk_update("a", variables={"A": VALUE, "B": 5}),
    "an option of many": lambda c: c.variables.bulk_update(
        "my-app", variables={"A": VALUE}, deadline=-1
    ),
    "a changed value": lambda c: c.variables.update("my-app", "v-1", value=VALUE * 2000),
    "a name to set": lambda c: c.variables.set("my-app", {"A": VALUE}, delete=["_B"]),
    "set and deleted": lambda c: c.variables.set("my-app", {"A": VALUE}, delete=["A"]),
    "a user name": lambda c: c.tokens.login("a:b", PASSWORD, name="n", otp=OTP),
    "a code": lambda c: c.tokens.login("user", PASSWORD, name="n", otp=5),
    "a label": lambda c: c.tokens.login("user", PASSWORD, name=object(), otp=OTP),
    "an option of a login": lambda c: c.tokens.login("u", PASSWORD, name="n", otp=OTP, timeout=-1),
    "a label of a token": lambda c: c.tokens.create(name=object(), otp=OTP),
    "a token to exchange": lambda c: c.tokens.exchange(f"{NEW_TOKEN} "),
    "an option of an exchange": lambda c: c.tokens.exchange(NEW_TOKEN, timeout=-1),
    "a URL of http": lambda c: c.logs.dump(f"http://logs.example.com/?token={URL_TOKEN}"),
    "a URL of a user": lambda c: c.logs.dump(f"https://a:{URL_TOKEN}@logs.example.com/"),
    "a number of lines": lambda c: c.logs.dump(f"https://l.example.com/?t={URL_TOKEN}", n=-1),
    "lines of a websocket": lambda c: c.logs.stream_websocket(
        f"https://l.example.com/?t={URL_TOKEN}", n=-1
    ),
    "a way of events": lambda c: c.logs.stream_sse(
        f"https://l.example.com/?t={URL_TOKEN}", silence=-1
    ),
    "a command": lambda c: c.one_offs.run("my-app", " ", env={"A": VALUE}, input=PASSWORD),
    "a variable of a command": lambda c: c.one_offs.run("my-app", "a", env={"A": VALUE, "B": 5}),
    "a limit of a command": lambda c: c.one_offs.run(
        "my-app", "a", env={"A": VALUE}, input=PASSWORD, max_output=-1
    ),
    "a patience of a command": lambda c: c.one_offs.run(
        "my-app", "a", env={"A": VALUE}, files=[("a", VALUE.encode())], start_timeout=-1
    ),
    "a variable to start with": lambda c: c.apps.run(
        "my-app", command="a", env={"A": VALUE, "B": 5}
    ),
    "a file of a command": lambda c: c.one_offs.run(
        "my-app", "a", files=[("a/b", NEW_TOKEN.encode())]
    ),
    "a file of another kind": lambda c: c.one_offs.run("my-app", "a", files=[(VALUE,)]),
    "an input": lambda c: c.one_offs.run("my-app", "a", input=[PASSWORD]),
    "the name of a file": lambda c: c.one_offs.upload_file(
        f"https://one-off.scalingo.com/1?token={URL_TOKEN}", NEW_TOKEN.encode(), name="a/b"
    ),
    "a value of a config": lambda c: c.provider_apps.update(
        "a", username="u", password=PASSWORD, config={"A": VALUE, "B": 5}
    ),
    "a setting of a notifier": lambda c: c.notifiers.create(
        "..", platform_id="p", name="n", type_data={"webhook_url": f"https://a/?t={URL_TOKEN}"}
    ),
    "a list to send": lambda c: c.request("POST", "/apps", json=[VALUE]),
    "a raw answer": lambda c: c.with_raw_response(c.variables.create)(
        "my-app", name="_A", value=VALUE
    ),
    "an option of a terminal": lambda c: c.one_offs.attach(
        f"https://one-off.scalingo.com/1?token={URL_TOKEN}", timeout=-1
    ),
    "a side of a terminal": lambda c: c.one_offs.resize(
        f"https://one-off.scalingo.com/1?token={URL_TOKEN}", width=0, height=1
    ),
    "a source": lambda c: c.deployments.deploy(
        "my-app", "here", source_url=f"https://up.example.com/?signature={URL_TOKEN}"
    ),
    "headers of an upload": lambda c: c.sources.upload(
        f"https://up.example.com/?signature={URL_TOKEN}", b"", headers={"a": "b"}
    ),
    "a size of a download": lambda c: c.sources.download(
        f"https://up.example.com/?signature={URL_TOKEN}", "x", size=-1
    ),
    "an option of a job": lambda c: bulk.map(
        c.variables.create, ["my-app"], name="SECRET", value=VALUE, concurrency=0
    ),
    "a reference": lambda c: c.deployments.create(
        "my-app", source_url=f"https://up.example.com/?signature={URL_TOKEN}", git_ref=object()
    ),
    "an option of an invitation": lambda c: c.collaborators.accept(INVITATION, timeout=-1),
    "a domain": lambda c: c.domains.create("my-app", name=object(), tlskey=TLS_KEY),
    "a body": lambda c: c.request("POST", "/apps", json={"a": VALUE, "b": object()}),
    "a query": lambda c: c.request("GET", "/apps", query={"a": INVITATION, "b": object()}),
    "a body and a query": lambda c: c.request(
        "POST", "/apps", query={"a": INVITATION}, json={"a": VALUE, "b": object()}
    ),
    "a path": lambda c: c.request("POST", "/..", json={"a": VALUE}),
    "a verb": lambda c: c.request("TRACE", "/apps", json={"a": VALUE}),
    "an API": lambda c: c.request("POST", "/apps", api="other", json={"a": VALUE}),
    "an API token": lambda c: APIToken(f"{API_TOKEN}\n"),
    "a bearer token": lambda c: BearerToken(f"{BEARER} "),
    "a login": lambda c: UserPassword("a:b", PASSWORD, OTP),
    "a login without text": lambda c: UserPassword("a", f"{PASSWORD}\ud800", OTP),
    "a code of a login": lambda c: UserPassword("a", PASSWORD, 5),
    "a client's token": lambda c: AsyncClient(f"{API_TOKEN} "),
    "a client's bearer": lambda c: AsyncClient(bearer_token=f"{BEARER}\t"),
    "two credentials": lambda c: AsyncClient(API_TOKEN, bearer_token=BEARER),
    "a client's region": lambda c: AsyncClient(API_TOKEN, region=".."),
    "a client's timeout": lambda c: AsyncClient(bearer_token=BEARER, timeout=-1),
    "a client's connections": lambda c: AsyncClient(API_TOKEN, max_connections=0),
    **{
        f"a password in {url}": lambda c, url=url: AsyncClient(API_TOKEN, **URLS | {url: WITH_USER})
        for url in URLS
    },
    "a query of a URL": lambda c: AsyncClient(
        API_TOKEN, auth_url=f"https://a.example.com/?token={URL_TOKEN}"
    ),
    "a URL that is no text": lambda c: AsyncClient(API_TOKEN, auth_url=[WITH_USER]),
    "a URL alone": lambda c: AsyncClient(API_TOKEN, api_url=f"http://{URL_TOKEN}/"),
    "a setting beside a URL": lambda c: AsyncClient(
        API_TOKEN, auth_url=f"https://auth.example.com/{URL_TOKEN}", timeout=-1
    ),
    "a header": lambda c: AsyncClient(API_TOKEN, headers={"x-authorization-otp": f"{OTP}\n"}),
    "a setting beside a header": lambda c: AsyncClient(
        API_TOKEN, headers={"x-authorization-otp": OTP}, timeout=-1
    ),
    "a header of a copy": lambda c: c.with_options(headers={"a": f"{OTP}\n"}),
    "an option of a copy": lambda c: c.with_options(headers={"a": OTP}, timeout=-1),
    **{
        f"a password in the environment, {url}": lambda c, url=url: AsyncClient.from_env(
            environ={"SCALINGO_API_TOKEN": API_TOKEN, url: WITH_USER}
        )
        for url in ("SCALINGO_API_URL", "SCALINGO_AUTH_URL", "SCALINGO_BILLING_URL")
    },
    "a password beside the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": API_TOKEN}, auth_url=WITH_USER
    ),
    "connections of httpx": lambda c: HttpxTransport(proxy=WITH_USER, max_connections=0),
    "connections of aiohttp": lambda c: AiohttpTransport(proxy=WITH_USER, max_connections=0),
    "a proxy of httpx": lambda c: through(HttpxTransport(proxy=f"gopher{WITH_USER[5:]}")),
    "a proxy of aiohttp": lambda c: AiohttpTransport(proxy=f"socks5{WITH_USER[5:]}").proxy_for(
        "https://a.example.com/"
    ),
    "a webhook": lambda c: WebhookReceiver([PASSWORD, " "]),
    "a key of Redis": lambda c: RedisTokens(object(), [API_TOKEN, PASSWORD]),
    "a token in the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": f"{API_TOKEN} "}
    ),
    "a URL in the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": API_TOKEN, "SCALINGO_AUTH_URL": "nonsense"}
    ),
    "a region in the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": API_TOKEN, "SCALINGO_REGION": "nonsense!"}
    ),
    "a token beside the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": API_TOKEN}, api_token=f"{NEW_TOKEN} "
    ),
    "a setting beside the environment": lambda c: AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": API_TOKEN}, bearer_token=BEARER, timeout=-1
    ),
}


@pytest.mark.anyio
async def test_no_secret_shows_in_what_is_refused(wire, spy):
    leaks: list[str] = []
    for what, call in REFUSED.items():
        caught: list[BaseException] = []
        async with make(wire, spy, timeout=5) as client:
            try:
                result = call(client)
                if inspect.isawaitable(result):
                    await result
            except Exception as error:
                caught.append(error)
                spy.look_at_error(error)
        leaks += [f"{what}: {leak}" for leak in spy.take()]
        assert caught, f"{what} was not refused"
        assert wire.seen == [], what
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize(
    "content",
    [
        {"other.example.com": {"tokens": {"token": API_TOKEN}}},
        {"auth.scalingo.com": {"tokens": {"token": f"{API_TOKEN} "}}},
        {"auth.scalingo.com": {"tokens": API_TOKEN}},
        API_TOKEN,
        None,
    ],
)
def test_no_secret_shows_in_a_stored_login_that_is_not_usable(content, spy, tmp_path):
    path = tmp_path / "auth"
    text = json.dumps({"auth_config_data": content})
    path.write_text(text if content else f'{{"token": "{API_TOKEN}"', encoding="utf-8")
    with pytest.raises(ScalingoError) as caught:
        AsyncClient.from_env(environ={"AUTH_FILE": str(path)}, cli_login=True)
    spy.look_at_error(caught.value)
    assert spy.take() == []


@pytest.mark.anyio
async def test_no_secret_shows_in_a_client_that_is_closed_or_forgotten(wire, spy):
    client = make(wire, spy, timeout=5)
    await hunt(spy, partial(CALLS["databases.get"][1], client, wire))
    spy.look_at("the client", client)
    await client.aclose()
    for _, call in CALLS.values():
        await hunt(spy, partial(call, client, wire))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        client = make(wire, spy, timeout=5)
        await hunt(spy, partial(CALLS["databases.get"][1], client, wire))
        del client
        gc.collect()
    assert sum("forgotten" in str(warning) for warning in warned) == 1
    for warning in warned:
        spy.add("a warning", str(warning))
    leaks = spy.take()
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize(
    "thing",
    [
        APIToken(API_TOKEN),
        BearerToken(BEARER),
        UserPassword("user", PASSWORD, OTP),
        Secret(VALUE),
        Headers({"Authorization": f"Bearer {BEARER}", "X-Authorization-OTP": OTP}),
        Headers({"Location": f"https://a.example/b?token={URL_TOKEN}", "Set-Cookie": COOKIE}),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_no_secret_shows_in_what_holds_it(thing, spy):
    spy.look_at("it", thing)
    spy.look_at("a list of it", [thing])
    spy.add("a format", f"{thing!s:>40} {thing!r} {[thing]} {(thing,)} { ({1: thing}) }")
    assert len(spy.shown) > 3
    assert spy.take() == []


def test_headers_of_other_programs_stay_in_the_log_of_the_library(spy, wire, monkeypatch):
    """Nothing is kept out of the log when no transport of ours lives."""
    # Those of other tests may live on.
    monkeypatch.setattr(log_filter, "_LIVING", WeakSet())
    wire.on("GET /", (200, b"x", {"set-cookie": f"s={COOKIE}"}))

    async def get() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(wire.url + "/")
        return any(leak.startswith("COOKIE in the log of httpcore") for leak in spy.take())

    async def look() -> None:
        first, second = HttpxTransport(), HttpxTransport()
        assert not await get()
        await first.aclose()
        assert not await get()
        await second.aclose()
        assert await get()
        third = HttpxTransport()
        assert not await get()
        del third
        gc.collect()
        assert await get()

    anyio.run(look)


def test_the_password_of_a_proxy_is_in_no_log(spy):
    async def get() -> None:
        transport = HttpxTransport(trust_env=False)
        logger = logging.getLogger("httpcore.socks")
        logger.setLevel(logging.DEBUG)
        logger.debug("setup_socks5_connection.started host='h' auth=%r", (b"user", PASSWORD))
        logger.debug("receive_response_headers.complete return_value=%r", [(b"a", COOKIE)])
        logger.debug('receive_response_headers.complete return_value=[(b"a\'", %r)]', COOKIE)
        logger.setLevel(logging.NOTSET)
        await transport.aclose()

    anyio.run(get)
    texts = [text for where, text in spy.shown if where == "the log of httpcore.socks"]
    assert [text.partition(" DEBUG ")[2] for text in texts] == [
        "setup_socks5_connection.started host='h' [...]",
        *["receive_response_headers.complete return_value=[...]"] * 2,
    ]
    assert spy.take() == []
