"""Sending again: the table of what may be, how often, and after how long."""

import logging
import math
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio
import attrs
import pytest
import trio
from core.fakes import Body, Script, answer, request, virtual
from hypothesis import example, given
from hypothesis import strategies as st
from tables import each

from scalingo_async._core.wait_budget import WaitBudget
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    DeadlineExceededError,
    InvalidArgumentError,
    ResponseTooLargeError,
)
from scalingo_async.middleware.retry import Retry, RetryPolicy, pause
from scalingo_async.middleware.retry_after import parse_retry_after
from scalingo_async.request import Response

METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"]


def lost(*, sent, phase="read", kind=APIConnectionError):
    return kind("no answer", sent=sent, phase=phase)


# Outcome → what is decided for the verbs above: by the verb, when the operation is declared
# idempotent, when it is declared not to be. y: sent again, n: not.
TABLE = {
    "connect failed": (lost(sent=False, phase="connect"), "yyyyyyy", "yyyyyyy", "yyyyyyy"),
    "connect timed out": (lost(sent=False, kind=APITimeoutError), "yyyyyyy", "yyyyyyy", "yyyyyyy"),
    "no free connection": (lost(sent=False, phase="pool"), "yyyyyyy", "yyyyyyy", "yyyyyyy"),
    "write failed": (lost(sent=True, phase="write"), "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "read failed": (lost(sent=True), "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "read timed out": (lost(sent=True, kind=APITimeoutError), "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "token not exchanged": (lost(sent=False, phase="authentication"), *["nnnnnnn"] * 3),
    "deadline over": (lost(sent=False, kind=DeadlineExceededError), *["nnnnnnn"] * 3),
    "too large": (ResponseTooLargeError("too large"), *["nnnnnnn"] * 3),
    "429": (429, "yyyyyyy", "yyyyyyy", "yyyyyyy"),
    "408": (408, "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "502": (502, "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "503": (503, "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "504": (504, "yyyyynn", "yyyyyyy", "nnnnnnn"),
    "500": (500, "yyynnnn", "yyynnnn", "nnnnnnn"),
    **{
        str(status): (status, *["nnnnnnn"] * 3)
        for status in (200, 201, 204, 301, 304, 400, 401, 402, 403, 404, 405, 409, 410, 418, 422,
                       425, 501, 505, 507, 599)
    },
}  # fmt: skip


@pytest.mark.anyio
@each("outcome", TABLE)
async def test_the_table(outcome):
    first, *decisions = TABLE[outcome]
    retry = Retry(uniform=lambda low, high: 0.0)
    for idempotent, decided in zip((None, True, False), decisions, strict=True):
        for method, again in zip(METHODS, decided, strict=True):
            end = Script(first.copy() if isinstance(first, Exception) else first, 200)
            sent = request(method, facts={"idempotent": idempotent}, max_retries=1)
            try:
                await retry(sent, end)
            except APIConnectionError:
                assert again == "n"
            except ResponseTooLargeError:
                pass
            expected = 2 if again == "y" else 1
            assert end.calls == expected, f"{outcome}, {method}, idempotent={idempotent}"
            assert sent.state.retries_taken == expected - 1


@pytest.mark.anyio
@each("retries", [0, 1, 2, 5])
@each("outcome", [503, 429, lost(sent=True), lost(sent=False)])
async def test_exactly_so_many_attempts(retries, outcome):
    end = Script(outcome)
    sent = request(max_retries=retries)
    retry = Retry(RetryPolicy(base=0))
    if isinstance(outcome, Exception):
        with pytest.raises(APIConnectionError) as caught:
            await retry(sent, end)
        assert caught.value is outcome
    else:
        assert (await retry(sent, end)).status_code == outcome
    assert end.calls == sent.state.attempts == retries + 1
    assert {id(r) for r in end.requests} == {id(sent)}, "each attempt starts from the original"


LATER = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RETRY_AFTER = [
    # The header, what is read, and whether it is waited for with a cap of 120 s.
    ("0", 0.0, "jitter"),
    ("1", 1.0, "asked"),
    ("1.5", 1.5, "asked"),
    ("120", 120.0, "asked"),
    ("121", 121.0, "no"),
    ("-1", None, "jitter"),
    ("1e308", 1e308, "no"),
    ("nan", None, "jitter"),
    ("inf", None, "jitter"),
    ("", None, "jitter"),
    (format_datetime(LATER - timedelta(hours=1), usegmt=True), 0.0, "jitter"),
    (format_datetime(LATER + timedelta(hours=1), usegmt=True), 3600.0, "no"),
    ("Wed, 99 Foo 2026 25:61:61 GMT", None, "jitter"),
    ("9" * 4301, None, "jitter"),
    # And some more that break parsers.
    ("Fri, 02 Jan 2026 03:04:35", 30.0, None),
    ("Fri, 02 Jan 2026 04:04:35 +0100", 30.0, None),
    ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None, None),
    ("Mon, 01 Jan 2026 00:00:00 +99999999999999999999", None, None),
    ("1e400", None, None),
    ("-inf", None, None),
    ("soon", None, None),
    ("  7 ", 7.0, None),
    ("7" + " " * 63, 7.0, None),
    ("7" + " " * 64, None, None),
]


@each(("header", "expected", "waited"), RETRY_AFTER)
def test_retry_after_is_read(header, expected, waited):
    assert parse_retry_after(header, LATER) == expected


def test_a_date_is_compared_with_the_present_time():
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3500 < parse_retry_after(soon) <= 3600
    assert parse_retry_after(None) is None


@given(st.text(max_size=70))
@example("Jan 01 00:00:00 999999999999999999999")
def test_any_retry_after_is_read_or_ignored(header):
    wait = parse_retry_after(header, LATER)
    assert wait is None or (wait >= 0 and math.isfinite(wait))


@each("status", [429, 503])
def test_retry_after_is_waited_for_up_to_the_cap(status):
    async def main():
        for header, asked, waited in RETRY_AFTER[:14]:
            if header.endswith("GMT"):
                continue  # below: they are compared with the present time
            end = Script(answer(status, retry_after=header), 200)
            start = trio.current_time()
            response = await Retry(uniform=lambda low, high: high)(request(), end)
            took = trio.current_time() - start
            if waited == "no":
                assert (response.status_code, took) == (status, 0), header
            elif waited == "asked":
                assert (response.status_code, took) == (200, pytest.approx(asked)), header
            else:
                assert (response.status_code, took) == (200, pytest.approx(0.5)), header
            assert took <= 120

    virtual(main)


def test_a_date_beyond_the_cap_is_not_waited_for():
    async def main():
        for hours, status in ((1, 503), (-1, 200)):
            date = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
            end = Script(answer(503, retry_after=date), 200)
            assert (await Retry()(request(), end)).status_code == status

    virtual(main)


def test_pauses_are_full_jitter_that_doubles_up_to_a_cap():
    policy = RetryPolicy(base=0.5, cap=8.0)
    highs = [pause(n, policy, lambda low, high: high) for n in (1, 2, 3, 4, 5, 6, 33, 2000)]
    assert highs == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]
    assert {pause(n, policy, lambda low, high: low) for n in (1, 2, 2000)} == {0.0}
    assert pause(10**6, RetryPolicy(1.0, cap=1e300), lambda low, high: high) == 2.0**32
    uniform = random.Random(7).uniform
    samples = [pause(9, policy, uniform) for _ in range(10_000)]
    assert 0 <= min(samples) <= max(samples) <= 8.0
    assert sum(samples) / len(samples) == pytest.approx(4.0, rel=0.05)


def test_the_policy_that_is_documented():
    assert RetryPolicy() == RetryPolicy(base=0.5, cap=8.0, retry_after_cap=120.0)


@each("name", ["base", "cap", "retry_after_cap"])
@each("value", [-1, math.nan, math.inf, "1", None])
def test_bad_policies(name, value):
    with pytest.raises(InvalidArgumentError, match=f"retry.{name} must be"):
        RetryPolicy(**{name: value})


def test_the_pauses_are_slept():
    async def main():
        start = trio.current_time()
        await Retry(uniform=lambda low, high: high)(request(max_retries=3), Script(503))
        assert trio.current_time() - start == pytest.approx(0.5 + 1 + 2)

    virtual(main)


def test_after_a_429_the_rate_limiter_does_the_waiting():
    async def main():
        sent = request(max_retries=1)

        async def end(request):
            request.state.refused_by_limit = True
            return answer(429)

        start = trio.current_time()
        await Retry(uniform=lambda low, high: high)(sent, end)
        assert trio.current_time() == start

    virtual(main)


@pytest.mark.anyio
@each(
    ("first", "method", "expected"),
    [
        (lost(sent=True), "DELETE", 204),
        (502, "DELETE", 204),
        (lost(sent=False), "DELETE", 404),
        (429, "DELETE", 404),
        (lost(sent=True), "GET", 404),
        (lost(sent=True), "PUT", 404),
    ],
)
async def test_a_delete_whose_answer_was_lost_may_find_nothing(first, method, expected):
    body = Body(b"x")
    missing = Response(404, body=body)
    response = await Retry(RetryPolicy(base=0))(request(method), Script(first, missing))
    assert response.status_code == expected
    assert body.closed == (expected == 204)


@pytest.mark.anyio
async def test_a_plain_404_is_one():
    end = Script(404)
    assert (await Retry()(request("DELETE"), end)).status_code == 404
    assert end.calls == 1


@pytest.mark.anyio
async def test_the_last_error_remembers_that_an_earlier_attempt_may_have_been_done():
    end = Script(lost(sent=True), lost(sent=False))
    with pytest.raises(APIConnectionError) as caught:
        await Retry(RetryPolicy(base=0))(request("PUT", max_retries=1), end)
    assert caught.value is end.outcomes[1]
    assert caught.value.sent
    end = Script(lost(sent=False))
    with pytest.raises(APIConnectionError) as caught:
        await Retry(RetryPolicy(base=0))(request("POST", max_retries=1), end)
    assert not caught.value.sent


@pytest.mark.anyio
async def test_a_refused_stream_is_closed_before_the_next_attempt():
    body = Body(b"x")
    seen = []

    async def end(request):
        seen.append(body.closed)
        return Response(503, body=body) if len(seen) == 1 else answer(200)

    await Retry(RetryPolicy(base=0))(request(), end)
    assert seen == [0, 1]


@pytest.mark.anyio
async def test_a_body_is_opened_anew_for_each_attempt():
    opened = []

    async def chunks():
        opened.append(1)
        yield b"a"
        yield b"b"

    received = []

    async def end(request):
        received.append(b"".join([chunk async for chunk in request.content()]))
        return answer(503 if len(received) == 1 else 200)

    sent = attrs.evolve(request("PUT"), content=chunks)
    assert (await Retry(RetryPolicy(base=0))(sent, end)).status_code == 200
    assert (received, len(opened)) == ([b"ab", b"ab"], 2)


@pytest.mark.anyio
async def test_the_pause_can_be_cancelled():
    end = Script(503)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(Retry(RetryPolicy(base=1e6, cap=1e6)), request(), end)
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    assert scope.cancelled_caught
    assert end.calls == 1


@pytest.mark.anyio
async def test_retries_are_logged_without_names(caplog):
    with caplog.at_level(logging.INFO, logger="scalingo_async"):
        await Retry(RetryPolicy(base=0))(request(), Script(503, lost(sent=True), 200))
    assert [record.getMessage() for record in caplog.records] == [
        "GET /apps/{app}: attempt 1 ended in 503, next in 0.00 s",
        "GET /apps/{app}: attempt 2 ended in APIConnectionError, next in 0.00 s",
    ]


@pytest.mark.anyio
@each(("held", "named"), [(7.0, "7.00"), (0.0, "0.50")])
async def test_a_retry_says_when_the_next_attempt_may_leave_at_the_earliest(caplog, held, named):
    async def end(request):
        request.state.refused_by_limit = held > 0
        # What an earlier refusal held back is over once the limiter holds nothing.
        request.state.held = held or 9.0
        return answer(429, retry_after="0.01" if held else "0.5")

    with caplog.at_level(logging.INFO, logger="scalingo_async"), anyio.move_on_after(0):
        await Retry()(request(max_retries=1), end)
    record = caplog.records[-1]
    assert record.getMessage().endswith(f"ended in 429, next in {named} s")
    assert record.scalingo_operation == "apps.test"


@each(
    ("outcome", "held"),
    [(429, 3.0), (503, 0.0), (lost(sent=False), 0.0)],
)
def test_only_the_pause_after_a_429_is_no_time_of_the_platform(outcome, held):
    async def main():
        budget = WaitBudget(60)
        with budget.question(0):
            await Retry(RetryPolicy(base=3.0), lambda low, high: high)(
                request(max_retries=1), Script(outcome, 200)
            )
        assert budget.held == pytest.approx(held)
        assert budget.left == pytest.approx(57.0 + held)

    virtual(main)


@pytest.mark.anyio
@each("status", [408, 503])
async def test_an_answer_that_is_dealt_with_elsewhere_is_not_asked_for_again(status):
    script = Script(answer(status), answer(200))
    asked = request("GET")
    asked = attrs.evolve(asked, endpoint=attrs.evolve(asked.endpoint, handled=frozenset({408})))
    retry = Retry(RetryPolicy(base=0.0, cap=0.0))
    response = await retry(asked, script)
    assert response.status_code == (408 if status == 408 else 200)
