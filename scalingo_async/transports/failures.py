"""Exceptions of HTTP libraries, translated to errors of this package."""

from __future__ import annotations

import socket
import ssl
import sys
import traceback
from collections.abc import Iterable
from typing import Final, TypeVar, cast

from scalingo_async._core.answer_text import one_line
from scalingo_async.errors import APIConnectionError, APITimeoutError
from scalingo_async.request import Phase

__all__ = ["connection_error", "is_of_a_library", "is_patched_in", "led_to", "passed_on", "strip"]

E = TypeVar("E", bound=BaseException)

_BENEATH: Final = frozenset(
    {
        "certifi",
        "exceptiongroup",
        "hpack",
        "hyperframe",
        "outcome",
        "scalingo_async",
        "sniffio",
        "socksio",
        "trio",
        "truststore",
        "uvloop",
        "winloop",
    }
)
"""The packages below HTTP libraries, and above them."""

_TOOLS: Final = frozenset({"pytest_httpx", "respx", "vcr"})
"""Tools for tests whose exceptions hold requests."""

_LIBRARIES: Final = frozenset(
    {
        "aiohttp",
        "anyio",
        "h11",
        "h2",
        "httpcore",
        "httpcore2",
        "httpx",
        "httpx2",
        "multidict",
        "yarl",
    }
)


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
    """Return why the system or TLS refused a connection."""
    said: str | None = None
    for each in led_to(error):
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


def led_to(error: BaseException) -> list[BaseException]:
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
    """Take the tracebacks off an exception and all that led to it, and the requests in them."""
    for each in led_to(error):
        each.__traceback__ = None
        for name, value in list(vars(each).items()):
            if _of_a_library(value):
                # It holds the credential, or what was answered.
                vars(each)[name] = None
        if any(map(_of_a_library, each.args)):
            each.args = tuple(None if _of_a_library(value) else value for value in each.args)


def is_of_a_library(error: BaseException) -> bool:
    """Tell whether an exception is one of an HTTP library, or of the system below it."""
    return isinstance(error, OSError) or any(map(_is_library, type(error).__mro__))


def is_patched_in(error: BaseException) -> bool:
    """Tell whether an exception was raised in what stands in the place of a part of a library.

    Tools for tests put themselves there: respx, VCR. What they say is for who wrote the test.
    """
    if is_of_a_library(error):
        return False
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return False
    package = _package(frame.tb_frame.f_globals.get("__name__"))
    return package not in _LIBRARIES | _BENEATH | sys.stdlib_module_names


def _is_library(kind: type[object]) -> bool:
    return _package(kind.__module__) in _LIBRARIES


def _package(module: object) -> str:
    return str(module).partition(".")[0]


def _of_a_library(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_of_a_library, cast("Iterable[object]", value)))
    if isinstance(value, BaseException):
        return False
    return _package(type(value).__module__) in _LIBRARIES | _TOOLS


def passed_on(error: E) -> E:
    """Make an exception fit to be passed on that a transport of the caller's has raised.

    It is a fault of the caller's program, such as an assertion that does not hold, and stays what
    it is. Its frames hold the request, and that the credential: a note says where it was raised.
    """
    where = traceback.extract_tb(error.__traceback__)
    strip(error)
    # One that is raised again and again has its note.
    if where and not getattr(error, "__notes__", ()):
        at = where[-1]
        error.add_note(f"raised at {at.filename}, line {at.lineno}, in {at.name}")
    return error
