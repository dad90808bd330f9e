"""Exceptions of HTTP libraries, translated to errors of this package."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from scalingo_async._core.answer_text import one_line
from scalingo_async.errors import APIConnectionError, APITimeoutError

if TYPE_CHECKING:
    from scalingo_async.request import Phase

__all__ = ["connection_error", "strip"]


def connection_error(
    cause: BaseException,
    phase: Phase,
    *,
    timeout: bool = False,
    keep: bool = True,
) -> APIConnectionError:
    """Make the exception for a failure of the library beneath.

    The cause is kept for its type and message. Its traceback is not: the frames of an HTTP
    library hold headers and bodies in their variables.

    Args:
        cause: What the library raised.
        phase: Where it happened, which tells whether the request may have left.
        timeout: Whether it took too long.
        keep: Whether the cause may be shown: some carry the whole URL in their message.

    Returns:
        The exception, to be raised outside of the `except` block.
    """
    sent = phase.may_have_left
    why = one_line(_reason(cause) or type(cause).__name__)
    strip(cause)
    error: APIConnectionError
    if timeout:
        error = APITimeoutError(f"the connection timed out at: {phase}", sent=sent, phase=phase)
    else:
        error = APIConnectionError(
            f"the connection failed at: {phase} ({why})", sent=sent, phase=phase
        )
    if keep:
        error.__cause__ = cause
    return error


def _reason(error: BaseException) -> str | None:
    """Say what the system or TLS had against a connection."""
    said: str | None = None
    for each in _led_to(error):
        if why := getattr(each, "verify_message", None):
            # Of ssl.SSLCertVerificationError; a kind of aiohttp's has the class alone.
            return f"the certificate is not accepted: {why}"
        if isinstance(each, ssl.SSLError):
            said = f"TLS: {getattr(each, 'reason', None) or type(each).__name__}"
        elif isinstance(each, socket.gaierror):
            said = said or "the host name is not known"
        elif isinstance(each, OSError) and each.strerror and each.errno:
            said = said or each.strerror
    return said


def _led_to(error: BaseException) -> list[BaseException]:
    """Return an exception and all that led to it."""
    found: list[BaseException] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        found.append(each)
        waiting += (each.__cause__, each.__context__)
        # Those of a group.
        waiting += getattr(each, "exceptions", ())
    return found


def strip(error: BaseException) -> None:
    """Take the tracebacks off an exception and all that led to it."""
    for each in _led_to(error):
        each.__traceback__ = None
