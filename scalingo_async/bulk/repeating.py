"""Which items of a bulk job may be repeated, by what is known of a function and of its calls."""

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
    """Tell whether doing an operation twice changes nothing."""
    return may_retry_failure(sent=True, method=endpoint.method, idempotent=endpoint.idempotent)


def may_begin_again(trace: Trace, error: BaseException) -> bool:
    """Tell whether an item that failed may be done again as if it had never been begun.

    It may when each call that it made left nothing behind: it was a read, or anything else that
    may be repeated; it never left; or the platform refused it. What a function did by other means
    than the client is not known here, so an exception that is not the client's leaves doubt.

    Args:
        trace: The calls that were made for the item.
        error: What it failed with; an exception of the event loop when it was cancelled.

    Returns:
        Whether nothing was changed, or nothing that a repetition would change again.
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
