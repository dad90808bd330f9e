"""JSON to models and back: strict about types, lenient about what is new.

A model is decoded by a plain loop over its fields at first, and by a function compiled for it once
it turns out to be in use. Both never invent data: a wrong type is refused with its path.
"""

from __future__ import annotations

import types
import typing
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from scalingo_async._core.decoding.compiler import compile_decoder
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.primitives import (
    DURATIONS,
    NAMES,
    PRIMITIVES,
    anything,
    dict_of,
    in_units,
    list_of,
    optional_datetime,
    required_datetime,
)
from scalingo_async.models.base import Model, fields_of, key_of, unit_of
from scalingo_async.models.events.event import GenericData
from scalingo_async.models.events.types import EVENT_TYPES
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cattrs import Converter

    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async.models.events.event import Event, EventData
    from scalingo_async.types import JSONValue

_T = TypeVar("_T")

HOT: Final = 4
"""After so many objects a model gets a compiled decoder; compiling costs as much as a hundred."""

SAMPLE: Final = 20
"""So many of the objects at hand tell which keys a compiled decoder is fastest for."""


def split_optional(kind: Any) -> tuple[Any, bool]:
    """Take `| None` off a type: returns what is left, and whether it was there."""
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        rest = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        nullable = len(rest) < len(typing.get_args(kind))
        # Open enumerations are written `Literal["a", "b"] | str`.
        named = [arm for arm in rest if typing.get_origin(arm) is not typing.Literal]
        if len(named) == 1:
            return named[0], nullable
        return Any, nullable
    return kind, kind is Any


def decoder_of(kind: Any) -> Decoder:
    """Return the decoder of a type, `None` excluded."""
    if kind in PRIMITIVES:
        return PRIMITIVES[kind]
    if isinstance(kind, type) and issubclass(kind, Model):
        return model_decoder(kind)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return list_of(_nullable(args[0]))
    if origin is dict:
        return dict_of(_nullable(args[1]))
    return anything


def _nullable(kind: Any) -> Decoder:
    inner, nullable = split_optional(kind)
    decode = decoder_of(inner)
    if not nullable or decode is anything:
        return decode
    return lambda value: None if value is None else decode(value)


@attrs.frozen
class Plan:
    """How one field of a model is decoded."""

    name: str
    key: str
    kind: Any
    decode: Decoder
    nullable: bool
    lenient: bool
    unit: str = "seconds"

    @property
    def model(self) -> ModelDecoder | None:
        """The decoder of the model that belongs there, if one does."""
        return self.decode if isinstance(self.decode, ModelDecoder) else None

    @property
    def expected(self) -> str:
        """What belongs there, in words."""
        if self.kind is timedelta:
            return f"a duration in whole {self.unit}"
        if self.kind in NAMES:
            return NAMES[self.kind]
        return {list: "an array", dict: "an object"}.get(
            typing.get_origin(self.kind) or dict, "a value"
        )


def plan_of(cls: type[Model]) -> tuple[Plan, ...]:
    """Return how each field of a model is decoded."""
    plans: list[Plan] = []
    for field in fields_of(cls):
        kind, nullable = split_optional(field.type)
        unit = unit_of(field)
        decode = DURATIONS[unit] if kind is timedelta else decoder_of(kind)
        if nullable and decode is required_datetime:
            decode = optional_datetime
        plans.append(
            Plan(
                name=field.name,
                key=key_of(field),
                kind=kind,
                decode=decode,
                nullable=nullable or decode is anything,
                lenient=field.metadata.get("lenient", False),
                unit=unit,
            )
        )
    return tuple(plans)


class ModelDecoder:
    """Decodes one model: by a loop over its fields, and compiled once it is hot."""

    __slots__ = ("_parts", "_seen", "cls", "fast")

    def __init__(self, cls: type[Model]) -> None:
        self.cls = cls
        self._parts: tuple[tuple[Plan, ...], tuple[tuple[str, Decoder], ...]] | None = None
        self.fast: Decoder | None = None
        self._seen = 0

    def __call__(self, value: Any) -> Any:
        if self.fast is not None:
            return self.fast(value)
        self._seen += 1
        return self.compiled([value])(value) if self._seen > HOT else self.slow(value)

    @property
    def parts(self) -> tuple[tuple[Plan, ...], tuple[tuple[str, Decoder], ...]]:
        """How its fields are decoded, and how others are worked out from them."""
        if self._parts is None:
            derived = tuple(
                (field.name, DERIVATIONS[field.metadata["derived"]])
                for field in attrs.fields(self.cls)
                if "derived" in field.metadata
            )
            self._parts = (plan_of(self.cls), derived)
        return self._parts

    @property
    def lenient(self) -> bool:
        """Whether it takes what does not fit, which compiled code does not."""
        return any(plan.lenient for plan in self.parts[0])

    def for_many(self, values: Sequence[Any]) -> Decoder:
        """Return the decoder to use for some objects."""
        if self.fast is not None:
            return self.fast
        self._seen += len(values)
        return self.compiled(values) if self._seen > HOT else self.slow

    def compiled(self, seen: Sequence[Any] = ()) -> Decoder:
        """Return the compiled decoder; when first asked for, it is made for what was seen."""
        if self.fast is None:
            self.fast = compile_decoder(self, seen[:SAMPLE])
        return self.fast

    def slow(self, value: Any) -> Any:
        """Decode field by field; says exactly what does not fit.

        Raises:
            MismatchError: A value does not fit.
        """
        plans, derived = self.parts
        if value.__class__ is not dict:
            raise mismatch("an object", value)
        model = self.cls.__new__(self.cls)
        for plan in plans:
            setattr(model, plan.name, _field(plan, value))
        model._raw = value  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for name, derive in derived:
            setattr(model, name, derive(model))
        return model


def _field(plan: Plan, value: dict[str, Any]) -> Any:
    raw = value.get(plan.key)
    if raw is None and plan.nullable:
        return None
    try:
        return plan.decode(raw) if plan.key in value else _missing(plan)
    except MismatchError as error:
        if plan.lenient:
            return None
        error.path.insert(0, plan.key)
        raise


def _missing(plan: Plan) -> Any:
    raise MismatchError(plan.expected, "nothing")


def _event_payload(event: Event) -> EventData:
    """Decode the payload of an event as the class of its type; what does not fit stays generic."""
    type_, data = event.type, event.type_data
    decoder = _PAYLOADS.get(type_) or _payload_decoder(type_)
    if decoder is not None:
        decode = decoder.fast or decoder
        try:
            return decode({} if data is None else data)  # type: ignore[no-any-return]
        except MismatchError:
            pass
    return GenericData(data=data)


_PAYLOADS: Final[dict[str, ModelDecoder]] = {}


def _payload_decoder(type_: str) -> ModelDecoder | None:
    # Only known types are kept: the types in an answer are not ours to count on.
    home = EVENT_TYPES.get(type_)
    if home is None:
        return None
    module = import_module(f"scalingo_async.models.events.{home[0]}")
    decoder = _PAYLOADS[type_] = model_decoder(getattr(module, home[1]))
    return decoder


DERIVATIONS: Final[dict[str, Decoder]] = {"event_payload": _event_payload}
"""The fields that no answer holds as such, by the name that their metadata gives."""


_DECODERS: Final[dict[type[Model], ModelDecoder]] = {}


def model_decoder(cls: type[Model]) -> ModelDecoder:
    """Return the decoder of a model; there is one for each."""
    decoder = _DECODERS.get(cls)
    if decoder is None:
        decoder = _DECODERS[cls] = ModelDecoder(cls)
    return decoder


def encode_model(model: Model) -> dict[str, JSONValue]:
    """Turn a model into JSON data: unset optional fields left out, unknown keys put back."""
    out: dict[str, Any] = {}
    for field in fields_of(type(model)):
        value = getattr(model, field.name)
        if value is not None:
            out[key_of(field)] = _encode(value, unit_of(field))
    out.update(model.extra)
    return out


def _encode(value: Any, unit: str) -> Any:
    if isinstance(value, Model):
        return encode_model(value)
    if isinstance(value, list):
        return [_encode(item, unit) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {k: _encode(v, unit) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return in_units(value, unit)
    return value


@cache
def converter() -> Converter:
    """Return the cattrs converter of this package, made on first use.

    It is a plain `cattrs.Converter` in which models have hooks of ours: stock hooks turn `None`
    into `"None"` and `"false"` into `True`, and cost twice as much.
    """
    from cattrs import Converter

    made = Converter(detailed_validation=False, unstruct_collection_overrides={})

    def is_model(kind: Any) -> bool:
        return isinstance(kind, type) and issubclass(kind, Model)

    def structure(kind: Any) -> Callable[[Any, Any], Any]:
        decode = decoder_of(kind)
        return lambda value, _: decode(value)

    def _encoder(_: Any) -> Callable[[Model], dict[str, JSONValue]]:
        return encode_model

    for kind in PRIMITIVES:
        # By type: what the stock converter has for a type comes before what a predicate matches.
        made.register_structure_hook(kind, structure(kind))
    made.register_structure_hook_factory(is_model, structure)
    made.register_structure_hook_factory(_is_container, structure)
    made.register_unstructure_hook_factory(is_model, _encoder)
    return made


def _is_container(kind: Any) -> bool:
    return typing.get_origin(kind) in {list, dict}


def structure(data: JSONValue, cls: type[_T]) -> _T:
    """Turn JSON data into a model.

    Raises:
        MismatchError: The data does not fit.
    """
    return converter().structure(data, cls)


def hook(kind: Any) -> Decoder:
    """Return the converter's hook for a type; the converter is made when it is first called.

    Args:
        kind: A model, or a list of models.
    """
    structure: Callable[[Any, Any], Any] | None = None

    def decode(value: Any) -> Any:
        nonlocal structure
        if structure is None:
            structure = converter().get_structure_hook(kind)
        return structure(value, kind)

    return decode


def secret(value: Any) -> Secret:
    """Decode a secret text."""
    if type(value) is not str:
        raise mismatch("a string", value)
    return Secret(value)
