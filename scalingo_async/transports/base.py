"""The protocol of transports, and the limits that all of them share."""

from __future__ import annotations

from typing import Final, Protocol

from scalingo_async.request import Request, Response

__all__ = [
    "Transport",
]


KEEPALIVE: Final = 20.0
"""How long an idle connection is kept, in seconds."""

CLOSING: Final = 2.0
"""How long closing a connection may take, in seconds."""


class Transport(Protocol):
    """Sends requests over a network.

    It raises `APIConnectionError` and its subclasses, and no exceptions of the library below.
    """

    async def send(self, request: Request, /) -> Response:
        """Send a request and read its response; `request.stream` leaves the body unread."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
