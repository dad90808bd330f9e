"""Authentication: a request whose token was refused is sent once more."""

from __future__ import annotations

from scalingo_async.request import Handler, Request, Response


class Replay:
    """Sends a request once more when its token was refused and a newer one can be had.

    It stands outside of the rate limit, because the second request counts as well.
    """

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on, twice if need be."""
        state = request.state
        state.reauthenticated = False
        response = await call_next(request)
        if state.replay and response.status_code not in request.endpoint.handled:
            state.replay = False
            state.reauthenticated = True
            await response.aclose()
            response = await call_next(request)
        return response
