"""Parts of the httpx transports that depend on the module: URLs, bodies, errors, traces."""

from __future__ import annotations

import functools
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from scalingo_async.request import Phase
from scalingo_async.transports.failures import connection_error

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable
    from types import TracebackType

    from scalingo_async.errors import APIConnectionError
    from scalingo_async.request import CallState

    Content = bytes | Callable[[], AsyncIterator[bytes]] | None

# On Python 3.11 a member costs more to look up than to store.
_CONNECT: Final = Phase.CONNECT
_WRITE: Final = Phase.WRITE
_READ: Final = Phase.READ


@functools.cache
def shared_ssl_context(lib: Any) -> ssl.SSLContext:
    """Return the TLS settings of this process: making them costs as much as fifty requests."""
    import ssl

    context: ssl.SSLContext = lib.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def parsed(lib: Any, url: str) -> Any:
    """Parse a URL; those with a query may hold a token and are not remembered."""
    return lib.URL(url) if "?" in url else _remembered(lib, url)


@functools.lru_cache(maxsize=512)
def _remembered(lib: Any, url: str) -> Any:
    return lib.URL(url)


@functools.cache
def redacted_url(lib: Any) -> Any:
    """Return the module's class of URLs, made not to show their query."""
    show: Callable[[object], str] = lib.URL.__str__

    class RedactedURL(lib.URL):  # type: ignore[misc]
        def __str__(self) -> str:
            return show(self).partition("?")[0]

        __repr__ = __str__

    return RedactedURL


class Upload:
    """The body of a request; it tells how far sending has come.

    Args:
        content: The body, or a function that opens it.
        state: Where to tell it.

    """

    def __init__(self, content: Content, state: CallState) -> None:
        self._failure: Exception | None = None
        self._trace: TracebackType | None = None
        self._content = content
        self._state = state
        self._parts: Any = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._content
        self._parts = self._opened(content) if callable(content) else self._whole(content)
        parts: AsyncIterator[bytes] = self._parts
        return parts

    async def _whole(self, content: bytes | None) -> AsyncIterator[bytes]:
        self._state.phase = _WRITE
        if content:
            yield content
        self._state.phase = _READ

    async def _opened(self, content: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
        self._state.phase = _WRITE
        try:
            source: Any = content()
            async with aclosing(source):
                async for part in source:
                    yield part
        except Exception as error:
            self._failure, self._trace = error, error.__traceback__
            raise
        self._state.phase = _READ

    def raised(self, error: Exception) -> bool:
        """Tell whether an exception is the caller's own, and take off what the library added."""
        if error is not self._failure:
            return False
        error.__traceback__ = self._trace
        return True

    async def finish(self) -> None:
        """End what was not read to its end."""
        if self._parts is not None:
            await self._parts.aclose()


@functools.cache
def upload_class(lib: Any) -> type[Upload]:
    """Return `Upload` as the module wants it."""
    return type("Upload", (Upload, lib.AsyncByteStream), {})


class ErrorTable:
    """What the exceptions of the module mean.

    Attributes:
        expected: Those that a caller's own transport may raise for a failed connection.
    """

    def __init__(self, lib: Any) -> None:
        self._timeouts: tuple[type[Exception], ...] = (lib.TimeoutException, TimeoutError)
        self._known: tuple[tuple[type[Exception], Phase], ...] = (
            (lib.ConnectError, _CONNECT),
            (lib.ConnectTimeout, _CONNECT),
            (lib.ProxyError, _CONNECT),
            (lib.UnsupportedProtocol, _CONNECT),
            (lib.InvalidURL, _CONNECT),
            (lib.PoolTimeout, Phase.POOL),
            (lib.WriteError, _WRITE),
            (lib.WriteTimeout, _WRITE),
            (lib.ReadError, _READ),
            (lib.ReadTimeout, _READ),
            (lib.RemoteProtocolError, _READ),
        )
        self.expected: tuple[type[Exception], ...] = (
            lib.TransportError,
            lib.StreamError,
            lib.InvalidURL,
            OSError,
        )

    @staticmethod
    @functools.cache
    def of(lib: Any) -> ErrorTable:
        """Return those of a module."""
        return ErrorTable(lib)

    def translate(self, error: Exception, phase: Phase) -> APIConnectionError:
        """Make the exception for a failure.

        Args:
            error: What the module raised.
            phase: Where the request was, for kinds that do not tell.
        """
        for kind, where in self._known:
            if isinstance(error, kind):
                phase = where
                break
        timeout = isinstance(error, self._timeouts)
        problem = connection_error(error, phase, timeout=timeout)
        if hasattr(error, "_request"):
            # It holds the credential.
            error.__dict__["_request"] = None
        return problem


class Tracer:
    """Follows where a request is, so that a deadline can say so, and what it has opened.

    Args:
        state: Where to tell it.
    """

    __slots__ = ("_opened", "_state")

    def __init__(self, state: CallState) -> None:
        self._state = state
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
