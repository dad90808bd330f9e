"""Decide which items of a bulk job may be repeated, from the function and its calls."""

from __future__ import annotations

from typing import Final

from scalingo_async._core.operation import OperationFacts
from scalingo_async._core.tracing import Trace, TracedCall
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
    InvalidArgumentError,
    ScalingoError,
    StrayCancellationError,
    UntrustedURLError,
)
from scalingo_async.middleware.repeating import may_retry_failure

_NEVER_SENT: Final = (
    InvalidArgumentError,
    ConfigurationError,
    ClientClosedError,
    EventLoopError,
    UntrustedURLError,
)


def is_repeatable(endpoint: OperationFacts) -> bool:
    """Return whether an operation is idempotent."""
    return may_retry_failure(sent=True, method=endpoint.method, idempotent=endpoint.idempotent)


def may_begin_again(trace: Trace, error: BaseException) -> bool:
    """Return whether a failed item may be done again as if it had never been started.

    It may if each of its calls left nothing behind: the call was a read or idempotent, it was never
    sent, or the platform refused it. Only calls made through the client are known here, so an
    exception that isn't the client's leaves doubt.

    Args:
        trace: The calls that were made for the item.
        error: The error of the item; an exception of the event loop if it was cancelled.

    Returns:
        Whether nothing was changed that a repetition would change again.
    """
    if not trace.calls:
        unsent = isinstance(error, APIConnectionError) and not error.sent
        return unsent or isinstance(error, _NEVER_SENT)
    if isinstance(error, StrayCancellationError):
        return False
    if isinstance(error, Exception) and not isinstance(error, ScalingoError):
        return False
    return not any(map(_leaves_doubt, trace.calls))


def _leaves_doubt(call: TracedCall) -> bool:
    if is_repeatable(call.endpoint):
        return False
    if call.state.unsure or call.outcome == "answered":
        return True
    return call.outcome == "unknown" and call.state.may_have_left
