"""Whatever the platform says, a log and a message stay lines of printable text, of bounded length.

Every operation is answered with text that forges lines, steers terminals and goes on and on: in the
headers, the body, the keys of objects, the states of what is waited for, the messages of streams.
"""

import json
import logging
import traceback

import httpx
import pytest
from api_facts import CALLS, FakeTransport, answer_to, arguments, client_of, method_of
from tables import each

from scalingo_async import AsyncClient, Headers, RetryPolicy, ScalingoError
from scalingo_async.integrations.failures import answer_to as service_answer
from scalingo_async.request import Response
from scalingo_async.streams.deployment_events import news_of, read_frame
from scalingo_async.streams.log_feeds import decode_event
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.waiting import polling

FORGED = "\r\n2026-01-01 CRITICAL FORGED\x1b[2J\x1b]0;title\x07\u202e\u2028\x85\x00\ud800"
HOSTILE = f"begins{FORGED}{'long ' * 60}"
LONG = HOSTILE * 20
LONGEST = 1000

HEADERS = {
    "x-request-id": HOSTILE,
    "content-type": HOSTILE,
    "retry-after": HOSTILE,
    "location": f"https://evil{FORGED}.example.com/{HOSTILE}",
    "www-authenticate": HOSTILE,
    "content-disposition": f'attachment; filename="{HOSTILE}"',
    HOSTILE.replace(":", ""): HOSTILE,
}


def hostile(value):
    """Put hostile text in the place of all text, keys of objects included, behind a known start."""
    if isinstance(value, dict):
        return {**{key: hostile(inner) for key, inner in value.items()}, HOSTILE: HOSTILE}
    if isinstance(value, list):
        return [hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


def written(value):
    # What orjson refuses as JSON is hostile in its own way.
    return json.dumps(value, ensure_ascii=True).replace("\\ud800", "").encode()


BODIES = [
    written({"error": LONG, "code": HOSTILE, "resource": HOSTILE, "url": HOSTILE}),
    written({"errors": {HOSTILE: [HOSTILE, [HOSTILE]], "name": {HOSTILE: HOSTILE}}}),
    written({HOSTILE: LONG}),
    LONG.encode("utf-8", "replace"),
    b"<html>" + HOSTILE.encode("utf-8", "replace"),
    b"\xff\xfe\x1b[31m" * 500,
]


class Seen(logging.Handler):
    """Keeps what a log would show."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@pytest.fixture
def seen():
    handler, root = Seen(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def check(text):
    assert text.isprintable(), ascii(text)
    assert len(text) < LONGEST, f"{len(text)} characters: {text[:200]}"


def check_error(error):
    for text in (str(error), error.message, error.request_id or ""):
        check(text)
    check(getattr(error, "path", ""))
    if error.request_id is not None:
        assert error.request_id.isascii()
        assert len(error.request_id) <= 128
    shown = "".join(traceback.format_exception_only(error))
    check(shown.removesuffix("\n"))
    service_answer(error)


def check_lines(seen):
    lines, seen.lines = seen.lines, []
    for line in lines:
        check(line)
    return lines


async def calls(id_, status, content, seen):
    """Call a method that is answered with this; returns what is raised."""
    transport = FakeTransport(status, content, addon_tokens=id_ != "addons.token", **HEADERS)
    async with client_of(transport) as client:
        ids, rest = arguments(client, id_)
        try:
            await method_of(client, id_)(*ids, **rest)
        except ScalingoError as error:
            check_error(error)
            return error
        finally:
            check_lines(seen)


@pytest.mark.asyncio
@each("id_", CALLS)
async def test_every_operation(id_, seen):
    number = sorted(CALLS).index(id_)
    statuses = (302, 400, 401, 402, 404, 409, 422, 429, 500, 503)
    for step in range(2):
        # All pairs would be too many: each comes with some operations.
        body = BODIES[(number + step) % len(BODIES)]
        assert await calls(id_, statuses[(number // 2 + step) % len(statuses)], body, seen)
    await calls(id_, 200, BODIES[(number + 2) % len(BODIES)], seen)
    whole = answer_to(id_)
    if whole.startswith(b"{"):
        await calls(id_, 200, written(hostile(json.loads(whole))), seen)


@pytest.mark.anyio
async def test_tokens_and_logins(seen):
    for body in BODIES:
        for status in (200, 302, 401, 422, 503):

            def handler(request, status=status, body=body):
                return httpx.Response(status, content=body, headers={"x-request-id": "a\x1b[31mb"})

            transport = HttpxTransport(transport=httpx.MockTransport(handler))
            async with AsyncClient(
                "tk-us-x", transport=transport, max_retries=1, retry=RetryPolicy(base=0, cap=0)
            ) as client:
                for call in (
                    lambda c: c.apps.get("my-app"),
                    lambda c: c.tokens.exchange("tk-us-y"),
                    lambda c: c.tokens.login("user", "pw", name="n"),
                    lambda c: c.region("osc-secnum-fr1").apps.list(),
                ):
                    with pytest.raises(ScalingoError) as caught:
                        await call(client)
                    check_error(caught.value)
    assert check_lines(seen)


@pytest.mark.anyio
async def test_what_is_waited_for(seen, monkeypatch):
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.0)
    for status in ("error", "build-error", "failed", HOSTILE):

        def answers(id_, status=status):
            ((root, inner),) = json.loads(answer_to(id_)).items()
            told = {"id": HOSTILE, "status": status, "error": LONG, "name": HOSTILE}
            return written({root: {**inner, **told}})

        for get in ("operations.get", "deployments.get", "addons.get", "databases.backups.get"):
            transport = FakeTransport(200, answers(get), **HEADERS)
            async with client_of(transport) as client:
                ids, rest = arguments(client, get)
                thing = await method_of(client, get)(*ids, **rest)
                with pytest.raises(ScalingoError) as caught:
                    await thing.wait(timeout=0.01)
                check_error(caught.value)
    check_lines(seen)


@pytest.mark.anyio
async def test_regions(seen):
    region = json.loads(answer_to("regions.list"))["regions"][0]
    for name, url in (
        (HOSTILE, region["api"]),
        ("osc-fr9", HOSTILE),
        ("osc-fr9", f"{HOSTILE}://x"),
    ):
        listed = [{**region, "name": name, "api": url}] * 50
        transport = FakeTransport(200, written({"regions": listed}), **HEADERS)
        async with client_of(transport) as client:
            with pytest.raises(ScalingoError) as caught:
                await client.region("osc-fr9").apps.list()
            check_error(caught.value)
    check_lines(seen)


URLS = [
    f"{HOSTILE}://x.example.com/",
    f"https://{HOSTILE}/",
    f"https://{'a.' * 5000}example.com/",
    f"https://10.0.0.1/{HOSTILE}",
    "a" * 5000 + "://example.com/",
    f"https://{'a' * 5000}.example.com/",
]


@pytest.mark.anyio
async def test_urls_that_are_handed_out(seen):
    for url in URLS:
        content = written({"logs_url": url, "url": url})
        async with client_of(FakeTransport(200, content, **HEADERS)) as client:
            for call in (
                lambda c: c.logs.lines("my-app"),
                lambda c: c.databases.log_lines("my-app", "ad-1"),
                lambda c: c.logs.stream("my-app", via="sse").__aenter__(),
                lambda c: c.logs.stream("my-app").__aenter__(),
            ):
                with pytest.raises(ScalingoError) as caught:
                    await call(client)
                check(str(caught.value))
    check_lines(seen)


@each(
    "message",
    [
        {"event": "log", "log": 5, HOSTILE: HOSTILE},
        {"event": HOSTILE, "log": [HOSTILE]},
        {"type": "log", "data": {HOSTILE: HOSTILE}},
        {"type": "new", "data": {"deployment": {"id": {HOSTILE: 1}}}},
        {"type": {HOSTILE: HOSTILE}},
    ],
)
def test_messages_of_streams(message):
    text = written(message).decode()
    errors = []
    for read in (decode_event, lambda text: news_of(read_frame(text))):
        try:
            read(text)
        except ScalingoError as error:
            errors.append(error)
    assert errors
    for error in errors:
        check_error(error)


def test_a_request_id_that_is_shown_is_that_of_the_answer():
    response = Response(200, Headers({"X-Request-Id": "b6f8a0c2-e1"}))
    assert response.request_id == "b6f8a0c2-e1"
    assert Response(200, Headers({"X-Request-Id": HOSTILE})).request_id.startswith("begins??2026")
    # The header itself is as it came, and shows as Python writes it.
    assert repr(Response(200, Headers(HEADERS)).headers).isprintable()


@pytest.mark.anyio
async def test_a_long_url_is_shortened():
    url = "https://logs.example.com/" + "a" * 5000 + "?token=canary"
    async with client_of(FakeTransport(503, b"", **HEADERS)) as client:
        with pytest.raises(ScalingoError) as caught:
            await client.logs.dump(url)
    check_error(caught.value)
    assert "canary" not in str(caught.value)
