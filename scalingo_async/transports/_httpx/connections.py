"""Ways for requests over httpx: one request in each at a time.

A connection pool of httpx that many tasks share costs more than all the rest of a request: the
tasks race for its connections, and each race looks at all of them. It also loses a connection for
good when a request is cancelled at the wrong moment (encode/httpcore#1093). So each request has a
lane: an httpx transport of its own, with one connection, that the next request takes over.
Whatever goes wrong in a lane ends with the lane.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from scalingo_async._core.cancellation import closing
from scalingo_async.transports.base import CLOSING, KEEPALIVE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

__all__ = ["ConnectionPool", "MultiplexedPool", "Pool", "PooledConnection"]


class PooledConnection:
    """A way for requests.

    Args:
        transport: The httpx transport, usually with one connection.
        origin: Where it leads.
        own: Whether it is ours, and closed by us.
        home: Where it is given back; `None` for a transport of the caller's, which is never
            closed.

    Attributes:
        fresh: Whether its connection may have to be made.
        idle_since: When it was given back.
        users: How many requests are in it.
        retired: Whether no other request may come into it.
        leftovers: Bodies that were not read to their end.
    """

    __slots__ = (
        "fresh",
        "home",
        "idle_since",
        "leftovers",
        "origin",
        "retired",
        "transport",
        "users",
    )

    def __init__(self, transport: httpx.AsyncBaseTransport, origin: str, home: Pool | None) -> None:
        self.transport = transport
        self.origin = origin
        self.home = home
        self.fresh = True
        self.idle_since = 0.0
        self.users = 0
        self.retired = False
        self.leftovers: list[AsyncIterator[bytes]] = []

    async def give_back(self) -> None:
        """Note that a request in it is over."""
        if self.home is not None:
            await self.home.give(self)

    async def drop(self) -> None:
        """Note that a request in it went wrong."""
        if self.home is not None:
            await self.home.drop(self)

    async def close(self) -> None:
        """Close its connections, whatever state they are in."""
        if self.home is not None:
            with suppress(Exception):
                await closing(self.transport.aclose(), CLOSING)
            while self.leftovers:
                await exhaust(self.leftovers.pop())


async def exhaust(chunks: AsyncIterator[bytes]) -> None:
    """Run the generators of httpx to their end, on a connection that is closed.

    Those that are left half way are ended by the event loop at some later time, with a warning.
    """
    with suppress(Exception):
        await closing(_read_out(chunks), CLOSING)


async def _read_out(chunks: AsyncIterator[bytes]) -> None:
    async for _ in chunks:
        pass


class Pool(Protocol):
    """Where lanes come from."""

    closed: bool

    async def take(self, origin: str) -> PooledConnection:
        """Return a lane to an origin."""
        ...

    async def give(self, lane: PooledConnection) -> None:
        """Take a lane back whose request is over."""
        ...

    async def drop(self, lane: PooledConnection) -> None:
        """Close a lane whose request went wrong, when no other is in it."""
        ...

    async def close(self) -> None:
        """Close all lanes, those in use as well."""
        ...


class ConnectionPool:
    """Lanes for one request at a time; of those that are idle the one used last is taken first.

    Args:
        make: Makes the httpx transport for an origin.
        most: How many are kept idle.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        make: Callable[[str], httpx.AsyncBaseTransport],
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._most = most
        self._clock = clock
        self._idle: dict[str, list[PooledConnection]] = {}
        self._count = 0
        self._busy: set[PooledConnection] = set()
        self.closed = False

    @property
    def idle(self) -> int:
        """How many no request is in."""
        return self._count

    @property
    def busy(self) -> int:
        """How many a request is in."""
        return len(self._busy)

    async def take(self, origin: str) -> PooledConnection:
        """Return a lane to an origin."""
        stack = self._idle.get(origin)
        if stack and self._clock() - stack[-1].idle_since < KEEPALIVE:
            self._count -= 1
            lane = stack.pop()
        else:
            await self._sweep()
            lane = PooledConnection(self._make(origin), origin, self)
        self._busy.add(lane)
        return lane

    async def _sweep(self) -> None:
        """Close what was idle for too long: one by one, so that a cancellation loses none."""
        limit = self._clock() - KEEPALIVE
        for origin, stack in list(self._idle.items()):
            while stack and stack[0].idle_since <= limit:
                self._count -= 1
                await stack.pop(0).close()
            if not stack and self._idle.get(origin) is stack:
                del self._idle[origin]

    async def give(self, lane: PooledConnection) -> None:
        """Take a lane back whose request is over."""
        self._busy.discard(lane)
        if self.closed:
            await lane.close()
            return
        lane.fresh = False
        lane.idle_since = self._clock()
        self._idle.setdefault(lane.origin, []).append(lane)
        self._count += 1
        if self._count > self._most:
            oldest = min((s for s in self._idle.values() if s), key=lambda s: s[0].idle_since)
            self._count -= 1
            await oldest.pop(0).close()

    async def drop(self, lane: PooledConnection) -> None:
        """Close a lane whose request went wrong."""
        self._busy.discard(lane)
        await lane.close()

    async def close(self) -> None:
        """Close all lanes, those in use as well."""
        self.closed = True
        while self._busy:
            await self._busy.pop().close()
        while self._idle:
            for lane in self._idle.popitem()[1]:
                self._count -= 1
                await lane.close()


class MultiplexedPool:
    """Lanes for many requests at once: HTTP/2. There is one to each origin.

    A request that breaks off leaves the connection in a state that nobody knows. No other comes
    into its lane then, and the lane is closed when those in it are through.

    Args:
        make: Makes the httpx transport for an origin.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        make: Callable[[str], httpx.AsyncBaseTransport],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._clock = clock
        self._current: dict[str, PooledConnection] = {}
        self._busy: set[PooledConnection] = set()
        self.closed = False

    @property
    def idle(self) -> int:
        """How many no request is in."""
        return sum(not lane.users for lane in self._current.values())

    @property
    def busy(self) -> int:
        """How many requests are in."""
        return len(self._busy)

    async def take(self, origin: str) -> PooledConnection:
        """Return the lane to an origin."""
        lane = self._current.get(origin)
        if lane is None:
            lane = self._current[origin] = PooledConnection(self._make(origin), origin, self)
        lane.users += 1
        self._busy.add(lane)
        await self._sweep()
        return lane

    async def _sweep(self) -> None:
        """Close what was idle for too long."""
        limit = self._clock() - KEEPALIVE
        for origin, lane in list(self._current.items()):
            if not lane.users and lane.idle_since <= limit:
                del self._current[origin]
                await lane.close()

    async def give(self, lane: PooledConnection) -> None:
        """Take a lane back from one of its requests."""
        lane.users -= 1
        lane.idle_since = self._clock()
        if not lane.users:
            self._busy.discard(lane)
            if lane.retired or self.closed:
                await lane.close()

    async def drop(self, lane: PooledConnection) -> None:
        """Let no other request into a lane."""
        lane.retired = True
        if self._current.get(lane.origin) is lane:
            del self._current[lane.origin]
        await self.give(lane)

    async def close(self) -> None:
        """Close all lanes, those in use as well."""
        self.closed = True
        lanes = {*self._busy, *self._current.values()}
        self._current.clear()
        for lane in lanes:
            await lane.close()
