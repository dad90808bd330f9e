"""Requests, responses and middlewares: what writers of middlewares and transports import."""

from __future__ import annotations

import enum
import math
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, cast

import attrs

from scalingo_async._core.answer_text import printable_id
from scalingo_async._core.arguments import (
    json_values,
    optional_priority,
    optional_seconds,
    retries,
)
from scalingo_async._core.decoding import MAX_JSON_VALUES
from scalingo_async._core.operation import OperationFacts
from scalingo_async._core.secrets import Hidden, reveal
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.unlisted import unlisted
from scalingo_async.types import Headers, Priority, Secret, Timeout

Content: TypeAlias = bytes | Callable[[], AsyncIterator[bytes]] | None

__all__ = [
    "ByteStream",
    "CallOptions",
    "CallState",
    "Connection",
    "Handler",
    "Middleware",
    "Phase",
    "RawResponse",
    "Request",
    "Response",
]


@attrs.frozen
class CallOptions:
    """The options of one call, checked and complete.

    The check of each stands beside its field; the client's settings take both from here.

    Attributes:
        timeout: Limits for the phases of one attempt.
        deadline: Seconds for the call as a whole, `None` for no limit.
        max_retries: How many times the call may be sent again.
        max_wait: The longest wait for the rate limit, in seconds, `None` for any.
        priority: What comes first at the rate limit; `None` is low for bulk work alone.
        max_json_values: How many values the JSON of an answer may have.
    """

    timeout: Timeout = attrs.field(factory=Timeout, metadata={"check": Timeout.of})
    deadline: float | None = attrs.field(
        default=None, metadata={"check": partial(optional_seconds, name="deadline")}
    )
    max_retries: int = attrs.field(default=2, metadata={"check": retries})
    max_wait: float | None = attrs.field(
        default=None, metadata={"check": partial(optional_seconds, name="max_wait")}
    )
    priority: Priority | None = attrs.field(default=None, metadata={"check": optional_priority})
    max_json_values: int = attrs.field(default=MAX_JSON_VALUES, metadata={"check": json_values})

    @classmethod
    def checks(cls) -> dict[str, Callable[[Any], Any]]:
        """Return the check of each option, by name."""
        return {field.name: field.metadata["check"] for field in attrs.fields(cls)}


class Phase(enum.StrEnum):
    """Where a call is, and where it failed: `APIConnectionError.phase`.

    A member equals its text: `error.phase == "connect"`.

    Attributes:
        START: Nothing was done yet.
        RATE_LIMIT: It waits for the rate limit.
        AUTHENTICATION: It waits for a token.
        POOL: It waits for a free connection.
        CONNECT: A connection is being opened, TLS included.
        WRITE: The request is going out.
        READ: The answer is awaited, or coming in.
        RETRY: It pauses before it is sent again.
    """

    START = ""
    RATE_LIMIT = "rate limit"
    AUTHENTICATION = "authentication"
    POOL = "pool"
    CONNECT = "connect"
    WRITE = "write"
    READ = "read"
    RETRY = "retry"

    @property
    def may_have_left(self) -> bool:
        """Whether the attempt under way may have reached the platform."""
        return self in _LEFT


_LEFT: Final = frozenset({Phase.WRITE, Phase.READ})
_START: Final = Phase.START


class CallState:
    """What one call has been through; shared by all its attempts.

    Attributes:
        attempts: How many times it was sent, or was about to be.
        waited: Seconds spent waiting for the rate limit.
        phase: What it is doing now: where it is when its time is up.
        expires: When its deadline is over, on the clock of the event loop.
        unsure: Whether an attempt may have been carried out although no answer says so.
        refused_by_limit: Whether a 429 came, and a rate limiter holds it back now.
        held: For how many seconds it does at the least.
        replay: Whether its credential was refused and a newer one can be had.
        reauthenticated: Whether it was sent again with a newer credential already.
    """

    __slots__ = (
        "attempts",
        "expires",
        "held",
        "phase",
        "reauthenticated",
        "refused_by_limit",
        "replay",
        "unsure",
        "waited",
    )

    def __init__(self) -> None:
        self.attempts = 0
        self.waited = 0.0
        self.phase = _START
        self.expires = math.inf
        self.unsure = False
        self.refused_by_limit = False
        self.held = 0.0
        self.replay = False
        self.reauthenticated = False

    @property
    def retries_taken(self) -> int:
        """How many times it was sent again."""
        return max(0, self.attempts - 1)

    @property
    def may_have_left(self) -> bool:
        """Whether the attempt under way may have reached the platform."""
        # Transports of users may tell the phase as plain text.
        return self.phase in _LEFT


def _secret(url: str | Secret) -> Secret:
    # A copy of a request is made of what the request has.
    return url if type(url) is Secret else Secret(url)


def _hidden(content: Content | Hidden[bytes]) -> Hidden[bytes] | Content:
    """Hide a body; a function that opens one does not show it."""
    if content is None:
        return None
    return Hidden(content) if isinstance(content, bytes) else content


@unlisted("url", "content")
@attrs.frozen(eq=False)
class Request(Uncopyable):
    """One HTTP request, before it is sent: a value, of which copies are changed.

    A middleware copies it, with `with_headers` or `attrs.evolve`, and hands the copy on. The
    credential is put on further in, and goes wherever the URL of the copy leads.

    Attributes:
        method: HTTP verb.
        headers: Headers, without the credential until the request is authenticated.
        endpoint: What is asked: the operation's id, verb, path template and credential.
        subject: The app and the addon that an addon token is for.
        options: Timeouts and limits of the call.
        state: What the call has been through; its copies and all attempts have the same one.
        stream: Whether the body of the answer is left for the caller to read.
        upgrade: Whether the connection itself is asked for: a websocket, a terminal.
    """

    method: str
    _url: Secret = attrs.field(repr=False, alias="url", converter=_secret)
    headers: Headers
    endpoint: OperationFacts = attrs.field(repr=False)
    _content: Hidden[bytes] | Content = attrs.field(
        default=None, repr=False, alias="content", converter=_hidden
    )
    subject: tuple[str, str] | None = None
    options: CallOptions = attrs.field(factory=CallOptions, repr=False)
    state: CallState = attrs.field(factory=CallState, repr=False)
    stream: bool = False
    upgrade: bool = False

    _instead = "attrs.evolve() makes a copy that is changed; it holds what only this process has"

    @property
    def url(self) -> str:
        """The whole URL; the query may hold tokens."""
        return self._url.reveal()

    @property
    def content(self) -> Content:
        """The body, or a function that opens the body anew for each attempt."""
        return reveal(cast("Content", self._content))

    @property
    def safe_url(self) -> str:
        """The URL without its query, which may hold tokens."""
        return self.url.partition("?")[0]

    def with_headers(self, values: Mapping[str, str]) -> Request:
        """Return a copy with some headers added or replaced; names in lower case."""
        return carrying(self, self.headers.with_values(values))

    def __copy__(self) -> Request:
        return self.with_headers({})

    @property
    def raw(self) -> bool:
        """The old name of `upgrade`; it goes with 0.3."""
        warnings.warn(
            "Request.raw has a new name: Request.upgrade. The old one goes with 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.upgrade


def carrying(request: Request, headers: Headers, base: str = "") -> Request:
    """Return a copy with other headers, and with a base in front of its URL."""
    url = request._url  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    content = request._content  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return Request(
        request.method,
        url if not base else base + url.reveal(),
        headers,
        request.endpoint,
        content,
        request.subject,
        request.options,
        request.state,
        request.stream,
        request.upgrade,
    )


class ByteStream(Protocol):
    """The unread body of an answer."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the bytes as they come, decompressed."""
        ...

    async def aclose(self) -> None:
        """Give the connection back."""
        ...


class Connection(Protocol):
    """A connection that was handed over: bytes in both directions.

    Attributes:
        headers: Headers of the answer that handed it over.
    """

    headers: Headers

    async def receive(self, max_bytes: int = ...) -> bytes:
        """Return the next bytes; raises `anyio.EndOfStream` when there will be none."""
        ...

    async def send(self, item: bytes) -> None:
        """Send bytes."""
        ...

    async def send_eof(self) -> None:
        """Say that nothing more will be sent."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


@unlisted("content", "text")
class Response:
    """The answer to a request.

    A middleware may make one of its own: a status, headers and a body are enough.

    Attributes:
        status_code: HTTP status.
        headers: Headers.
        content: The body, decompressed; empty while it is a stream.
        body: The unread body, when the request asked for a stream.
        connection: The connection, when the request asked for it and it was handed over.
        request: The request as the client made it: without its credential, and without what
            middlewares changed. `None` until the answer is through all middlewares.
    """

    __slots__ = ("body", "connection", "content", "headers", "request", "status_code")

    def __init__(
        self,
        status_code: int,
        headers: Headers | None = None,
        content: bytes = b"",
        *,
        body: ByteStream | None = None,
        request: Request | None = None,
    ) -> None:
        self.status_code = status_code
        self.headers = Headers() if headers is None else headers
        self.content = content
        self.body = body
        self.connection: Connection | None = None
        self.request = request

    @property
    def request_id(self) -> str | None:
        """The platform's id of the request: printable ASCII, 128 characters at most."""
        return printable_id(self.headers.get("x-request-id"))

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    async def aclose(self) -> None:
        """Close the unread body or the connection, if there is one.

        To be called for an answer that is not passed on.
        """
        if self.body is not None:
            await self.body.aclose()
        if self.connection is not None:
            await self.connection.aclose()

    def __copy__(self) -> Response:
        twin = Response(
            self.status_code, self.headers, self.content, body=self.body, request=self.request
        )
        twin.connection = self.connection
        return twin

    def __reduce__(self) -> tuple[object, ...]:
        if self.body is not None or self.connection is not None:
            raise TypeError(
                "a Response can't be pickled or copied deeply while its body is unread or it holds "
                "a connection"
            )
        # What was asked is the client's.
        return Response, (self.status_code, self.headers, self.content)

    def __repr__(self) -> str:
        return f"<Response {self.status_code}>"


class Handler(Protocol):
    """What a middleware calls to go on: takes a request, returns its answer.

    Each call sends the request, whatever came of it before. The answer has any status. An
    unread body or a connection that it may hold is now for the caller to pass on or to close.
    """

    def __call__(self, request: Request, /) -> Awaitable[Response]:
        """Send the request on.

        Args:
            request: The request, or a copy that was changed.

        Returns:
            The answer, of any status: 404 and 503 as well.

        Raises:
            APIConnectionError: No usable answer came; `sent` tells whether the request may have
                been carried out.
            RateLimitError: The wait for the rate limit would be longer than `max_wait`; it has
                no status, and this attempt was not sent.
            ScalingoError: There was no token to be had, the answer can't be read, the client
                was closed, or what processes share failed.
        """
        ...


class Middleware(Protocol):
    """One concern around every attempt: looks at the request, calls on, looks at the answer.

    An async function of `(request, call_next)`, or an object with such a `__call__`; the first
    of a client's `middlewares` is the outermost.

    - It runs once for each attempt, inside of the retries and of the deadline, and outside of
      the rate limit and of authentication. So it sees no credential, and a token that is
      refused and renewed is part of the same attempt. The exchange of the account's token does
      not pass it; calls that the client makes by itself do: `addons.token`, `regions.list`.
    - It sees answers of any status. They become exceptions, or reasons to send again, further
      out; those that it makes itself as well.
    - It copies a request to change it, and never changes the request itself, which the next
      attempt begins with. `Request.state` belongs to the call; it is there to be read.
    - It closes an answer that it does not pass on, with `Response.aclose`: that of a stream or
      of an upgrade holds a connection.
    - It lets exceptions through that it does not know, cancellation above all: a deadline that
      is over, and a client that is closed, cancel it. What it raises itself goes to the caller,
      or to the retries if it is an `APIConnectionError`.
    - It may run for many requests at a time, so it keeps what belongs to one in variables of
      the function. It makes no calls with the same client, which would come through it again.
    """

    async def __call__(self, request: Request, call_next: Handler, /) -> Response:
        """Handle one attempt.

        Args:
            request: The request, without its credential.
            call_next: Sends a request on; what it raises is described at `Handler`.

        Returns:
            The answer of `call_next`, or another one.
        """
        ...


T_co = TypeVar("T_co", covariant=True)


@unlisted("content")
class RawResponse(Generic[T_co]):
    """What the platform answered, and what the method made of it.

    Attributes:
        status_code: HTTP status.
        headers: Headers of the answer.
        request_id: The platform's id of the request.
        content: The body as it came.
        value: What the method returns.
        retries_taken: How many times the request was sent again.
    """

    __slots__ = ("content", "headers", "request_id", "retries_taken", "status_code", "value")

    def __init__(self, response: Response, value: T_co) -> None:
        self.status_code: int = response.status_code
        self.headers: Headers = response.headers
        self.request_id: str | None = response.request_id
        self.content: bytes = response.content
        self.value = value
        self.retries_taken: int = response.request.state.retries_taken if response.request else 0

    def __repr__(self) -> str:
        return f"<RawResponse {self.status_code} {type(self.value).__name__}>"
