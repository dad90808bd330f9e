"""The two values of the chain, and which event loop is running."""

import pickle
import re
from pathlib import Path

import anyio
import pytest

from scalingo_async._core.event_loop import current_event_loop
from scalingo_async.errors import APIConnectionError
from scalingo_async.request import CallOptions, CallState, Phase, Response
from scalingo_async.types import Headers, Timeout

from .fakes import Body, answer, request

CANARY = "canary-value"


def test_a_request_hides_its_query_and_its_body():
    sent = request("POST").with_headers({"authorization": f"Bearer {CANARY}"})
    assert sent.safe_url == "https://api.example.com/v1/apps/my-app"
    assert "query-secret" not in repr(sent)
    assert CANARY not in repr(sent)
    assert sent.headers["Authorization"] == f"Bearer {CANARY}"


def test_a_copy_with_headers_shares_all_else():
    first = request("POST", deadline=3.0)
    second = first.with_headers({"x-a": "1"})
    assert (dict(first.headers), dict(second.headers)) == ({}, {"x-a": "1"})
    for name in (
        "method",
        "url",
        "endpoint",
        "content",
        "subject",
        "options",
        "state",
        "stream",
        "upgrade",
    ):
        assert getattr(second, name) is getattr(first, name)


def test_the_options_and_the_state_of_a_call():
    assert CallOptions() == CallOptions(Timeout(), None, 2, None)
    state = CallState()
    assert (state.retries_taken, state.waited, state.phase, state.unsure) == (0, 0.0, "", False)
    state.attempts = 1
    assert state.retries_taken == 0
    state.attempts = 3
    assert state.retries_taken == 2


def test_the_documented_phases_are_those_that_there_are():
    page = Path(__file__).parents[2] / "docs" / "how-to" / "errors.md"
    table = re.findall(r'^\| `"(.*)"` \|', page.read_text("utf-8"), re.MULTILINE)
    attribute = APIConnectionError.__doc__.partition("phase:")[2]
    assert set(table) == set(re.findall(r'`"(.*?)"`', attribute)) == set(Phase)
    assert {p.name for p in Phase} == set(re.findall("([A-Z_]+):", Phase.__doc__))


@pytest.mark.parametrize("phase", Phase)
def test_a_phase_tells_whether_the_request_may_have_left(phase):
    assert phase.may_have_left is (phase in {"write", "read"})
    state = CallState()
    assert state.may_have_left is False
    for told in (phase, str(phase)):
        state.phase = told
        assert state.may_have_left is phase.may_have_left


def test_the_phase_of_an_error_is_text_that_pickles():
    error = APIConnectionError("down", sent=False, phase=Phase.CONNECT)
    for same in (error, error.copy(), pickle.loads(pickle.dumps(error))):
        assert same.phase == "connect"
        assert f"{same.phase}" == "connect"
        assert same.phase is Phase.CONNECT


@pytest.mark.anyio
async def test_a_response():
    response = answer(201, b"caf\xc3\xa9\xff", X_Request_Id="r-1")
    assert (response.text, response.request_id) == ("café\ufffd", "r-1")
    assert repr(response) == "<Response 201>"
    await response.aclose()
    assert Response(204).headers == Headers()
    assert Response(204).request_id is None
    body = Body(b"x")
    await Response(200, body=body).aclose()
    assert body.closed == 1


def test_each_event_loop_has_a_mark_of_its_own():
    async def twice():
        return current_event_loop(), current_event_loop()

    marks = []
    for backend in ("asyncio", "trio", "asyncio"):
        first, second = anyio.run(twice, backend=backend)
        assert first is second
        marks.append(first)
    assert len({id(mark) for mark in marks}) == 3
