"""Readiness: check with one request that a client's token works and its API can be reached."""

from __future__ import annotations

import time
from typing import Final, Literal, TypeAlias

import attrs

from scalingo_async._core.display import Shown
from scalingo_async._core.session import Session
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
    InvalidArgumentError,
    PermissionDeniedError,
    RateLimitError,
    ScalingoError,
    SharedStateError,
)
from scalingo_async.middleware.error_mapping import error_for
from scalingo_async.resources.events import LIST_FOR_USER
from scalingo_async.types import RequestOptions

__all__ = ["CheckResult"]

Cause: TypeAlias = Literal[
    "token", "connection", "timeout", "rate_limit", "shared_state", "configuration", "platform"
]

_CAUSES: Final[tuple[tuple[type[ScalingoError], Cause], ...]] = (
    (AuthenticationError, "token"),
    (PermissionDeniedError, "token"),
    (APITimeoutError, "timeout"),
    (APIConnectionError, "connection"),
    (RateLimitError, "rate_limit"),
    (SharedStateError, "shared_state"),
    (ConfigurationError, "configuration"),
)

_TEXTS: Final[dict[Cause, str]] = {
    "token": "the platform refused the credential",
    "connection": "the platform can't be reached",
    "timeout": "the platform did not respond in time",
    "rate_limit": "the rate limit is used up for now",
    "shared_state": "the shared state (Redis) can't be reached",
    "configuration": "the client is not configured correctly",
    "platform": "the platform returned an error or an unreadable response",
}

_UNAUTHORIZED: Final = 401

# A 401 is a result, and is not retried with a new token, which would count twice.
_PROBE: Final = attrs.evolve(LIST_FOR_USER, handled=frozenset({_UNAUTHORIZED}))

_DEADLINE: Final = 10.0
_MAX_WAIT: Final = 2.0


@attrs.frozen
class CheckResult(Shown):
    """The result of a check; it is true if everything works.

    Attributes:
        ok: Whether the token works and the API was reached.
        seconds: How long the check took: waiting, a token exchange and the request.
        cause: The cause: `token`, `connection`, `timeout`, `rate_limit`, `shared_state`,
            `configuration` or `platform`; `None` if everything works. It contains nothing private.
        problem: The cause as a sentence; `None` if everything works. It contains nothing private.
        error: The exception, for the log; `None` if everything works.
    """

    ok: bool
    seconds: float
    cause: Cause | None = None
    problem: str | None = None
    error: ScalingoError | None = None

    def __bool__(self) -> bool:
        return self.ok


def _cause_of(error: ScalingoError) -> Cause:
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            return cause
    return "platform"


async def check(session: Session, options: RequestOptions) -> CheckResult:
    """Fetch one event of the account, without retries.

    Raises:
        InvalidArgumentError: An option is invalid.
        ClientClosedError: The client is closed.
        EventLoopError: The client belongs to another event loop.
    """
    given: RequestOptions = {
        "max_retries": 0,
        "deadline": _DEADLINE,
        "max_wait": _MAX_WAIT,
        **options,
    }
    request = session.prepare(_PROBE, query={"per_page": 1}, options=given)
    start = time.monotonic()
    error: ScalingoError | None = None
    try:
        response = await session.send(request)
        if response.status_code == _UNAUTHORIZED:
            error = error_for(response, request)
        else:
            _PROBE.decode(response)
    except (InvalidArgumentError, ClientClosedError, EventLoopError):
        raise
    except ScalingoError as problem:
        error = problem.copy()
    seconds = time.monotonic() - start
    if error is None:
        return CheckResult(ok=True, seconds=seconds)
    cause = _cause_of(error)
    return CheckResult(ok=False, seconds=seconds, cause=cause, problem=_TEXTS[cause], error=error)
