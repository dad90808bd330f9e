"""Deadline: one time limit for a call, including queueing, token exchange and retries."""

from __future__ import annotations

from collections.abc import Awaitable

import anyio

from scalingo_async._core.cancellation import attributed
from scalingo_async.errors import DeadlineExceededError
from scalingo_async.request import Handler, Request, Response


class Deadline:
    """Ends a call that takes longer than its deadline, in any phase."""

    def __call__(self, request: Request, call_next: Handler) -> Awaitable[Response]:
        """Send the request on within its deadline."""
        limit = request.options.deadline
        # Most calls have no deadline, and need no coroutine here.
        return call_next(request) if limit is None else _within(limit, request, call_next)


async def _within(limit: float, request: Request, call_next: Handler) -> Response:
    state = request.state
    state.expires = anyio.current_time() + limit
    response: Response | None = None
    with anyio.move_on_after(limit):
        response = await attributed(call_next(request))
    if response is None:
        raise DeadlineExceededError(
            f"the call took longer than its deadline of {limit:g} s; "
            f"it was at: {state.phase or 'the start'}",
            phase=state.phase,
            sent=state.unsure or state.may_have_left,
        )
    return response
