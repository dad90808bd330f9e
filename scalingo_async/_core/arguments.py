"""Checks of arguments: what a caller gave, and what to give instead."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

from scalingo_async.errors import InvalidArgumentError


def seconds(value: object, name: str) -> float:
    """Check a number of seconds: finite and not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidArgumentError(
            f"{name} must be a number of seconds, not {type(value).__name__}"
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise InvalidArgumentError(f"{name} must be a finite number of seconds, 0 or more")
    return number


def optional_seconds(value: object, name: str) -> float | None:
    """Check a number of seconds, or `None` for no limit."""
    return None if value is None else seconds(value, name)


def optional_priority(value: object) -> Literal["normal", "low"] | None:
    """Check a priority, or `None` for what suits the call."""
    if value is None:
        return None
    if value == "normal":
        return "normal"
    if value == "low":
        return "low"
    raise InvalidArgumentError(f"priority must be 'normal', 'low' or None, not {value!r}")


def retries(value: object) -> int:
    """Check how many times a call may be sent again."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidArgumentError("max_retries must be an int, 0 or more")
    return value


def aware_time(value: datetime, name: str) -> datetime:
    """Check a moment in time: without a time zone it could be any of a day.

    Raises:
        InvalidArgumentError: It is not a `datetime`, or has no time zone.
    """
    if not isinstance(value, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{name} must be a datetime, not {type(value).__name__}")
    if value.tzinfo is None:
        raise InvalidArgumentError(f"{name} has no time zone: give it one, such as datetime.UTC")
    return value


def int_between(value: int, name: str, low: int, high: int) -> int:
    """Check a number that can't be outside of a range.

    Raises:
        InvalidArgumentError: It is not an `int`, or outside.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{name} must be an int from {low} to {high}")
    return value


def url_text(value: str, name: str) -> str:
    """Check that a URL that the platform has handed out is text; what it names is read later.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{name} must be text, not {type(value).__name__}")
    return value


def number_segment(value: int | str) -> object:
    """Return a number as the text that a path takes; other values are for the path to refuse."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
