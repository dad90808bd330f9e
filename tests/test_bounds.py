"""What becomes of an answer is bounded: what is kept of it, and what its JSON turns into."""

import ast
import traceback
from pathlib import Path

import anyio
import httpx
import pytest
from api_facts import answer_to, sample_of
from hypothesis import given
from hypothesis import strategies as st
from instruments.scripted_server import scripted, websocket
from tables import each

import scalingo_async
from scalingo_async import AsyncClient, RetryPolicy
from scalingo_async._core.decoding import json
from scalingo_async.errors import (
    InvalidArgumentError,
    ResponseTooLargeError,
    ValidationFailedError,
    WebhookTooLargeError,
)
from scalingo_async.streams import deployment_events, log_dumps
from scalingo_async.streams.deployment_events import SeenLines
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.webhooks import WebhookReceiver, parse

ROOT = Path(scalingo_async.__file__).parent
LOGS = "https://logs.example.com/dump?token=t"
JSON = {"content-type": "application/json"}
EVENTS = {"content-type": "text/event-stream"}


def client_over(handler, **settings):
    """Make a client whose answers a function makes; they may have 50,000 bytes."""
    transport = HttpxTransport(transport=httpx.MockTransport(handler), max_response=50_000)
    settings = {"bearer_token": "bt", "max_retries": 0, "rate_limit": None, **settings}
    return AsyncClient(transport=transport, **settings)


# -- answers without an end ----------------------------------------------------------------------


LONG = 2_000


class Endless(httpx.AsyncByteStream):
    """A body that goes on for longer than anybody may read it."""

    def __init__(self, piece):
        self.piece = piece * 1000
        self.sent = 0

    # No generator: it is left half way.
    def __aiter__(self):
        return self

    async def __anext__(self):
        self.sent += 1
        if self.sent > LONG:
            raise StopAsyncIteration
        return self.piece


async def read_all(stream):
    async with stream as messages:
        async for _ in messages:
            pass


ENDLESS = {
    "a model": (b"[1, ", JSON, lambda c: c.apps.get("my-app")),
    "a list": (b"[", JSON, lambda c: c.events.list("my-app")),
    "all pages": (b"[", JSON, lambda c: c.events.list("my-app").collect()),
    "no content": (b"x", {}, lambda c: c.apps.delete("my-app", current_name="my-app")),
    "an answer as it is": (b"x", {}, lambda c: c.request("GET", "/apps")),
    "a text": (b"x\n", {}, lambda c: c.deployments.output("my-app", "d-1")),
    "a dump": (b"a line of a log\n", {}, lambda c: c.logs.dump(LOGS)),
    "lines of an app": (b"a line of a log\n", {}, lambda c: c.logs.lines("my-app")),
    "short lines": (b"\n", {}, lambda c: c.logs.lines("my-app")),
    "one line": (b"canary" * 800, {}, lambda c: c.logs.lines("my-app")),
    "lines of a database": (b"a line\n", {}, lambda c: c.databases.log_lines("my-app", "ad-1")),
    "one event": (b"data: more\n", EVENTS, lambda c: read_all(c.logs.stream_sse(LOGS))),
    "a line of events": (b"data..", EVENTS, lambda c: read_all(c.logs.stream_sse(LOGS))),
}


@pytest.mark.anyio
@each("name", ENDLESS)
async def test_an_answer_without_an_end_is_refused(name, monkeypatch):
    monkeypatch.setattr(log_dumps, "MAX_DUMP", 1 << 20)
    piece, headers, call = ENDLESS[name]
    body = Endless(piece)

    def handler(request):
        path = request.url.path
        if path.endswith("/token"):
            return httpx.Response(200, json={"addon": {"id": "ad-1", "token": "at"}})
        if path.endswith("/logs"):
            return httpx.Response(200, json={"logs_url": LOGS, "url": LOGS})
        return httpx.Response(200, headers=headers, stream=body)

    async with client_over(handler) as client:
        with pytest.raises(ResponseTooLargeError) as caught:
            await call(client)
        assert body.sent < LONG
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame.locals for frame in shown.stack if "/tests/" not in frame.filename]
    assert piece.decode() * 2 not in str(ours).replace("\\n", "\n"), "the answer shows"


@pytest.mark.anyio
async def test_an_exchange_without_an_end_is_refused():
    def handler(request):
        return httpx.Response(200, headers=JSON, stream=Endless(b" "))

    async with client_over(handler, bearer_token=None, api_token="tk-us-x") as client:
        with pytest.raises(ResponseTooLargeError, match="50000 bytes"):
            await client.apps.get("my-app")


def test_lines_that_just_fit(monkeypatch):
    monkeypatch.setattr(log_dumps, "MAX_DUMP", 1000)
    kept = log_dumps._Kept()
    kept.take(["x"] * 5)
    with pytest.raises(ResponseTooLargeError, match=r"5 lines fill .* with n, .* stream"):
        kept.take(["x"])
    # A character that takes four bytes makes all others take as much.
    with pytest.raises(ResponseTooLargeError):
        log_dumps._Kept().take(["x" * 300 + "🚀"])


def test_a_build_log_of_too_many_lines(monkeypatch):
    monkeypatch.setattr(deployment_events, "_REMEMBERED", 3)
    assert SeenLines().take("a\nb\nc\n") == "a\nb\nc\n"
    with pytest.raises(ResponseTooLargeError, match="more than 3 lines"):
        SeenLines().take("\n" * 4)


# -- JSON of too many values ---------------------------------------------------------------------

FEW = 100
BOMB = b"[" + b"{}," * FEW + b"{}]"
MESSAGE = {"event": "log", "log": "x", "more": [{}] * FEW}
FRAME = {"type": "log", "id": "d-1", "data": {"content": "x", "more": [{}] * FEW}}

CALLS = {
    "a model": lambda c: c.apps.get("my-app"),
    "a list": lambda c: c.apps.list(),
    "pages": lambda c: c.events.list("my-app"),
    "a secret": lambda c: c.tokens.exchange("tk-us-x"),
    "regions": lambda c: c.regions.list(),
    "a region's first call": lambda c: c.region("osc-secnum-fr1").apps.list(),
}


@pytest.mark.anyio
@each("name", CALLS)
async def test_a_few_bytes_do_not_become_many_objects(name):
    async with client_over(
        lambda request: httpx.Response(200, headers={**JSON, "x-request-id": "r-1"}, content=BOMB),
        max_json_values=FEW,
    ) as client:
        with pytest.raises(ResponseTooLargeError, match="100 values; raise max_json_values") as it:
            await CALLS[name](client)
    error = it.value
    assert (error.status_code, error.request_id) == (200, "r-1")
    assert error.method in {"GET", "POST"}
    assert error.url.startswith("https://")


@pytest.mark.anyio
@each("login", [False, True])
async def test_nor_do_tokens(login):
    credential = (
        {"credential": scalingo_async.UserPassword("user", "pw")}
        if login
        else {"api_token": "tk-us-x"}
    )
    async with client_over(
        lambda request: httpx.Response(200, content=BOMB),
        bearer_token=None,
        max_json_values=FEW,
        **credential,
    ) as client:
        with pytest.raises(ResponseTooLargeError, match="max_json_values") as caught:
            await client.apps.get("my-app")
    assert caught.value.url.startswith("https://auth.")


@pytest.mark.anyio
async def test_the_limit_is_that_of_the_call_or_of_the_client():
    content = json.dumps({"app": sample_of("App", full=False) | {"x": [1, 2]}})
    marks = sum(content.count(mark) for mark in (b"{", b"[", b","))

    def handler(request):
        return httpx.Response(200, content=content + b" " * 100)

    async with client_over(handler, max_json_values=marks - 1) as client:
        for call in (client.apps.get, client.with_options(max_json_values=5).apps.get):
            with pytest.raises(ResponseTooLargeError):
                await call("a")
        with pytest.raises(ResponseTooLargeError, match="more than 2 values"):
            await client.apps.get("a", max_json_values=2)
        assert (await client.apps.get("a", max_json_values=marks)).name == "text"
        assert (await client.with_options(max_json_values=marks).apps.get("a")).name == "text"
        for wrong in (0, -1, True, 1.5, "10", None):
            with pytest.raises(InvalidArgumentError, match="max_json_values must be"):
                await client.apps.get("a", max_json_values=wrong)


@pytest.mark.anyio
async def test_the_body_of_an_error_stays_text_then():
    def handler(request):
        return httpx.Response(422, content=b'{"errors": ' + BOMB + b"}")

    async with client_over(handler, max_json_values=FEW) as client:
        with pytest.raises(ValidationFailedError) as caught:
            await client.apps.get("a")
    assert isinstance(caught.value.body, str)


@pytest.mark.anyio
async def test_nor_do_messages_of_streams():
    with scripted() as wire:
        wire.on("GET /ws", websocket(MESSAGE))
        wire.on("GET /sse", (200, b"data: " + json.dumps(MESSAGE) + b"\n\n", EVENTS))
        wire.on("GET /frames", websocket(FRAME))
        wire.on("GET /v1/apps/my-app/logs", (200, {"logs_url": f"{wire.url}/ws"}))
        wire.on("GET /v1/apps/sse/logs", (200, {"logs_url": f"{wire.url}/sse"}))
        link = {"deployments_stream": f"ws{wire.url[4:]}/frames"}
        wire.on(
            "GET /v1/apps/my-app", (200, {"app": sample_of("App", full=False) | {"links": link}})
        )
        deployment = json.loads(answer_to("deployments.get"))
        deployment["deployment"]["status"] = "building"
        wire.on("GET /v1/apps/my-app/deployments/d-1", (200, deployment))
        async with AsyncClient(
            bearer_token="bt",
            api_url=wire.url,
            database_url=wire.url,
            auth_url=wire.url,
            rate_limit=None,
            trust_env=False,
            retry=RetryPolicy(base=0.0, cap=0.0),
        ) as client:
            few = {"max_json_values": FEW}
            for stream in (
                client.logs.stream_websocket(f"{wire.url}/ws", **few),
                client.logs.stream_sse(f"{wire.url}/sse", **few),
                client.logs.stream("my-app", via="websocket", **few),
                client.logs.stream("sse", via="sse", **few),
                client.deployments.stream(link["deployments_stream"], **few),
                client.deployments.follow("my-app", "d-1", **few),
            ):
                with anyio.fail_after(20), pytest.raises(ResponseTooLargeError, match="max_json"):
                    await read_all(stream)
            # The same messages are none too large by default.
            await read_all(client.logs.stream_websocket(f"{wire.url}/ws"))


@pytest.mark.anyio
async def test_nor_do_webhooks():
    with pytest.raises(WebhookTooLargeError, match="max_json_values"):
        parse({}, BOMB, max_json_values=FEW)
    with pytest.raises(InvalidArgumentError, match="max_json_values must be"):
        parse({}, b"{}", max_json_values=0)
    secret = "a-secret-of-a-webhook"
    receiver = WebhookReceiver(secret, max_json_values=FEW)
    with pytest.raises(WebhookTooLargeError, match="max_json_values") as caught:
        await receiver.receive({}, BOMB, secret=secret)
    assert caught.value.answer == 413
    with pytest.raises(scalingo_async.ConfigurationError, match="max_json_values must be"):
        WebhookReceiver(secret, max_json_values=0)


@given(st.lists(st.sampled_from([b"{", b"[", b",", b"x", b'"'])), st.integers(1, 20))
def test_values_are_counted_as_marks(parts, most):
    content = b"".join(parts)
    marks = sum(content.count(mark) for mark in (b"{", b"[", b","))
    with pytest.MonkeyPatch.context() as patch:
        # Pieces end within what is counted.
        patch.setattr(json, "_PIECE", 7)
        assert json._has_more(content, most) == (marks > most)


def test_the_most_by_default():
    assert json.loads(b"[" + b"1," * 499_999 + b"1]")[-1] == 1
    with pytest.raises(ResponseTooLargeError, match="500000 values"):
        json.loads(b"[" + b"1," * 500_000 + b"1]")
    assert len(json.loads(b"[" + b"1," * 500_000 + b"1]", None)) == 500_001


def calls_of(path):
    """Yield the calls in a module that parse JSON."""
    text = path.read_text()
    if "loads(" not in text:
        return
    tree = ast.parse(text)
    ours = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "scalingo_async._core.decoding"
        and any("json" in name.name for name in node.names)
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("json.loads"):
            yield ours, node


THEIR_OWN = {
    "bulk/journal_file.py": "a file of this machine's",
    "credentials.py": "a file of this machine's",
    "files/partial_file.py": "a file of this machine's",
    "integrations/redis_tokens.py": "what this program has signed",
    "middleware/authentication/lifetime.py": "the claims of a token: 64 KiB at the most",
}


def test_nothing_is_parsed_without_a_limit():
    """Whatever parses JSON says how much of it there may be."""
    checked = 0
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("sandbox/") or name == "_core/decoding/json.py":
            continue
        for ours, call in calls_of(path):
            if ours and name not in THEIR_OWN:
                assert len(call.args) == 2, f"{name}:{call.lineno} has no limit"
                checked += 1
            else:
                assert name in THEIR_OWN, f"{name}:{call.lineno} parses without a limit"
        assert "orjson.loads" not in path.read_text(), f"{name} parses by itself"
    assert checked >= 5
