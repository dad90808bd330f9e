"""Checks of arguments, with errors that say what to pass instead.

Each check returns the value, or raises an error that names the argument. A `bool` doesn't count as
a number here, although it is one in Python.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import AsyncIterable, Mapping
from datetime import datetime
from ipaddress import IPv6Network, ip_address, ip_network
from typing import Final, Literal, TypeGuard, TypeVar, cast

from scalingo_async._core.door import advice
from scalingo_async.errors import ConfigurationError, InvalidArgumentError, ScalingoError

E = TypeVar("E", bound=ScalingoError)

_SHORT: Final = 40
"""How much of a value a message shows."""

_PORT: Final = 5
"""How many characters of a number are shown where a text may be secret: ports, counts, sizes."""

_PAIR: Final = 2

MASK: Final = "***masked by scalingo_async***"
"""The mask that `to_dict()` and `to_json()` write for a secret, unless `secrets=True` is passed.

It is always the same text, and `from_dict` and all methods refuse it, so that a masked copy can't
be written to production by mistake.
"""


def shown(value: object) -> str:
    """Return a value that isn't secret for a message."""
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def as_text(value: object) -> str | None:
    """Return how a number or a truth is written as text, if that is plain; never a text.

    A number may stand where a secret could. Longer ones are not shown, as they may be one.
    """
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, int | float):
        text = str(value) if abs(value) < 10**_PORT else ""
        return f"'{text}'" if 0 < len(text) <= _PORT else "it in quotes"
    return None


def as_dict(value: object) -> str | None:
    """Return how pairs are written as a dict."""
    if not isinstance(value, list | tuple) or not value:
        return None
    items = cast("list[object]", value)
    pairs = all(isinstance(item, list | tuple) and len(item) == _PAIR for item in items)  # pyright: ignore[reportUnknownArgumentType]
    return "dict(...) around it" if pairs else None


def wrong_kind(
    value: object,
    name: str,
    called: str,
    write: str | None = None,
    *,
    error: type[E] = InvalidArgumentError,  # type: ignore[assignment]
) -> E:
    """Make the error for a value of the wrong type: what it must be, what it is, what to write.

    It shows only the class of the value, unless `write` contains more. A coroutine is closed; the
    error says that it wasn't awaited.

    Args:
        value: What was given.
        name: What the message calls the argument.
        called: What it must be, such as "a str".
        write: What to do about it, if that is known.
        error: The class of the error.
    """
    found = type(value).__name__
    # Things have the same name on both sides of a door, but for the client.
    found = advice(found, found.removeprefix("Async"))
    if inspect.iscoroutine(value):
        value.close()
        found, write = (
            f"a coroutine ({value.__qualname__})",
            write or advice("await it first", "give its result"),
        )
    elif value is None:
        found = "None"
    elif inspect.isfunction(value) or inspect.ismethod(value):
        found = f"a function ({value.__qualname__})"
    elif isinstance(value, AsyncIterable):
        write = write or advice("await it, or iterate over it with `async for`", "iterate over it")
    elif isinstance(value, bytes):
        write = write or "decode it first"
    elif write is None and hasattr(type(value), "id"):
        # That of an app says which region it is in.
        write = "give its ref" if hasattr(type(value), "ref") else "give its id"
    return error(f"{name} must be {called}, not {found}{f': {write}' if write else ''}")


IS_MASKED: Final = (
    "is a masked secret, as to_dict() and to_json() write it: give the secret itself, which "
    "to_dict(secrets=True) writes"
)
"""What is wrong with a value that holds the mask."""


def refuse_masked(value: object, name: str) -> None:
    """Refuse a text that contains the mask of a secret, alone or in a list, a dict or a `Secret`.

    Args:
        value: Anything.
        name: What the message calls it.

    Raises:
        InvalidArgumentError: It is the mask, or holds it.
    """
    place = masked_at(value, name)
    if place is not None:
        # No frame of the error holds it: what stands beside the mask may be a secret.
        del value
        raise InvalidArgumentError(f"{place} {IS_MASKED}")


def masked_at(value: object, name: str) -> str | None:
    """Return where a value holds the mask of a secret, if it does."""
    # Those stand above this module, and mocks have everything but on their classes.
    reveal = getattr(type(value), "reveal", None)
    if reveal is not None:
        return masked_at(reveal(value), name)
    if isinstance(value, str):
        return name if MASK in value else None
    if isinstance(value, bytes | bytearray):
        return name if MASK.encode() in value else None
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        if any(masked_at(key, name) for key in members):
            return f"a key of {name}"
        places = (masked_at(each, f"{name}[{key!r}]") for key, each in members.items())
    elif isinstance(value, list | tuple):
        items = cast("list[object]", value)
        places = (masked_at(each, f"{name}[{at}]") for at, each in enumerate(items))
    else:
        return None
    return next((place for place in places if place is not None), None)


def mapping(value: object, name: str, example: str) -> Mapping[object, object]:
    """Check a dict, or any other mapping; what is in it is looked at later.

    Args:
        value: What was given.
        name: What the message calls the argument.
        example: How one is written.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    write = as_dict(value)
    problem: InvalidArgumentError = wrong_kind(
        value, name, f"a dict such as {example}", write and f"write {write}"
    )
    # It may be full of secrets: no frame of the error holds it.
    del value
    raise problem


def plain_function(value: object, name: str) -> None:
    """Check a function that is called but not awaited.

    Raises:
        InvalidArgumentError: It is none, or an async one, whose coroutine nobody would await.
    """
    if not callable(value):
        raise wrong_kind(value, name, "a function")
    if inspect.iscoroutinefunction(value):
        raise _not_plain(name)


def plain_answer(value: object, name: str) -> None:
    """Check what a function has returned that only looked like a plain one.

    Raises:
        InvalidArgumentError: It is to be awaited, as that of a `lambda` around an async function.
    """
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            # Nothing would await it.
            value.close()
        raise _not_plain(name)


def _not_plain(name: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"{name} must be a plain function, not an async one")


def one_of(value: object, name: str, options: tuple[str, ...]) -> str:
    """Check a name out of a few.

    Raises:
        InvalidArgumentError: It is none of them.
    """
    if not isinstance(value, str):
        raise wrong_kind(value, name, " or ".join(map(repr, options)))
    if value not in options:
        raise InvalidArgumentError(
            f"{name} must be {' or '.join(map(repr, options))}, not {shown(value)}"
        )
    return value


def truth(value: object, name: str) -> bool:
    """Check a switch: the text `"false"`, as it comes from a form, would be true.

    Raises:
        InvalidArgumentError: It is neither `True` nor `False`.
    """
    if not isinstance(value, bool):
        raise wrong_kind(value, name, "True or False")
    return value


def is_integer(value: object) -> TypeGuard[int]:
    """Return whether a value is an `int`; `True` and `False` aren't."""
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
    if is_integer(value):
        raise InvalidArgumentError(f"{name} must be {called}{bound}{end}")
    raise wrong_kind(value, name, f"{called}{bound}{end}")


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
        raise wrong_kind(value, name, f"an int, {least} or more", error=error)
    if value < least:
        raise error(f"{name} must be {least} or more")
    return value


def int_between(value: object, name: str, low: int, high: int) -> int:
    """Check a number that can't be outside of a range.

    Raises:
        InvalidArgumentError: It is not an `int`, or outside.
    """
    if not is_integer(value):
        raise wrong_kind(value, name, f"an int from {low} to {high}")
    if not low <= value <= high:
        raise InvalidArgumentError(f"{name} must be an int from {low} to {high}")
    return value


def seconds(value: object, name: str) -> float:
    """Check a number of seconds: finite and not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_kind(value, name, "a number of seconds")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise InvalidArgumentError(f"{name} must be a finite number of seconds, 0 or more")
    return number


def positive_seconds(value: object, name: str) -> float:
    """Check a number of seconds that is more than 0; it may be infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_kind(value, name, "a number of seconds, more than 0")
    if not value > 0:
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
    called = "'normal', 'low' or None"
    if isinstance(value, str):
        raise InvalidArgumentError(f"priority must be {called}, not {shown(value)}")
    raise wrong_kind(value, "priority", called)


def retries(value: object) -> int:
    """Check how many times a call may be retried."""
    return integer(value, "max_retries", 0)


def json_values(value: object) -> int:
    """Check how many values the JSON of a response may have."""
    return at_least(value, "max_json_values", 1)


def aware_time(value: datetime, name: str) -> datetime:
    """Check a moment in time: without a time zone it could be any of a day.

    Raises:
        InvalidArgumentError: It is not a `datetime`, or has no time zone.
    """
    if not isinstance(value, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise wrong_kind(value, name, "a datetime")
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
        raise wrong_kind(value, name, called)
    return value


def able(
    value: object,
    name: str,
    methods: tuple[str, ...],
    called: str,
    *,
    awaited: bool | None = None,
) -> None:
    """Check an object of the caller by its methods.

    Args:
        value: What was given.
        name: What the message calls the argument.
        methods: What it must have.
        called: What the message says that it must be.
        awaited: Whether these must be coroutine functions, or must not be.

    Raises:
        ConfigurationError: It can't do that, or is a class and not one of its instances.
    """
    if isinstance(value, type):
        raise ConfigurationError(
            f"{name} must be {called}, not the class {value.__name__} itself: make one of it"
        )
    for method in methods:
        found = getattr(value, method, None)
        if not callable(found) or awaited is (not inspect.iscoroutinefunction(found)):
            raise ConfigurationError(f"{name} must be {called}, not {type(value).__name__}")


def given(value: object, name: str, instead: str) -> None:
    """Check that a value is there at all: `None` often comes from a field of an answer.

    Args:
        value: What was given.
        name: What the message calls the argument.
        instead: What to do without it.

    Raises:
        InvalidArgumentError: It is `None`.
    """
    if value is None:
        raise InvalidArgumentError(f"{name} is None: {instead}")


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
