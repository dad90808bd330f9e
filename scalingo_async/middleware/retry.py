"""Retries: only requests that were certainly not carried out, or may be carried out twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Final

import anyio
import attrs

from scalingo_async._core.arguments import seconds
from scalingo_async._core.wait_budget import held_back
from scalingo_async.errors import APIConnectionError, DeadlineExceededError
from scalingo_async.log import logger
from scalingo_async.middleware.repeating import may_retry_failure, may_retry_status
from scalingo_async.middleware.retry_after import drawn, parse_retry_after
from scalingo_async.request import Handler, Phase, Request, Response

_BAD: Final = 400
_TOO_MANY: Final = 429
_MISSING: Final = 404

_SPARED: Final = 8
"""How many refusals don't count as retries, because a rate limiter holds the call back."""


@attrs.frozen
class RetryPolicy:
    """How long to pause between attempts.

    Attributes:
        base: Upper end of the first pause, in seconds; it doubles with each attempt.
        cap: Upper end of any pause, in seconds.
        retry_after_cap: The longest `Retry-After` to wait for, in seconds. If the platform asks for
            more, the error is raised at once.
    """

    base: float = 0.5
    cap: float = 8.0
    retry_after_cap: float = 120.0

    def __attrs_post_init__(self) -> None:
        for name in ("base", "cap", "retry_after_cap"):
            seconds(getattr(self, name), f"retry.{name}")


def pause(attempt: int, policy: RetryPolicy, uniform: Callable[[float, float], float]) -> float:
    """Return how long to wait before the next attempt: full jitter, doubling up to a cap.

    Args:
        attempt: How many attempts were made, from 1.
        policy: The bounds.
        uniform: Draws a number between two others.
    """
    ceiling = min(policy.cap, policy.base * 2.0 ** min(attempt - 1, 32))
    return uniform(0.0, ceiling)


class Retry:
    """Retries a request if that is safe, after a pause.

    Args:
        policy: How long to pause.
        uniform: Draws the jitter; given by tests.
    """

    def __init__(
        self,
        policy: RetryPolicy | None = None,
        uniform: Callable[[float, float], float] = drawn,
    ) -> None:
        self._policy = policy or RetryPolicy()
        self._uniform = uniform

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on, and retry it if that is safe."""
        state = request.state
        left = request.options.max_retries
        spared = 0
        while True:
            state.attempts += 1
            try:
                response = await call_next(request)
            except APIConnectionError as error:
                state.unsure = error.sent = state.unsure or error.sent
                if left == 0 or not self._again(error, request):
                    raise
                delay = pause(state.attempts, self._policy, self._uniform)
                held = 0.0
                refused = False
                reason = type(error).__name__
            else:
                if state.unsure and request.method == "DELETE" and response.status_code == _MISSING:
                    # The lost response was a success: the resource is deleted.
                    await response.aclose()
                    return Response(204, response.headers, request=response.request)
                wait = self._wait_for(response, request) if left else None
                if wait is None:
                    return response
                refused = response.status_code == _TOO_MANY
                state.unsure = state.unsure or not refused
                delay = wait
                reason = str(response.status_code)
                if refused and state.refused_by_limit and spared < _SPARED:
                    # Another program uses the account: the limiter knows this now, and waits.
                    spared += 1
                    left += 1
                await response.aclose()
                held = state.held if state.refused_by_limit else 0.0
            logger.info(
                "%s %s: attempt %d ended in %s, next in %.2f s",
                request.method,
                request.endpoint.path,
                state.attempts,
                reason,
                # The rate limiter may hold it back for longer.
                max(delay, held),
                extra={"scalingo_operation": request.endpoint.id},
            )
            left -= 1
            state.phase = Phase.RETRY
            # After a 429, the time wasn't spent on the platform's work.
            with held_back() if refused else nullcontext():
                await anyio.sleep(delay)

    @staticmethod
    def _again(error: APIConnectionError, request: Request) -> bool:
        # The exchange of a token has its own retries; a deadline is final.
        if isinstance(error, DeadlineExceededError) or error.phase == Phase.AUTHENTICATION:
            return False
        return may_retry_failure(error.sent, request.method, request.endpoint.idempotent)

    def _wait_for(self, response: Response, request: Request) -> float | None:
        """Return the pause before a retry, or `None` to return the response."""
        status = response.status_code
        if status < _BAD or status in request.endpoint.handled:
            return None
        if not may_retry_status(status, request.method, request.endpoint.idempotent):
            return None
        asked = parse_retry_after(response.headers.get("retry-after"))
        if asked:
            return asked if asked <= self._policy.retry_after_cap else None
        if status == _TOO_MANY and request.state.refused_by_limit:
            # The rate limiter holds the request back; a pause here would only add to it.
            return 0.0
        return pause(request.state.attempts, self._policy, self._uniform)
