"""JSON to models and back: strict about types, lenient about what is new.

A model is decoded by a plain loop over its fields at first, and by a function compiled for it once
it turns out to be in use. Both never invent data: a wrong type is refused with its path. But `null`
where a list is declared is an empty one: the platform's services are written in Go, which writes it
so.
"""

from __future__ import annotations

import typing
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from scalingo_async._core.decoding.compiler import compile_decoder
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.plans import Plan, split_optional
from scalingo_async._core.decoding.primitives import (
    DURATIONS,
    PRIMITIVES,
    anything,
    dict_of,
    list_of,
    optional_datetime,
    required_datetime,
)
from scalingo_async.models.base import Model, fields_of, key_of, unit_of
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cattrs import Converter

    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async.models.base import Derivation
    from scalingo_async.types import JSONValue

_T = TypeVar("_T")
_M = TypeVar("_M", bound=Model)

HOT: Final = 4
"""After so many objects a model gets a compiled decoder; compiling costs as much as a hundred."""

SAMPLE: Final = 20
"""So many of the objects at hand tell which keys a compiled decoder is fastest for."""


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
                absent=field.metadata.get("absent"),
                unit=unit,
                model=decode if isinstance(decode, ModelDecoder) else None,
            )
        )
    return tuple(plans)


class ModelDecoder:
    """Decodes one model: by a loop over its fields, and compiled once it is hot."""

    __slots__ = ("_parts", "_seen", "cls", "fast")

    def __init__(self, cls: type[Model]) -> None:
        self.cls = cls
        self._parts: tuple[tuple[Plan, ...], tuple[tuple[str, Derivation], ...]] | None = None
        self.fast: Decoder | None = None
        self._seen = 0

    def __call__(self, value: Any) -> Any:
        if self.fast is not None:
            return self.fast(value)
        self._seen += 1
        return self.compiled([value])(value) if self._seen > HOT else self.slow(value)

    @property
    def parts(self) -> tuple[tuple[Plan, ...], tuple[tuple[str, Derivation], ...]]:
        """How its fields are decoded, and how others are worked out from them."""
        if self._parts is None:
            derived = tuple(
                (field.name, field.metadata["derived"])
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
            self.fast = compile_decoder(self, fitting, seen[:SAMPLE])
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
        model._received = value  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for name, derive in derived:
            setattr(model, name, derive(model, fitting))
        return model


def _field(plan: Plan, value: dict[str, Any]) -> Any:
    given = value.get(plan.key)
    if given is None and plan.nullable:
        # A list that is there is never `None`.
        return [] if plan.is_list and plan.key in value else None
    try:
        return plan.decode(given) if plan.key in value else _missing(plan)
    except MismatchError as error:
        if plan.lenient:
            return None
        error.path.insert(0, plan.key)
        raise


def _missing(plan: Plan) -> Any:
    if plan.absent is not None:
        return plan.absent
    raise MismatchError(plan.expected, "nothing")


_DECODERS: Final[dict[type[Model], ModelDecoder]] = {}


def model_decoder(cls: type[Model]) -> ModelDecoder:
    """Return the decoder of a model; there is one for each."""
    decoder = _DECODERS.get(cls)
    if decoder is None:
        decoder = _DECODERS[cls] = ModelDecoder(cls)
    return decoder


def fitting(cls: type[_M], data: JSONValue) -> _M | None:
    """Decode a model; returns `None` when the data does not fit."""
    decoder = _DECODERS.get(cls) or model_decoder(cls)
    try:
        return (decoder.fast or decoder)(data)  # type: ignore[no-any-return]
    except MismatchError:
        return None


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
    """Decode a secret text, such as a token; an empty one is none."""
    if type(value) is not str:
        raise mismatch("a string", value)
    if not value:
        raise MismatchError("a string that is not empty", "an empty one")
    return Secret(value)
