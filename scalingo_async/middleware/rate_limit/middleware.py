"""Rate limit: requests wait for their turn, so that no window exceeds the limit.

The window slides. A request counts from when it is sent until one window after its response: so the
platform never sees more than the limit, regardless of how it counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import anyio

from scalingo_async._core.tracing import TRACE
from scalingo_async._core.wait_budget import held_back
from scalingo_async.errors import APIConnectionError, RateLimitError
from scalingo_async.middleware.retry_after import parse_retry_after
from scalingo_async.request import Handler, Phase, Request, Response
from scalingo_async.sharing import RateLimiter

_REFUSED: Final = 429
_RATE_LIMIT: Final = Phase.RATE_LIMIT


class RateLimiting:
    """Holds requests back until their limiter allows them.

    Args:
        limiter_for: Returns the limiter of a request, or `None` if it has none.
    """

    def __init__(self, limiter_for: Callable[[Request], RateLimiter | None]) -> None:
        self._limiter_for = limiter_for

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on when it is its turn."""
        limiter = self._limiter_for(request)
        if limiter is None:
            return await call_next(request)
        state = request.state
        state.phase = _RATE_LIMIT
        state.waited += await _turn(request, limiter)
        try:
            response = await call_next(request)
        except BaseException as error:
            # Cancelled before it was sent, or certainly not sent: its slot is free again.
            unsent = isinstance(error, APIConnectionError) and not error.sent
            left = state.may_have_left and not unsent
            await limiter.release("lost" if left else "unsent")
            raise
        state.refused_by_limit = refused = response.status_code == _REFUSED
        asked = parse_retry_after(response.headers.get("retry-after")) if refused else None
        try:
            await limiter.release("refused" if refused else "answered", asked)
            if refused:
                state.held = limiter.estimate()
        except BaseException:
            # A limiter that awaits may be cancelled there, and nothing would close a stream.
            with anyio.CancelScope(shield=True):
                await response.aclose()
            raise
        return response


async def _turn(request: Request, limiter: RateLimiter) -> float:
    """Wait for a slot, at most `max_wait`; return the seconds waited."""
    patience = math.inf if request.options.max_wait is None else request.options.max_wait
    # The waits of earlier attempts count as well.
    left = max(0.0, patience - request.state.waited)
    trace = TRACE.get()
    priority = request.options.priority
    low = trace is not None if priority is None else priority == "low"
    with held_back():
        waited = await limiter.acquire(left, low=low)
    if waited is not None:
        if trace is not None:
            trace.turns[limiter] = trace.turns.get(limiter, 0) + 1
        return waited
    wait = limiter.estimate()
    again = " again" if request.state.attempts > 1 else ""
    raise RateLimitError(
        f"the rate limit does not let this request go within max_wait={patience:g} s: it takes "
        f"{wait:.1f} s more at least; it was not sent{again}",
        retry_after=wait,
    )
