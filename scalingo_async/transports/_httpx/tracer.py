"""Where a request over httpx or httpx2 is."""

from __future__ import annotations

from typing import Any, Final

from scalingo_async.request import CallState, Phase

# On Python 3.11 a member costs more to look up than to store.
_CONNECT: Final = Phase.CONNECT
_WRITE: Final = Phase.WRITE
_READ: Final = Phase.READ


class Tracer:
    """Follows where a request is, so that a deadline can say so, and what it has opened.

    Args:
        state: Where to tell it.

    Attributes:
        known: Where it is while a caller's hooks run, whatever they raise: they may use the
            network themselves.
    """

    __slots__ = ("_opened", "_state", "known")

    def __init__(self, state: CallState) -> None:
        self._state = state
        self.known: Phase | None = None
        self._opened: Any = None

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Take note of an event of the library beneath httpx."""
        _, name, when = event.split(".")
        if name in {"connect_tcp", "connect_unix_socket", "start_tls"}:
            self._state.phase = _CONNECT
            if when == "complete":
                self._opened = None if name == "start_tls" else info["return_value"]
        elif name in {"send_request_headers", "send_request_body"}:
            self._state.phase = _WRITE
            self._opened = None
        elif name in {"receive_response_headers", "receive_response_body"}:
            self._state.phase = _READ

    async def close(self) -> None:
        """Close a socket that was opened and did not become a connection.

        httpcore forgets it when the task is cancelled during the handshake of TLS.
        """
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()
