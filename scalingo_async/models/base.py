"""What all models share: unknown keys are kept, and secrets stay out of `repr`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_async.types import JSONValue

__all__ = ["Extra", "Model", "fields_of", "key_of", "masked"]


class Extra(Mapping[str, "JSONValue"]):
    """The keys of an answer that the model does not know: read-only, values as they came."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, JSONValue] | None = None) -> None:
        self._items: dict[str, JSONValue] = dict(items or {})

    def __getitem__(self, key: str) -> JSONValue:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        # Values may be secrets that nobody has declared as such.
        return f"Extra(keys={sorted(self._items)!r})"


def masked(value: object) -> str:
    """Return what `repr` shows of a secret field."""
    return "None" if value is None else "'***'"


@attrs.define(kw_only=True)
class Model:
    """The base of every model."""

    # The object as it came. Looking for unknown keys costs as much as decoding a model, and few
    # programs ask for them.
    _raw: dict[str, JSONValue] | None = attrs.field(default=None, init=False, repr=False, eq=False)

    @property
    def extra(self) -> Extra:
        """Keys of the answer that the model does not know, with their values as they came.

        A nested object that is only hinted at (some answers reduce an app to its name) does not
        fit its model: its field is `None` then, and what came is here.
        """
        raw = self._raw
        if not raw:
            return Extra()
        known = {key_of(field): field for field in fields_of(type(self))}
        return Extra(
            {
                key: value
                for key, value in raw.items()
                if key not in known or _is_misfit(self, known[key], value)
            }
        )


def _is_misfit(model: Model, field: attrs.Attribute[Any], value: JSONValue) -> bool:
    lenient = field.metadata.get("lenient", False)
    return lenient and value is not None and getattr(model, field.name) is None


def key_of(field: attrs.Attribute[Any]) -> str:
    """Return the key of a field in the answer."""
    key: str = field.metadata.get("key", field.name)
    return key


def fields_of(cls: type[Model]) -> tuple[attrs.Attribute[Any], ...]:
    """Return the fields that come from the answer, those that are worked out left out."""
    return tuple(f for f in attrs.fields(cls) if f.init)
