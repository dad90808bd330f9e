"""Checks of arguments: what a caller gave, and what to give instead.

Each returns the value, and raises an error that names the argument. A `bool` is no number here,
although Python takes it for one.
"""

from __future__ import annotations

import math
from datetime import datetime
from ipaddress import IPv6Network, ip_address, ip_network
from typing import Literal, TypeGuard

from scalingo_async.errors import InvalidArgumentError, ScalingoError


def is_integer(value: object) -> TypeGuard[int]:
    """Tell whether a value is an `int`; `True` and `False` are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def integer(
    value: object, name: str, least: int | None = None, *, called: str = "an int", end: str = ""
) -> int:
    """Check a whole number.

    Args:
        value: What was given.
        name: What the message calls the argument.
        least: The smallest that makes sense, if there is one.
        called: What the message says that it must be.
        end: What the message ends with.

    Raises:
        InvalidArgumentError: It is not an `int`, or less.
    """
    if is_integer(value) and (least is None or value >= least):
        return value
    bound = "" if least is None else f", {least} or more"
    raise InvalidArgumentError(f"{name} must be {called}{bound}{end}")


def at_least(
    value: object,
    name: str,
    least: int,
    error: type[ScalingoError] = InvalidArgumentError,
) -> int:
    """Check how many there are to be of something.

    Args:
        value: What was given.
        name: What the message calls the argument.
        least: The smallest number that makes sense.
        error: What to raise.

    Raises:
        ScalingoError: It is not an `int`, or less.
    """
    if not is_integer(value):
        raise error(f"{name} must be an int, {least} or more, not {type(value).__name__}")
    if value < least:
        raise error(f"{name} must be {least} or more")
    return value


def int_between(value: object, name: str, low: int, high: int) -> int:
    """Check a number that can't be outside of a range.

    Raises:
        InvalidArgumentError: It is not an `int`, or outside.
    """
    if not is_integer(value) or not low <= value <= high:
        raise InvalidArgumentError(f"{name} must be an int from {low} to {high}")
    return value


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


def positive_seconds(value: object, name: str) -> float:
    """Check a number of seconds that is more than 0; it may be infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise InvalidArgumentError(f"{name} must be a number of seconds, more than 0")
    return value


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
    return integer(value, "max_retries", 0)


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


def string(value: object, name: str, *, called: str = "a str") -> str:
    """Check that a value is text; what it says is read later.

    Args:
        value: What was given.
        name: What the message calls the argument.
        called: What the message says that it must be.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{name} must be {called}, not {type(value).__name__}")
    return value


def ipv4_range(value: object, name: str) -> str:
    """Check that a text is a range of IPv4 addresses in CIDR form, its suffix included.

    Raises:
        InvalidArgumentError: It is something else.
    """
    text = string(value, name)
    address, slash, _ = text.partition("/")
    try:
        found = ip_address(address)
        network = ip_network(text, strict=False)
    except ValueError:
        raise InvalidArgumentError(
            f"{name} is {text[:80]!r}: write an IPv4 range, such as 203.0.113.0/24"
        ) from None
    if isinstance(network, IPv6Network):
        raise InvalidArgumentError(f"{name} is {text!r}: the platform knows IPv4 only, not IPv6")
    if not slash:
        raise InvalidArgumentError(f"{name} has no suffix: write {found}/32 for one address")
    return text


def number_segment(value: int | str) -> object:
    """Return a number as the text that a path takes; other values are for the path to refuse."""
    return str(value) if is_integer(value) else value
