"""The `repr` of models and results: one short line.

Values that don't fit or are `None` are left out. Secrets are never shown: a field declares this
with `repr=masked` or `repr=False`. Notebooks get tables: `_core.tables`.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINE: Final = 300
"""How long the `repr` of an object may be, in characters."""

PART: Final = 80
"""How long one value in it may be."""

FEW: Final = 3
"""How many items of a list are shown."""

NAMES: Final = frozenset({"name", "username", "email", "label", "title"})
"""Fields by which people know a thing."""


class Shown:
    """The base of attrs classes whose `repr` is one short line."""

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Have attrs find a `__repr__` in each class, so that it makes none."""
        super().__init_subclass__(**options)
        if "__repr__" not in vars(cls):
            cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        return line(self)


def fields_shown(cls: type[Any]) -> Iterator[tuple[str, Callable[[Any], str] | None]]:
    """Yield the fields of an attrs class that show, and how a secret one does."""
    for field in attrs.fields(cls):
        if callable(field.repr):
            yield field.name, cast("Callable[[Any], str]", field.repr)
        elif field.repr:
            yield field.name, None


def line(thing: object, room: int = LINE) -> str:
    """Return an object of an attrs class as one line: `App(id='…', name='shop', …)`."""
    cls = type(thing)
    fields = list(fields_shown(cls))
    if room < LINE:
        # As a part of something else: what people know it by comes first.
        fields.sort(key=lambda field: field[0] not in NAMES)
    parts: list[str] = []
    left = room - len(cls.__name__) - len("(, …)")
    for name, masked in fields:
        value = getattr(thing, name)
        if value is None:
            continue
        part = f"{name}={masked(value) if masked else brief(value, min(PART, room))}"
        left -= len(part) + 2
        if parts and left < 0:
            parts.append("…")
            break
        parts.append(part)
    return f"{cls.__name__}({', '.join(parts)})"


def brief(value: object, room: int = PART) -> str:
    """Return any value as a part of a line."""
    if isinstance(value, Shown):
        own = type(value).__repr__ is not Shown.__repr__
        return cut(repr(value) if own else line(value, room), room)
    if isinstance(value, date | timedelta):
        return str(value)
    if type(value) is list or type(value) is tuple:
        many = cast("list[object] | tuple[object, ...]", value)
        few = [brief(each, room // FEW) for each in many[:FEW]] if room > PART // FEW**2 else []
        return _several(few, len(many), "[]")
    if type(value) is dict:
        items = cast("dict[object, object]", value).items()
        few = [
            f"{brief(key, room // FEW)}: {brief(each, room // FEW)}"
            for key, each in islice(items, FEW if room > PART // FEW**2 else 0)
        ]
        return _several(few, len(items), "{}")
    if isinstance(value, str | bytes):
        # No more of it is made than is shown.
        return cut(repr(value[: room + 1]), room)
    return cut(repr(value), room)


def cut(text: str, room: int) -> str:
    """Return a text that has at most so many characters."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _several(few: list[str], count: int, brackets: str) -> str:
    more = [f"… {count - len(few)} more"] if count > len(few) else []
    return brackets[0] + ", ".join([*few, *more]) + brackets[1]
