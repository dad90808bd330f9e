"""One connection to a log: a websocket or server-sent events."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final, Literal, Protocol, Self, TypeAlias

import attrs

from scalingo_async._core.answer_text import media_type, start_of_no_json
from scalingo_async._core.arguments import integer, one_of, positive_seconds, string
from scalingo_async._core.decoding import converters, json
from scalingo_async._core.encoding import query_values
from scalingo_async._core.endpoint import Endpoint, model, origin_of
from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL, signed_url
from scalingo_async.errors import (
    ClientClosedError,
    NotFoundError,
    ResponseDecodeError,
)
from scalingo_async.models.logs import LogEvent
from scalingo_async.request import ByteStream, Response
from scalingo_async.streams.decoding import PassedOver, reading
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.streams.sse import EventParser
from scalingo_async.streams.websocket import WebSocket, open_websocket
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

_EVENTS: Final = "text/event-stream"

_FIELDS: Final = (b"data", b"event", b"id", b"retry", b":")
"""The possible beginnings of the first line of events."""

_LONGEST_FIELD: Final = 5

_BEFORE: Final = b"\xef\xbb\xbf\r\n"

_LOOKED_AT: Final = 1024

_decode: Final = converters.hook(LogEvent)


@hidden_frames
def decode_event(text: str, most: int = json.MAX_JSON_VALUES) -> LogEvent:
    """Read a message of a stream of logs.

    Raises:
        ResponseDecodeError: It has another shape.
        ResponseTooLargeError: It has more values than allowed.
    """
    return reading("logs", _read_event, text, most)


def _read_event(text: str, most: int) -> LogEvent:
    event: LogEvent = _decode(json.loads(text.encode(), most))
    return event


class _EventStream:
    """The data of server-sent events, one by one.

    Args:
        response: The response.
        body: Its body.
    """

    def __init__(self, response: Response, body: ByteStream) -> None:
        self._response = response
        self._body = body
        self._pieces = aiter(body)
        self._parser = EventParser()
        self._ready: deque[str] = deque()
        self._kind = media_type(response.headers.get("content-type"))
        # A response with another media type may still hold events: the content decides.
        self._doubtful = self._kind.lower() != _EVENTS
        self._start = b""

    async def receive(self) -> str | None:
        """Return the data of the next event, `None` at the end.

        Raises:
            ResponseDecodeError: There are no events in it, and its media type doesn't say events.
        """
        while not self._ready:
            try:
                piece = await anext(self._pieces)
            except StopAsyncIteration:
                if self._doubtful:
                    raise self._another() from None
                return None
            # Tracebacks must not show the content.
            with hidden_frames:
                if self._doubtful:
                    self._look_at(piece)
                self._ready.extend(self._parser.feed(piece))
        self._doubtful = False
        return self._ready.popleft()

    def _look_at(self, piece: bytes) -> None:
        """Check that it begins as events do."""
        self._start = (self._start + piece[:_LOOKED_AT]).lstrip(_BEFORE)[:_LOOKED_AT]
        if len(self._start) >= _LONGEST_FIELD and not self._start.startswith(_FIELDS):
            raise self._another()

    def _another(self) -> ResponseDecodeError:
        message = f"a stream of logs should have the media type {_EVENTS}, but has {self._kind}"
        start = start_of_no_json(self._start, self._kind)
        if start is not None:
            message = f"{message}; it begins with: {start}"
        return ResponseDecodeError(message, body=start, **origin_of(self._response))

    async def aclose(self) -> None:
        await self._body.aclose()


class LogEvents(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable):
    """The messages of one connection to a log, as `LogEvent` models; it doesn't reconnect.

    Enter it with `async with`, then iterate over it. It ends when the platform closes the
    connection. An unreadable message is skipped and logged as a warning; ten in a row raise
    `ResponseDecodeError`.

    Args:
        open_: The function that connects.
        most: How many values a message may have.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    def __init__(
        self, open_: Callable[[], Awaitable[Feed]], most: int = json.MAX_JSON_VALUES
    ) -> None:
        self._open = open_
        self._most = most
        self._feed: Feed | None = None
        self._passed_over = PassedOver()

    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
        return self._passed_over.count

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
        while True:
            if self._feed is None:
                raise ClientClosedError("this stream is not open: use it inside of its block")
            message = await self._feed.receive()
            if message is None:
                raise StopAsyncIteration
            # Tracebacks must not show the unreadable message.
            with hidden_frames:
                event = self._passed_over.read(decode_event, message, self._most)
            del message
            if event is not None:
                return event


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
    return _EventStream(response, response.body)


def check_stream(
    n: int | None, filter: str | None, via: Via | None = None, silence: float = SILENCE
) -> None:
    """Check the arguments of a stream of logs.

    Raises:
        InvalidArgumentError: One is invalid.
    """
    if n is not None:
        integer(n, "n", 0, called="a number of lines")
    if filter is not None:
        string(filter, "filter", called="text, such as web-1 or web|worker")
    if via is not None:
        one_of(via, "via", ("websocket", "sse"))
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
    accept=_EVENTS,
)


class Feed(Protocol):
    """The source of the messages of one connection."""

    async def receive(self) -> str | None:
        """Return the next message, `None` at the end."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...
