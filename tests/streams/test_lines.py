"""Lines and events put together again, wherever they were cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalingo_async.errors import ResponseTooLargeError
from scalingo_async.streams.lines import LineSplitter
from scalingo_async.streams.sse import EventParser

LOG = (
    "2026-02-16 02:02:43.930163178 +0000 UTC [web-1] Élan vital 🚀\r\n"
    "\n"
    "a line separator is none: \u2028, nor is \x0b\n"
    "the last one has no end"
).encode()
LINES = [
    "2026-02-16 02:02:43.930163178 +0000 UTC [web-1] Élan vital 🚀",
    "",
    "a line separator is none: \u2028, nor is \x0b",
    "the last one has no end",
]
EVENTS = (
    '\ufeffdata: {"event":"log",\r\ndata: "log":"é🚀"}\r\n\r\n'
    ": a comment\n\n"
    "event: log\rid: 1\rretry: 10\rdata:two\rdata:  spaced\r\r"
    "data\n\n"
    "nonsense\n\n"
    "data: \u2028 stays\n\n"
    "data: cut off"
).encode()
DATA = ['{"event":"log",\n"log":"é🚀"}', "two\n spaced", "", "\u2028 stays"]


def split(pieces):
    splitter = LineSplitter()
    lines = [line for piece in pieces for line in splitter.feed(piece)]
    return lines + splitter.finish()


def events(pieces):
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("cut", range(len(LOG) + 1))
def test_lines_are_the_same_wherever_they_are_cut(cut):
    assert split([LOG[:cut], LOG[cut:]]) == LINES


@pytest.mark.parametrize("cut", range(len(EVENTS) + 1))
def test_events_are_the_same_wherever_they_are_cut(cut):
    assert events([EVENTS[:cut], EVENTS[cut:]]) == DATA


def test_byte_by_byte():
    assert split(bytes([byte]) for byte in LOG) == LINES
    assert events(bytes([byte]) for byte in EVENTS) == DATA


@given(st.lists(st.binary(max_size=20)))
def test_no_byte_is_lost_in_pieces(pieces):
    whole = b"".join(pieces)
    assert split(pieces) == split([whole])
    assert events(pieces) == events([whole])


@pytest.mark.parametrize("kind", [LineSplitter, EventParser])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_what_is_too_long_is_refused_while_it_comes(kind, size):
    reader = kind(50)
    with pytest.raises(ResponseTooLargeError, match="longer than 50 bytes"):
        for _ in range(100):
            reader.feed(b"data: x\n" if kind is EventParser and size == 7 else b"x" * size)


def test_what_just_fits():
    assert LineSplitter(50).feed(b"x" * 50 + b"\n") == ["x" * 50]


def test_the_longest_by_default():
    longest = b"x" * 1024 * 1024
    assert len(LineSplitter().feed(longest + b"\n")[0]) == 1024 * 1024
    with pytest.raises(ResponseTooLargeError):
        LineSplitter().feed(longest + b"x")
    with pytest.raises(ResponseTooLargeError):
        EventParser().feed(b"data: " + longest + b"x")
    with pytest.raises(ResponseTooLargeError):
        EventParser().feed(b"data: xxxx\n" * 1024 * 256)
