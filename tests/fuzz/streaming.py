"""Server-sent events, frames of websockets, and the messages that they carry."""

from __future__ import annotations

import json
import re
from typing import Any

import anyio
import hypothesis
from core.json_strategies import ANY_JSON
from hypothesis import strategies as st

from scalingo_async import (
    APIConnectionError,
    Headers,
    ResponseDecodeError,
    ResponseTooLargeError,
)
from scalingo_async.streams.deployment_events import read_news
from scalingo_async.streams.log_feeds import decode_event
from scalingo_async.streams.log_lines import parse_line
from scalingo_async.streams.sse import EventParser
from scalingo_async.streams.websocket import WebSocket

from .running import drawn, found, target
from .strategies import pieces, spoiled

# -- server-sent events --------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        "data",
        "data:",
        "data: ",
        "data:  two",
        "event: log",
        ": comment",
        "id: 1",
        "",
        "",
        "nonsense",
    ]
) | st.text(max_size=10).map("data: {}".format)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def events_of(content: bytes) -> list[str]:
    """Read a whole stream as the HTML standard has it, in the plainest way."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    lines = re.split(b"\r\n|\n|\r", text)[:-1]
    events, data = [], []
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if not line:
            if data:
                events.append("\n".join(data))
            data = []
        elif name == "data":
            data.append(value.removeprefix(" "))
    return events


@st.composite
def streams(draw):
    text = draw(st.sampled_from(["", "", "\ufeff"]))
    for line in draw(st.lists(LINES, max_size=12)):
        text += line + draw(ENDS)
    content = draw(spoiled(text.encode()))
    return content, draw(pieces(content))


@target("server-sent events", 33)
@drawn(streams(), st.none() | st.integers(1, 60))
@found((b"data: a\r\ndata: b\r\n\r\n", [b"data: a\r", b"\ndata: b\r\n\r\n"]), None)
@found((b"\xef\xbb\xbfdata\r\r", [b"\xef", b"\xbb\xbfdata\r", b"", b"\r"]), None)
def server_sent_events(stream, limit):
    content, parts = stream
    parser = EventParser() if limit is None else EventParser(limit)
    found: list[str] = []
    try:
        for part in parts:
            found += parser.feed(part)
    except ResponseTooLargeError:
        assert limit is not None
        assert len(content) > limit
        return
    expected = events_of(content)
    # A CR at the very end may be half of a line's end.
    assert found == expected
    hypothesis.target(float(len(found)))


# -- websockets ----------------------------------------------------------------------------------


class Script:
    """A connection whose pieces are given."""

    headers = Headers()

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = [part for part in parts if part]
        self.closed = False

    async def receive(self, max_bytes: int = 0) -> bytes:
        if not self.parts:
            raise anyio.EndOfStream
        return self.parts.pop(0)

    async def send(self, item: bytes) -> None:
        await anyio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        self.closed = True


LONG = st.sampled_from([b"x" * 20, b"x" * 21, b"x" * 40, b"x" * 41])
"""Some of them, or two together, are longer than allowed."""


@st.composite
def frames(draw) -> bytes:
    """Draw a frame: its parts are right, as a rule."""
    opcode = draw(st.sampled_from([0, 1, 1, 1, 2, 8, 9, 10]) | st.integers(0, 15))
    first = opcode | draw(st.sampled_from([0x80, 0x80, 0, 0x90, 0xF0]))
    payload = draw(st.binary(max_size=10) | st.text(max_size=10).map(str.encode) | LONG)
    size = draw(st.sampled_from([len(payload)] * 6 + [125, 126, 127]) | st.integers(0, 2**63))
    mask = draw(st.sampled_from([0, 0, 0, 0, 0x80]))
    long = draw(st.sampled_from([0, 0, 0, 2, 8]))
    if long == 0 and size < 126:
        head = bytes([first, mask | size])
    elif long != 8 and size < 1 << 16:
        head = bytes([first, mask | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, mask | 127]) + size.to_bytes(8, "big")
    return head + payload


async def outcome(parts: list[bytes]) -> tuple[list[str], str, int | None]:
    """Read all messages; returns them, how it ended, and the code of the end."""
    connection: Any = Script(parts)
    socket = WebSocket(connection, max_message=40)
    messages: list[str] = []
    ended = "closed"
    try:
        while (message := await socket.receive()) is not None:
            assert len(message) <= 40
            messages.append(message)
    except (APIConnectionError, ResponseTooLargeError) as error:
        ended = type(error).__name__
    await socket.aclose()
    assert connection.closed
    return messages, ended, socket.close_code


def read_both(content: bytes, parts: list[bytes]) -> None:
    """The same comes out wherever the bytes were cut."""

    async def both() -> tuple[Any, Any]:
        return await outcome([content]), await outcome(parts)

    whole, cut = anyio.run(both)
    assert whole == cut
    hypothesis.target(float(len(whole[0])))


@target("websocket frames", 15)
@drawn(st.lists(frames(), max_size=8).map(b"".join), st.data())
def websocket_frames(content, data):
    read_both(content, data.draw(pieces(content)))


@target("websocket of any bytes", 10)
@drawn(st.binary(max_size=200))
def websocket_bytes(content):
    read_both(content, [bytes([byte]) for byte in content])


# -- what they carry -----------------------------------------------------------------------------

TEXTS = st.text(st.characters(), max_size=40)
KINDS = st.sampled_from(["new", "log", "status", "ping"]) | TEXTS


def read(decode: Any, text: str) -> Any:
    said = ""
    try:
        return decode(text)
    except (ResponseDecodeError, ResponseTooLargeError) as error:
        said = str(error)
    assert said.isprintable()
    return None


def messages(known: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[str]:
    """Draw texts of messages: with the keys that they should have, or any others."""
    shaped = st.one_of(known, ANY_JSON).map(json.dumps)
    noise = shaped.flatmap(lambda text: spoiled(text.encode())).map(
        lambda content: content.decode("utf-8", "surrogateescape")
    )
    return st.one_of(shaped, noise, TEXTS)


DEPLOYMENTS = st.fixed_dictionaries(
    {"type": KINDS},
    optional={
        "id": TEXTS | ANY_JSON,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "deployment": st.dictionaries(st.just("id"), TEXTS | ANY_JSON) | TEXTS,
                "content": TEXTS | ANY_JSON,
                "status": TEXTS | ANY_JSON,
            },
        )
        | ANY_JSON,
    },
)


@target("deployment events", 25)
@drawn(messages(DEPLOYMENTS))
def deployment_events(text):
    read(read_news, text)


LOGS = st.fixed_dictionaries(
    {}, optional={"event": st.just("log") | TEXTS | ANY_JSON, "log": TEXTS | ANY_JSON}
)
STAMPS = st.sampled_from(
    ["2026-02-16 02:02:43.930163178 +0000 UTC ", "2026-02-30 25:61:61 +9999 UTC ", "0000-00-00 "]
)


@target("log events", 25)
@drawn(messages(LOGS), st.builds("{}[{}] {}".format, STAMPS, TEXTS, TEXTS) | TEXTS)
def log_events(text, line):
    event = read(decode_event, text)
    for each in (line, "" if event is None else event.log or ""):
        parsed = parse_line(each)
        assert parsed.raw == each
        repr(parsed)
