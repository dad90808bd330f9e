"""Durations as arguments: a `timedelta`, or the number or the text that the platform takes.

What is not given (`UNSET`, `None`) is passed on. What can't be a duration is refused.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from scalingo_async._core.arguments import is_integer, wrong_kind
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET

__all__ = ["go_text", "hours", "nanoseconds"]

_HOUR: Final = timedelta(hours=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_GO_TEXT: Final = re.compile(r"0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+", re.ASCII)


def _number(value: object, name: str, also: str) -> int:
    if not is_integer(value):
        raise wrong_kind(value, name, f"a timedelta{also} or an int")
    return value


def _not_negative(value: int, name: str) -> int:
    if value < 0:
        raise InvalidArgumentError(f"{name} can't be negative")
    return value


def hours(value: object, name: str) -> object:
    """Check a duration that the platform takes as a number of hours.

    Raises:
        InvalidArgumentError: It is neither a `timedelta` nor an `int`, negative, or not a whole
            number of hours.
    """
    if value is UNSET or value is None:
        return value
    if isinstance(value, timedelta):
        whole, rest = divmod(value, _HOUR)
        if rest:
            raise InvalidArgumentError(f"{name} must be a whole number of hours")
        return _not_negative(whole, name)
    return _not_negative(_number(value, name, ""), name)


def nanoseconds(value: object, name: str) -> object:
    """Check a duration that the platform takes as a number of nanoseconds.

    Raises:
        InvalidArgumentError: It is neither a `timedelta` nor an `int`, or negative.
    """
    if value is UNSET or value is None:
        return value
    if isinstance(value, timedelta):
        return _not_negative(value // _MICROSECOND * 1000, name)
    return _not_negative(_number(value, name, ""), name)


def go_text(value: object, name: str) -> object:
    """Check a duration that the platform takes as text such as `5m30s`, or in nanoseconds.

    Raises:
        InvalidArgumentError: It is neither a `timedelta`, a `str` nor an `int`, negative, or text
            of another form.
    """
    if value is UNSET or value is None:
        return value
    if isinstance(value, timedelta):
        return _text(_not_negative(value // _MICROSECOND, name))
    if isinstance(value, str):
        if not _GO_TEXT.fullmatch(value):
            raise InvalidArgumentError(f"{name} must be a duration such as 5m30s")
        return value
    return _not_negative(_number(value, name, ", a str"), name)


def _text(microseconds: int) -> str:
    """Write a duration as Go does: `1h5m30.5s`, with what is 0 left out."""
    seconds, rest = divmod(microseconds, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    parts = ((whole, "h", ""), (minutes, "m", ""), (seconds, "s", fraction))
    return "".join(f"{n}{more}{unit}" for n, unit, more in parts if n or more) or "0s"
