"""Deployment streams: events as they happen, over a websocket that reconnects."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import ClassVar, Final, Self, TypeVar

import anyio
import orjson

from scalingo_async._core.absent import present_id
from scalingo_async._core.endpoint import Endpoint, model
from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.operation import API
from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL, credential_url
from scalingo_async.errors import AuthenticationError, ClientClosedError
from scalingo_async.log import logger
from scalingo_async.middleware.authentication.token_cache import TokenSource
from scalingo_async.models.deployments import Deployment, DeploymentStreamMessage
from scalingo_async.streams.decoding import PassedOver
from scalingo_async.streams.deployment_events import (
    DeploymentEvent,
    DeploymentLog,
    DeploymentStarted,
    DeploymentStatus,
    Log,
    New,
    SeenLines,
    Status,
    read_frame,
    read_news,
)
from scalingo_async.streams.reconnecting import FAILURES, LOST, SILENCE, ReconnectingStream
from scalingo_async.streams.websocket import WebSocket, open_websocket
from scalingo_async.types import RequestOptions, Secret
from scalingo_async.waiting.deployment_states import is_final, rank

__all__ = ["STREAM", "DeploymentMessages", "DeploymentQuestions", "DeploymentStream"]

STREAM: Final[Endpoint[DeploymentStreamMessage]] = model(
    "deployments.stream",
    "GET",
    "{links.deployments_stream}",
    DeploymentStreamMessage,
    api=API.ABSOLUTE,
    success=101,
)

T = TypeVar("T")

_SCHEMES: Final = frozenset({"wss", "ws"})

_FIRST_LOOK: Final = 2.0
_LONGEST_LOOK: Final = 30.0


class _SilenceError(Exception):
    """Nothing came for a while, but the connection is still open."""


async def _authenticate(socket: WebSocket, token: Secret) -> None:
    """Send the token in the first frame.

    Raises:
        APIConnectionError: The connection broke.
    """
    # The frames of the traceback below hold the message.
    await hidden_frames(socket.send)(
        orjson.dumps({"type": "auth", "data": {"token": token.reveal()}}).decode()
    )


class DeploymentMessages(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable):
    """The messages of the stream of an app's deployments; it doesn't reconnect.

    Enter it with `async with`, then iterate over it. It ends when the platform closes the
    connection. If that happens before any message, the token was refused, and a new token is tried
    once. An unreadable message is skipped and logged as a warning; ten in a row raise
    `ResponseDecodeError`.

    Args:
        session: The client's.
        fetch_url: Returns the checked URL.
        silence: Seconds without data after which the connection counts as dead.
        options: Options of the call.
        passed_over: The counter of unreadable messages.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    def __init__(
        self,
        session: Session,
        fetch_url: Callable[[], Awaitable[ServerURL]],
        *,
        silence: float = SILENCE,
        options: RequestOptions | None = None,
        passed_over: PassedOver | None = None,
    ) -> None:
        self._session = session
        self._fetch_url = fetch_url
        self._silence = silence
        self._options = options
        self._most = session.options(options or {}).max_json_values
        self._passed_over = PassedOver() if passed_over is None else passed_over
        self._socket: WebSocket | None = None
        self._token: Secret | None = None
        self._open = False
        self._heard = False
        self._refused = False

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    def __aiter__(self) -> AsyncIterator[DeploymentStreamMessage]:
        return self

    async def __anext__(self) -> DeploymentStreamMessage:
        message = await self.receive(None, read_frame)
        if message is None:
            raise StopAsyncIteration
        return message

    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
        return self._passed_over.count

    async def connect(self) -> None:
        """Open the websocket, and authenticate.

        Raises:
            ScalingoError: It failed.
        """
        url = await self._fetch_url()
        source: TokenSource = self._session.bearer()
        socket = await open_websocket(
            self._session, STREAM, url, silence=self._silence, options=self._options
        )
        try:
            # Fetched after the handshake, which may have waited, so that the token is fresh.
            token = self._token = await source.get()
            await _authenticate(socket, token)
        except BaseException:
            await socket.aclose()
            raise
        self._socket, self._open = socket, True

    async def receive(self, patience: float | None, read: Callable[[str, int], T]) -> T | None:
        """Return the content of the next message, `None` at the end.

        Args:
            patience: Seconds to wait for it; `None` for no limit.
            read: The function that reads it, with a limit for the values in it.

        Raises:
            AuthenticationError: The platform refuses the token.
            ResponseDecodeError: Too many consecutive messages are unreadable.
            ScalingoError: The connection broke.
        """
        end = math.inf if patience is None else anyio.current_time() + patience
        while True:
            if not self._open:
                raise ClientClosedError("this stream is not open: use it inside of its block")
            if self._socket is None:
                # With the new token; an earlier attempt may have been cancelled.
                await self.connect()
                continue
            text: str | None = None
            with anyio.CancelScope(deadline=end) as scope:
                text = await self._socket.receive()
            if scope.cancelled_caught:
                raise _SilenceError
            if text is not None:
                self._heard = True
                # Tracebacks must not show the unreadable message.
                with hidden_frames:
                    found = self._passed_over.read(partial(read, text, self._most))
                if found is not None:
                    return found
            elif self._heard:
                return None
            else:
                await self._renew()

    async def _renew(self) -> None:
        """Make sure that a new token is used, after the platform has refused this one.

        Raises:
            AuthenticationError: It has already refused another one.
        """
        await self._drop()
        source, token = self._session.bearer(), self._token
        if self._refused or token is None:
            self._open = False
            if token is not None:
                source.note_fresh_refusal(token)
            raise AuthenticationError(
                "the stream of deployments was closed twice right after the token was sent: "
                "the "
                "token is not valid for it, or this account can't access the app"
            )
        self._refused = True
        source.invalidate(token)

    async def aclose(self) -> None:
        """Close the connection; a second time does nothing."""
        self._open = False
        await self._drop()

    async def _drop(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.aclose()


async def stream_url(session: Session, text: object) -> ServerURL:
    """Check the URL of a stream of deployments, which gets a token.

    Raises:
        UntrustedURLError: It is unencrypted, or its host is neither Scalingo's nor configured.
    """
    return credential_url(text, await session.hosts(), _SCHEMES)


class DeploymentQuestions:
    """The API calls of a stream of deployments.

    Args:
        url: Returns the URL of the stream, checked.
        get: Returns a deployment.
        newest: Returns the newest deployment, `None` when there is none.
        output: Returns a build log, empty when there is none.
    """

    __slots__ = ("get", "newest", "output", "url")

    def __init__(
        self,
        *,
        url: Callable[[], Awaitable[ServerURL]],
        get: Callable[[str], Awaitable[Deployment]],
        newest: Callable[[], Awaitable[Deployment | None]],
        output: Callable[[str], Awaitable[str]],
    ) -> None:
        self.url = url
        self.get = get
        self.newest = newest
        self.output = output


class DeploymentStream(ReconnectingStream[DeploymentEvent]):
    """The events of one deployment, until it has ended.

    Enter it with `async with`, then iterate over it: a `DeploymentStarted`, then any number of
    `DeploymentLog` and `DeploymentStatus`, of which the last has a final state. A deployment that
    fails ends the stream as well as one that succeeds.

    If the connection breaks, the stream reconnects and leaves out what was seen before. The state
    is also fetched when the stream is opened and when it is silent, so a deployment that ended
    between two connections is noticed. Nothing is read ahead.

    An unreadable message is skipped and logged as a warning; ten in a row raise
    `ResponseDecodeError`.

    Args:
        session: The client's.
        questions: The API calls of the stream.
        deployment_id: Which deployment; `None` for the one in progress, or the next.
        silence: Seconds without data after which the connection counts as dead.
        options: Options of the calls.

    Attributes:
        deployment_id: Id of the deployment; `None` while the stream waits for the next one.
        status: Its last known state; `None` before the first.
        reconnects: How many times the stream has reconnected.
    """

    _name: ClassVar = "a stream"
    _patience: ClassVar = FAILURES + 1
    _fails_until_heard: ClassVar = False
    _outlives_its_end: ClassVar = True

    def __init__(
        self,
        session: Session,
        questions: DeploymentQuestions,
        deployment_id: str | None,
        *,
        silence: float = SILENCE,
        options: RequestOptions | None = None,
    ) -> None:
        super().__init__(session)
        self.deployment_id = deployment_id
        self.status: str | None = None
        self._ask = questions
        self._silence = silence
        self._options = options
        self._passed_over = PassedOver()
        self._messages: DeploymentMessages | None = None
        self._news: deque[New | Log | Status] = deque()
        self._seen = SeenLines()
        self._started = False
        self._before: str | None = None
        self._silent_since = 0.0
        self._look_after = _FIRST_LOOK

    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
        return self._passed_over.count

    # -- the connection -----------------------------------------------------------------------

    async def _begin(self) -> None:
        if self.deployment_id is None:
            newest = await self._ask.newest()
            if newest is not None and is_final(newest.status):
                self._before = newest.id
            elif newest is not None:
                self.deployment_id = _id_of(newest)

    async def _step(self) -> None:
        try:
            if self._messages is None:
                await self._reconnect()
            elif self._news:
                # Removed once it is handled: a request about it may be cancelled.
                await self._take(self._news[0])
                self._news.popleft()
            else:
                await self._receive(self._messages)
        except LOST as error:
            await self._drop()
            self._failures += 1
            if self._failures > FAILURES:
                raise
            logger.info("The connection of a stream of deployments broke: %s", error.message)

    def _gave_up(self) -> str:
        return f"the stream of deployments was closed {self._failures} times in a row"

    async def _connect(self) -> None:
        """Connect, then check whether the deployment has ended meanwhile."""
        self._seen.repeat()
        self._look_after = _FIRST_LOOK
        # Only once it is open: connecting may wait in the client's own queues.
        self._connected_at = math.inf
        messages = self._messages = DeploymentMessages(
            self._session,
            self._ask.url,
            silence=self._silence,
            options=self._options,
            passed_over=self._passed_over,
        )
        try:
            await messages.connect()
            self._connected_at = anyio.current_time()
            await self._look()
        except BaseException:
            await self._drop()
            raise

    async def _drop(self) -> None:
        # Messages that were not handled yet come again.
        self._news.clear()
        messages, self._messages = self._messages, None
        if messages is not None:
            self._note_lasting()
            await messages.aclose()

    async def _receive(self, messages: DeploymentMessages) -> None:
        """Handle one message; fetch the state if there was no news for a while."""
        patience = self._silent_since + self._look_after - anyio.current_time()
        try:
            heard = await messages.receive(max(0.0, patience), read_news)
        except _SilenceError:
            self._look_after = min(2 * self._look_after, _LONGEST_LOOK)
            await self._look()
            return
        if heard is None:
            await self._drop()
            self._failures += 1
            return
        (news,) = heard
        if news is not None:
            if self._concerns(news):
                # Events of other deployments don't show that nothing was missed of this one.
                self._silent_since = anyio.current_time()
            self._news.append(news)

    def _concerns(self, news: New | Log | Status) -> bool:
        """Return whether an event belongs to the deployment that the stream follows."""
        return self.deployment_id is None or news.deployment_id in {None, self.deployment_id}

    # -- events -------------------------------------------------------------------------------

    async def _take(self, news: New | Log | Status) -> None:
        if self.deployment_id is None and news.deployment_id not in {None, self._before}:
            self.deployment_id = news.deployment_id
        if self.deployment_id is None or not self._concerns(news):
            return
        if not self._started:
            await self._look()
        if self._state != "open":
            return
        if isinstance(news, Log):
            self._show(self.deployment_id, news.content)
        elif isinstance(news, Status):
            self._change(self.deployment_id, news.status)

    def _show(self, deployment_id: str, content: str) -> None:
        new = self._seen.take(content)
        if new:
            self._failures = 0
            self._ready.append(DeploymentLog(deployment_id, new))

    def _change(self, deployment_id: str, status: str) -> None:
        """Note a state, unless the deployment is already past it."""
        if rank(status) <= rank(self.status):
            return
        self.status = status
        self._failures = 0
        if is_final(status):
            self._state = "ended"
        self._ready.append(DeploymentStatus(deployment_id, status))

    async def _look(self) -> None:
        """Fetch the state of the deployment, or look for one that has started meanwhile."""
        found = await self._found()
        # Counted from the response: the request may have waited in the client's own queues.
        self._silent_since = anyio.current_time()
        if found is None:
            return
        output = ""
        if is_final(found.status):
            # The complete log has what is missing.
            output = await self._ask.output(found.id)
        if not self._started:
            self._started = True
            self._ready.append(DeploymentStarted(found))
        if output:
            self._seen.repeat()
            self._show(found.id, output)
        if found.status is not None:
            self._change(found.id, found.status)

    async def _found(self) -> Deployment | None:
        """Fetch the deployment, or the next one; return `None` if there is none yet."""
        if self.deployment_id is not None:
            return await self._ask.get(self.deployment_id)
        newest = await self._ask.newest()
        if newest is None or newest.id == self._before:
            return None
        self.deployment_id = _id_of(newest)
        return newest


def _id_of(newest: Deployment) -> str:
    return present_id(newest.id, "the answer to deployments.list", "$.deployments[0].id")
