"""JSON: parsing and writing."""

from __future__ import annotations

from typing import Any, Final

import orjson

from scalingo_async._core import decoding
from scalingo_async._core.arguments import integer
from scalingo_async.errors import InvalidArgumentError, ResponseTooLargeError
from scalingo_async.types import Secret

MAX_JSON_VALUES: Final = decoding.MAX_JSON_VALUES

_MARKS: Final = b"{[,"
_PIECE: Final = 64 * 1024


def loads(content: bytes | bytearray | str, most: int | None = MAX_JSON_VALUES) -> Any:
    """Parse JSON, unless it has too many values: a few bytes can stand for many objects.

    Args:
        content: What came.
        most: How many values it may have at the most; `None` for what is this machine's own.

    Raises:
        ValueError: It is not JSON.
        ResponseTooLargeError: It has more values.
    """
    if most is not None and len(content) > most and _has_more(content, most):  # type: ignore[arg-type]
        raise ResponseTooLargeError(
            f"the JSON has more than {most} values; raise max_json_values if that is to be read"
        )
    return orjson.loads(content)


def stop_of(error: Exception) -> str:
    """Return the position of a JSON syntax error, without the content there."""
    if isinstance(error, orjson.JSONDecodeError):
        return f"it stops at line {error.lineno}, column {error.colno}"
    return "it can't be read"


def _has_more(content: bytes, most: int) -> bool:
    """Tell whether `{`, `[` and `,` come more often than allowed, those in strings included.

    Each value but the first has one of them before it. To leave strings out would take a parser.
    """
    for start in range(0, len(content), _PIECE):
        # In pieces: they stay in the cache, and a bomb is noticed at its beginning.
        piece = content[start : start + _PIECE]
        most -= len(piece) - len(piece.translate(None, _MARKS))
        if most < 0:
            return True
    return False


def _default(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} can't be sent as JSON")


def dumps(data: object) -> bytes:
    """Write JSON; secrets are written out, dates as ISO 8601.

    Raises:
        TypeError: A value has no JSON form.
    """
    return orjson.dumps(data, default=_default)


def text_of(data: object, indent: int | None = None) -> str:
    """Write JSON for people and other programs; secrets are whatever they are in the data.

    Args:
        data: What to write.
        indent: How many spaces each level is indented by; `None` for one line.

    Raises:
        InvalidArgumentError: A value has no JSON form, or the indent is no number of spaces.
    """
    import json
    import re

    if indent is not None:
        integer(indent, "indent", 0)
    close = (",", ":") if indent is None else None
    try:
        text = json.dumps(
            data, ensure_ascii=False, allow_nan=False, indent=indent, separators=close
        )
    except (TypeError, ValueError, RecursionError) as error:
        problem = InvalidArgumentError(f"this has no JSON form: {error}")
    else:
        # Half a character, as in names of files that are no UTF-8: no file or socket would take it.
        return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)
    raise problem
