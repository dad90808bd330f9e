"""Decoders of what JSON itself knows, of dates, and of lists and dicts of other things."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from scalingo_async._core.decoding.mismatch import MismatchError, mismatch

if TYPE_CHECKING:
    from collections.abc import Callable

Decoder: TypeAlias = "Callable[[Any], Any]"


def _primitive(kind: type, expected: str) -> Decoder:
    def decode(value: Any) -> Any:
        if value.__class__ is not kind:
            raise mismatch(expected, value)
        return value

    return decode


def _number(value: Any) -> Any:
    if value.__class__ is not float and value.__class__ is not int:
        raise mismatch("a number", value)
    return value


def required_datetime(value: Any) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise mismatch("a date and time (ISO 8601)", value) from None
    return when if when.tzinfo is not None else in_utc(when)


def in_utc(when: datetime) -> datetime:
    """The platform writes its dates in UTC or with an offset."""
    return when.replace(tzinfo=UTC)


def optional_datetime(value: Any) -> datetime | None:
    return odd_date(required_datetime(value))


def odd_date(when: datetime) -> datetime | None:
    """Year 1 is how services written in Go say never; a date without an offset is in UTC."""
    if when.year == 1:
        return None
    return when if when.tzinfo is not None else in_utc(when)


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise mismatch("a date (ISO 8601)", value) from None


LENGTHS: Final = {"seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1)}
"""The units that durations come in; a field's metadata names it, or else it is seconds."""


def _duration(unit: str, length: timedelta) -> Decoder:
    expected = f"a duration in whole {unit}"

    def decode(value: Any) -> timedelta:
        if value.__class__ is not int:
            raise mismatch(expected, value)
        try:
            return value * length
        except OverflowError:
            raise MismatchError(expected, "too large an integer") from None

    return decode


DURATIONS: Final[dict[str, Decoder]] = {
    unit: _duration(unit, length) for unit, length in LENGTHS.items()
}


def in_units(value: timedelta, unit: str) -> float:
    """Write a duration as a number: a whole one if it is."""
    whole, rest = divmod(value, LENGTHS[unit])
    return value / LENGTHS[unit] if rest else whole


def anything(value: Any) -> Any:
    return value


NAMES: Final[dict[Any, str]] = {
    str: "a string",
    int: "an integer",
    bool: "a boolean",
    float: "a number",
    datetime: "a date and time (ISO 8601)",
    date: "a date (ISO 8601)",
    timedelta: "a duration in whole seconds",
}

PRIMITIVES: Final[dict[Any, Decoder]] = {
    str: _primitive(str, NAMES[str]),
    int: _primitive(int, NAMES[int]),
    bool: _primitive(bool, NAMES[bool]),
    float: _number,
    datetime: required_datetime,
    date: _date,
    timedelta: DURATIONS["seconds"],
}


_CHECKED: Final[dict[Decoder, frozenset[type]]] = {
    PRIMITIVES[kind]: frozenset({kind}) for kind in (str, int, bool)
}
"""Decoders that only look at the type: what passes may be kept as it came."""


def list_of(item: Decoder) -> Decoder:
    """Make the decoder of a list; `null` is one that is empty, as Go writes it."""
    checked = _CHECKED.get(item)
    # A model's decoder is chosen once for all of them.
    for_many: Callable[[list[Any]], Decoder] | None = getattr(item, "for_many", None)

    def decode(value: list[Any] | None) -> list[Any]:
        if value is None:
            return []
        if value.__class__ is not list:
            raise mismatch("an array", value)
        if checked is not None and checked.issuperset(map(type, value)):
            return value
        each = for_many(value) if for_many else item
        out: list[Any] = []
        try:
            for element in value:
                out.append(each(element))  # noqa: PERF401 - how many there are says where it failed
        except MismatchError as error:
            error.path.insert(0, len(out))
            raise
        return out

    return decode


def dict_of(item: Decoder) -> Decoder:
    checked = _CHECKED.get(item)

    def decode(value: dict[str, Any]) -> dict[str, Any]:
        if value.__class__ is not dict:
            raise mismatch("an object", value)
        if checked is not None and checked.issuperset(map(type, value.values())):
            return value
        out: dict[str, Any] = {}
        for key, element in value.items():
            try:
                out[key] = item(element)
            except MismatchError as error:
                error.path.insert(0, key)
                raise
        return out

    return decode
