"""Connections that begin with CONNECT: handed over from the server to a container.

ASGI can't hand over a connection, so they are taken from the server before it reads them.
"""

import logging
from typing import TYPE_CHECKING

import anyio
import h11
from starlette.requests import Request

from scalingo_async.sandbox.behaviour.call import Handover
from scalingo_async.sandbox.server.app import SandboxApp
from scalingo_async.sandbox.server.terminals import Attachment
from scalingo_async.sandbox.world.one_offs import HUNG_UP

if TYPE_CHECKING:
    from asyncio import Transport
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import Scope

__all__ = ["METHOD", "Tunnel"]

METHOD = b"CONNECT "

_LOGGER = logging.getLogger("scalingo_async.sandbox")

_BUFFERED = 64 * 1024
_LINGERS = 2.0
"""Seconds that a client has to close its side after we close ours."""


class Tunnel:
    """A connection, both as an event loop protocol and as a byte stream.

    Both directions have backpressure: reading pauses while nothing is consumed, and a send waits
    until the other side has read.

    Args:
        transport: The connection.
        lost: Called when the connection has ended.
    """

    def __init__(self, transport: "Transport", lost: "Callable[[], None]") -> None:
        self._transport = transport
        self._lost = lost
        self._buffer = bytearray()
        self._came = anyio.Event()
        self._writable = anyio.Event()
        self._writable.set()
        self._over = False
        self.gone = anyio.Event()

    # Protocol callbacks ---------------------------------------------------------------------

    def connection_made(self, transport: object) -> None:
        """Do nothing: the connection already exists."""

    def data_received(self, data: bytes) -> None:
        """Buffer received data."""
        if self._over:
            return
        self._buffer += data
        if len(self._buffer) > _BUFFERED:
            self._transport.pause_reading()
        self._came.set()

    def eof_received(self) -> None:
        """Let the connection close: a client that stops sending counts as disconnected."""

    def pause_writing(self) -> None:
        """Pause senders."""
        self._writable = anyio.Event()

    def resume_writing(self) -> None:
        """Resume senders."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Wake all waiting tasks."""
        self.gone.set()
        self._came.set()
        self._writable.set()
        self._lost()

    # The stream -----------------------------------------------------------------------------

    async def receive(self) -> bytes:
        """Return the next bytes; empty at the end."""
        while not self._buffer and not self.gone.is_set():
            self._came = anyio.Event()
            await self._came.wait()
        data = bytes(self._buffer)
        self._buffer.clear()
        if not self._transport.is_closing():
            self._transport.resume_reading()
        return data

    async def send(self, data: bytes) -> None:
        """Send bytes; they are dropped if the connection has ended."""
        for start in range(0, len(data), _BUFFERED):
            if self._transport.is_closing():
                return
            self._transport.write(data[start : start + _BUFFERED])
            await self._writable.wait()

    def give_back(self, data: bytes) -> None:
        """Put back bytes that were read too early."""
        self._buffer[:0] = data
        self._came.set()

    async def finish(self) -> None:
        """Close the connection after all pending data has been sent.

        If a connection is closed while input is in transit, it is reset, and the client loses the
        data that it hasn't read yet. So wait for the client to close first, or for the time limit.
        """
        self._over = True
        self._buffer.clear()
        if self._transport.is_closing():
            return
        try:
            self._transport.write_eof()
        except OSError:
            # The client has disconnected, but that hasn't been reported yet.
            self._transport.abort()
            return
        self._transport.resume_reading()
        await self._writable.wait()
        with anyio.move_on_after(_LINGERS):
            await self.gone.wait()

    # The request ----------------------------------------------------------------------------

    async def serve(self, app: SandboxApp) -> None:
        """Read the request, respond to it, and then serve the connection that it asked for."""
        try:
            await self._serve(app)
            await self.finish()
        except h11.RemoteProtocolError:
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        except Exception:
            _LOGGER.exception("The sandbox failed in a tunnel")
        finally:
            self._transport.close()

    async def _serve(self, app: SandboxApp) -> None:
        http = h11.Connection(h11.SERVER)
        event = await self._next(http)
        if not isinstance(event, h11.Request):
            return
        # Up to the end of the head; the rest belongs to the container.
        while await self._next(http) is not h11.PAUSED:
            pass
        self.give_back(http.trailing_data[0])
        response, fault = await app.attach(Request(self._scope(event)))
        kind = None if fault is None else fault.kind
        handed_over = response.one_off if isinstance(response, Handover) else None
        if response is None or kind in {"close_after", "garbage"}:
            if kind == "garbage":
                await self.send(b'{"app": {"name": tru')
            if handed_over is not None:
                handed_over.end(HUNG_UP)
            return
        head = http.send(_head(response)) or b""
        if handed_over is None:
            body = http.send(h11.Data(data=bytes(response.body))) or b""
            await self.send(head + body + (http.send(h11.EndOfMessage()) or b""))
            return
        cut_after = (fault.bytes or 0) if fault is not None and kind == "cut" else None
        await Attachment(handed_over, app.world, self, head, cut_after).run()

    async def _next(self, http: h11.Connection) -> object:
        while (event := http.next_event()) is h11.NEED_DATA:
            http.receive_data(await self.receive())
        return event

    def _scope(self, head: h11.Request) -> "Scope":
        path, _, query = head.target.partition(b"?")
        name = self._transport.get_extra_info("peername")
        return {
            "type": "http",
            "http_version": head.http_version.decode(),
            "method": head.method.decode(),
            "scheme": "http",
            "path": path.decode("ascii"),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(head.headers),
            "client": (name[0], name[1]) if name else None,
            "extensions": {"tunnel": {}},
        }


def _head(response: "Response") -> h11.Response:
    tunnel = isinstance(response, Handover)
    headers = [row for row in response.raw_headers if not tunnel or row[0] != b"content-length"]
    if not tunnel:
        headers.append((b"connection", b"close"))
    return h11.Response(status_code=response.status_code, headers=headers)
