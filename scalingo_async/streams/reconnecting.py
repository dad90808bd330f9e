"""Streams that reconnect by themselves: their states, and when they give up."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator
from typing import ClassVar, Final, Generic, Literal, Self, TypeVar

import anyio

from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    RateLimitError,
    ServerError,
)
from scalingo_async.log import logger
from scalingo_async.middleware.retry import pause
from scalingo_async.request import Phase

__all__ = ["FAILURES", "LOST", "SILENCE", "ReconnectingStream"]

T = TypeVar("T")

SILENCE: Final = 90.0
"""Seconds after which a connection counts as dead: keepalives come at least every 30."""

FAILURES: Final = 10
"""How many consecutive connections may fail, or bring nothing new."""

LASTING: Final = 60.0
"""Seconds after which a connection counts as good, even if nothing came."""

LOST: Final = (APIConnectionError, ServerError, RateLimitError)
"""Errors that lead to a reconnect."""


class ReconnectingStream(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable, ABC, Generic[T]):
    """A stream that reconnects: entered once, read by one task at a time.

    Subclasses implement reading. They increase `_failures` if a connection brought nothing new, and
    set it to 0 if one did.

    Args:
        session: The client's.

    Attributes:
        reconnects: How many times the stream has reconnected.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    _name: ClassVar[str]
    """The name of the stream in the error for entering it twice."""

    _patience: ClassVar[int]
    """How many consecutive failures end the stream."""

    _fails_until_heard: ClassVar[bool]
    """Whether a reconnect counts as a failure until something has come."""

    _outlives_its_end: ClassVar[bool]
    """Whether items that are ready are returned after the stream was closed."""

    def __init__(self, session: Session) -> None:
        self.reconnects = 0
        self._session = session
        self._ready: deque[T] = deque()
        self._failures = 0
        self._connected_at = 0.0
        self._state: Literal["new", "open", "ended", "closed"] = "new"

    def _usage(self) -> str:
        return super()._usage() if self._state == "new" else self._state

    async def __aenter__(self) -> Self:
        if self._state != "new":
            raise ClientClosedError(f"{self._name} can be entered once; make a new one")
        self._state = "open"
        await self._begin()
        await self._connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._state = "closed"
        self._ready.clear()
        await self._drop()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            if self._ready and (self._outlives_its_end or self._state == "open"):
                return self._ready.popleft()
            if self._state == "ended":
                await self._drop()
                raise StopAsyncIteration
            if self._state != "open":
                raise ClientClosedError("this stream is not open: use it inside of its block")
            await self._step()

    async def _begin(self) -> None:
        """Prepare, before the first connection."""

    @abstractmethod
    async def _connect(self) -> None:
        """Connect."""

    @abstractmethod
    async def _step(self) -> None:
        """Read one message, or reconnect."""

    @abstractmethod
    async def _drop(self) -> None:
        """Close the connection, if there is one."""

    @abstractmethod
    def _gave_up(self) -> str:
        """Return the message of the error for too many failures."""

    async def _reconnect(self) -> None:
        """Reconnect, after a pause that grows with each failure.

        Raises:
            APIConnectionError: It has failed too many consecutive times.
        """
        if self._failures >= self._patience:
            raise APIConnectionError(self._gave_up(), sent=True, phase=Phase.READ)
        # Each attempt costs requests, so this must not spin.
        wait = pause(max(1, self._failures), self._session.retry, random.uniform)
        logger.info("The connection of a stream broke; reconnecting in %.2f s", wait)
        await anyio.sleep(wait)
        if self._fails_until_heard:
            self._failures += 1
        self.reconnects += 1
        await self._connect()

    def _note_lasting(self) -> None:
        """Reset the failures if the connection has lasted, even if nothing came."""
        # This runs for each message, and reading anyio's clock takes time.
        if self._failures and anyio.current_time() - self._connected_at > LASTING:
            self._failures = 0
