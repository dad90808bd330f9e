"""Every exception that the client raises, as one tree under `ScalingoError`.

The methods name what they raise themselves. Beyond that, every call can raise:

- `APIConnectionError`: The connection could not be opened, or it was lost. `sent` is `False` if the
  request certainly did not reach the platform.
- `APITimeoutError`: A phase of the request took longer than its timeout.
- `DeadlineExceededError`: The call as a whole took longer than its deadline.
- `AuthenticationError` (401): The credential is missing, wrong or revoked, or the account is not a
  collaborator of the app.
- `PermissionDeniedError` (403): The account is not allowed to do this.
- `RateLimitError` (429): There were too many requests, even after the client's retries, or the wait
  for the rate limit would be longer than `max_wait`.
- `ServerError` (5xx): The platform failed, even after retries.
- `APIStatusError`: The platform refused the request for another reason; the class depends on the
  status.
- `ResponseDecodeError` or `ResponseTooLargeError`: The response has an unexpected format, or is
  larger than the client accepts.
- `PaginationError`: For lists: the pages never end: they repeat, or are empty again and again.
- `UnknownRegionError`: The region isn't available to the account.
- `ClientClosedError` or `EventLoopError`: The client was closed, or belongs to another event loop.
- `SharedStateError`: With `sharing`: the shared storage can't be reached, and the client isn't
  allowed to continue without it.
- `StrayCancellationError`: One of your middlewares or hooks ended in a cancellation that was not
  requested.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, TypeVar

from scalingo_async._core.answer_text import one_line, printable
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.moved import moved

if TYPE_CHECKING:
    from scalingo_async import error_codes
else:
    # It is a long table, for refusals.
    error_codes = LazyModule("scalingo_async.error_codes")

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AmbiguousMatchError",
    "ArchiveError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DeadlineExceededError",
    "EventLoopError",
    "ForbiddenError",
    "IncompleteDownloadError",
    "InternalServerError",
    "InvalidArgumentError",
    "JournalError",
    "NotFoundError",
    "OneOffInactiveError",
    "OversizedDownloadError",
    "PaginationError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseDecodeError",
    "ResponseTooLargeError",
    "ScalingoError",
    "ServerError",
    "SharedStateError",
    "StrayCancellationError",
    "TooManyRequestsError",
    "TransferError",
    "UnauthorizedError",
    "UnknownOutcomeError",
    "UnknownRegionError",
    "UnprocessableEntityError",
    "UntrustedURLError",
    "ValidationFailedError",
    "WebhookBodyError",
    "WebhookContentTypeError",
    "WebhookError",
    "WebhookSecretError",
    "WebhookTooLargeError",
    "WebhookUnverifiedError",
]

_URL = 500
"""How much of a URL is shown, in characters: it may be one that came in an answer."""

_E = TypeVar("_E", bound="ScalingoError")


class ScalingoError(Exception):
    """The root of everything that this package raises.

    Attributes:
        status_code: HTTP status of the answer, `None` when there was none.
        method: HTTP verb of the request.
        url: URL of the request, without its query and without credentials.
        request_id: The platform's id of the request, to quote to its support.
        body: The answer: decoded JSON, or its text (at most 64 KiB), or `None`.
        retries_taken: How many times the request had been sent again.
    """

    message: str
    status_code: int | None = None
    method: str | None = None
    url: str | None = None
    request_id: str | None = None
    body: object = None
    retries_taken: int = 0

    def __init__(self, message: str, **details: object) -> None:
        # Parts of it may come from anywhere, and it may go to a log.
        message = printable(message)
        super().__init__(message)
        self.message = message
        self.__dict__.update(details)

    def __str__(self) -> str:
        parts = [self.message]
        if self.method and self.url:
            status = f" → {self.status_code}" if self.status_code else ""
            parts.insert(0, f"{self.method} {one_line(self.url, _URL)}{status}:")
        if self.request_id:
            parts.append(f"(request id {self.request_id})")
        return printable(" ".join(parts))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, dict(self.__dict__)))

    def copy(self) -> Self:
        """Return a fresh exception of the same kind and content, without a traceback."""
        return _rebuild(type(self), self.message, dict(self.__dict__))


def _rebuild(kind: type[_E], message: str, details: dict[str, object]) -> _E:
    """Make an exception again from its parts: for pickle and for `copy`."""
    error = kind.__new__(kind, message)
    # An OSError, such as a TimeoutError, takes its arguments in `__init__` only.
    error.args = (message,)
    error.__dict__.update(details)
    return error


class InvalidArgumentError(ScalingoError, ValueError):
    """An argument can't be right; nothing was sent."""


class ArchiveError(InvalidArgumentError):
    """A directory can't be packed, or an archive can't be deployed; nothing was deployed."""


class ConfigurationError(ScalingoError, ValueError):
    """The client can't be set up like this; nothing was sent."""


class UnknownRegionError(ConfigurationError):
    """There is no such region for this account.

    Attributes:
        region: The name that was asked for.
        known: The names that exist.
    """

    region: str = ""
    known: tuple[str, ...] = ()


class ClientClosedError(ScalingoError, RuntimeError):
    """The client was closed, before the call or during it."""


class EventLoopError(ScalingoError, RuntimeError):
    """The client belongs to another event loop; make one client for each."""


class SharedStateError(ScalingoError):
    """What processes share can't be reached, and the client may not go on without it.

    Nothing was sent.
    """


class StrayCancellationError(ScalingoError, RuntimeError):
    """Code of yours ended in a cancellation that nobody had asked for.

    Something that it awaited was cancelled. It stands for the `CancelledError`, which would end
    whatever ran the code as if that had been cancelled.
    """


class UntrustedURLError(ScalingoError, ValueError):
    """A URL is outside of what the client may visit with its credentials; nothing was sent."""


class APIError(ScalingoError):
    """A request failed: on the way, at the platform, or when its answer was read."""


class APIConnectionError(APIError):
    """No usable answer came.

    Attributes:
        sent: `False` when the request surely did not reach the platform; `True` when it may
            have been carried out.
        phase: Where it happened: `"rate limit"`, `"authentication"`, `"pool"`, `"connect"`,
            `"write"` or `"read"`. When a deadline is over it may also be `"retry"`, the pause
            before another attempt, or `""`, before anything was done.
    """

    sent: bool = True
    phase: str = ""


class APITimeoutError(APIConnectionError):
    """A phase of the request took longer than its timeout."""


class DeadlineExceededError(APITimeoutError):
    """The call as a whole took longer than its deadline."""


class ResponseTooLargeError(APIError):
    """The answer is larger than the client accepts."""


class ResponseDecodeError(APIError):
    """The answer does not have the shape that it should have.

    Attributes:
        path: Where in the answer, such as `$.apps[3].created_at`.
    """

    path: str = "$"


class APIStatusError(APIError):
    """The platform refused the request or failed at it.

    Attributes:
        code: What the platform said no with, as a word to compare: its own code where it sends
            one, else ours for a sentence that is known (`scalingo_async.error_codes` lists them);
            `None` for all others.
    """

    code: error_codes.ErrorCode | str | None = None


class BadRequestError(APIStatusError):
    """400: the request can't be understood or can't be done now."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or revoked, or does not reach this app.

    Attributes:
        otp_required: The account asks for a one-time code.
    """

    otp_required: bool = False


class PaymentRequiredError(APIStatusError):
    """402: the account needs a payment method, or its free trial does not cover this.

    Attributes:
        payment_url: Where to settle it, in a browser.
        name: The platform's name of the reason, such as one ending in `free-trial-exceeded`.
    """

    payment_url: str | None = None
    name: str | None = None


class PermissionDeniedError(APIStatusError):
    """403: the account may not do this; `code` may say why, such as `region_disabled`."""


class NotFoundError(APIStatusError):
    """404: there is no such thing, or the account can't see it.

    Or a list was searched for it, and it is not in there (no status then).

    Attributes:
        resource: The kind of thing that was not found, as the platform names it.
        known: The names that there are, if a list was searched; not all of a long one.
    """

    resource: str | None = None
    known: tuple[str, ...] = ()


class ConflictError(APIStatusError):
    """409: the thing is in a state that does not allow this."""


class ValidationFailedError(APIStatusError):
    """422: the platform refuses the values.

    Attributes:
        errors: The messages for each field.
    """

    errors: Mapping[str, list[str]] = MappingProxyType({})


class RateLimitError(APIStatusError):
    """429, or the wait for the rate limit would be longer than `max_wait` (no status then).

    Attributes:
        retry_after: Seconds after which another try makes sense, when known.
    """

    retry_after: float | None = None


class ServerError(APIStatusError):
    """5xx: the platform failed."""


# The names of the statuses, for those who look for these; `repr` shows the name above.
UnauthorizedError = AuthenticationError
ForbiddenError = PermissionDeniedError
UnprocessableEntityError = ValidationFailedError
TooManyRequestsError = RateLimitError
InternalServerError = ServerError


class OneOffInactiveError(APIStatusError):
    """408: a one-off container was cut, because nothing came or went for too long.

    Attributes:
        output: What its command had printed, as far as that was kept: 64 KiB at most.
    """

    output: bytes = b""


class PaginationError(APIError):
    """The pages of a list lead nowhere: in a circle, or to a hundred empty ones in a row."""


class AmbiguousMatchError(ScalingoError, LookupError):
    """Several things have the name, or the values, that one was searched by.

    Attributes:
        count: How many.
        matches: What tells each of them apart, such as its id; not all of many.
        differ_in: The fields whose values tell them apart.
    """

    count: int = 0
    matches: tuple[str, ...] = ()
    differ_in: tuple[str, ...] = ()


class TransferError(APIError):
    """A file did not get to the other side whole; there is none under its final name.

    Attributes:
        done: Bytes that got there.
        total: Bytes that there should be, when known.
    """

    done: int = 0
    total: int | None = None


class IncompleteDownloadError(TransferError):
    """The file is shorter than it should be: the connection was lost, or it was cut short."""


class OversizedDownloadError(TransferError):
    """The file is longer than it should be."""


class JournalError(ScalingoError, ValueError):
    """The journal of a bulk job can't be used: another run has it, or it is another job's."""


class UnknownOutcomeError(ScalingoError):
    """An earlier run began with an item, and nobody knows whether it was carried out."""


class WebhookError(ScalingoError, ValueError):
    """What came to a webhook is refused.

    Attributes:
        answer: HTTP status to answer with.
    """

    answer: int = 400


class WebhookSecretError(WebhookError):
    """The URL does not hold the secret: whoever sent this does not know it."""

    answer: int = 404


class WebhookTooLargeError(WebhookError):
    """The body is larger than the receiver accepts; it was not read to its end."""

    answer: int = 413


class WebhookContentTypeError(WebhookError):
    """The headers say that the body is not plain JSON."""

    answer: int = 415


class WebhookBodyError(WebhookError):
    """The body is not JSON, or not an event.

    Attributes:
        path: Where in the body, such as `$.created_at`.
    """

    path: str = "$"


class WebhookUnverifiedError(WebhookError):
    """The platform does not know the event that came."""

    answer: int = 403


__getattr__ = moved(
    __name__,
    {
        "DeploymentFailedError": "scalingo_async.waiting.failures",
        "OneOffFailedError": "scalingo_async.waiting.failures",
        "OperationFailedError": "scalingo_async.waiting.failures",
        "OperationTimeoutError": "scalingo_async.waiting.failures",
    },
)
