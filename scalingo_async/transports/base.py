"""What a transport is, and the limits that all transports have in common."""

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

    It raises `APIConnectionError` and its kinds, and nothing of the library beneath.
    """

    async def send(self, request: Request, /) -> Response:
        """Send a request and read its answer; `request.stream` leaves the body unread."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
