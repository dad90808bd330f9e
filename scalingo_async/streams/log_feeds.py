"""One connection to a log: a websocket or server-sent events."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

import attrs

from scalingo_async._core.arguments import integer, positive_seconds
from scalingo_async._core.decoding import decoder, json
from scalingo_async._core.encoding import query_values
from scalingo_async._core.endpoint import Endpoint, model
from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import signed_url
from scalingo_async.errors import ClientClosedError, InvalidArgumentError, NotFoundError
from scalingo_async.models.logs import LogEvent
from scalingo_async.streams.decoding import reading
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.streams.sse import EventParser
from scalingo_async.streams.websocket import open_websocket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from typing import Self

    from scalingo_async._core.session import Session
    from scalingo_async._core.urls import ServerURL
    from scalingo_async.request import ByteStream
    from scalingo_async.streams.websocket import WebSocket
    from scalingo_async.types import RequestOptions

__all__ = [
    "SSE",
    "WEBSOCKET",
    "Feed",
    "LogEvents",
    "Via",
]


Via: TypeAlias = Literal["websocket", "sse"]


_SCHEMES: Final = {"https": "wss", "wss": "wss", "http": "ws", "ws": "ws"}


_PLAIN: Final = {"wss": "https", "https": "https", "ws": "http", "http": "http"}


_NO_CONTENT: Final = 204


@hidden_frames
def decode_event(text: str) -> LogEvent:
    """Read a message of a stream of logs.

    Raises:
        ResponseDecodeError: It has another shape.
    """
    event: LogEvent = reading("logs", lambda: decoder.hook(LogEvent)(json.loads(text.encode())))
    return event


class _EventStream:
    """The data of server-sent events, one after the other."""

    def __init__(self, body: ByteStream) -> None:
        self._body = body
        self._pieces = aiter(body)
        self._parser = EventParser()
        self._ready: deque[str] = deque()

    async def receive(self) -> str | None:
        while not self._ready:
            try:
                piece = await anext(self._pieces)
            except StopAsyncIteration:
                return None
            self._ready.extend(self._parser.feed(piece))
        return self._ready.popleft()

    async def aclose(self) -> None:
        await self._body.aclose()


class LogEvents(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable):
    """The messages of one connection to a log, as `LogEvent` models; it is not connected again.

    Enter it with `async with`, then iterate over it. It ends when the platform closes the
    connection.

    Args:
        open_: Connects.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    def __init__(self, open_: Callable[[], Awaitable[Feed]]) -> None:
        self._open = open_
        self._feed: Feed | None = None

    async def __aenter__(self) -> Self:
        self._feed = await self._open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.aclose()

    def __aiter__(self) -> AsyncIterator[LogEvent]:
        return self

    async def __anext__(self) -> LogEvent:
        if self._feed is None:
            raise ClientClosedError("this stream is not open: use it inside of `async with`")
        message = await self._feed.receive()
        if message is None:
            raise StopAsyncIteration
        # Tracebacks are not to show what could not be read.
        with hidden_frames:
            return decode_event(message)


@hidden_frames
def stream_url(
    text: str, hosts: frozenset[str], via: Via, query: Mapping[str, object]
) -> ServerURL:
    """Make the URL of a stream from that of a log.

    Raises:
        UntrustedURLError: It is malformed, unencrypted, or leads into a private network.
    """
    url = signed_url(text, hosts)
    schemes = _SCHEMES if via == "websocket" else _PLAIN
    return url.with_scheme(schemes[url.scheme]).with_query(query_values({"stream": True, **query}))


async def open_feed(
    session: Session,
    url: ServerURL,
    via: Via,
    silence: float,
    options: RequestOptions | None = None,
) -> Feed:
    """Connect to a log.

    Raises:
        ScalingoError: It failed.
    """
    if via == "websocket":
        socket: WebSocket = await open_websocket(
            session, WEBSOCKET, url, silence=silence, options=options
        )
        return socket
    request = session.prepare_absolute(SSE, url, stream=True, options=options)
    patient = attrs.evolve(request.options.timeout, read=silence)
    response = await session.send(
        attrs.evolve(request, options=attrs.evolve(request.options, timeout=patient))
    )
    if response.body is None or response.status_code == _NO_CONTENT:
        await response.aclose()
        raise NotFoundError("there is no log yet", status_code=response.status_code)
    return _EventStream(response.body)


def check_stream(
    n: int | None, filter: str | None, via: Via | None = None, silence: float = SILENCE
) -> None:
    """Check the arguments of a stream of logs.

    Raises:
        InvalidArgumentError: One can't be right.
    """
    if n is not None:
        integer(n, "n", 0, called="a number of lines")
    if filter is not None and not isinstance(filter, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError("filter must be text, such as web-1 or web|worker")
    if via not in {None, "websocket", "sse"}:
        raise InvalidArgumentError('via must be "websocket", "sse" or None')
    positive_seconds(silence, "silence")


WEBSOCKET: Final[Endpoint[LogEvent]] = model(
    "logs.stream_websocket",
    "GET",
    "{logs_url}",
    LogEvent,
    api=API.ABSOLUTE,
    auth=Auth.SIGNED,
    success=101,
)


SSE: Final[Endpoint[LogEvent]] = model(
    "logs.stream_sse",
    "GET",
    "{logs_url}",
    LogEvent,
    api=API.ABSOLUTE,
    auth=Auth.SIGNED,
    accept="text/event-stream",
)


class Feed(Protocol):
    """Where the messages of one connection come from."""

    async def receive(self) -> str | None:
        """Return the next message, `None` at the end."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...
