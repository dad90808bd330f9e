"""Requests, responses and middlewares: the types for your own middlewares and transports."""

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

    Each field has its check next to it; the client's settings use both.

    Attributes:
        timeout: Limits for the phases of one attempt.
        deadline: Seconds for the call as a whole, `None` for no limit.
        max_retries: How many times the call may be retried.
        max_wait: The longest wait for the rate limit, in seconds, `None` for no limit.
        priority: The order at the rate limit; `None` is low for bulk work only.
        max_json_values: How many values the JSON of a response may have.
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
    """The phase of a call, in which it may fail: `APIConnectionError.phase`.

    A member equals its text: `error.phase == "connect"`.

    Attributes:
        START: Nothing was done yet.
        RATE_LIMIT: Waiting for the rate limit.
        AUTHENTICATION: Waiting for a token.
        POOL: Waiting for a free connection.
        CONNECT: Opening a connection, including TLS.
        WRITE: Sending the request.
        READ: Waiting for the response, or reading it.
        RETRY: Pausing before a retry.
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
        """Whether the current attempt may have reached the platform."""
        return self in _LEFT


_LEFT: Final = frozenset({Phase.WRITE, Phase.READ})
_START: Final = Phase.START


class CallState:
    """The state of one call, shared by all its attempts.

    Attributes:
        attempts: How many times it was sent, or was about to be.
        waited: Seconds spent waiting for the rate limit.
        phase: The current phase.
        expires: When its deadline ends, on the clock of the event loop.
        unsure: Whether an attempt without a response may have been carried out.
        refused_by_limit: Whether the last response was a 429, and a rate limiter holds the call
            back.
        held: For how many seconds it is held back at least.
        replay: Whether its credential was refused and a new one is available.
        reauthenticated: Whether it was already sent again with a new credential.
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
        """How many times it was retried."""
        return max(0, self.attempts - 1)

    @property
    def may_have_left(self) -> bool:
        """Whether the current attempt may have reached the platform."""
        # Users' transports may set the phase as a plain string.
        return self.phase in _LEFT


def _secret(url: str | Secret) -> Secret:
    # A copy of a request is made from its attributes.
    return url if type(url) is Secret else Secret(url)


def _hidden(content: Content | Hidden[bytes]) -> Hidden[bytes] | Content:
    """Hide a body; a function that opens one does not show it."""
    if content is None:
        return None
    return Hidden(content) if isinstance(content, bytes) else content


@unlisted("url", "content")
@attrs.frozen(eq=False)
class Request(Uncopyable):
    """One HTTP request before it is sent; it is immutable, so change a copy.

    A middleware makes a copy, with `with_headers` or `attrs.evolve`, and passes it on. The
    credential is added further in, and is sent to the URL of the copy.

    Attributes:
        method: HTTP verb.
        headers: Headers, without the credential until the request is authenticated.
        endpoint: The operation: its id, verb, path template and credential.
        subject: The app and the addon that an addon token is for.
        options: Timeouts and limits of the call.
        state: The state of the call, shared by copies and all attempts.
        stream: Whether the caller reads the body of the response.
        upgrade: Whether the connection itself is requested: a websocket or a terminal.
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
        """The body, or a function that opens the body for each attempt."""
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
        """The old name of `upgrade`; it will be removed in 0.3."""
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
    """The unread body of a response."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the bytes as they come, decompressed."""
        ...

    async def aclose(self) -> None:
        """Give the connection back."""
        ...


class Connection(Protocol):
    """An upgraded connection: bytes in both directions.

    Attributes:
        headers: Headers of the response that upgraded it.
    """

    headers: Headers

    async def receive(self, max_bytes: int = ...) -> bytes:
        """Return the next bytes; raise `anyio.EndOfStream` at the end."""
        ...

    async def send(self, item: bytes) -> None:
        """Send bytes."""
        ...

    async def send_eof(self) -> None:
        """Signal that nothing more will be sent."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


@unlisted("content", "text")
class Response:
    """The response to a request.

    A middleware may create one itself: a status, headers and a body are enough.

    Attributes:
        status_code: HTTP status.
        headers: Headers.
        content: The body, decompressed; empty while it is a stream.
        body: The unread body, if the request was for a stream.
        connection: The upgraded connection, if the request was for one.
        request: The original request of the client: without its credential, and without the changes
            of middlewares. `None` until the response has passed all middlewares.
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

        Call this for a response that you don't pass on.
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
    """The next step of a middleware: it sends a request and returns the response.

    Each call sends the request, regardless of earlier calls. The response may have any status. The
    caller has to pass on or close an unread body or a connection in it.
    """

    def __call__(self, request: Request, /) -> Awaitable[Response]:
        """Send the request on.

        Args:
            request: The request, or a copy that was changed.

        Returns:
            The response, with any status, such as 404 or 503.

        Raises:
            APIConnectionError: There was no usable response; `sent` is true if the request may have
                been carried out.
            RateLimitError: The wait for the rate limit would be longer than `max_wait`; it has
                no status, and this attempt was not sent.
            ScalingoError: There was no token, the response can't be read, the client was closed, or
                the shared state can't be reached.
        """
        ...


class Middleware(Protocol):
    """Code around every attempt: it gets the request, calls the next step, and gets the response.

    An async function of `(request, call_next)`, or an object with such a `__call__`; the first
    of a client's `middlewares` is the outermost.

    - It runs once for each attempt, inside of the retries and of the deadline, and outside of
      the rate limit and of authentication. So it sees no credential, and a token that is
      refused and renewed is part of the same attempt. The exchange of the account's token does
      not pass it; calls that the client makes by itself do: `addons.token`, `regions.list`.
    - It sees responses with any status. Further out they become exceptions or retries; responses
      that it creates itself as well.
    - It copies a request to change it, and never changes the request itself, which the next attempt
      starts with. `Request.state` belongs to the call; only read it.
    - It closes a response that it doesn't pass on, with `Response.aclose`: the response of a stream
      or an upgrade holds a connection.
    - It doesn't catch exceptions that it doesn't know, above all cancellation: a deadline or a
      closed client cancels it. Its own exceptions go to the caller, or to the retries if they are
      an `APIConnectionError`.
    - It may run for many requests at a time, so it keeps the state of a request in local variables.
      It makes no calls with the same client, which would pass through it again.
    """

    async def __call__(self, request: Request, call_next: Handler, /) -> Response:
        """Handle one attempt.

        Args:
            request: The request, without its credential.
            call_next: Sends a request on; `Handler` describes what it raises.

        Returns:
            The response of `call_next`, or another one.
        """
        ...


T_co = TypeVar("T_co", covariant=True)


@unlisted("content")
class RawResponse(Generic[T_co]):
    """The response of the platform, along with the result of the method.

    Attributes:
        status_code: HTTP status.
        headers: Headers of the response.
        request_id: The platform's id of the request.
        content: The raw body.
        value: The result of the method.
        retries_taken: How many times the request was retried.
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
