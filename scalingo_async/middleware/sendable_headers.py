"""Sendable headers: what middlewares of the user put on is checked as what calls are given."""

from __future__ import annotations

from scalingo_async._core.headers import check_sendable
from scalingo_async.request import Handler, Request, Response


class SendableHeaders:
    """Refuses headers that HTTP libraries would each treat in another way.

    It stands behind the middlewares of the user, and is not there when there are none: all other
    headers were checked when the call began.
    """

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Check the headers and send the request on.

        Raises:
            InvalidArgumentError: One can't be sent.
        """
        check_sendable(request.headers)
        return await call_next(request)
