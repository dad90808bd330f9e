"""Models as decoding sees them: their fields, the original data, and unknown keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias, TypeVar

import attrs

from scalingo_async.types import JSONValue

if TYPE_CHECKING:
    Field: TypeAlias = attrs.Attribute[Any]
else:
    # It is no generic class when it runs.
    Field = attrs.Attribute

_R = TypeVar("_R", bound="Record")


class Record:
    """The base of what is decoded: attrs classes whose fields are keys of JSON objects."""

    __slots__ = ()

    if TYPE_CHECKING:
        # It is none of attrs itself, as it has no fields.
        __attrs_attrs__: ClassVar[Any]

        # The object as it came; not there when nothing did. Looking for unknown keys costs as much
        # as decoding a model, and few programs ask for them. Models have the slot.
        @property
        def _received(self) -> Mapping[str, JSONValue] | None: ...
        @_received.setter
        def _received(self, value: Mapping[str, JSONValue] | None) -> None: ...


def is_model(kind: object) -> bool:
    """Tell whether a type is a model."""
    return isinstance(kind, type) and issubclass(kind, Record)


class Fitting(Protocol):
    """Decodes data as a model, if it fits."""

    def __call__(self, cls: type[_R], data: JSONValue, /) -> _R | None:
        """Return the model, or `None` when the data does not fit."""
        ...


class Derivation(Protocol):
    """Works a field out from the others; a field names it in its metadata, as `derived`."""

    def __call__(self, model: Any, fitting: Fitting, /) -> object:
        """Return the value of the field."""
        ...


class NamedModel:
    """Works a field out as a model whose class another field names: a `Derivation`.

    Attributes:
        name: The field that names the class.
        source: The field with the data.
        class_of: Returns the class of a name; `None` for a name that stands for none.
        otherwise: Makes the value of data that has no class, or does not fit it.
    """

    __slots__ = ("class_of", "name", "otherwise", "source")

    def __init__(
        self,
        *,
        name: str,
        source: str,
        class_of: Callable[[str], type[Record] | None],
        otherwise: Callable[[JSONValue], object],
    ) -> None:
        self.name = name
        self.source = source
        self.class_of = class_of
        self.otherwise = otherwise

    def __call__(self, model: Any, fitting: Fitting) -> object:
        """Return the value of the field."""
        data: JSONValue = getattr(model, self.source)
        cls = self.class_of(getattr(model, self.name))
        fits = None if cls is None else fitting(cls, {} if data is None else data)
        return self.otherwise(data) if fits is None else fits


def masked(value: object) -> str:
    """Return what `repr` shows of a secret field."""
    return "None" if value is None else "'***'"


def is_secret(field: Field) -> bool:
    """Tell whether a field holds a secret."""
    return field.repr is masked


def key_of(field: Field) -> str:
    """Return the key of a field in the answer."""
    key: str = field.metadata.get("key", field.name)
    return key


def unit_of(field: Field) -> str:
    """Return the unit that a field's durations come in."""
    unit: str = field.metadata.get("unit", "seconds")
    return unit


def has_default(field: Field) -> bool:
    """Tell whether a field has a value of its own when its key is absent: no model of ours has."""
    return field.default is not None and field.default is not attrs.NOTHING


def fields_of(cls: type[Record]) -> tuple[Field, ...]:
    """Return the fields that come from the answer, those that are worked out left out."""
    return tuple(f for f in attrs.fields(cls) if f.name != "extra" and "derived" not in f.metadata)


def received_of(record: Record) -> Mapping[str, JSONValue] | None:
    """Return the object that a record was decoded from; `None` when it was not."""
    return getattr(record, "_received", None)


def unknown_of(record: Record) -> dict[str, JSONValue]:
    """Return what came and is in no field: keys that are not known, and objects that do not fit."""
    received = received_of(record)
    if not received:
        return {}
    known = {key_of(field): field for field in fields_of(type(record))}
    return {
        key: value
        for key, value in received.items()
        if key not in known or _is_misfit(record, known[key], value)
    }


def _is_misfit(record: Record, field: Field, value: JSONValue) -> bool:
    lenient = field.metadata.get("lenient", False)
    return lenient and value is not None and getattr(record, field.name) is None
