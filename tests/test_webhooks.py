"""What comes to a webhook: checked, read up to a limit, and let through once."""

import json
import traceback
from pathlib import Path
from typing import Any

import anyio
import pytest
from sandbox_client import client_of
from tables import each
from webhook_headers import FORMS

from scalingo_async import (
    ConfigurationError,
    InvalidArgumentError,
    RecentEvents,
    Secret,
    ServerError,
    WebhookBodyError,
    WebhookContentTypeError,
    WebhookError,
    WebhookReceiver,
    WebhookSecretError,
    WebhookTooLargeError,
    WebhookUnverifiedError,
)
from scalingo_async.models import DeploymentData, Event, GenericData
from scalingo_async.sandbox import Sandbox
from scalingo_async.webhooks import parse

pytestmark = pytest.mark.anyio

SECRET = "aWebhookSecretOfSomeLength"
JSON = {"Content-Type": "application/json; charset=utf-8"}
# The documentation's example of what a notifier sends.
EVENT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "api" / "event_examples.json").read_text()
)["deployment"][1]


def body(**changes: object) -> bytes:
    return json.dumps({**EVENT, **changes}).encode()


def frames(error: BaseException) -> str:
    """Return what a reporter of errors writes down, but for the test's own frame."""
    trace = error.__traceback__
    error.__traceback__ = trace and trace.tb_next
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(report.format())


async def parts(*pieces: bytes):
    for piece in pieces:
        yield piece


# -- parsing ------------------------------------------------------------------------------------


async def test_an_event_is_typed():
    event = parse(JSON, body())
    assert event.type == "deployment"
    assert event.app_name == EVENT["app_name"]
    assert isinstance(event.data, DeploymentData)
    assert event.data.status == "success"


async def test_an_unknown_type_stays_generic():
    event = parse({}, body(type="moon_landing", type_data={"crew": 3}))
    assert event.data == GenericData(data={"crew": 3})


@each(
    "kind",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/vnd.scalingo+json",
    ],
)
async def test_json_is_known_by_its_type(kind):
    assert parse({"content-type": kind}, body()).id == EVENT["id"]


@each(
    ("headers", "said"),
    [
        ({"content-type": "text/html"}, "application/json"),
        ({"content-type": "application/x-www-form-urlencoded"}, "application/json"),
        ({"content-type": "application/json-seq"}, "application/json"),
        ({"content-type": ""}, "application/json"),
        ({"content-type": "application/json; charset=utf-16"}, "charset"),
        ({"content-type": "application/json", "content-encoding": "gzip"}, "compressed"),
    ],
)
async def test_other_types_are_refused(headers, said):
    with pytest.raises(WebhookContentTypeError, match=said) as caught:
        parse(headers, body())
    assert caught.value.answer == 415


@each("form", FORMS)
async def test_headers_are_taken_as_each_library_has_them(form):
    receiver = WebhookReceiver(SECRET, max_body=len(body()))
    receiver.admit(FORMS[form](), secret=SECRET)
    assert parse(FORMS[form](), body()).id == EVENT["id"]
    event = await receiver.receive(FORMS[form](), body(), secret=SECRET)
    assert event is not None
    await receiver.forget(event)
    handled = []

    async def handle(event: Event) -> None:
        handled.append(event.id)

    await receiver.deliver(handle, FORMS[form](), body(), secret=SECRET)
    assert handled == [EVENT["id"]]


@each("form", FORMS)
async def test_what_headers_say_counts_in_each_form(form, monkeypatch):
    for name, value in [
        ("KIND", "text/html"),
        ("PAIRS", [("content-type", "text/html")]),
        ("RAW", [(b"content-type", b"text/html")]),
        ("TEXT", "Content-Type: text/html\r\nHost: a\r\n\r\n"),
    ]:
        monkeypatch.setattr(f"webhook_headers.{name}", value)
    with pytest.raises(WebhookContentTypeError):
        parse(FORMS[form](), body())
    with pytest.raises(WebhookContentTypeError):
        await WebhookReceiver(SECRET).receive(FORMS[form](), body(), secret=SECRET)


@each(
    "headers",
    [
        None,
        5,
        "content-type: application/json",
        b"content-type: application/json",
        Secret("content-type"),
        dict,
        ["content-type"],
        ["ab"],
        [("content-type",)],
        [("content-type", "application/json", "")],
        [("content-type", None)],
        {"content-type": ["application/json"]},
        {5: "application/json"},
        parts(b"content-type"),
    ],
    ids=repr,
)
async def test_what_is_no_header_is_refused(headers: Any):
    receiver = WebhookReceiver(SECRET)
    with pytest.raises(InvalidArgumentError, match="headers"):
        parse(headers, body())
    with pytest.raises(InvalidArgumentError, match="headers"):
        receiver.admit(headers, secret=SECRET)
    with pytest.raises(InvalidArgumentError, match="headers"):
        await receiver.receive(headers, body(), secret=SECRET)


@each(
    ("content", "path"),
    [
        (b"", "$"),
        (b"{", "$"),
        (b"\xff", "$"),
        (b"[" * 100_000, "$"),
        (b"[]", "$"),
        (b"null", "$"),
        (json.dumps({k: v for k, v in EVENT.items() if k != "type"}).encode(), "$.type"),
        (body(created_at="yesterday"), "$.created_at"),
        (body(id=12), "$.id"),
        (body(id=""), "$.id"),
        (body(id="../.."), "$.id"),
        (body(id="x" * 129), "$.id"),
    ],
)
async def test_what_is_no_event_is_named(content, path):
    with pytest.raises(WebhookBodyError) as caught:
        parse(JSON, content)
    assert caught.value.path == path
    assert caught.value.answer == 400


# -- the receiver -------------------------------------------------------------------------------


async def test_an_event_comes_through_once():
    receiver = WebhookReceiver(SECRET)
    event = await receiver.receive(JSON, body(), secret=SECRET)
    assert isinstance(event, Event)
    assert await receiver.receive(JSON, body(), secret=SECRET) is None
    other = await receiver.receive(JSON, body(id="other"), secret=SECRET)
    assert other is not None


async def test_without_a_memory_it_comes_through_each_time():
    receiver = WebhookReceiver(SECRET, seen=None)
    for _ in range(3):
        assert await receiver.receive(JSON, body(), secret=SECRET) is not None
    await receiver.forget(parse(JSON, body()))


@each("wrong", ["", SECRET[:-1], SECRET + "x", SECRET.upper(), "ü" * 20, "\ud800"])
async def test_a_wrong_secret_is_refused_before_anything_is_read(wrong):
    read: list[int] = []

    async def reading():
        read.append(1)
        yield body()

    receiver = WebhookReceiver(SECRET)
    with pytest.raises(WebhookSecretError) as caught:
        await receiver.receive(JSON, reading(), secret=wrong)
    assert caught.value.answer == 404
    assert not read
    assert await receiver.receive(JSON, body(), secret=SECRET) is not None


async def test_all_secrets_are_compared_in_constant_time(monkeypatch):
    compared: list[bytes] = []
    real = __import__("hmac").compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append(right)
        return real(left, right)

    monkeypatch.setattr("scalingo_async.webhooks.hmac.compare_digest", compare)
    old, new = "theOldSecretOfTheHook", Secret("theNewSecretOfTheHook")
    receiver = WebhookReceiver([old, new], seen=None)
    for secret in (old, new.reveal()):
        compared.clear()
        assert await receiver.receive(JSON, body(), secret=secret) is not None
        assert compared == [old.encode(), new.reveal().encode()]


@each("secret", ["", "short", "x" * 257, "with a space in it", "sixteen/slashes/", [], ["short"]])
async def test_secrets_that_are_none_are_refused(secret):
    with pytest.raises(ConfigurationError, match="secret") as caught:
        WebhookReceiver(secret)
    assert not secret or str(secret) not in frames(caught.value)


@each("wrong", [0, -1, True])
async def test_sizes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ConfigurationError, match="max_body"):
        WebhookReceiver(SECRET, max_body=wrong)
    with pytest.raises(ConfigurationError, match="limit"):
        RecentEvents(wrong)


@each("length", ["101", "1" * 5000])
async def test_a_body_that_is_announced_as_too_large_is_not_read(length):
    receiver = WebhookReceiver(SECRET, max_body=100)
    with pytest.raises(WebhookTooLargeError, match="100 bytes") as caught:
        receiver.admit({**JSON, "Content-Length": length}, secret=SECRET)
    assert caught.value.answer == 413
    receiver.admit({**JSON, "Content-Length": "100"}, secret=SECRET)


async def test_no_more_is_read_than_is_accepted():
    asked: list[int] = []

    async def endless():
        for number in range(1000):
            asked.append(number)
            yield b" " * 40

    receiver = WebhookReceiver(SECRET, max_body=100)
    with pytest.raises(WebhookTooLargeError):
        await receiver.receive(JSON, endless(), secret=SECRET)
    assert asked == [0, 1, 2]
    with pytest.raises(WebhookTooLargeError):
        await receiver.receive(JSON, b" " * 101, secret=SECRET)


async def test_a_body_comes_in_parts():
    content = body()
    receiver = WebhookReceiver(SECRET, max_body=len(content))
    event = await receiver.receive(JSON, parts(content[:5], b"", content[5:]), secret=SECRET)
    assert event is not None


# -- handling -----------------------------------------------------------------------------------


async def test_a_handler_that_fails_gets_the_event_again():
    handled: list[str] = []

    async def handler(event: Event) -> None:
        handled.append(event.id)
        if len(handled) == 1:
            raise RuntimeError("the database is away")

    receiver = WebhookReceiver(SECRET)
    with pytest.raises(RuntimeError):
        await receiver.deliver(handler, JSON, body(), secret=SECRET)
    assert await receiver.deliver(handler, JSON, body(), secret=SECRET) is not None
    assert await receiver.deliver(handler, JSON, body(), secret=SECRET) is None
    assert len(handled) == 2


async def test_a_handler_that_is_cancelled_gets_the_event_again():
    started = anyio.Event()

    async def handler(event: Event) -> None:
        started.set()
        await anyio.sleep_forever()

    class Slow(RecentEvents):
        async def discard(self, event_id: str) -> None:
            await anyio.lowlevel.checkpoint()
            await super().discard(event_id)

    receiver = WebhookReceiver(SECRET, seen=Slow())
    async with anyio.create_task_group() as tasks:

        async def delivering() -> None:
            await receiver.deliver(handler, JSON, body(), secret=SECRET)

        tasks.start_soon(delivering)
        await started.wait()
        assert await receiver.receive(JSON, body(), secret=SECRET) is None
        tasks.cancel_scope.cancel()
    assert await receiver.receive(JSON, body(), secret=SECRET) is not None


async def test_the_memory_is_bounded_by_number_and_time():
    now = [0.0]
    seen = RecentEvents(2, 10.0, clock=lambda: now[0])
    assert [await seen.add(i) for i in "aba"] == [True, True, False]
    assert await seen.add("c")
    assert len(seen) == 2
    assert await seen.add("a"), "the oldest was forgotten"
    now[0] = 9.9
    assert not await seen.add("a")
    now[0] = 10.0
    assert await seen.add("a")
    assert len(seen) == 1


# -- checking back ------------------------------------------------------------------------------


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None)


def as_sent(event: Event) -> bytes:
    """What a notifier would have sent of an event."""
    return json.dumps(
        {
            "id": event.id,
            "created_at": event.created_at.isoformat(),
            "type": event.type,
            "app_id": event.app_id,
            "project_id": event.project_id,
            "type_data": {"status": "forged"},
        }
    ).encode()


async def test_what_the_platform_says_counts(sandbox):
    receiver = WebhookReceiver(SECRET)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        (real, *_) = await client.events.list(app)
        sandbox.forget_requests()
        event = await receiver.receive(JSON, as_sent(real), secret=SECRET, check_back=client)
        assert event == real
        assert await receiver.receive(JSON, as_sent(real), secret=SECRET, check_back=client) is None
    assert [r.operation for r in sandbox.requests] == ["events.get"]


async def test_an_event_that_nobody_knows_is_refused_and_not_noted(sandbox):
    receiver = WebhookReceiver(SECRET)
    app = sandbox.apps()[0].id
    async with client_of(sandbox) as client:
        for forged in (
            {"app_id": app},
            {"app_id": "no-such-app"},
            {"app_id": ".."},
            {"app_id": None},
            {"app_id": None, "project_id": "pr-none"},
            {"app_id": None, "created_at": "2999-01-01T00:00:00Z"},
        ):
            for _ in range(2):
                with pytest.raises(WebhookUnverifiedError) as caught:
                    await receiver.receive(JSON, body(**forged), secret=SECRET, check_back=client)
                assert caught.value.answer == 403


async def test_the_type_must_be_right_as_well(sandbox):
    receiver = WebhookReceiver(SECRET)
    async with client_of(sandbox) as client:
        (real, *_) = await client.events.list(sandbox.apps()[0].name)
        sent = {**json.loads(as_sent(real)), "type": "delete_app"}
        with pytest.raises(WebhookUnverifiedError):
            await receiver.receive(
                JSON, json.dumps(sent).encode(), secret=SECRET, check_back=client
            )


async def test_events_of_an_app_that_is_gone_are_in_the_accounts_list(sandbox):
    receiver = WebhookReceiver(SECRET)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        await client.apps.delete(app, current_name=app)
        gone = next(e for e in await client.events.list_for_user() if e.type == "delete_app")
        event = await receiver.receive(JSON, as_sent(gone), secret=SECRET, check_back=client)
        assert event == gone


async def test_when_the_platform_can_not_be_asked_the_event_may_come_again(sandbox):
    receiver = WebhookReceiver(SECRET)
    async with client_of(sandbox, max_retries=0) as client:
        (real, *_) = await client.events.list(sandbox.apps()[0].name)
        sandbox.inject("events.get", status=503)
        with pytest.raises(ServerError):
            await receiver.receive(JSON, as_sent(real), secret=SECRET, check_back=client)
        event = await receiver.receive(JSON, as_sent(real), secret=SECRET, check_back=client)
        assert event == real


# -- secrets ------------------------------------------------------------------------------------

VALUE = "variableValueCanaryXYZ"


@each(
    ("headers", "content", "secret"),
    [
        (JSON, body(type_data=VALUE), SECRET[:-1]),
        ({"content-type": "text/plain"}, body(type_data=VALUE), SECRET),
        (JSON, body(type_data=VALUE, created_at=VALUE), SECRET),
        (JSON, body(type_data=VALUE)[:-2], SECRET),
        (JSON, body(type_data=VALUE + " " * 1000), SECRET),
    ],
    ids=["secret", "type", "event", "json", "size"],
)
@each("whole", [True, False])
async def test_nothing_shows_when_something_is_refused(headers, content, secret, whole):
    async def handler(event: Event) -> None:
        raise AssertionError("nothing should come through")

    receiver = WebhookReceiver(SECRET, max_body=1000)

    given = content if whole else parts(content[:20], content[20:])
    with pytest.raises(WebhookError) as caught:
        await receiver.deliver(handler, headers, given, secret=secret)
    shown = frames(caught.value) + repr(receiver) + repr(caught.value)
    assert VALUE not in shown
    assert SECRET[:-1] not in shown
