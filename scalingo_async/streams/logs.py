"""Logs as they are written: over a websocket or server-sent events, connected again when cut."""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

import anyio
import attrs

from scalingo_async._core import codec
from scalingo_async._core.encoding import query_values
from scalingo_async._core.endpoint import API, Auth, Endpoint, model
from scalingo_async._core.secrets import concealed
from scalingo_async._core.urls import signed_url
from scalingo_async.errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
)
from scalingo_async.log import logger
from scalingo_async.models.logs import LogEvent
from scalingo_async.streams.lines import LineSplitter
from scalingo_async.streams.log_lines import Overlap, parse_line
from scalingo_async.streams.messages import reading
from scalingo_async.streams.reconnecting import (
    FAILURES,
    LASTING,
    LOST,
    SILENCE,
    check_silence,
    pause_before,
)
from scalingo_async.streams.sse import EventParser
from scalingo_async.streams.websocket import open_websocket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from typing import Self

    from scalingo_async._core.session import Session
    from scalingo_async._core.urls import ServerURL
    from scalingo_async.request import ByteStream, Request
    from scalingo_async.streams.log_lines import LogLine
    from scalingo_async.streams.websocket import WebSocket
    from scalingo_async.types import RequestOptions, Secret

__all__ = ["SSE", "WEBSOCKET", "Feed", "LogEvents", "LogStream", "Via"]

Via: TypeAlias = Literal["websocket", "sse"]

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

_SCHEMES: Final = {"https": "wss", "wss": "wss", "http": "ws", "ws": "ws"}
_PLAIN: Final = {"wss": "https", "https": "https", "ws": "http", "http": "http"}

KEPT: Final = 2000
"""Lines that are remembered, and asked for again after a cut."""

_MOST_HISTORY: Final = 150_000

NO_LOG_PAUSE: Final = 10.0
_NO_CONTENT: Final = 204
_NO_WEBSOCKETS: Final = frozenset({200, 400, 405, 406, 426, 501})
"""Statuses of servers, or of something in front, that do not know websockets."""


@concealed
def decode_event(text: str) -> LogEvent:
    """Read a message of a stream of logs.

    Raises:
        ResponseDecodeError: It has another shape.
    """
    event: LogEvent = reading("logs", lambda: codec.hook(LogEvent)(codec.loads(text.encode())))
    return event


class Feed(Protocol):
    """Where the messages of one connection come from."""

    async def receive(self) -> str | None:
        """Return the next message, `None` at the end."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...


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


async def read_lines(session: Session, request: Request) -> list[LogLine]:
    """Read the lines of a dump as they come: there may be more text than an answer may have.

    Raises:
        ScalingoError: It failed.
    """
    try:
        response = await session.send(attrs.evolve(request, stream=True))
    except NotFoundError:
        return []
    lines: list[LogLine] = []
    splitter = LineSplitter()
    try:
        if response.body is not None:
            async for piece in response.body:
                lines += [parse_line(line) for line in splitter.feed(piece)]
    finally:
        await response.aclose()
    return lines + [parse_line(line) for line in splitter.finish()]


class LogEvents:
    """The messages of one connection to a log, as `LogEvent` models; it is not connected again.

    Enter it with `async with`, then iterate over it. It ends when the platform closes the
    connection.

    Args:
        open_: Connects.
    """

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
        try:
            return decode_event(message)
        finally:
            # Tracebacks are not to show what could not be read.
            del message


@concealed
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
    request = session.visit(SSE, url, stream=True, options=options)
    patient = attrs.evolve(request.options.timeout, read=silence)
    response = await session.send(
        attrs.evolve(request, options=attrs.evolve(request.options, timeout=patient))
    )
    if response.body is None or response.status_code == _NO_CONTENT:
        await response.aclose()
        raise NotFoundError("there is no log yet", status_code=response.status_code)
    return _EventStream(response.body)


class LogStream:
    """The lines of a log as they are written, for as long as you read.

    Enter it with `async with`, then iterate over it. When the connection is cut or falls silent it
    is made again, with a fresh URL, and goes on where it was: history is asked for, and what was
    seen is left out. Nothing is read ahead: as long as you do not ask, the platform waits.

    Args:
        session: The client's.
        fetch_url: Asks for the URL of the log.
        n: Lines of history to begin with; `None` leaves it to the platform.
        filter: What to see of it.
        via: How to connect; `None` tries a websocket first.
        silence: Seconds without a message after which the connection counts as dead.
        options: Options of the calls.

    Attributes:
        reconnects: How many times the connection was made again.
        gaps: How many times lines may be missing, since the platform had no history that old.
    """

    def __init__(
        self,
        session: Session,
        fetch_url: Callable[[], Awaitable[Secret]],
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = SILENCE,
        options: RequestOptions | None = None,
    ) -> None:
        self.reconnects = 0
        self.gaps = 0
        self._session = session
        self._fetch_url = fetch_url
        self._n = n
        self._filter = filter
        self._given = via
        self._via: Via = via or "websocket"
        self._silence = silence
        self._options = options
        self._feed: Feed | None = None
        self._ready: deque[LogLine] = deque()
        self._overlap = Overlap(KEPT)
        self._history = KEPT
        self._fresh = False
        self._failures = 0
        self._connected_at = 0.0
        self._state: Literal["new", "open", "closed"] = "new"

    async def __aenter__(self) -> Self:
        if self._state != "new":
            raise ClientClosedError("a stream of logs can be entered once; make a new one")
        self._state = "open"
        await self._connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._state = "closed"
        self._ready.clear()
        await self._drop()

    def __aiter__(self) -> AsyncIterator[LogLine]:
        return self

    async def __anext__(self) -> LogLine:
        while True:
            if self._state != "open":
                raise ClientClosedError("this stream is not open: use it inside of `async with`")
            if self._ready:
                return self._ready.popleft()
            if self._feed is None:
                await self._reconnect()
            else:
                await self._receive(self._feed)

    async def _receive(self, feed: Feed) -> None:
        """Take one message, or notice that the connection is gone."""
        message: str | None = None
        try:
            message = await feed.receive()
        except APIConnectionError as error:
            logger.debug("A stream of logs broke: %s", error.message)
        if message is None:
            await self._drop()
            return
        try:
            event = decode_event(message)
        finally:
            # Tracebacks are not to show what could not be read.
            del message
        kind = event.event or event.name
        if anyio.current_time() - self._connected_at > LASTING:
            # One that says no more than that it is alive, and ends at once, was none.
            self._failures = 0
        if kind == "log":
            await self._take(event.log or "")
        elif kind == "ping":
            self._overlap.begin(event.timestamp)

    async def _take(self, text: str) -> None:
        for piece in text.split("\n"):
            raw = piece.removesuffix("\r")
            if not raw:
                continue
            line = parse_line(raw)
            if self._fresh:
                self._fresh = False
                if not self._overlap.leaves_gap(line):
                    self._history = KEPT
                elif not await self._accept_gap():
                    return
            if self._overlap.is_new(line):
                self._failures = 0
                self._overlap.note(line)
                self._ready.append(line)

    async def _accept_gap(self) -> bool:
        """Ask for more history; when there is no more to be had, say so and go on."""
        if self._history < _MOST_HISTORY:
            self._history = min(self._history * 10, _MOST_HISTORY)
            await self._drop()
            return False
        self.gaps += 1
        self._history = KEPT
        logger.warning("Lines of a log may be missing: the platform has no history that old")
        return True

    async def _drop(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.aclose()

    async def _reconnect(self) -> None:
        """Connect again, after a pause that grows while that fails."""
        if self._failures >= FAILURES:
            raise APIConnectionError(
                f"the stream of logs ended {FAILURES} times in a row without a message",
                sent=True,
                phase="read",
            )
        await pause_before(self._session, self._failures)
        # A connection that ends without a word is a failure as well.
        self._failures += 1
        self.reconnects += 1
        try:
            await self._connect()
        except LOST as error:
            if self._failures >= FAILURES:
                raise
            logger.info("A stream of logs could not be connected again: %s", error.message)

    async def _connect(self) -> None:
        """Connect with a fresh URL; wait when there is no log yet."""
        again = self._overlap.known
        query: dict[str, object] = {
            "n": self._history if again else self._n,
            "filter": self._filter,
        }
        refused = False
        while True:
            url = await self._fetch_url()
            try:
                self._feed = await self._open(url, query)
            except NotFoundError:
                await anyio.sleep(NO_LOG_PAUSE)
            except (AuthenticationError, PermissionDeniedError):
                # The URL's token may have run out in the queue.
                if refused:
                    raise
                refused = True
            else:
                break
        self._connected_at = anyio.current_time()
        self._overlap.begin(_issued(url))
        if again:
            self._overlap.resume(self._history)
            self._fresh = True

    async def _open(self, url: Secret, query: dict[str, object]) -> Feed:
        session, hosts = self._session, await self._session.hosts()
        while True:
            target = stream_url(url.reveal(), hosts, self._via, query)
            try:
                return await open_feed(session, target, self._via, self._silence, self._options)
            except (APIStatusError, ConfigurationError) as error:
                if self._via == "sse" or self._given is not None or not _lacks_websockets(error):
                    raise
                logger.info("Logs come as server-sent events: there is no websocket to be had")
                self._via = "sse"


def _issued(url: Secret) -> datetime | None:
    """Return when the URL of a log was made, by the platform's clock: it says so itself."""
    stamp = re.search(r"[?&]timestamp=([0-9]{10})(?:&|$)", url.reveal())
    return datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None


def _lacks_websockets(error: APIStatusError | ConfigurationError) -> bool:
    """Tell whether what was asked is no place for websockets; or the way there is a proxy's."""
    return isinstance(error, ConfigurationError) or error.status_code in _NO_WEBSOCKETS


def check_stream(
    n: int | None, filter: str | None, via: Via | None = None, silence: float = SILENCE
) -> None:
    """Check the arguments of a stream of logs.

    Raises:
        InvalidArgumentError: One can't be right.
    """
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError("n must be a number of lines, 0 or more")
    if filter is not None and not isinstance(filter, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError("filter must be text, such as web-1 or web|worker")
    if via not in {None, "websocket", "sse"}:
        raise InvalidArgumentError('via must be "websocket", "sse" or None')
    check_silence(silence)
