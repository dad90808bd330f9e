"""Streams that connect again by themselves: their states, and when they give up."""

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
"""How often in a row connecting may fail, or bring nothing new."""

LASTING: Final = 60.0
"""Seconds after which a connection was a good one, whatever came over it."""

LOST: Final = (APIConnectionError, ServerError, RateLimitError)
"""What is worth another connection."""


class ReconnectingStream(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable, ABC, Generic[T]):
    """A stream that is made again when it is cut: entered once, read one thing at a time.

    Subclasses have what is read. `_failures` is what they count when a connection brought
    nothing new, and set to 0 when one did.

    Args:
        session: The client's.

    Attributes:
        reconnects: How many times the connection was made again.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    _name: ClassVar[str]
    """What the stream is called in the message for one that is entered twice."""

    _patience: ClassVar[int]
    """How many failures in a row are too many to connect once more."""

    _fails_until_heard: ClassVar[bool]
    """Whether connecting again counts as a failure from the start, until something came."""

    _outlives_its_end: ClassVar[bool]
    """Whether what is ready is given out when the stream is not open any more."""

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
        """Find out what is to be read, before the first connection."""

    @abstractmethod
    async def _connect(self) -> None:
        """Make a connection."""

    @abstractmethod
    async def _step(self) -> None:
        """Go on by one message, or connect again."""

    @abstractmethod
    async def _drop(self) -> None:
        """Close the connection, if there is one."""

    @abstractmethod
    def _gave_up(self) -> str:
        """Say what happened once too often."""

    async def _reconnect(self) -> None:
        """Connect again, after a pause that grows while that fails.

        Raises:
            APIConnectionError: It has failed too many times in a row.
        """
        if self._failures >= self._patience:
            raise APIConnectionError(self._gave_up(), sent=True, phase=Phase.READ)
        # Each time costs requests, so nothing may spin.
        wait = pause(max(1, self._failures), self._session.retry, random.uniform)
        logger.info("A stream was cut off, it is connected again in %.2f s", wait)
        await anyio.sleep(wait)
        if self._fails_until_heard:
            self._failures += 1
        self.reconnects += 1
        await self._connect()

    def _note_lasting(self) -> None:
        """Forget failures when the connection has lasted, whatever came over it."""
        # Each message comes here, and the clock is anyio's.
        if self._failures and anyio.current_time() - self._connected_at > LASTING:
            self._failures = 0
