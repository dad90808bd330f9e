"""Log streams: over a websocket or server-sent events, with automatic reconnects."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ClassVar, Final

import anyio

from scalingo_async._core.moved import moved
from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.session import Session
from scalingo_async.errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
)
from scalingo_async.log import logger
from scalingo_async.streams import log_feeds
from scalingo_async.streams.decoding import PassedOver
from scalingo_async.streams.log_feeds import Feed, decode_event, open_feed, stream_url
from scalingo_async.streams.log_lines import LogLine, parse_line
from scalingo_async.streams.overlap import Overlap
from scalingo_async.streams.reconnecting import FAILURES, LOST, SILENCE, ReconnectingStream
from scalingo_async.types import RequestOptions, Secret

__all__ = [
    "LogStream",
]


KEPT: Final = 2000
"""Lines that are remembered, and fetched again after a disconnect."""

_MOST_HISTORY: Final = 150_000

NO_LOG_PAUSE: Final = 10.0
_NO_WEBSOCKETS: Final = frozenset({200, 400, 405, 406, 426, 501})
"""Statuses of servers or proxies that don't support websockets."""


class LogStream(ReconnectingStream[LogLine]):
    """The lines of a log as they are written, until you stop reading.

    Enter it with `async with`, then iterate over it. If the connection breaks or falls silent, the
    stream reconnects with a fresh URL and resumes: it fetches history and leaves out the lines that
    you have seen. Nothing is read ahead: while you don't read, the platform waits.

    An unreadable message is skipped and logged as a warning; ten in a row raise
    `ResponseDecodeError`.

    Args:
        session: The client's.
        fetch_url: Fetches the URL of the log.
        n: Lines of history to start with; `None` leaves it to the platform.
        filter: Which containers to show.
        via: How to connect; `None` tries a websocket first.
        silence: Seconds without a message after which the connection counts as dead.
        options: Options of the calls.

    Attributes:
        reconnects: How many times the stream has reconnected.
        gaps: How many times lines may be missing, because the platform's history didn't reach back
            far enough.
    """

    _name: ClassVar = "a stream of logs"
    _patience: ClassVar = FAILURES
    # A connection that ends without a message is a failure as well.
    _fails_until_heard: ClassVar = True
    _outlives_its_end: ClassVar = False

    def __init__(
        self,
        session: Session,
        fetch_url: Callable[[], Awaitable[Secret]],
        *,
        n: int | None = None,
        filter: str | None = None,
        via: log_feeds.Via | None = None,
        silence: float = SILENCE,
        options: RequestOptions | None = None,
    ) -> None:
        super().__init__(session)
        self.gaps = 0
        self._fetch_url = fetch_url
        self._n = n
        self._filter = filter
        self._given = via
        self._via: log_feeds.Via = via or "websocket"
        self._silence = silence
        self._options = options
        self._passed_over = PassedOver()
        self._most = session.options(options or {}).max_json_values
        self._feed: Feed | None = None
        self._overlap = Overlap(KEPT)
        self._history = KEPT
        self._fresh = False

    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
        return self._passed_over.count

    async def _step(self) -> None:
        if self._feed is not None:
            await self._receive(self._feed)
            return
        try:
            await self._reconnect()
        except LOST as error:
            if self._failures >= FAILURES:
                raise
            logger.info("A stream of logs could not reconnect: %s", error.message)

    async def _receive(self, feed: Feed) -> None:
        """Read one message, or notice that the connection is lost."""
        message: str | None = None
        try:
            message = await feed.receive()
        except APIConnectionError as error:
            logger.debug("The connection of a stream of logs broke: %s", error.message)
        if message is None:
            await self._drop()
            return
        # Tracebacks must not show the unreadable message.
        with hidden_frames:
            event = self._passed_over.read(decode_event, message, self._most)
        del message
        if event is None:
            return
        kind = event.event or event.name
        # A connection that sends only keepalives and ends at once doesn't count.
        self._note_lasting()
        if kind == "log":
            await self._take(event.log or "")
        elif kind == "ping":
            self._overlap.begin(event.timestamp)

    async def _take(self, text: str) -> None:
        for piece in text.split("\n"):
            content = piece.removesuffix("\r")
            if not content:
                continue
            line = parse_line(content)
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
        """Fetch more history; if there is no more, log a warning and go on."""
        if self._history < _MOST_HISTORY:
            self._history = min(self._history * 10, _MOST_HISTORY)
            await self._drop()
            return False
        self.gaps += 1
        self._history = KEPT
        logger.warning(
            "Lines of a log may be missing: the platform's history doesn't reach back far enough"
        )
        return True

    async def _drop(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.aclose()

    def _gave_up(self) -> str:
        return f"the stream of logs ended {FAILURES} times in a row without a message"

    async def _connect(self) -> None:
        """Connect with a fresh URL; wait if there is no log yet."""
        again = self._overlap.known
        query: dict[str, object] = {
            "n": self._history if again else self._n,
            "filter": self._filter,
        }
        refused = False
        waits = False
        while True:
            url = await self._fetch_url()
            try:
                self._feed = await self._open(url, query)
            except NotFoundError:
                if not waits:
                    waits = True
                    logger.info("There is no log yet; trying again every %g s", NO_LOG_PAUSE)
                await anyio.sleep(NO_LOG_PAUSE)
            except (AuthenticationError, PermissionDeniedError):
                # The URL's token may have expired in the queue.
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
                logger.info("Logs come as server-sent events: websockets are not available")
                self._via = "sse"


def _issued(url: Secret) -> datetime | None:
    """Return when the URL of a log was made, by the platform's clock, from the URL itself."""
    stamp = re.search(r"[?&]timestamp=([0-9]{10})(?:&|$)", url.reveal())
    return datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None


def _lacks_websockets(error: APIStatusError | ConfigurationError) -> bool:
    """Return whether the server, or a proxy in between, doesn't support websockets."""
    return isinstance(error, ConfigurationError) or error.status_code in _NO_WEBSOCKETS


__getattr__ = moved(__name__, {"Via": "scalingo_async.streams.log_feeds"})
