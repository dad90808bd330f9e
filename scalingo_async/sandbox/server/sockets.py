"""The sandbox over real sockets: uvicorn with its own event loop in its own thread.

The thread makes it usable from asyncio, from trio and without an event loop.
"""

import ipaddress
import logging
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup, TaskStatus
from anyio.from_thread import start_blocking_portal

from scalingo_async.sandbox.extras import install_hint
from scalingo_async.sandbox.server.app import SandboxApp
from scalingo_async.sandbox.server.streams import END_AFTER

try:
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol
    from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

    from scalingo_async.sandbox.server.tunnel import METHOD, Tunnel
except ModuleNotFoundError as error:
    raise install_hint(error) from None

if TYPE_CHECKING:
    from asyncio import BaseTransport, Transport

    from starlette.types import Receive, Scope, Send
    from wsproto.events import Request as Handshake

__all__ = ["listening"]

_QUIET_LOGGERS = logging.getLogger("scalingo_async.sandbox.websockets")
_QUIET_LOGGERS.setLevel(logging.WARNING)


class _Connections:
    """The open connections by client address, so that a fault can end one."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], Transport] = {}

    def add(self, address: tuple[str, int], transport: "Transport") -> None:
        """Add a connection."""
        self._transports[address] = transport

    def forget(self, address: tuple[str, int]) -> None:
        """Remove a connection that ended."""
        self._transports.pop(address, None)

    def end(self, address: tuple[str, int], *, flush: bool) -> None:
        """End a connection, immediately or after pending data has been sent."""
        transport = self._transports.get(address)
        if transport is None:
            return
        if flush:
            transport.close()
        else:
            transport.abort()

    def abort_all(self) -> None:
        """End every connection at once."""
        for transport in list(self._transports.values()):
            transport.abort()


def _protocol(connections: _Connections, start: Callable[[Tunnel], None]) -> type[H11Protocol]:
    """Make uvicorn's protocol report its connections, and hand over those of a CONNECT."""

    class Protocol(H11Protocol):
        _address: tuple[str, int] | None = None
        _began: bytes | None = b""

        def connection_made(self, transport: "BaseTransport") -> None:
            name: Any = transport.get_extra_info("peername")
            if name:
                self._address = (name[0], name[1])
                connections.add(self._address, cast("Transport", transport))
            super().connection_made(cast("Transport", transport))

        def connection_lost(self, exc: Exception | None) -> None:
            if self._address is not None:
                connections.forget(self._address)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._began is None:
                super().data_received(data)
                return
            self._began += data
            if self._began.startswith(METHOD):
                self._hand_over(self._began)
            elif not METHOD.startswith(self._began):
                began, self._began = self._began, None
                super().data_received(began)

        def _hand_over(self, data: bytes) -> None:
            """Hand the connection over to a tunnel; from then on this object only sees its end."""
            tunnel = Tunnel(self.transport, lambda: self.connection_lost(None))
            # The event loop requires no base class.
            self.transport.set_protocol(cast("Any", tunnel))
            tunnel.data_received(data)
            start(tunnel)

    return Protocol


class _Short:
    """A transport that accepts a number of bytes and then closes."""

    def __init__(self, transport: "Transport", left: int) -> None:
        self._transport = transport
        self._left = left

    def write(self, data: bytes) -> None:
        """Write as much as is still allowed."""
        self._transport.write(data[: self._left])
        self._left -= len(data)
        if self._left <= 0:
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _websocket_protocol(connections: _Connections) -> type[WSProtocol]:
    """Make uvicorn's websockets report their connections, and end where a fault says so."""

    class Protocol(WSProtocol):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # Uvicorn logs the full URL of each request, and these contain tokens.
            self.logger = _QUIET_LOGGERS

        def handle_connect(self, event: "Handshake") -> None:
            super().handle_connect(event)
            # The task that gets the scope hasn't started yet.
            cast("dict[str, Any]", self.scope)["extensions"][END_AFTER] = self._end_after

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                connections.forget((self.client[0], self.client[1]))
            super().connection_lost(exc)

        def _end_after(self, size: int) -> None:
            self.transport = cast("Transport", _Short(self.transport, size))

    return Protocol


class _Server(uvicorn.Server):
    """A uvicorn server that reports when it listens and stops immediately on request."""

    def __init__(self, app: SandboxApp) -> None:
        self._app = app
        self._connections = _Connections()
        self._listens: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
        self._stop = anyio.Event()
        self._tunnels: TaskGroup | None = None
        config = uvicorn.Config(
            self._serve_one,
            http=_protocol(self._connections, self._start),
            ws=_websocket_protocol(self._connections),
            # Only the platform's own messages, byte for byte as they are written.
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            interface="asgi3",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        super().__init__(config)

    async def run_on(
        self, listener: socket.socket, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Serve a listening socket until `stop`."""
        self._listens = task_status
        self._app.end_connection = self._connections.end
        try:
            async with anyio.create_task_group() as self._tunnels:
                await self.serve([listener])
                self._tunnels.cancel_scope.cancel()
        finally:
            self._app.end_connection = None

    def _start(self, tunnel: Tunnel) -> None:
        if self._tunnels is not None:
            self._tunnels.start_soon(tunnel.serve, self._app)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listens.started()

    async def main_loop(self) -> None:
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        # Uvicorn would wait for clients to finish; a sandbox stops immediately.
        for server in self.servers:
            server.close()
        self._connections.abort_all()
        for task in self.server_state.tasks:
            task.cancel()
        while self.server_state.tasks:
            await anyio.lowlevel.checkpoint()
        for server in self.servers:
            await server.wait_closed()

    async def stop(self) -> None:
        """Cut all open connections and stop."""
        self.should_exit = True
        self._stop.set()

    async def _serve_one(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        try:
            await self._app(scope, receive, send)
        except anyio.get_cancelled_exc_class():
            # The loop ends here; uvicorn would report each pending request.
            if not self.should_exit:
                raise


@contextmanager
def listening(app: SandboxApp, host: str, port: int) -> Generator[str]:
    """Serve an application on `host` and `port` (0 for a free one); yields the base URL."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.create_server((host, port), family=family, backlog=2048) as listener,
        start_blocking_portal("asyncio") as portal,
    ):
        # The event loop sets this on its own sockets; without it each response is delayed by 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name: tuple[str, int] = listener.getsockname()[:2]
        server = portal.call(_make_server, app)
        future, _ = portal.start_task(server.run_on, listener)
        try:
            yield f"http://{_reachable(name[0])}:{name[1]}"
        finally:
            portal.call(server.stop)
            future.result()


async def _make_server(app: SandboxApp) -> _Server:
    return _Server(app)


def _reachable(host: str) -> str:
    """Return the address that clients on this machine use for a listening address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def only_this_machine(host: str) -> bool:
    """Return whether only this machine can reach a listening address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
