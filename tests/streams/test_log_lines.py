"""What a line of a log says, and which lines were there before."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalingo_async.streams.log_lines import LogLine, parse_line
from scalingo_async.streams.overlap import Overlap

MOMENT = datetime(2026, 2, 16, 2, 2, 43, 930163, tzinfo=UTC)
STAMP = "2026-02-16 02:02:43"


@pytest.mark.parametrize(
    ("raw", "timestamp", "source", "message"),
    [
        (f"{STAMP}.930163178 +0000 UTC [web-1] hello", MOMENT, "web-1", "hello"),
        (f"{STAMP}.930163178 +0000 UTC [web-1]", MOMENT, "web-1", ""),
        (f"{STAMP}.930163178 +0000 UTC [web-1] ", MOMENT, "web-1", ""),
        (f"{STAMP}.930163178 +0000 UTC [router]  two  spaces ", MOMENT, "router", " two  spaces "),
        (f"{STAMP}.930163 +0000 UTC [a] [b] c", MOMENT, "a", "[b] c"),
        (f"{STAMP} +0000 UTC [a] é", MOMENT.replace(microsecond=0), "a", "é"),
        (f"{STAMP}.9 +0000 UTC [a] x", MOMENT.replace(microsecond=900_000), "a", "x"),
        (
            f"{STAMP}.93 +0130 CEST [a] x",
            MOMENT.replace(microsecond=930_000, tzinfo=timezone(timedelta(hours=1, minutes=30))),
            "a",
            "x",
        ),
        (
            f"{STAMP}.93 -0500 EST [a] x",
            MOMENT.replace(microsecond=930_000, tzinfo=timezone(timedelta(hours=-5))),
            "a",
            "x",
        ),
    ],
)
def test_lines_of_the_usual_form(raw, timestamp, source, message):
    line = parse_line(raw)
    assert line == LogLine(timestamp, source, message, raw)
    assert line.timestamp.utcoffset() == timestamp.utcoffset()
    assert str(line) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hello",
        "    at Object.<anonymous> (index.js:1:1)",
        "2026-13-16 02:02:43.9 +0000 UTC [web-1] the month is wrong",
        "2026-02-16 02:02:43.9 +9900 UTC [web-1] the offset is wrong",
        "2026-02-16 02:02:43.9 +0000 UTC web-1 no brackets",
        "2026-02-16 02:02:43.1234567890 +0000 UTC [web-1] too many digits",
        "٢٠٢٦-02-16 02:02:43.9 +0000 UTC [web-1] other digits",
    ],
)
def test_lines_of_another_form_are_all_message(raw):
    assert parse_line(raw) == LogLine(None, None, raw, raw)


@given(st.text())
def test_any_text_is_a_line(text):
    assert parse_line(text).raw == text


def stamped(second, text="x"):
    moment = MOMENT + timedelta(seconds=second)
    return parse_line(f"{moment:%Y-%m-%d %H:%M:%S.%f}000 +0000 UTC [web-1] {text}")


def read(overlap, lines):
    taken = [line for line in lines if overlap.is_new(line)]
    for line in taken:
        overlap.note(line)
    return taken


ALL = [stamped(number, f"line {number}") for number in range(60)]


@pytest.mark.parametrize("begin", range(0, 60, 7))
@pytest.mark.parametrize("cut", range(0, 60, 7))
@pytest.mark.parametrize("history", [3, 10, 60])
def test_history_behind_a_cut_doubles_and_loses_nothing(begin, cut, history):
    """A reader that began at `begin` and was cut at `cut` goes on where it was."""
    overlap = Overlap(60)
    seen = read(overlap, ALL[begin:cut])
    if not seen:
        return
    overlap.resume(history)
    now = max(cut, 55)
    replayed = ALL[max(0, now - history) : now]
    if overlap.leaves_gap(replayed[0]):
        assert now - history > cut - 1
        return
    assert seen + read(overlap, replayed + ALL[now:]) == ALL[begin:]


def test_lines_that_are_alike_count_one_by_one():
    line = stamped(1)
    overlap = Overlap(10)
    read(overlap, [line, line])
    overlap.resume(10)
    assert read(overlap, [line, line, line, stamped(2)]) == [line, stamped(2)]


def test_lines_out_of_order_are_old_when_they_were_seen():
    lines = [stamped(5), stamped(3), stamped(4)]
    overlap = Overlap(10)
    read(overlap, lines)
    overlap.resume(10)
    assert read(overlap, [stamped(2), stamped(4), *lines[:2], stamped(4, "late")]) == [
        stamped(4, "late")
    ]


def test_a_line_without_a_date_is_as_old_as_the_one_before():
    trace = parse_line("    at main")
    overlap = Overlap(2)
    read(overlap, [stamped(1), trace, stamped(2), trace])
    overlap.resume(10)
    again = [stamped(0), trace, stamped(1), trace, stamped(2), trace, stamped(3), trace]
    assert read(overlap, again) == [stamped(3), trace]


def test_the_stream_began_when_the_platform_said_so():
    overlap = Overlap(10)
    assert not overlap.known
    overlap.begin(MOMENT)
    assert overlap.known
    overlap.begin(MOMENT + timedelta(seconds=9))
    overlap.resume(10)
    assert read(overlap, [stamped(-1), stamped(1)]) == [stamped(1)]


def test_history_ends():
    overlap = Overlap(10)
    read(overlap, [stamped(1)])
    overlap.resume(1)
    assert read(overlap, [stamped(1), stamped(1)]) == [stamped(1)]


def test_a_gap_shows_when_history_begins_behind_what_was_seen():
    overlap = Overlap(10)
    read(overlap, [stamped(1), stamped(2)])
    overlap.resume(3)
    assert overlap.leaves_gap(stamped(3))
    assert not overlap.leaves_gap(stamped(2))
    assert not overlap.leaves_gap(stamped(0))
    assert not overlap.leaves_gap(parse_line("no date"))
