"""Headers that callers give: which of them can be sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scalingo_async._core.arguments import as_text, mapping, wrong_kind
from scalingo_async.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "check_headers",
]


_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch


_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\xa0-\xff]*").fullmatch


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
    """Check headers that a caller gave.

    Returns:
        A copy, names in lower case.

    Raises:
        InvalidArgumentError: A name or a value can't be sent, or the header is the client's own.
    """
    out: dict[str, str] = {}
    given = mapping({} if headers is None else headers, "headers", "{'x-name': 'value'}")
    for name, value in given.items():
        if not isinstance(name, str) or not _HEADER_NAME(name):
            raise InvalidArgumentError(f"{name!r} can't be the name of a header")
        key = name.lower()
        if key in _OWN_HEADERS:
            raise InvalidArgumentError(f"the header {name} is set by the client itself")
        if not isinstance(value, str):
            number = as_text(value)
            raise wrong_kind(value, f"the header {name}", "a str", number and f"write {number}")
        if not _HEADER_VALUE(value):
            # The value itself may be a secret.
            raise InvalidArgumentError(
                f"the header {name} holds characters that a header can't hold, such as a line end"
            )
        out[key] = value
    return out
