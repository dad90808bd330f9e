"""Headers of callers: check which can be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scalingo_async._core.arguments import IS_MASKED, MASK, as_text, mapping, wrong_kind
from scalingo_async.errors import InvalidArgumentError

__all__ = [
    "check_headers",
    "check_sendable",
    "check_value",
    "fault_of",
]

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]*").match
_FITTING: Final = re.compile(r"[\t\x20-\x7e]*").match
_ASCII: Final = 0x7F


_OWN_HEADERS: Final = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Check a caller's headers.

    Returns:
        A copy, names in lower case.

    Raises:
        InvalidArgumentError: A name or a value can't be sent, or the header is the client's own.
    """
    out: dict[str, str] = {}
    given = mapping({} if headers is None else headers, "headers", "{'x-name': 'value'}")
    for name, value in given.items():
        if not isinstance(name, str):
            raise InvalidArgumentError(f"{name!r} can't be the name of a header")
        _check_name(name)
        key = name.lower()
        if key in _OWN_HEADERS:
            raise InvalidArgumentError(f"the header {name} is set by the client itself")
        if not isinstance(value, str):
            number = as_text(value)
            raise wrong_kind(value, f"the header {name}", "a str", number and f"write {number}")
        out[key] = check_value(value, f"the header {name}")
    return out


def _check_name(name: str) -> None:
    """Refuse an invalid name of a header.

    Raises:
        InvalidArgumentError: It can't; only its start is shown, as a value may stand behind.
    """
    fitting = _NAME(name)
    end = fitting.end() if fitting else 0
    if not name or end < len(name):
        where = f": its character {end + 1} is not one of a name" if name else ""
        start = f"{name[:end]!r}…" if end < len(name) else repr(name)
        raise InvalidArgumentError(f"{start} can't be the name of a header{where}")


def check_value(value: str, called: str) -> str:
    """Check the value of a header.

    Libraries differ in what they make of anything but ASCII: some encode it, some refuse it, when
    other requests of the same call were sent already.

    Args:
        value: The value.
        called: What the message calls it.

    Raises:
        InvalidArgumentError: It can't be sent; nothing of it is shown, it may be a secret.
    """
    fault = fault_of(value)
    if fault is None:
        return value
    # No frame of the error holds it.
    del value
    raise InvalidArgumentError(f"{called} {fault}")


def fault_of(value: str) -> str | None:
    """Return why a text can't be the value of a header; `None` if it can.

    Nothing of it is repeated.
    """
    if MASK in value:
        return IS_MASKED
    fitting = _FITTING(value)
    end = fitting.end() if fitting else 0
    if end < len(value):
        character = value[end]
        kind = (
            "a line end"
            if character in "\r\n"
            else "a control character"
            if ord(character) <= _ASCII
            else "not ASCII"
        )
        return f"can't be sent: its character {end + 1} is {kind}"
    if value != value.strip(" \t"):
        return "can't be sent: it has white space around"
    return None


def check_sendable(headers: Mapping[str, str]) -> None:
    """Check the headers of a request that middlewares had in their hands.

    Raises:
        InvalidArgumentError: One can't be sent.
    """
    for name, value in headers.items():
        _check_name(name)
        check_value(value, f"the header {name}, as a middleware has put it on,")
