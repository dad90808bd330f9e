"""Connection pools over httpx: one request on each connection at a time, many over HTTP/2.

The pool of httpx, used by many tasks, costs more than everything else in a request: the tasks race
for its connections, and each race checks all of them. It also loses a connection forever if a
request is cancelled at the wrong moment (encode/httpcore#1093). So each request has its own
connection, an httpx transport with a single connection, which the next request reuses. If anything
goes wrong on a connection, it is closed.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from scalingo_async._core.cancellation import closing
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.unlisted import unlisted
from scalingo_async.transports.base import CLOSING, KEEPALIVE
from scalingo_async.types import Headers

if TYPE_CHECKING:
    import httpx
else:
    httpx = LazyModule("httpx")

__all__ = ["ConnectionPool", "MultiplexedPool", "Pool", "PooledConnection"]


@unlisted("headers", "leftovers", "transport")
class PooledConnection:
    """A connection to an origin, as an httpx transport.

    Args:
        transport: The httpx transport, usually with one connection.
        origin: Where it leads.
        pool: Where it is given back; `None` for a transport of the caller's, which is never
            closed.

    Attributes:
        fresh: Whether it may have to be opened.
        idle_since: When it was given back.
        users: How many requests are on it.
        retired: Whether no other request may use it.
        leftovers: Bodies that were not read to their end.
        headers: Those of the last request without a body: as they were given, and as httpx has
            them. The next one often has the same.
    """

    __slots__ = (
        "fresh",
        "headers",
        "idle_since",
        "leftovers",
        "origin",
        "pool",
        "retired",
        "transport",
        "users",
    )

    def __init__(self, transport: httpx.AsyncBaseTransport, origin: str, pool: Pool | None) -> None:
        self.transport = transport
        self.origin = origin
        self.pool = pool
        self.fresh = True
        self.idle_since = 0.0
        self.users = 0
        self.retired = False
        self.leftovers: list[AsyncIterator[bytes]] = []
        self.headers: tuple[Headers, httpx.Headers] | None = None

    async def give_back(self) -> None:
        """Note that a request on it is over."""
        if self.pool is not None:
            await self.pool.give(self)

    async def drop(self) -> None:
        """Note that a request on it failed."""
        if self.pool is not None:
            await self.pool.drop(self)

    async def close(self) -> None:
        """Close it, in any state."""
        if self.pool is not None:
            with suppress(Exception):
                await closing(self.transport.aclose(), CLOSING)
            while self.leftovers:
                await exhaust(self.leftovers.pop())


async def exhaust(chunks: AsyncIterator[bytes]) -> None:
    """Finish the generators of httpx, on a closed connection.

    The event loop would close unfinished ones later, with a warning.
    """
    with suppress(Exception):
        await closing(_read_out(chunks), CLOSING)


async def _read_out(chunks: AsyncIterator[bytes]) -> None:
    async for _ in chunks:
        pass


class Pool(Protocol):
    """Where connections come from and go back to."""

    closed: bool

    async def take(self, origin: str) -> PooledConnection:
        """Return a connection to an origin."""
        ...

    async def give(self, connection: PooledConnection) -> None:
        """Take a connection back whose request is over."""
        ...

    async def drop(self, connection: PooledConnection) -> None:
        """Close a connection whose request went wrong, when no other is on it."""
        ...

    async def close(self) -> None:
        """Close all connections, those in use as well."""
        ...


class ConnectionPool:
    """Connections for one request at a time; the idle one that was used last is taken first.

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
        """How many have no request."""
        return self._count

    @property
    def busy(self) -> int:
        """How many have a request."""
        return len(self._busy)

    async def take(self, origin: str) -> PooledConnection:
        """Return a connection to an origin."""
        stack = self._idle.get(origin)
        if stack and self._clock() - stack[-1].idle_since < KEEPALIVE:
            self._count -= 1
            connection = stack.pop()
        else:
            await self._sweep()
            connection = PooledConnection(self._make(origin), origin, self)
        self._busy.add(connection)
        return connection

    async def _sweep(self) -> None:
        """Close what was idle for too long: one by one, so that a cancellation loses none."""
        limit = self._clock() - KEEPALIVE
        for origin, stack in list(self._idle.items()):
            while stack and stack[0].idle_since <= limit:
                self._count -= 1
                await stack.pop(0).close()
            if not stack and self._idle.get(origin) is stack:
                del self._idle[origin]

    async def give(self, connection: PooledConnection) -> None:
        """Take a connection back whose request is over."""
        self._busy.discard(connection)
        if self.closed:
            await connection.close()
            return
        connection.fresh = False
        connection.idle_since = self._clock()
        self._idle.setdefault(connection.origin, []).append(connection)
        self._count += 1
        if self._count > self._most:
            oldest = min((s for s in self._idle.values() if s), key=lambda s: s[0].idle_since)
            self._count -= 1
            await oldest.pop(0).close()

    async def drop(self, connection: PooledConnection) -> None:
        """Close a connection whose request went wrong."""
        self._busy.discard(connection)
        await connection.close()

    async def close(self) -> None:
        """Close all connections, those in use as well."""
        self.closed = True
        while self._busy:
            await self._busy.pop().close()
        while self._idle:
            for connection in self._idle.popitem()[1]:
                self._count -= 1
                await connection.close()


class MultiplexedPool:
    """Connections for many requests at once: HTTP/2. There is one to each origin.

    A request that is interrupted leaves its connection in an unknown state. No new request may use
    it then, and it is closed when the others have ended.

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
        """How many have no request."""
        return sum(not connection.users for connection in self._current.values())

    @property
    def busy(self) -> int:
        """How many have a request."""
        return len(self._busy)

    async def take(self, origin: str) -> PooledConnection:
        """Return the connection to an origin."""
        connection = self._current.get(origin)
        if connection is None:
            connection = self._current[origin] = PooledConnection(self._make(origin), origin, self)
        connection.users += 1
        self._busy.add(connection)
        await self._sweep()
        return connection

    async def _sweep(self) -> None:
        """Close what was idle for too long."""
        limit = self._clock() - KEEPALIVE
        for origin, connection in list(self._current.items()):
            if not connection.users and connection.idle_since <= limit:
                del self._current[origin]
                await connection.close()

    async def give(self, connection: PooledConnection) -> None:
        """Take a connection back from one of its requests."""
        connection.users -= 1
        connection.idle_since = self._clock()
        if not connection.users:
            self._busy.discard(connection)
            if connection.retired or self.closed:
                await connection.close()

    async def drop(self, connection: PooledConnection) -> None:
        """Let no other request use a connection."""
        connection.retired = True
        if self._current.get(connection.origin) is connection:
            del self._current[connection.origin]
        await self.give(connection)

    async def close(self) -> None:
        """Close all connections, those in use as well."""
        self.closed = True
        connections = {*self._busy, *self._current.values()}
        self._current.clear()
        for connection in connections:
            await connection.close()
