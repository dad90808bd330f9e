"""JSON to models: strict about types, lenient about new keys and values.

At first a model is decoded by a plain loop over its fields, and later, if it is used often, by a
compiled function. Neither invents data: a wrong type is refused with its path. But `null` for a
declared list is an empty list, because the platform's services are written in Go, which serializes
it that way.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

import attrs

from scalingo_async._core.decoding.compiler import compile_decoder
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.plans import Plan, is_union, split_optional
from scalingo_async._core.decoding.primitives import (
    DURATIONS,
    PRIMITIVES,
    anything,
    dict_of,
    list_of,
    optional_datetime,
    required_datetime,
)
from scalingo_async._core.decoding.record import (
    Record,
    fields_of,
    has_default,
    is_model,
    key_of,
    unit_of,
)
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async._core.decoding.record import Derivation
    from scalingo_async.types import JSONValue

_R = TypeVar("_R", bound=Record)

HOT: Final = 4
"""After so many objects a model gets a compiled decoder; compiling costs as much as a hundred."""

_OURS: Final = "scalingo_async."

SAMPLE: Final = 20
"""So many of the objects at hand tell which keys a compiled decoder is fastest for."""


def is_ours(kind: object) -> bool:
    """Tell whether a type is decoded here, perhaps with the help of others for what is in it."""
    if is_union(kind):
        return split_optional(kind)[0] is not Any
    return is_model(kind) or typing.get_origin(kind) in {list, dict}


def is_shipped(kind: Any) -> bool:
    """Tell whether a type is a model of the package, or a list of one, with nothing else in it."""
    if typing.get_origin(kind) is list:
        (kind,) = typing.get_args(kind)
    return is_model(kind) and kind.__module__.startswith(_OURS)


class Hooks(Protocol):
    """The hooks of a converter, where a user has put others beside ours."""

    def other(self, kind: Any, /) -> Decoder | None:
        """Return a decoder that calls the hook of a type, if that is none of ours."""
        ...

    def stock(self, kind: Any, /) -> bool:
        """Tell whether all hooks are ours: those of a type, and of what may be in it."""
        ...


class Decoders:
    """Decoders of types, one for each model.

    Args:
        hooks: Where the decoders of some types are to be found; by default there are none but ours.
    """

    def __init__(self, hooks: Hooks | None = None) -> None:
        self._models: dict[type[Record], ModelDecoder] = {}
        self._hooks = hooks

    @property
    def compiles(self) -> bool:
        """Whether models get compiled decoders, which know nothing of hooks."""
        return self._hooks is None

    def of(self, kind: Any) -> Decoder:
        """Return the decoder of a type; that of a type with `None` takes `None`, too."""
        return self._hooked(kind) or self._own(kind)

    def _hooked(self, kind: Any) -> Decoder | None:
        """Return the decoder that is found by the hooks: a user's, or a shared one."""
        hooks = self._hooks
        if hooks is None:
            return None
        if is_model(kind) and hooks.stock(kind):
            return SHARED.of_model(kind)
        return hooks.other(kind)

    def _own(self, kind: Any) -> Decoder:
        if kind in PRIMITIVES or kind is Secret:
            return PRIMITIVES.get(kind, secret)
        if is_model(kind):
            return self.of_model(kind)
        if is_union(kind):
            return self._nullable(kind)
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin is list:
            return list_of(self.of(args[0]))
        if origin is dict:
            return dict_of(self.of(args[1]))
        return anything

    def _nullable(self, kind: Any) -> Decoder:
        inner, nullable = split_optional(kind)
        decode = self.of(inner)
        if not nullable or decode is anything:
            return decode
        return lambda value: None if value is None else decode(value)

    def of_model(self, cls: type[Record]) -> ModelDecoder:
        """Return the decoder of a model; there is one for each."""
        decoder = self._models.get(cls)
        if decoder is None:
            decoder = self._models[cls] = ModelDecoder(cls, self)
        return decoder

    def fitting(self, cls: type[_R], data: JSONValue) -> _R | None:
        """Decode a model; returns `None` when the data does not fit."""
        try:
            return cast("_R", self.of(cls)(data))
        except MismatchError:
            return None

    def plan_of(self, cls: type[Record]) -> tuple[Plan, ...]:
        """Return how each field of a model is decoded."""
        return tuple(map(self._plan, resolved_fields(cls)))

    def _plan(self, field: attrs.Attribute[Any]) -> Plan:
        kind, nullable = split_optional(field.type)
        unit = unit_of(field)
        found = None if self._hooks is None else self._hooks.other(field.type)
        if found is not None:
            # A user's own hook says what to do with `null`.
            decode, nullable = found, False
        else:
            decode = self.of(kind)
            if decode is DURATIONS["seconds"]:
                decode = DURATIONS[unit]
            elif nullable and decode is required_datetime:
                decode = optional_datetime
        return Plan(
            name=field.name,
            key=key_of(field),
            kind=kind,
            decode=decode,
            nullable=nullable or decode is anything,
            lenient=field.metadata.get("lenient", False),
            absent=field.metadata.get("absent"),
            defaults=field.default is not attrs.NOTHING or not field.init,
            unit=unit,
            model=decode if isinstance(decode, ModelDecoder) else None,
        )


_RESOLVED: Final[dict[type[Record], tuple[attrs.Attribute[Any], ...]]] = {}


def resolved_fields(cls: type[Record]) -> tuple[attrs.Attribute[Any], ...]:
    """Return the fields of a model with their types, which those of a user's may be the names of.

    Raises:
        InvalidArgumentError: A name stands for nothing where the class is.
    """
    fields = _RESOLVED.get(cls)
    if fields is None:
        fields = fields_of(cls)
        if any(_has_names(field.type) for field in fields):
            try:
                attrs.resolve_types(cls)
            except NameError as error:
                problem = f"the annotations of {cls.__name__} can't be resolved: {error}"
                raise InvalidArgumentError(problem) from None
            fields = fields_of(cls)
        _RESOLVED[cls] = fields
    return fields


def _has_names(kind: Any) -> bool:
    if kind.__class__ is type:
        return False
    if isinstance(kind, str | typing.ForwardRef):
        return True
    return typing.get_origin(kind) is not typing.Literal and any(
        map(_has_names, typing.get_args(kind))
    )


class ModelDecoder:
    """Decodes one model: by a loop over its fields, and compiled once it is hot."""

    __slots__ = ("_decoders", "_parts", "_seen", "by_init", "cls", "fast")

    def __init__(self, cls: type[Record], decoders: Decoders | None = None) -> None:
        self.cls = cls
        self._decoders = SHARED if decoders is None else decoders
        self._parts: tuple[tuple[Plan, ...], tuple[tuple[str, Derivation], ...]] | None = None
        self.fast: Decoder | None = None
        self.by_init = _by_init(cls)
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
            self._parts = (self._decoders.plan_of(self.cls), derived)
        return self._parts

    @property
    def lenient(self) -> bool:
        """Whether it takes what does not fit, or calls `__init__`: compiled code does neither."""
        return self.by_init or any(plan.lenient for plan in self.parts[0])

    def for_many(self, values: Sequence[Any]) -> Decoder:
        """Return the decoder to use for some objects."""
        if self.fast is not None:
            return self.fast
        self._seen += len(values)
        return self.compiled(values) if self._seen > HOT else self.slow

    def compiled(self, seen: Sequence[Any] = ()) -> Decoder:
        """Return the compiled decoder; when first asked for, it is made for what was seen."""
        if self.fast is None and self._decoders.compiles:
            self.fast = compile_decoder(self, fitting, _fast_of, seen[:SAMPLE])
        return self.fast or self.slow

    def slow(self, value: Any) -> Any:
        """Decode field by field; says exactly what does not fit.

        Raises:
            MismatchError: A value does not fit.
        """
        plans, derived = self.parts
        if value.__class__ is not dict:
            raise mismatch("an object", value)
        if self.by_init:
            return self._initialized(plans, value)
        model = self.cls.__new__(self.cls)
        for plan in plans:
            setattr(model, plan.name, _field(plan, value))
        model._received = value  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for name, derive in derived:
            setattr(model, name, derive(model, self._decoders.fitting))
        return model

    def _initialized(self, plans: Sequence[Plan], value: dict[str, Any]) -> Any:
        """Make a model of a user's by its `__init__`, which knows what it does more."""
        given = {
            plan.name: _field(plan, value)
            for plan in plans
            if plan.key in value or not plan.defaults
        }
        fields = attrs.fields_dict(self.cls)
        named: dict[str, Any] = {
            cast("str", fields[name].alias): each
            for name, each in given.items()
            if fields[name].init
        }
        try:
            model = cast("Any", self.cls)(**named, _extra=value)
        except Exception as error:  # noqa: BLE001 - it may do anything
            problem = mismatch(f"what {self.cls.__name__} takes", value)
            problem.cause = error
        else:
            for name, derive in self.parts[1]:
                object.__setattr__(model, name, derive(model, self._decoders.fitting))
            return model
        raise problem


def _by_init(cls: type[Record]) -> bool:
    """Tell whether `__init__` has to make a model: it does more than to set what it is given.

    Ours never do. A class of a user's may have defaults, converters, validators, or be frozen.
    """
    if cls.__module__.startswith(_OURS) or "__attrs_init__" in vars(cls):
        return False
    after = getattr(cls, "__attrs_post_init__", None)
    return (
        cls.__setattr__ is not object.__setattr__
        or any(map(has_default, fields_of(cls)))
        or not getattr(after, "__module__", _OURS).startswith(_OURS)
    )


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
    if plan.absent is not None or plan.defaults:
        # Another default than `None` is for `__init__`.
        return plan.absent
    raise MismatchError(plan.expected, "nothing")


SHARED: Final = Decoders()
"""The client's decoders."""

_MODELS: Final = SHARED._models  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def decoder_of(kind: Any) -> Decoder:
    """Return the client's decoder of a type."""
    return SHARED.of(kind)


def plan_of(cls: type[Record]) -> tuple[Plan, ...]:
    """Return how the client decodes each field of a model."""
    return SHARED.plan_of(cls)


def model_decoder(cls: type[Record]) -> ModelDecoder:
    """Return the client's decoder of a model."""
    return SHARED.of_model(cls)


def fitting(cls: type[_R], data: JSONValue) -> _R | None:
    """Decode a model as the client does; returns `None` when the data does not fit."""
    decoder = _MODELS.get(cls) or model_decoder(cls)
    try:
        return (decoder.fast or decoder)(data)  # type: ignore[no-any-return]
    except MismatchError:
        return None


def _fast_of(cls: type[Record]) -> Decoder | None:
    return model_decoder(cls).fast


def secret(value: Any) -> Secret:
    """Decode a secret text, such as a token; an empty one is none."""
    if type(value) is not str:
        raise mismatch("a string", value)
    if not value:
        raise MismatchError("a string that is not empty", "an empty one")
    return Secret(value)
