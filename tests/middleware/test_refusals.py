"""Refusals that a rate limiter holds back: they are not what retries are for."""

from __future__ import annotations

from core.fakes import answer, request, virtual
from tables import each

from scalingo_async.middleware.retry import Retry


class Refusing:
    """Refuses so many requests; with a limiter in front, or without."""

    def __init__(self, times, *, gated):
        self.times = times
        self.gated = gated
        self.calls = 0

    async def __call__(self, sent):
        self.calls += 1
        sent.state.refused_by_limit = self.gated
        return answer(429 if self.calls <= self.times else 200)


@each(
    ("times", "gated", "retries", "status", "calls"),
    [
        (8, True, 2, 200, 9),
        (10, True, 2, 200, 11),
        (11, True, 2, 429, 11),
        (8, True, 0, 429, 1),
        (2, False, 2, 200, 3),
        (3, False, 2, 429, 3),
    ],
)
def test_a_refusal_that_the_limiter_holds_back_is_no_retry(times, gated, retries, status, calls):
    platform = Refusing(times, gated=gated)
    response = virtual(Retry(), request("POST", max_retries=retries), platform)
    assert (response.status_code, platform.calls) == (status, calls)
