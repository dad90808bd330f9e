"""Request ids for ASGI applications of any framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

from scalingo_async import InvalidArgumentError, new_request_id, request_id_context

__all__ = ["RequestIdMiddleware"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADER: Final = b"x-request-id"


class RequestIdMiddleware:
    """Gives each request an id, which its response and all requests to the platform carry.

    It is the id in the header `X-Request-ID` of the request, or a new one.

    Args:
        app: The application.
        trust: Whether to use the id of an incoming request. Without it, each request gets a new
            one.
    """

    def __init__(self, app: ASGIApp, *, trust: bool = True) -> None:
        self._app = app
        self._trust = trust

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, websocket or lifespan."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = self._given(scope) or new_request_id()
        heads = {"http.response.start", "websocket.accept", "websocket.http.response.start"}

        async def send_on(message: Message) -> None:
            if message["type"] in heads:
                headers = [h for h in message.get("headers") or () if h[0].lower() != _HEADER]
                headers.append((_HEADER, request_id.encode("ascii")))
                message = {**message, "headers": headers}
            await send(message)

        with request_id_context(request_id):
            await self._app(scope, receive, send_on)

    def _given(self, scope: Scope) -> str | None:
        found = [value for name, value in scope["headers"] if name.lower() == _HEADER]
        if not self._trust or len(found) != 1:
            return None
        text: str = found[0].decode("latin-1")
        try:
            with request_id_context(text):
                return text
        except InvalidArgumentError:
            return None
