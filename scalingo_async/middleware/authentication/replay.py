"""Authentication: resend a request once with a new token after a refusal."""

from __future__ import annotations

from scalingo_async.request import Handler, Request, Response


class Replay:
    """Sends a request once more if its token was refused and a new one is available.

    It is outside of the rate limit, because the second request counts as well.
    """

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on, twice if necessary."""
        state = request.state
        state.reauthenticated = False
        response = await call_next(request)
        if state.replay and response.status_code not in request.endpoint.handled:
            state.replay = False
            state.reauthenticated = True
            await response.aclose()
            response = await call_next(request)
        return response
