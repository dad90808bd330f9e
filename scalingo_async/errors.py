"""All exceptions of the client, in one tree under `ScalingoError`.

Each method lists its own exceptions. In addition, every call can raise:

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
"""How many characters of a URL are shown: it may come from a response."""

_E = TypeVar("_E", bound="ScalingoError")


class ScalingoError(Exception):
    """The base class of all exceptions of this package.

    Attributes:
        status_code: HTTP status of the response, `None` if there was none.
        method: HTTP verb of the request.
        url: URL of the request, without its query and without credentials.
        request_id: The platform's id of the request, for its support.
        body: The response: decoded JSON, or its text (at most 64 KiB), or `None`.
        retries_taken: How many times the request was retried.
    """

    message: str
    status_code: int | None = None
    method: str | None = None
    url: str | None = None
    request_id: str | None = None
    body: object = None
    retries_taken: int = 0

    def __init__(self, message: str, **details: object) -> None:
        # Parts of it may come from any source, and it may be logged.
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
        """Return a new exception with the same class and content, without a traceback."""
        return _rebuild(type(self), self.message, dict(self.__dict__))


def _rebuild(kind: type[_E], message: str, details: dict[str, object]) -> _E:
    """Rebuild an exception from its parts, for pickle and `copy`."""
    error = kind.__new__(kind, message)
    # An OSError, such as a TimeoutError, only accepts its arguments in `__init__`.
    error.args = (message,)
    error.__dict__.update(details)
    return error


class InvalidArgumentError(ScalingoError, ValueError):
    """An argument is invalid; nothing was sent."""


class ArchiveError(InvalidArgumentError):
    """A directory can't be packed, or an archive can't be deployed; nothing was deployed."""


class ConfigurationError(ScalingoError, ValueError):
    """The configuration of the client is invalid; nothing was sent."""


class UnknownRegionError(ConfigurationError):
    """The account has no such region.

    Attributes:
        region: The name of the region.
        known: The names of the account's regions.
    """

    region: str = ""
    known: tuple[str, ...] = ()


class ClientClosedError(ScalingoError, RuntimeError):
    """The client was closed, before the call or during it."""


class EventLoopError(ScalingoError, RuntimeError):
    """The client belongs to another event loop; make one client for each loop."""


class SharedStateError(ScalingoError):
    """The shared state (Redis) can't be reached, and the client is not allowed to work without it.

    Nothing was sent.
    """


class StrayCancellationError(ScalingoError, RuntimeError):
    """Your code ended in a cancellation that nothing had requested.

    Something that it awaited was cancelled. This error replaces the `CancelledError`, which would
    end the calling task as if that had been cancelled.
    """


class UntrustedURLError(ScalingoError, ValueError):
    """The client may not send its credentials to a URL; nothing was sent."""


class APIError(ScalingoError):
    """A request failed: on the way, at the platform, or while its response was read."""


class APIConnectionError(APIError):
    """There was no usable response.

    Attributes:
        sent: `False` if the request did not reach the platform, so nothing happened; `True` if it
            may have been carried out.
        phase: Where it happened: `"rate limit"`, `"authentication"`, `"pool"`, `"connect"`,
            `"write"` or `"read"`. If a deadline has passed, it may also be `"retry"`, the pause
            before another attempt, or `""`, before anything was done.
    """

    sent: bool = True
    phase: str = ""


class APITimeoutError(APIConnectionError):
    """A phase of the request took longer than its timeout."""


class DeadlineExceededError(APITimeoutError):
    """The call as a whole took longer than its deadline."""


class ResponseTooLargeError(APIError):
    """The response is larger than the client accepts."""


class ResponseDecodeError(APIError):
    """The response has an unexpected shape.

    Attributes:
        path: The position in the response, such as `$.apps[3].created_at`.
    """

    path: str = "$"


class APIStatusError(APIError):
    """The platform refused the request, or failed to process it.

    Attributes:
        code: The reason as a word that a program can compare: the platform's own code if it sends
            one, otherwise the code of this package for a known sentence
            (`scalingo_async.error_codes` lists them); `None` for all others.
    """

    code: error_codes.ErrorCode | str | None = None


class BadRequestError(APIStatusError):
    """400: the request is invalid, or can't be carried out now."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or revoked, or has no access to this app.

    Attributes:
        otp_required: Whether the account needs a one-time code.
    """

    otp_required: bool = False


class PaymentRequiredError(APIStatusError):
    """402: the account needs a payment method, or its free trial doesn't include this.

    Attributes:
        payment_url: The page to resolve this, for a browser.
        name: The platform's name of the reason, such as one ending in `free-trial-exceeded`.
    """

    payment_url: str | None = None
    name: str | None = None


class PermissionDeniedError(APIStatusError):
    """403: the account may not do this; `code` may say why, such as `region_disabled`."""


class NotFoundError(APIStatusError):
    """404: the resource doesn't exist, or the account can't see it.

    Or an item was searched in a list and not found (without a status then).

    Attributes:
        resource: The type of the missing resource, in the platform's words.
        known: The names in the list, if a list was searched; only some of a long list.
    """

    resource: str | None = None
    known: tuple[str, ...] = ()


class ConflictError(APIStatusError):
    """409: the state of the resource doesn't allow this."""


class ValidationFailedError(APIStatusError):
    """422: the platform rejects the values.

    Attributes:
        errors: The messages for each field.
    """

    errors: Mapping[str, list[str]] = MappingProxyType({})


class RateLimitError(APIStatusError):
    """429: too many requests; or the wait would be longer than `max_wait` (without a status then).

    Attributes:
        retry_after: Seconds after which a retry makes sense, if known.
    """

    retry_after: float | None = None


class ServerError(APIStatusError):
    """5xx: the platform failed."""


# Aliases with the names of the statuses; `repr` shows the name above.
UnauthorizedError = AuthenticationError
ForbiddenError = PermissionDeniedError
UnprocessableEntityError = ValidationFailedError
TooManyRequestsError = RateLimitError
InternalServerError = ServerError


class OneOffInactiveError(APIStatusError):
    """408: the platform disconnected a one-off container that was inactive for too long.

    Attributes:
        output: The output of its command, at most the last 64 KiB.
    """

    output: bytes = b""


class PaginationError(APIError):
    """The pages of a list form a loop, or a hundred consecutive pages are empty."""


class AmbiguousMatchError(ScalingoError, LookupError):
    """Several items match a search that should find one.

    Attributes:
        count: How many items match.
        matches: The distinguishing values of each item, such as its id; only some of many.
        differ_in: The fields that distinguish them.
    """

    count: int = 0
    matches: tuple[str, ...] = ()
    differ_in: tuple[str, ...] = ()


class TransferError(APIError):
    """A file was not transferred completely; nothing has its final name.

    Attributes:
        done: Bytes that were transferred.
        total: Expected bytes, if known.
    """

    done: int = 0
    total: int | None = None


class IncompleteDownloadError(TransferError):
    """The file is shorter than expected: the connection was lost, or the file was cut off."""


class OversizedDownloadError(TransferError):
    """The file is longer than expected."""


class JournalError(ScalingoError, ValueError):
    """The journal of a bulk job can't be used: another run or another job uses it."""


class UnknownOutcomeError(ScalingoError):
    """An earlier run started an item, and it isn't known whether it was carried out."""


class WebhookError(ScalingoError, ValueError):
    """The request to a webhook is refused.

    Attributes:
        answer: HTTP status of the response.
    """

    answer: int = 400


class WebhookSecretError(WebhookError):
    """The URL doesn't contain the secret, so the sender doesn't know it."""

    answer: int = 404


class WebhookTooLargeError(WebhookError):
    """The body is larger than the receiver accepts; the rest was not read."""

    answer: int = 413


class WebhookContentTypeError(WebhookError):
    """The headers announce a body that isn't plain JSON."""

    answer: int = 415


class WebhookBodyError(WebhookError):
    """The body is not JSON, or not an event.

    Attributes:
        path: The position in the body, such as `$.created_at`.
    """

    path: str = "$"


class WebhookUnverifiedError(WebhookError):
    """The platform doesn't know the event."""

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
