"""Streams that go wrong on demand."""

import math

import anyio
import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from scalingo_async.sandbox import ConnectionCut

from .streams import Caller, receive, websocket


@pytest.fixture
def served(sandbox):
    sandbox.settings.keepalive = math.inf
    sandbox.settings.lines_per_message = 1
    with sandbox.running():
        yield sandbox


@pytest.fixture
def caller(served):
    with Caller(served) as caller:
        yield caller


@pytest.fixture
def url(caller, deployed):
    return caller.logs_url(deployed.name, stream="true", n=10)


def messages_until_cut(url):
    """Return the messages that came, and what the client says of the end."""
    messages = []
    with websocket(url) as line:
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                messages.append(receive(line))
        assert closed.value.rcvd is None
    return messages, str(closed.value.__cause__)


def events_until_cut(url):
    """Return what came of a body that was cut."""
    body = b""
    with (
        pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"),
        httpx.stream("GET", url) as answer,
    ):
        assert answer.status_code == 200
        for part in answer.iter_raw():
            body += part
    return body


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_cut_after_some_messages(served, url, count):
    fault = served.inject("logs.stream_*", messages=count, times=2)
    assert fault.kind == "cut"
    messages, _ = messages_until_cut(url)
    assert len(messages) == count
    assert events_until_cut(url).count(b"\n\n") == count
    assert fault.hits == 2
    assert [(row.status, row.fault, row.executed) for row in served.requests[-2:]] == [
        (101, "cut", True),
        (200, "cut", True),
    ]


def test_a_cut_counts_live_messages_as_well(served, url, deployed):
    served.inject("logs.stream_websocket", messages=12)
    with websocket(url) as line:
        for _ in range(10):
            receive(line)
        for text in ("a", "b"):
            served.write_log(deployed.name, text)
            assert receive(line)["log"].endswith(f" {text}\n")
        with pytest.raises(ConnectionClosed):
            receive(line)


def test_a_cut_in_the_middle_of_a_character(served, caller, deployed):
    served.write_log(deployed.name, "é")
    url = caller.logs_url(deployed.name, stream="true", n=1)
    with websocket(url) as line:
        payload = line.recv(decode=False)
    until = payload.index("é".encode()) + 1
    # A frame of 126 bytes and more has a head of four bytes.
    served.inject("logs.stream_websocket", bytes=until + (2 if len(payload) < 126 else 4))
    messages, why = messages_until_cut(url)
    assert messages == []
    assert f"after {until} bytes, expected {len(payload)}" in why
    served.inject("logs.stream_sse", bytes=len("data: ") + until)
    assert events_until_cut(url) == b"data: " + payload[:until]


@pytest.mark.parametrize("bytes_", [0, 1, 2, 3, 200, 201, 1_000])
def test_a_cut_after_some_bytes(served, url, bytes_):
    served.inject("logs.stream_*", bytes=bytes_, times=2)
    messages, _ = messages_until_cut(url)
    assert len(messages) <= bytes_ // 80
    assert len(events_until_cut(url)) == bytes_


def test_half_of_a_stream_is_half_of_its_first_message(served, url):
    served.inject("logs.stream_*", kind="half_body", times=2)
    messages, why = messages_until_cut(url)
    assert messages == []
    assert "expected" in why
    assert b"\n" not in events_until_cut(url)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ({"status": 503}, 503, b'{"error":"Service unavailable"}'),
        ({"kind": "429"}, 429, b"Retry later"),
        ({"kind": "html", "body": "<p>"}, 502, b"<p>"),
        ({"kind": "garbage"}, 200, b'{"app": {"name": tru'),
    ],
)
def test_a_handshake_that_is_answered_otherwise(served, url, fault, status, body):
    served.inject("logs.stream_websocket", **fault)
    with pytest.raises(InvalidStatus) as refused, websocket(url):
        pass
    answer = refused.value.response
    assert (answer.status_code, bytes(answer.body)) == (status, body)
    assert answer.headers["x-request-id"] == served.requests[-1].request_id
    assert served.requests[-1].status == status


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
def test_a_handshake_without_an_answer(served, url, kind):
    served.inject("logs.stream_websocket", kind=kind, delay=0.001)
    with pytest.raises(InvalidMessage), websocket(url):
        pass
    assert served.requests[-1].executed == (kind == "close_after")
    with websocket(url) as line:
        receive(line)


def test_a_cut_in_the_middle_of_a_usual_answer(served, caller):
    served.inject("apps.list", bytes=9)
    with (
        pytest.raises(httpx.RemoteProtocolError, match=r"received 9 bytes, expected \d+"),
        caller.http.stream("GET", "/v1/apps") as answer,
    ):
        answer.read()


class InProcess:
    """A request for server-sent events, and what the application sends for it."""

    def __init__(self, sandbox, app, leaves_after=None):
        ticket = sandbox.app.authority.ticket("logs", app.id, 60)
        self.scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": f"/logs/apps/{app.id}/logs",
            "query_string": f"token={ticket}&stream=true&n=10".encode(),
            "headers": [],
            "client": None,
        }
        self.asked = [{"type": "http.request", "body": b"", "more_body": False}]
        self.sent = []
        self.leaves_after = leaves_after

    async def receive(self):
        if not self.asked:
            await anyio.sleep_forever()
        return self.asked.pop()

    async def send(self, message):
        if len(self.sent) == self.leaves_after:
            raise OSError("the client has gone")
        self.sent.append(message["type"].removeprefix("http.response."))


@pytest.mark.anyio
async def test_a_cut_in_process(sandbox, deployed):
    sandbox.inject("logs.stream_sse", messages=1)
    request = InProcess(sandbox, deployed)
    with pytest.raises(ConnectionCut):
        await sandbox.app(request.scope, request.receive, request.send)
    assert request.sent == ["start", "body"]


@pytest.mark.anyio
async def test_a_server_may_say_by_an_error_that_the_client_has_gone(sandbox, deployed):
    sandbox.settings.lines_per_message = 1
    request = InProcess(sandbox, deployed, leaves_after=4)
    with anyio.fail_after(20):
        await sandbox.app(request.scope, request.receive, request.send)
    assert request.sent == ["start", "body", "body", "body"]


@pytest.mark.parametrize(
    "options",
    [
        {"messages": -1},
        {"bytes": -1},
        {"messages": 1, "bytes": 1},
        {"kind": "status", "status": 500, "messages": 1},
    ],
)
def test_what_cannot_be_is_refused(sandbox, options):
    with pytest.raises(ValueError, match="messages or bytes"):
        sandbox.inject("logs.*", **options)


def test_a_websocket_has_no_length_that_could_be_wrong(served, url):
    fault = served.inject("logs.stream_*", kind="wrong_length", bytes=3)
    with websocket(url) as line:
        assert receive(line)
    assert fault.hits == 1
