"""The stream of deployments without a network: frames, and lines that come a second time."""

import json
from itertools import pairwise

import pytest
from api_facts import load
from hypothesis import given
from hypothesis import strategies as st

from scalingo_async import DeploymentLog, DeploymentStatus, ResponseDecodeError
from scalingo_async.streams.deployment_events import (
    Log,
    New,
    SeenLines,
    Status,
    news_of,
    read_frame,
)

ID = "123e4567-e89b-12d3-a456-426655440000"

FRAMES = [
    ({"type": "new", "data": {"deployment": ID}}, New(ID)),
    ({"type": "new", "data": {"deployment": {"id": ID, "pusher": {"username": "x"}}}}, New(ID)),
    ({"type": "log", "id": ID, "data": {"content": "text\n"}}, Log(ID, "text\n")),
    ({"type": "log", "id": ID, "data": {"content": ""}}, Log(ID, "")),
    ({"type": "log", "data": {"content": "x"}}, Log(None, "x")),
    ({"type": "status", "id": ID, "data": {"status": "success"}}, Status(ID, "success")),
    ({"type": "status", "id": ID, "data": {"status": "word"}}, Status(ID, "word")),
    ({"type": "ping", "data": {"ts": 1465288802}}, None),
    ({"type": "ping"}, None),
    ({"type": "something else", "id": ID, "data": [1, 2]}, None),
    ({"type": "new", "more": 1, "data": {"deployment": ID, "more": 1}}, New(ID)),
]


@pytest.mark.parametrize(("frame", "news"), FRAMES)
def test_what_a_frame_says(frame, news):
    assert news_of(read_frame(json.dumps(frame))) == news


def test_the_documented_frames_are_read():
    names = ["deployments.stream", *(f"deployments.stream.{n}" for n in (2, 3, 4))]
    found = [news_of(read_frame(json.dumps(load(f"examples/{name}.json")))) for name in names]
    assert found == [New(ID), Log(ID, "Bundle completed (2.64s)"), Status(ID, "success"), None]


BAD = {
    "": ("$", "is not valid JSON"),
    "hello": ("$", "is not valid JSON"),
    "[" * 100_000: ("$", "is not valid JSON"),
    "[]": ("$", "should be an object, but is an array"),
    "{}": ("$.type", "but is nothing"),
    '{"type": 1}': ("$.type", "should be a string, but is an integer"),
    '{"type": "log", "id": 5, "data": {}}': ("$.id", "but is an integer"),
    '{"type": "log"}': ("$.data", "should be an object, but is null"),
    '{"type": "log", "data": "canary"}': ("$.data", "should be an object, but is a string"),
    '{"type": "log", "data": {"content": 5}}': ("$.data.content", "but is an integer"),
    '{"type": "status", "data": {"status": null}}': ("$.data.status", "but is null"),
    '{"type": "new", "data": {}}': ("$.data.deployment", "the id of a deployment, but is null"),
    '{"type": "new", "data": {"deployment": ""}}': ("$.data.deployment", "but is a string"),
    '{"type": "new", "data": {"deployment": 5}}': ("$.data.deployment", "but is an integer"),
    '{"type": "new", "data": {"deployment": {}}}': ("$.data.deployment.id", "but is null"),
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_frame_of_another_shape_is_refused_and_named(text):
    path, why = BAD[text]
    with pytest.raises(ResponseDecodeError) as caught:
        news_of(read_frame(text))
    assert caught.value.path == path
    assert str(caught.value).startswith("unexpected message in a stream of deployments: $")
    assert why in str(caught.value)
    assert "canary" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.one_of(
        st.text(),
        json_values.map(json.dumps),
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["new", "log", "status", "ping"]) | json_values,
                "id": json_values,
                "data": json_values
                | st.fixed_dictionaries(
                    {}, optional=dict.fromkeys(("content", "status", "deployment"), json_values)
                ),
            },
        ).map(json.dumps),
    )
)
def test_no_frame_leads_to_another_error(text):
    try:
        news = news_of(read_frame(text))
    except ResponseDecodeError:
        return
    assert news is None or isinstance(news, New | Log | Status)


def test_events_are_values_that_match():
    event = DeploymentStatus(ID, "build-error")
    assert event == DeploymentStatus(deployment_id=ID, status="build-error")
    assert (event.final, event.succeeded) == (True, False)
    assert DeploymentStatus(ID, "success").succeeded
    match DeploymentLog(ID, "text"):
        case DeploymentLog(content=text):
            assert text == "text"


# -- lines that come a second time -----------------------------------------------------------------

lines = st.lists(st.sampled_from(["", "a", "b", " a ", "\x1b[1mc\x1b[0m", "d\r"]), max_size=12)


def pieces(log, cuts):
    """Cut a log into frames, each of some whole lines."""
    places = [0, *sorted(cut % (len(log) + 1) for cut in cuts), len(log)]
    groups = [log[a:b] for a, b in pairwise(places)]
    return ["".join(f"{line}\n" for line in group) for group in groups]


def taken(seen, frames):
    return "".join(seen.take(frame) for frame in frames)


@given(lines, st.lists(st.integers(0, 50)), st.lists(st.integers(0, 12), max_size=4), st.data())
def test_whatever_is_repeated_each_line_is_seen_once(log, cuts, ends, data):
    """A log is followed through some cuts; each time it begins anew, in other frames."""
    seen = SeenLines(data.draw(st.integers(0, 12)))
    shown = ""
    for end in [*ends, len(log)]:
        seen.repeat()
        shown += taken(seen, pieces(log[:end], cuts))
        cuts = cuts[1:]
    assert shown == "".join(f"{line}\n" for line in log)


@given(lines, lines, st.integers(0, 12))
def test_a_line_is_rather_shown_twice_than_lost(first, second, same):
    """The second time, the log is another one."""
    again = [*first[:same], "new", *second]
    seen = SeenLines()
    taken(seen, pieces(first, []))
    seen.repeat()
    shown = taken(seen, pieces(again, []))
    assert shown.endswith("".join(f"{line}\n" for line in ["new", *second]))


@pytest.mark.parametrize(
    ("content", "again", "new"),
    [
        ("a\nb\n", "a\nb\nc\n", "c\n"),
        ("a\nb\n", "a\nx\nb\n", "x\nb\n"),
        ("a", "a\nb", "b\n"),
        ("a\n", "  a \r\nb\n", "b\n"),
        ("a\nb\n", "a\n", ""),
        ("", "a", "a"),
        ("\n\n", "\n\n\nx", "\nx\n"),
    ],
)
def test_what_is_left_of_a_repetition(content, again, new):
    seen = SeenLines()
    assert seen.take(content) == content
    seen.repeat()
    assert seen.take(again) == new


def test_a_long_log_takes_eight_bytes_a_line_up_to_a_limit():
    seen = SeenLines(1000)
    for number in range(5000):
        seen.take(f"line {number}\n")
    assert seen._keys.itemsize * len(seen._keys) == 8000
    seen.repeat()
    log = "".join(f"line {number}\n" for number in range(5001))
    assert seen.take(log) == "line 5000\n"
