"""The responses of a service if a call to the platform fails, for all frameworks."""

from __future__ import annotations

import inspect
import json
import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import attrs

from scalingo_async import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncClient,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    OperationFailedError,
    OperationTimeoutError,
    PaginationError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    ResponseTooLargeError,
    ScalingoError,
    ServerError,
    SharedStateError,
    ValidationFailedError,
    WebhookError,
    WebhookReceiver,
)
from scalingo_async.webhooks import check_handler

__all__ = [
    "ANSWERS",
    "MAX_WAIT",
    "ErrorAnswer",
    "Statuses",
    "answer_to",
    "bounded",
    "check_maker",
    "check_statuses",
    "check_webhook",
    "refusal_of",
]

MAX_WAIT: Final = 5.0
"""How long a request of a service waits for the rate limit by default, in seconds."""


Statuses = Mapping[type[ScalingoError], int | None]
"""The status for each class of errors; `None` leaves it to the framework."""

ANSWERS: Final[Statuses] = {
    # The platform can't be reached, or returned an error.
    APIConnectionError: 502,
    APITimeoutError: 504,
    PaginationError: 502,
    ResponseDecodeError: 502,
    ResponseTooLargeError: 502,
    ServerError: 502,
    OperationFailedError: 502,
    OperationTimeoutError: 504,
    ClientClosedError: 503,
    SharedStateError: 503,
    # The platform refused a request that the service made on behalf of its user.
    BadRequestError: 400,
    ConflictError: 409,
    InvalidArgumentError: 400,
    NotFoundError: 404,
    RateLimitError: 429,
    ValidationFailedError: 422,
    # The credential belongs to the service: its users can't do anything about it.
    AuthenticationError: 502,
    PermissionDeniedError: 502,
    APIStatusError: 502,
}
"""The default statuses. The nearest base class of an error counts."""

_HELD_BACK: Final = 503
"""The status if the wait would have been longer than `max_wait`, which isn't the user's fault."""


class _Checked(dict[type[ScalingoError], int | None]):
    """The statuses of all classes; a refusal by the client's own limit has a separate one."""

    held_back: int | None = _HELD_BACK


_TEXTS: Final = {
    400: "The request can't be carried out.",
    404: "The resource does not exist.",
    409: "The state of the resource does not allow this.",
    413: "The body is too large.",
    415: "The body must be plain JSON.",
    422: "The values are invalid.",
    429: "Too many requests; try again later.",
    502: "The platform can't be reached, or returned an error.",
    503: "The service is not available.",
    504: "The platform did not respond in time.",
}

_LONGEST: Final = 3600

logger: Final = logging.getLogger("scalingo_async")


def bounded(client: AsyncClient, max_wait: float | None) -> AsyncClient:
    """Return a client that shares the connections and doesn't wait long for the rate limit.

    Args:
        client: The client; one with its own `max_wait` is returned unchanged.
        max_wait: The longest wait for the rate limit, in seconds; `None` for no limit.
    """
    if max_wait is None or client.max_wait is not None:
        return client
    return client.with_options(max_wait=max_wait)


@attrs.frozen
class ErrorAnswer:
    """The response: problem details (RFC 9457), with nothing from other sources.

    Attributes:
        status: HTTP status.
        headers: Headers.
        body: Body.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def check_statuses(changes: Statuses | None) -> Statuses:
    """Merge the changes of a caller into the defaults.

    Args:
        changes: Statuses for some classes of errors.

    Returns:
        The statuses of all classes.

    Raises:
        ConfigurationError: A status isn't an error status, or a key isn't a class of errors.
    """
    if changes is not None and not isinstance(changes, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"statuses must be a dict such as {{NotFoundError: 404}}, not {_kind_of(changes)}"
        )
    for kind, status in (changes or {}).items():
        if not (isinstance(kind, type) and issubclass(kind, ScalingoError)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"statuses: {kind!r} is not an exception of scalingo_async")
        if status is None:
            continue
        whole = isinstance(status, int) and not isinstance(status, bool)  # pyright: ignore[reportUnnecessaryIsInstance]
        if not whole or not 400 <= status <= 599:  # noqa: PLR2004
            raise ConfigurationError(
                f"{kind.__name__} can't be answered with {status}: it must be 400 to 599, or None"
            )
    merged = _Checked({**ANSWERS, **(changes or {})})
    if RateLimitError in (changes or {}):
        merged.held_back = merged[RateLimitError]
    return merged


def _kind_of(value: object) -> str:
    """Return the type of a value; a coroutine that wasn't awaited is closed."""
    if inspect.iscoroutine(value):
        value.close()
    return type(value).__name__


def check_webhook(receiver: object, handler: object, path: object) -> None:
    """Check the arguments of a webhook route.

    Raises:
        InvalidArgumentError: One is invalid.
    """
    if not isinstance(receiver, WebhookReceiver):
        raise InvalidArgumentError(f"receiver must be a WebhookReceiver, not {_kind_of(receiver)}")
    check_handler(handler)
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidArgumentError("path must be a str such as '/webhooks/scalingo'")


def check_maker(make: object) -> None:
    """Check the function that makes a client.

    Raises:
        InvalidArgumentError: It isn't a plain function, but for example a client.
    """
    if not callable(make) or inspect.iscoroutinefunction(make):
        raise InvalidArgumentError(
            "make must be a function that makes the client, such as AsyncClient.from_env, not "
            f"{'an async one' if callable(make) else _kind_of(make)}"
        )


def answer_to(error: Exception, statuses: Statuses = ANSWERS) -> ErrorAnswer | None:
    """Return the response for a call that failed.

    An exception group, as raised by task groups, gets the response of its errors, if that is the
    same for all of them. Otherwise it is treated like any other bug.

    The response contains neither the message of the error nor the platform's response, because they
    may contain things that the user must not see.

    Args:
        error: The exception.
        statuses: The status for each class of errors.

    Returns:
        The response; `None` for an error that is treated like any other bug.
    """
    found = _one_of_a_kind(error, statuses)
    status = None if found is None else _status(found, statuses)
    if found is None or status is None:
        return None
    error = found
    # Errors of the service are logged; its users only get the status.
    level = logging.WARNING if status >= 500 else logging.INFO  # noqa: PLR2004
    name = type(error).__name__
    logger.log(level, "answered %d to a %s (request id %s)", status, name, error.request_id)
    headers = {"content-type": "application/problem+json"}
    wait = _retry_after(error)
    if wait is not None:
        headers["retry-after"] = wait
    problem = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": _TEXTS.get(status, "The request failed."),
    }
    return ErrorAnswer(status, headers, json.dumps(problem).encode())


def refusal_of(error: WebhookError) -> ErrorAnswer:
    """Return the response for a request that a webhook refused."""
    answer = answer_to(error, {WebhookError: error.answer})
    assert answer is not None  # it has a status
    return answer


def _one_of_a_kind(error: Exception, statuses: Statuses) -> ScalingoError | None:
    """Return the error itself, or the one that represents a group, at any depth."""
    leaves: list[ScalingoError] = []
    left: list[BaseException] = [error]
    while left:
        one = left.pop()
        if isinstance(one, BaseExceptionGroup):
            left.extend(one.exceptions)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        elif isinstance(one, ScalingoError):
            leaves.append(one)
        else:
            return None
    if len({_status(one, statuses) for one in leaves}) > 1:
        return None
    # The longest delay, so that a retry isn't too early for any of them.
    return max(leaves, key=_wait)


def _wait(error: ScalingoError) -> float:
    return (error.retry_after or 0.0) if isinstance(error, RateLimitError) else 0.0


def _status(error: ScalingoError, statuses: Statuses) -> int | None:
    if type(error) is RateLimitError and error.status_code is None and type(error) in statuses:
        return statuses.held_back if isinstance(statuses, _Checked) else _HELD_BACK
    for kind in type(error).__mro__:
        if kind in statuses:
            return statuses[kind]
    return error.answer if isinstance(error, WebhookError) else None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _retry_after(error: ScalingoError) -> str | None:
    if not isinstance(error, RateLimitError):
        return None
    wait = error.retry_after
    # An integer, and never 0: other calls are already queued.
    return str(max(1, min(math.ceil(wait), _LONGEST)) if wait is not None else 60)
