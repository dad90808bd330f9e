"""An instrument: an HTTP/1.1 server that does to its clients whatever a test asks for.

A server runs one async function for each connection, its *behaviour*, which reads requests from a
`Peer` and writes bytes to it, or doesn't. It keeps what it received and which connections are
open. Nothing here sleeps: a peer that stalls waits for its client to go away, or for an event.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
import attrs
from anyio.streams.tls import TLSListener

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    Behaviour = Callable[["Peer"], Awaitable[object]]

GONE = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)
PATIENCE = 20.0
"""Seconds after which a test that hangs is given up; nothing is measured by it."""


@attrs.frozen
class Received:
    """One request as it came.

    Attributes:
        connection: Number of the connection, from 1.
        method: Verb.
        target: What stands after the verb.
        headers: Names, as they came, and values.
        body: Body, chunks joined.
    """

    connection: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Return all values of a header."""
        return [value for key, value in self.headers if key.lower() == name]


class Peer:
    """The server's end of one connection."""

    def __init__(self, wire: Wire, stream: anyio.abc.ByteStream, number: int) -> None:
        self.wire = wire
        self.stream = stream
        self.number = number
        self._buffer = b""

    async def _more(self) -> None:
        try:
            self._buffer += await self.stream.receive()
        except GONE:
            raise anyio.EndOfStream from None

    async def until(self, mark: bytes) -> bytes:
        """Read up to and with a mark."""
        while mark not in self._buffer:
            await self._more()
        head, _, self._buffer = self._buffer.partition(mark)
        return head

    async def take(self, size: int) -> bytes:
        """Read so many bytes."""
        while len(self._buffer) < size:
            await self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    async def head(self) -> Received:
        """Read the head of a request."""
        lines = (await self.until(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        headers = [(k, v.strip()) for k, _, v in (line.partition(":") for line in lines[1:])]
        received = Received(self.number, method, target, headers)
        self.wire.heads.append(received)
        return received

    async def request(self) -> Received:
        """Read a whole request; ends the behaviour when the client is gone."""
        received = await self.head()
        body = b""
        if received.all("transfer-encoding") == ["chunked"]:
            while size := int(await self.until(b"\r\n"), 16):
                body += await self.take(size)
                await self.until(b"\r\n")
            await self.until(b"\r\n")
        elif length := received.all("content-length"):
            body = await self.take(int(length[0]))
        received = attrs.evolve(received, body=body)
        self.wire.requests.append(received)
        return received

    async def send(self, *parts: bytes) -> None:
        """Write bytes; those after the first get packets of their own."""
        for number, part in enumerate(parts):
            if number:
                await anyio.lowlevel.checkpoint()
            try:
                await self.stream.send(part)
            except GONE:
                raise anyio.EndOfStream from None

    async def stall(self) -> None:
        """Say that this is the point, then do nothing until the client goes away."""
        self.wire.stalled.set()
        while True:
            await self._more()


class Wire:
    """A server.

    Attributes:
        port: Where it listens.
        url: The same as a URL.
        heads: Heads of requests, as they came.
        requests: Whole requests, as they came.
        connections: How many connections there were.
        stalled: Set when a peer has come to its stall.
    """

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        self._closed = anyio.Event()
        self.port = 0
        self.heads: list[Received] = []
        self.requests: list[Received] = []
        self.connections = 0
        self.open = 0
        self.stalled = anyio.Event()

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self.port}"

    async def all_closed(self) -> None:
        """Wait until no connection is open: the clients have closed theirs."""
        with anyio.fail_after(PATIENCE):
            while self.open:
                self._closed = anyio.Event()
                await self._closed.wait()

    async def handle(self, behaviour: Behaviour, stream: anyio.abc.ByteStream) -> None:
        """Run the behaviour on one connection."""
        self.connections += 1
        self.open += 1
        try:
            with suppress(anyio.EndOfStream):
                await behaviour(Peer(self, stream, self.connections))
        finally:
            with anyio.CancelScope(shield=True):
                await stream.aclose()
            self.open -= 1
            self._closed.set()


class _QuietTLS(TLSListener):
    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: Any) -> None:
        await anyio.aclose_forcefully(stream)
        if not isinstance(exc, Exception):
            raise exc


@asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """Run a server while the block runs."""
    wire = Wire("https" if tls else "http")
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    wire.port = plain.extra(anyio.abc.SocketAttribute.local_port)
    listener = _QuietTLS(plain, tls, standard_compatible=False) if tls else plain
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, lambda stream: wire.handle(behaviour, stream))
        try:
            yield wire
        finally:
            tasks.cancel_scope.cancel()


# -- behaviours ---------------------------------------------------------------------------


def answer(
    body: bytes = b"{}",
    status: str = "200 OK",
    *headers: str,
    length: int | str | None = None,
) -> bytes:
    """Write an answer."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def chunked(*parts: bytes) -> bytes:
    """Write a chunked answer, without its end."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def always(*parts: bytes) -> Behaviour:
    """Answer every request on a connection with the same bytes."""

    async def behave(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(*parts)

    return behave


def then_close(*parts: bytes) -> Behaviour:
    """Answer one request with these bytes, which may be none, and close the connection."""

    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.send(*parts)

    return behave


def then_stall(*parts: bytes) -> Behaviour:
    """Answer one request with these bytes and stop."""

    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.send(*parts)
        await peer.stall()

    return behave


def endless(*parts: bytes, then: bytes) -> Behaviour:
    """Answer with these bytes, and then others for ever."""

    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.send(*parts)
        while True:
            await peer.send(then)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently on each connection; the last one stays."""

    async def behave(peer: Peer) -> None:
        await behaviours[min(peer.number, len(behaviours)) - 1](peer)

    return behave
