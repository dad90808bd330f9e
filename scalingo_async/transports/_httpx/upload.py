"""The body of a request over httpx or httpx2, as it is sent."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, Final

from scalingo_async.request import CallState, Phase

Content = bytes | Callable[[], AsyncIterator[bytes]] | None

# On Python 3.11 a member costs more to look up than to store.
_WRITE: Final = Phase.WRITE
_READ: Final = Phase.READ


class Upload:
    """The body of a request; it tells how far sending has come.

    One that is at hand is given by the object itself. A generator would have to be ended, and the
    event loop would keep a list of it.

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
        self._rest: bytes | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._content
        if callable(content):
            self._parts = self._opened(content)
            parts: AsyncIterator[bytes] = self._parts
            return parts
        self._rest = content
        return self

    async def __anext__(self) -> bytes:
        content, self._rest = self._rest, None
        if not content:
            self._state.phase = _READ
            raise StopAsyncIteration
        self._state.phase = _WRITE
        return content

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
