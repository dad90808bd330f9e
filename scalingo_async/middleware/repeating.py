"""Retries: which requests may be retried."""

from __future__ import annotations

from typing import Final

_REPEATABLE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_UNAVAILABLE: Final = frozenset({408, 502, 503, 504})
_TOO_MANY: Final = 429
_FAILED: Final = 500


def may_retry_status(status: int, method: str, idempotent: bool | None) -> bool:  # noqa: FBT001
    """Return whether a request may be retried after a response with this status.

    Args:
        status: HTTP status.
        method: HTTP verb.
        idempotent: The operation's declaration; `None` leaves it to the verb.

    Returns:
        Whether to retry it.
    """
    if status == _TOO_MANY:
        return True
    if status in _UNAVAILABLE:
        return _repeatable(method, idempotent)
    if status == _FAILED:
        return method in _READS and idempotent is not False
    return False


def may_retry_failure(sent: bool, method: str, idempotent: bool | None) -> bool:  # noqa: FBT001
    """Return whether a request without a response may be retried.

    Args:
        sent: Whether it may have reached the platform.
        method: HTTP verb.
        idempotent: The operation's declaration; `None` leaves it to the verb.

    Returns:
        Whether to retry it.
    """
    return not sent or _repeatable(method, idempotent)


def _repeatable(method: str, idempotent: bool | None) -> bool:  # noqa: FBT001
    return method in _REPEATABLE if idempotent is None else idempotent
