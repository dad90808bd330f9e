"""Matching: find the items of a list that have the given values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin

import attrs

from scalingo_async._core.annotations import Expected, Place, kinds_named
from scalingo_async._core.answer_text import one_line
from scalingo_async._core.arguments import aware_time
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import AmbiguousMatchError, InvalidArgumentError, NotFoundError
from scalingo_async.models.base import Model, fields_of
from scalingo_async.types import AppRef, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_COMPARED: Final = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "datetime",
    date: "date",
    timedelta: "timedelta",
    NoneType: "None",
}
"""The classes of values that are compared, with the names that annotations have for them."""

_KEPT: Final = 1000
"""How many values of a list are remembered, to say which ones there are."""

_SHOWN: Final = 20
"""How many matches a message names."""

_WIDTH: Final = 400
"""How long the names in a message may be, in characters."""


def _classes(annotation: object) -> set[type]:
    """Return the classes of the values that a field may have."""
    if isinstance(annotation, type):
        return {annotation}
    origin = get_origin(annotation)
    if origin is Literal:
        return {type(value) for value in get_args(annotation)}
    if origin in {Union, UnionType}:
        return set[type]().union(*map(_classes, get_args(annotation)))
    return set()


def _expected(field: attrs.Attribute[Any]) -> Expected | None:
    """Return what a field can be compared with; `None` for one that holds objects or lists."""
    names = [_COMPARED[cls] for cls in _COMPARED if cls in _classes(field.type)]
    if not set(names) - {"None"}:
        return None
    if "str" in names:
        names.append("Secret")
    return Expected(kinds_named(names))


def is_secret(field: attrs.Attribute[Any]) -> bool:
    """Tell whether `repr` does not show the value of a field."""
    return field.repr is not True


@cache
def searchable(cls: type) -> dict[str, Expected]:
    """Return the fields of a model that its objects can be searched by."""
    if not issubclass(cls, Model):
        return {}
    pairs = ((field.name, _expected(field)) for field in fields_of(cls))
    return {name: expected for name, expected in pairs if expected is not None}


class _Condition:
    """A value to match in a field."""

    __slots__ = ("name", "region", "secret", "value")

    def __init__(
        self, name: str, value: object, *, secret: bool, region: str | None = None
    ) -> None:
        self.name = name
        self.value = value
        self.secret = secret
        self.region = region

    def fits(self, item: object) -> bool:
        wanted = self.value.reveal() if isinstance(self.value, Secret) else self.value
        found = getattr(item, self.name)
        same = (isinstance(found, bool) is isinstance(wanted, bool)) and found == wanted
        return same and self._is_in_region(found, item)

    def _is_in_region(self, found: object, item: object) -> bool:
        """Tell whether what was found is not known to be an app of another region."""
        if self.region is None:
            return True
        where = found.region if isinstance(found, AppRef) else getattr(item, "region", None)
        return not where or where == self.region

    def __str__(self) -> str:
        return f"{self.name}=***" if self.secret else f"{self.name}={self.value!r}"


def _condition(field: attrs.Attribute[Any], expected: Expected, value: object) -> _Condition:
    secret = is_secret(field)
    expected.check(Place(field.name, not secret), value)
    if isinstance(value, datetime):
        aware_time(value, field.name)
    if isinstance(value, Secret):
        return _Condition(field.name, value, secret=True)
    if isinstance(value, str):
        # One of a subclass is the `str` that it is.
        region = value.region if isinstance(value, AppRef) else None
        value = str.__str__(value)
        hidden = Secret(value) if secret else value
        return _Condition(field.name, hidden, secret=secret, region=region)
    return _Condition(field.name, value, secret=secret)


class Matching(Uncopyable):
    """The values of a search, and the facts about compared items for error messages.

    Args:
        operation: Id of the operation that lists the items.
        cls: The class of the items.
        conditions: The values, one at least.
    """

    __slots__ = ("_cls", "_conditions", "_listed", "_looked_at", "_operation", "_values")

    def __init__(self, operation: str, cls: type, conditions: Sequence[_Condition]) -> None:
        self._operation = operation
        self._cls = cls
        self._conditions = conditions
        self._looked_at = 0
        self._values: dict[str, None] = {}
        named = (c.name for c in conditions if not c.secret and isinstance(c.value, str))
        # The field whose values are named when nothing matches.
        self._listed = next(named, None)

    @property
    def is_by_id(self) -> bool:
        """Whether nothing else on another page can match."""
        return any(condition.name == "id" for condition in self._conditions)

    def fits(self, item: object) -> bool:
        """Tell whether an item has all the values; remembers what it has instead."""
        self._looked_at += 1
        if self._listed is not None and len(self._values) < _KEPT:
            self._values[str(getattr(item, self._listed))] = None
        return all(condition.fits(item) for condition in self._conditions)

    def __str__(self) -> str:
        return ", ".join(map(str, self._conditions))

    def missing(self) -> NotFoundError:
        """Make the error for no match."""
        message = f"{self._operation} has no item with {self}"
        known = tuple(self._values)
        if not self._looked_at:
            return NotFoundError(f"{message}: it is empty", known=known)
        if self._listed is None:
            return NotFoundError(f"{message}, of {self._looked_at}")
        wanted = next(str(c.value) for c in self._conditions if c.name == self._listed)
        return NotFoundError(
            f"{message}{hint(wanted, known)}; the {self._listed} of what there is: "
            f"{listing(known)}",
            known=known,
        )

    def ambiguous(self, found: Sequence[object]) -> AmbiguousMatchError:
        """Make the error for several matches."""
        fields = {field.name: field for field in fields_of(self._cls)}
        open_ = [name for name in searchable(self._cls) if not is_secret(fields[name])]
        differ = tuple(
            name
            for name in open_
            if any(getattr(x, name) != getattr(found[0], name) for x in found)
        )
        matches: tuple[str, ...] = ()
        if differ:
            matches = tuple(f"{differ[0]}={getattr(item, differ[0])!r}" for item in found[:_SHOWN])
            rest = (
                f": {one_line(', '.join(matches), _WIDTH)}. They differ in {', '.join(differ)}: "
                "give one of these as well, or use first()"
            )
        else:
            rest = ", and differ in nothing that can be given here: use first()"
        return AmbiguousMatchError(
            f"{len(found)} items of {self._operation} have {self}{rest}",
            count=len(found),
            matches=matches,
            differ_in=differ,
        )


def matching(
    operation: str, cls: type, fields: Mapping[str, object]
) -> Matching | InvalidArgumentError:
    """Look at the values that one is searched by; returns what is wrong with them, if anything is.

    An error that is returned has no frames, which hold what was given.
    """
    try:
        return Matching(operation, cls, list(_conditions(operation, cls, fields)))
    except InvalidArgumentError as error:
        return error.with_traceback(None)


def _conditions(operation: str, cls: type, fields: Mapping[str, object]) -> Iterable[_Condition]:
    known = searchable(cls)
    names = ", ".join(known)
    if not known:
        raise InvalidArgumentError(
            f"the items of {operation} have no fields to be found by: use first(), with a function "
            "that takes an item"
        )
    if not fields:
        raise InvalidArgumentError(
            f"find() takes at least one field and its value, of {names}; first() takes none"
        )
    declared = {field.name: field for field in attrs.fields(cls)}
    for name, value in fields.items():
        if name in known:
            yield _condition(declared[name], known[name], value)
        elif name in declared and not name.startswith("_"):
            raise InvalidArgumentError(
                f"{name} of {cls.__name__} is more than a plain value, and can't be compared: use "
                f"first(), with a function that takes an item. find() takes {names}"
            )
        else:
            raise InvalidArgumentError(
                f"{cls.__name__} has no field {name}{hint(name, known)}; find() takes {names}"
            )


def hint(wanted: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant, as the part of a message."""
    from difflib import get_close_matches

    close = get_close_matches(wanted, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def listing(names: Sequence[str]) -> str:
    """Return names as the part of a message, not longer than can be read."""
    return one_line(", ".join(names), _WIDTH)
