"""The two values that travel the chain: a request and its answer."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import attrs

from scalingo_async.types import Headers, Timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from scalingo_async._core.operation import OperationFacts
    from scalingo_async.types import Priority

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
    """The options of one call, checked and complete."""

    timeout: Timeout = attrs.field(factory=Timeout)
    deadline: float | None = None
    max_retries: int = 2
    max_wait: float | None = None
    priority: Priority | None = None


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
        gated: Whether a rate limiter holds it back after a 429.
        replay: Whether its credential was refused and a newer one can be had.
        reauthenticated: Whether it was sent again with a newer credential already.
    """

    __slots__ = (
        "attempts",
        "expires",
        "gated",
        "phase",
        "reauthenticated",
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
        self.gated = False
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


@attrs.frozen(eq=False)
class Request:
    """One HTTP request, before it is sent; a value: change it with `attrs.evolve`.

    Attributes:
        method: HTTP verb.
        url: The whole URL.
        headers: Headers, without the credential until the request is authenticated.
        content: The body, or a function that opens the body anew for each attempt.
        endpoint: What is asked: verb, path template, credential, shape of the answer.
        subject: The app and the addon that an addon token is for.
        options: Timeouts and limits of the call.
        state: What the call has been through.
        stream: Whether the body of the answer is left for the caller to read.
        raw: Whether the connection itself is asked for: a websocket, a terminal.
    """

    method: str
    url: str = attrs.field(repr=False)
    headers: Headers
    endpoint: OperationFacts = attrs.field(repr=False)
    content: bytes | Callable[[], AsyncIterator[bytes]] | None = attrs.field(
        default=None, repr=False
    )
    subject: tuple[str, str] | None = None
    options: CallOptions = attrs.field(factory=CallOptions, repr=False)
    state: CallState = attrs.field(factory=CallState, repr=False)
    stream: bool = False
    raw: bool = False

    @property
    def safe_url(self) -> str:
        """The URL without its query, which may hold tokens."""
        return self.url.partition("?")[0]

    def with_headers(self, values: Mapping[str, str]) -> Request:
        """Return a copy with some headers added or replaced; names in lower case."""
        return Request(
            self.method,
            self.url,
            self.headers.with_values(values),
            self.endpoint,
            self.content,
            self.subject,
            self.options,
            self.state,
            self.stream,
            self.raw,
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


class Response:
    """The answer to a request.

    Attributes:
        status_code: HTTP status.
        headers: Headers.
        content: The body; empty while it is a stream.
        body: The unread body, when the request asked for a stream.
        connection: The connection, when the request asked for it and it was handed over.
        request: The request as it was sent, without its credential.
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
        """The platform's id of the request."""
        return self.headers.get("x-request-id")

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    async def aclose(self) -> None:
        """Close the unread body or the connection, if there is one."""
        if self.body is not None:
            await self.body.aclose()
        if self.connection is not None:
            await self.connection.aclose()

    def __repr__(self) -> str:
        return f"<Response {self.status_code}>"


class Handler(Protocol):
    """What a middleware calls to go on: takes a request, returns its answer."""

    def __call__(self, request: Request, /) -> Awaitable[Response]:
        """Send the request on."""
        ...


class Middleware(Protocol):
    """One concern around every attempt: looks at the request, calls on, looks at the answer."""

    async def __call__(self, request: Request, call_next: Handler, /) -> Response:
        """Handle one request."""
        ...


T_co = TypeVar("T_co", covariant=True)


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
