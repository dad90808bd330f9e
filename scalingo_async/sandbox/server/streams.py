"""Streaming responses: websockets and server-sent events."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import anyio
import anyio.lowlevel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from scalingo_async.sandbox.server.faults import Fault
from scalingo_async.sandbox.server.routing import WEBSOCKET
from scalingo_async.sandbox.world.state import World

__all__ = ["END_AFTER", "Feed", "Stream", "answering", "handshake"]

#: The ASGI extension that makes the server end a websocket after a number of bytes.
END_AFTER = "scalingo_async.sandbox.end_after"

#: Seconds of real time between two checks for new messages.
_BEAT = 0.02


class Feed(Protocol):
    """The source of a stream's messages."""

    def read(self) -> Iterable[str] | None:
        """Return the next messages; `None` at the end.

        The world is locked during this call. The result is iterated without the lock.
        """
        ...

    def keepalive(self) -> str:
        """Return the keepalive message."""
        ...


class Stream(Response):
    """A feed over a websocket, or as server-sent events for requests without an upgrade.

    Nothing is buffered: the next messages are created when the client has read the previous ones.

    Args:
        world: The state.
        feed: The source of its messages.
        request: The request for the stream.
        admit: Returns whether the client's first message authenticates it, called with the world
            locked. Without it, no message is required.
    """

    def __init__(
        self,
        world: World,
        feed: Feed,
        request: Request,
        *,
        admit: Callable[[str], bool] | None = None,
    ) -> None:
        websocket = request.method == WEBSOCKET
        headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
        super().__init__(None, 101 if websocket else 200, {} if websocket else headers)
        del self.headers["content-length"]
        self._world = world
        self._feed = feed
        self._admit = admit
        self._fault: Fault | None = None
        self._cut: Callable[[], Awaitable[None]] | None = None
        self._severed = False

    def end_by(self, fault: Fault | None, cut: Callable[[], Awaitable[None]]) -> None:
        """Allow a fault or `sever` to end it; `cut` ends the connection."""
        self._cut = cut
        if fault is not None and fault.kind in {"cut", "half_body"}:
            self._fault = fault

    def sever(self) -> None:
        """Cut it before the next message."""
        self._severed = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run until the feed ends, the client disconnects or a fault occurs."""
        self._world.streams.add(self)
        try:
            await self._run(scope, receive, send)
        finally:
            self._world.streams.discard(self)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = (_Websocket if scope["method"] == WEBSOCKET else _Events)(scope, receive, send)
        await line.open(self)
        struck = False
        if scope["method"] != "HEAD" and await self._let_in(line):
            async with anyio.create_task_group() as group:

                async def listen() -> None:
                    await line.leave()
                    group.cancel_scope.cancel()

                group.start_soon(listen)
                try:
                    struck = await self._follow(line)
                except OSError:
                    # The server reports a disconnected client this way.
                    line.gone = True
                group.cancel_scope.cancel()
        if line.gone:
            return
        if struck and self._cut is not None:
            await self._cut()
        else:
            await line.close()

    async def _let_in(self, line: "_Line") -> bool:
        if self._admit is None:
            return True
        with anyio.move_on_after(self._world.settings.first_message_timeout):
            message = await line.first()
            if message is not None:
                with self._world.lock:
                    return self._admit(message)
        return False

    async def _follow(self, line: "_Line") -> bool:
        """Send new messages until the feed ends; returns whether a fault ended it earlier."""
        end = _End(self._fault)
        if end.now:
            return True
        due = anyio.current_time() + self._world.settings.keepalive
        while True:
            if self._severed:
                return True
            with self._world.lock:
                self._world.settle()
                news = self._feed.read()
            if news is None:
                return False
            messages = list(news)
            busy = bool(messages)
            if anyio.current_time() >= due:
                messages.append(self._feed.keepalive())
                due = anyio.current_time() + self._world.settings.keepalive
            for message in messages:
                data = line.encode(message)
                await line.send(data, end.pass_on(line.size(data)))
                if end.now:
                    return True
            # With a fast client, a send never waits; this lets other tasks run.
            await (anyio.lowlevel.checkpoint() if busy else anyio.sleep(_BEAT))


class _End:
    """The point at which a fault ends a stream, if there is a fault."""

    def __init__(self, fault: Fault | None) -> None:
        self._half = fault is not None and fault.kind == "half_body"
        self._messages = None if fault is None else fault.messages
        self._bytes = None if fault is None else fault.bytes
        if fault is not None and fault.kind == "cut" and fault.bytes is None:
            self._messages = fault.messages or 0
        self.now = self._messages == 0 or self._bytes == 0

    def pass_on(self, size: int) -> int:
        """Return how many bytes of a message of `size` bytes are sent."""
        if self._half:
            self._bytes = size // 2
        if self._bytes is not None:
            size, self._bytes = min(size, self._bytes), self._bytes - min(size, self._bytes)
        if self._messages is not None:
            self._messages -= 1
        self.now = self._messages == 0 or self._bytes == 0
        return size


class _Line(ABC):
    """The connection to one client."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self.gone = False

    async def leave(self) -> None:
        """Wait until the client disconnects; its messages are ignored."""
        while not (await self._receive())["type"].endswith(".disconnect"):
            pass
        self.gone = True

    async def first(self) -> str | None:
        """Return the client's first message, if it is text."""
        message = await self._receive()
        self.gone = message["type"].endswith(".disconnect")
        return message.get("text")

    @abstractmethod
    async def open(self, head: Response) -> None:
        """Accept the request."""

    @abstractmethod
    def encode(self, message: str) -> bytes:
        """Return the encoded form of a message."""

    @abstractmethod
    def size(self, data: bytes) -> int:
        """Return its size on the wire in bytes."""

    @abstractmethod
    async def send(self, data: bytes, size: int) -> None:
        """Send the first `size` bytes of a message, possibly all of them."""

    @abstractmethod
    async def close(self) -> None:
        """End the stream normally."""


class _Websocket(_Line):
    async def open(self, head: Response) -> None:
        await self._send({"type": "websocket.accept", "headers": head.raw_headers})

    def encode(self, message: str) -> bytes:
        return message.encode()

    def size(self, data: bytes) -> int:
        return len(data) + (2 if len(data) < 126 else 4 if len(data) < 65_536 else 10)

    async def send(self, data: bytes, size: int) -> None:
        if size < self.size(data):
            end_after: Callable[[int], None] | None
            end_after = self._scope.get("extensions", {}).get(END_AFTER)
            if end_after is None:
                return
            end_after(size)
        await self._send({"type": "websocket.send", "text": data.decode()})

    async def close(self) -> None:
        await self._send({"type": "websocket.close", "code": 1000})


class _Events(_Line):
    async def open(self, head: Response) -> None:
        start: Message = {"type": "http.response.start", "status": head.status_code}
        await self._send({**start, "headers": head.raw_headers})

    def encode(self, message: str) -> bytes:
        return f"data: {message}\n\n".encode()

    def size(self, data: bytes) -> int:
        return len(data)

    async def send(self, data: bytes, size: int) -> None:
        await self._send({"type": "http.response.body", "body": data[:size], "more_body": True})

    async def close(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})


def handshake(scope: Scope) -> Request:
    """Return a websocket handshake as a request."""
    scheme = scope["scheme"].replace("ws", "http", 1)
    return Request({**scope, "type": "http", "method": WEBSOCKET, "scheme": scheme})


def answering(send: Send) -> Send:
    """Let a response to a request also answer a handshake."""

    async def answer(message: Message) -> None:
        kind = message["type"]
        if kind.startswith("http."):
            message = {**message, "type": f"websocket.{kind}"}
        await send(message)

    return answer
