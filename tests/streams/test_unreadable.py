"""Messages of streams that can't be read, and streams that are none."""

import logging
import traceback

import anyio
import orjson
import pytest
from api_facts import answer_to
from instruments.scripted_server import scripted, websocket
from wsproto.events import TextMessage

from scalingo_async import AsyncClient, DeploymentLog, RetryPolicy
from scalingo_async.errors import ResponseDecodeError

pytestmark = pytest.mark.anyio

BAD_LOGS = {
    "a lone surrogate": '{"event": "log", "log": "canary \\ud83d"}',
    "cut JSON": '{"event": "log", "log": "canary',
    "a bad timestamp": '{"event": "ping", "timestamp": "canary"}',
    "a wrong type": '{"event": "log", "log": {"canary": 1}}',
    "no object": '["canary"]',
    "no JSON": "canary\x1b[31m",
    "nothing": " ",
    "too deep": '{"event": ' + "[" * 5000,
}
BAD_FRAMES = {
    **{name: text.replace('"event"', '"type"') for name, text in BAD_LOGS.items()},
    "a bad timestamp": '{"type": {"canary": 1}}',
    "a wrong type": '{"type": ["canary"], "id": "d-1"}',
}
BAD_NEWS = {
    "a log without content": '{"type": "log", "id": "a-id", "data": {"canary": 1}}',
    "a status of another kind": '{"type": "status", "id": "a-id", "data": ["canary"]}',
    "a new one without an id": '{"type": "new", "data": {"deployment": {"canary": 1}}}',
}


def log(number):
    return orjson.dumps({"event": "log", "log": f"line {number}\n"}).decode()


def frame(number):
    data = {"type": "log", "id": "a-id", "data": {"content": f"line {number}\n"}}
    return orjson.dumps(data).decode()


def said_as(*texts):
    return websocket(*[TextMessage(data=text) for text in texts])


def events_of(*texts):
    return b"".join(b"data: %b\n\n" % text.encode() for text in texts)


EVENTS = {"content-type": "text/event-stream"}
STREAMS = {
    "logs.stream_websocket": lambda c, w: c.logs.stream_websocket(f"{w.url}/ws"),
    "logs.stream_sse": lambda c, w: c.logs.stream_sse(f"{w.url}/sse"),
    "logs.stream": lambda c, w: c.logs.stream("by-ws", via="websocket"),
    "logs.stream, sse": lambda c, w: c.logs.stream("by-sse", via="sse"),
    "databases.stream_logs": lambda c, w: c.databases.stream_logs("by-ws", "ad-1"),
    "deployments.stream": lambda c, w: c.deployments.stream(f"ws{w.url[4:]}/frames"),
    "deployments.follow": lambda c, w: c.deployments.follow("by-ws", "a-id"),
}
BAD = {
    **dict.fromkeys(STREAMS, BAD_LOGS),
    "deployments.stream": BAD_FRAMES,
    "deployments.follow": {**BAD_FRAMES, **BAD_NEWS},
}


@pytest.fixture
def wire():
    with scripted() as wire:
        for name, path in (("by-ws", "ws"), ("by-sse", "sse")):
            logs_url = {"logs_url": f"{wire.url}/{path}"}
            wire.on(f"GET /v1/apps/{name}/logs", (200, logs_url))
        wire.on("POST /v1/apps/by-ws/addons/ad-1/token", (200, answer_to("addons.token")))
        wire.on("GET /api/databases/ad-1/logs", (200, {"url": f"{wire.url}/ws"}))
        app = orjson.loads(answer_to("apps.get"))
        app["app"]["links"] = {"deployments_stream": f"ws{wire.url[4:]}/frames"}
        wire.on("GET /v1/apps/by-ws", (200, app))
        deployment = orjson.loads(answer_to("deployments.get"))
        deployment["deployment"] |= {"id": "a-id", "status": "building"}
        wire.on("GET /v1/apps/by-ws/deployments/a-id", (200, deployment))
        yield wire


def client_at(wire):
    return AsyncClient(
        bearer_token="bt",
        api_url=wire.url,
        database_url=wire.url,
        rate_limit=None,
        trust_env=False,
        retry=RetryPolicy(base=0.0, cap=0.0),
    )


def say(wire, name, texts):
    """Let a stream say some messages: bad ones as they are, numbers for good ones."""
    good = frame if name.startswith("deployments") else log
    texts = [good(text) if isinstance(text, int) else text for text in texts]
    wire.on("GET /ws", said_as(*texts))
    wire.on("GET /frames", said_as(*texts))
    wire.on("GET /sse", (200, events_of(*texts), EVENTS))


def text_of(item):
    """Return the line that an item of any stream holds; nothing for what is no line."""
    if isinstance(item, DeploymentLog):
        return item.content.strip()
    data = getattr(item, "data", None)
    if isinstance(data, dict):
        return data["content"].strip()
    return (getattr(item, "message", None) or getattr(item, "log", None) or "").strip()


async def lines_of(stream, number):
    found = []
    with anyio.fail_after(20):
        async with stream as items:
            async for item in items:
                if text := text_of(item):
                    found.append(text)
                if len(found) == number:
                    break
    return found


@pytest.mark.parametrize("name", STREAMS)
async def test_one_message_that_cannot_be_read_is_passed_over(name, wire, caplog):
    bad = list(BAD[name].values())
    # One between good ones each time, then nine in a row.
    texts = [text for number, one in enumerate(bad) for text in (one, number)]
    texts += [*[bad[0]] * 9, 1000]
    say(wire, name, texts)
    caplog.set_level(logging.WARNING, "scalingo_async")
    async with client_at(wire) as client:
        stream = STREAMS[name](client, wire)
        assert stream.passed_over == 0
        found = await lines_of(stream, len(bad) + 1)
        assert found == [f"line {number}" for number in range(len(bad))] + ["line 1000"]
        assert stream.passed_over == len(bad) + 9
    warned = [record.getMessage() for record in caplog.records if "Skipped" in record.msg]
    assert len(warned) == len(bad) + 9
    for line in warned:
        assert line.isprintable()
        assert "canary" not in line


@pytest.mark.parametrize("name", STREAMS)
async def test_ten_in_a_row_are_an_error(name, wire):
    bad = list(BAD[name].values())
    say(wire, name, [0, *(bad * 2)[-10:], 1])
    async with client_at(wire) as client:
        stream = STREAMS[name](client, wire)
        with pytest.raises(ResponseDecodeError, match="10 messages in a row can't be read") as it:
            await lines_of(stream, 2)
        assert stream.passed_over == 10
    shown = traceback.TracebackException.from_exception(it.value, capture_locals=True)
    ours = [frame for frame in shown.stack if "/tests/" not in frame.filename]
    assert "canary" not in str([frame.locals for frame in ours])
    assert "in a stream of " in str(it.value)
    assert str(it.value).isprintable()


async def test_a_row_goes_on_over_a_cut(wire):
    """Connections that bring one bad message each do not go on for ever."""
    say(wire, "logs.stream", [BAD_LOGS["cut JSON"]])
    async with client_at(wire) as client:
        stream = client.logs.stream("by-ws", via="websocket")
        with pytest.raises(ResponseDecodeError, match="in a row"):
            await lines_of(stream, 1)
        assert stream.passed_over == 10


# -- streams that are none -------------------------------------------------------------------------

PAGE = b"<html><title>Log in to the hotel</title>"
NONE = {
    "a page": (PAGE, "text/html; charset=utf-8", "text/html; it begins with: <html><title>Log in"),
    "JSON": (b'{"error": "canary"}', "application/json", "application/json ("),
    "text": (b"Retry later", "text/plain", "text/plain; it begins with: Retry later"),
    "a short text": (b"no", "text/plain", "text/plain"),
    "nothing": (b"", "text/plain", "text/plain"),
    "no type": (PAGE, "", "no media type; it begins with: <html>"),
    "a page that ends late": (b"data" * 10 + PAGE, "text/html", "text/html; it begins with: data"),
    "a forged type": (PAGE, "text/\x1b[31mhtml", "text/ [31mhtml"),
}


@pytest.mark.parametrize("name", NONE)
async def test_what_is_no_stream_of_events_says_what_came(name, wire):
    content, kind, said = NONE[name]
    wire.on("GET /sse", (200, content, {"content-type": kind} if kind else {}))
    async with client_at(wire) as client:
        for make in ("logs.stream_sse", "logs.stream, sse"):
            with pytest.raises(ResponseDecodeError) as caught:
                await lines_of(STREAMS[make](client, wire), 1)
            error = caught.value
            assert f"should have the media type text/event-stream, but has {said[:-2]}" in str(
                error
            )
            assert error.status_code == 200
            assert error.url == f"{wire.url}/sse"
            assert "canary" not in str(error)
            assert str(error).isprintable()


async def test_events_of_another_name_are_events_all_the_same(wire):
    said = b"\xef\xbb\xbf\r\n: hello\n\n" + events_of(log(1))
    for kind in ("text/plain", "", "application/octet-stream", "TEXT/EVENT-STREAM;charset=utf-8"):
        wire.on("GET /sse", (200, said, {"content-type": kind} if kind else {}))
        async with client_at(wire) as client:
            async with client.logs.stream_sse(f"{wire.url}/sse") as events:
                assert [event.log async for event in events] == ["line 1\n"]
    # A stream that says nothing is an empty one, if it is called a stream.
    wire.on("GET /sse", (200, b"", EVENTS))
    async with client_at(wire) as client:
        async with client.logs.stream_sse(f"{wire.url}/sse") as events:
            assert [event async for event in events] == []
