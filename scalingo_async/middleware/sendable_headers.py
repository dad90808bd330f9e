"""Sendable headers: check headers that a user's middlewares have added."""

from __future__ import annotations

from scalingo_async._core.headers import check_sendable
from scalingo_async.request import Handler, Request, Response


class SendableHeaders:
    """Refuses headers that HTTP libraries treat differently.

    It comes after the user's middlewares, and only if there are any: all other headers were checked
    when the call started.
    """

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Check the headers and send the request on.

        Raises:
            InvalidArgumentError: A header can't be sent.
        """
        check_sendable(request.headers)
        return await call_next(request)
