"""The cattrs converter of the client, and the base for users' own converters.

It is a plain `cattrs.Converter` in which models, and what JSON knows, have hooks of ours: stock
hooks turn `None` into `"None"` and `"false"` into `True`, and cost twice as much. A model whose
hooks are all ours is decoded by the shared decoders. A user's hook, for a date or a model or
whatever is in one, is found in the converter at hand.
"""

from __future__ import annotations

import typing
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from scalingo_async._core.arguments import MASK, truth
from scalingo_async._core.decoding.decoder import (
    SHARED,
    Decoders,
    is_ours,
    is_shipped,
    resolved_fields,
)
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.plans import is_union
from scalingo_async._core.decoding.primitives import PRIMITIVES, in_units
from scalingo_async._core.decoding.record import Record, is_model
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import AppRef, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

    from scalingo_async._core.decoding import encoder
    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async.types import JSONValue
else:
    # Most programs only read.
    encoder = LazyModule("scalingo_async._core.decoding.encoder")

_T = TypeVar("_T")


class Hook:
    """A structure hook of ours.

    Args:
        kind: The type that it is for.
        converter: The converter that it was asked of.
    """

    def __init__(self, kind: Any, converter: Converter) -> None:
        self._kind = kind
        self._converter = converter
        self._decode: Decoder | None = None

    @property
    def decode(self) -> Decoder:
        """The decoder behind it, found when first used: models refer to each other."""
        if self._decode is None:
            hooks = _Hooks(self._converter)
            decoders = SHARED if hooks.stock(self._kind) else Decoders(hooks)
            self._decode = decoders.of(self._kind)
        return self._decode

    def __call__(self, value: Any, _: Any = None) -> Any:
        cause: Exception | None = None
        try:
            return self.decode(value)
        except MismatchError as misfit:
            name = self._kind.__name__ if is_model(self._kind) else "the data"
            problem, cause = InvalidArgumentError(misfit.of(name)), misfit.cause
        except RecursionError:
            problem = InvalidArgumentError("the data is nested too deeply")
        raise problem from cause


class _Hooks:
    """What a converter has hooks for, ours and others."""

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self._known: dict[Any, bool] = {}

    def other(self, kind: Any) -> Decoder | None:
        """Return a decoder that calls the hook of a type, if that is none of ours."""
        from cattrs import fns
        from cattrs.errors import StructureHandlerNotFoundError

        if _has_none(kind):
            return None
        nothing: Any = vars(fns)["raise_error"]
        hook: Any
        try:
            hook = self._converter.get_structure_hook(kind)
        except StructureHandlerNotFoundError:
            # Before cattrs 25 this was the hook.
            hook = nothing
        if hook is nothing:
            # `int | str` and the like: whatever JSON comes is kept.
            return None if is_union(kind) else _refusing(kind)
        return None if isinstance(hook, Hook) else _calling(hook, kind)

    def stock(self, kind: Any) -> bool:
        """Tell whether all hooks are ours: those of a type, and of what may be in it."""
        if kind not in self._known:
            # While it is looked at: what is in itself adds nothing.
            self._known[kind] = True
            self._known[kind] = self._stock(kind)
        return self._known[kind]

    def _stock(self, kind: Any) -> bool:
        if _has_none(kind) or (is_shipped(kind) and self._converter is converter()):
            return True
        if self.other(kind) is not None:
            return False
        if not is_model(kind):
            return all(map(self.stock, typing.get_args(kind)))
        # What is worked out may be any model, for which the client's own converter has no others.
        derives = any("derived" in field.metadata for field in attrs.fields(kind))
        return not (derives and self._converter is not converter()) and all(
            self.stock(field.type) for field in resolved_fields(kind)
        )


def _has_none(kind: Any) -> bool:
    """Tell whether a type is none that hooks are looked up for."""
    return kind is Any or kind is type(None) or typing.get_origin(kind) is typing.Literal


def _refusing(kind: Any) -> Decoder:
    def decode(value: Any) -> Any:
        raise mismatch(f"{_name(kind)}, which has no hook", value)

    return decode


def _name(kind: Any) -> str:
    name: str = getattr(kind, "__name__", str(kind))
    return name


def _calling(hook: Callable[[Any, Any], Any], kind: Any) -> Decoder:
    def decode(value: Any) -> Any:
        try:
            return hook(value, kind)
        except Exception as error:  # noqa: BLE001 - a hook may be anybody's
            problem = mismatch(f"what the hook of {_name(kind)} takes", value)
            problem.cause = error
        raise problem

    return decode


class _Encoder:
    """An unstructure hook of ours: for models, with the hooks of a converter for what is in them.

    Args:
        converter: The converter.
        secrets: Whether secrets are written out.
    """

    def __init__(self, converter: Converter, *, secrets: bool) -> None:
        self._converter = converter
        self._secrets = secrets

    def __call__(self, value: Any) -> Any:
        return encoder.encode_model(value, secrets=self._secrets, other=self.other)

    def other(self, value: object) -> Any:
        """Turn a value into JSON data by the hook of its class, if that is none of ours."""
        if isinstance(value, list | dict):
            return NotImplemented
        hook = self._converter.get_unstructure_hook(type(value))
        return NotImplemented if isinstance(hook, _Encoder) else hook(value)


class _LeafEncoder(_Encoder):
    """The same for dates and durations, which fields write in their own units."""

    def __call__(self, value: Any) -> Any:
        return in_units(value, "seconds") if isinstance(value, timedelta) else value.isoformat()


class _ResultEncoder(_Encoder):
    """The same for what methods return and is no model."""

    def __call__(self, value: Any) -> Any:
        return value.to_dict(secrets=self._secrets)


def make_converter(*, secrets: bool = True) -> Converter:
    """Make a converter.

    Args:
        secrets: Whether it writes secrets out, or masks them.
    """
    from cattrs import Converter

    truth(secrets, "secrets")
    made = Converter(detailed_validation=False, unstruct_collection_overrides={})

    def structure(kind: Any, converter: Converter) -> Hook:
        return Hook(kind, converter)

    def unstructure(_: Any, converter: Converter) -> _Encoder:
        return _Encoder(converter, secrets=secrets)

    def unstructure_result(_: Any, converter: Converter) -> _Encoder:
        return _ResultEncoder(converter, secrets=secrets)

    for kind in PRIMITIVES:
        # By type: what the stock converter has for a type comes before what a predicate matches.
        made.register_structure_hook(kind, Hook(kind, made))
    for kind in (date, datetime, timedelta):
        made.register_unstructure_hook(kind, _LeafEncoder(made, secrets=secrets))
    made.register_unstructure_hook(AppRef, str)
    made.register_unstructure_hook(Secret, Secret.reveal if secrets else lambda _: MASK)
    made.register_structure_hook(Secret, Hook(Secret, made))
    made.register_structure_hook_factory(is_ours, structure)
    made.register_unstructure_hook_factory(_is_result, unstructure_result)
    made.register_unstructure_hook_factory(is_model, unstructure)
    return made


def _is_result(kind: Any) -> bool:
    return hasattr(kind, "to_dict") and kind.__module__.startswith("scalingo_async.")


@cache
def converter() -> Converter:
    """Return the client's own converter, made on first use."""
    return make_converter()


@cache
def _masking() -> Converter:
    return make_converter(secrets=False)


def hook(kind: Any) -> Decoder:
    """Return what decodes a type by the client's converter; it is found when it is first called.

    Args:
        kind: A model, or a list of models.
    """
    return later(lambda: kind)


def later(kind: Callable[[], Any]) -> Decoder:
    """Return what decodes a type that is found, as its decoder is, when it is first called.

    Args:
        kind: Returns the type.
    """
    decoder: Decoder | None = None

    def decode(value: Any) -> Any:
        nonlocal decoder
        if decoder is None:
            decoder = decoder_by_hook(kind())
        return decoder(value)

    return decode


def decoder_by_hook(kind: Any) -> Decoder:
    """Return the decoder behind the hook that the client's converter has for a type.

    For the models of the package it is the shared one. So the converter is not made to be asked for
    it, nor cattrs loaded, until a model of a user's comes up.
    """
    if is_shipped(kind):
        return SHARED.of(kind)
    return cast("Hook", converter().get_structure_hook(kind)).decode


def structure(data: JSONValue, cls: type[_T]) -> _T:
    """Turn JSON data into a model.

    Raises:
        MismatchError: The data does not fit.
    """
    return cast("_T", decoder_by_hook(cls)(data))


def encode_other(value: object, *, secrets: bool) -> Any:
    """Turn a value of a user's own kind into JSON, for `encode_model`.

    Args:
        value: The value; models may be in it.
        secrets: Whether their secrets are written out, or masked.
    """
    if isinstance(value, Record | date | timedelta | list | dict):
        return NotImplemented
    return (converter() if secrets else _masking()).unstructure(value)


@hidden_frames
def encoded(model: Record, *, secrets: bool) -> dict[str, JSONValue]:
    """Turn a model into JSON data, with what a user's own kinds are in it.

    Args:
        model: The model.
        secrets: Whether secrets are written out, or masked.

    Raises:
        InvalidArgumentError: It is nested too deeply, or in itself; or `secrets` is no `bool`.
    """
    truth(secrets, "secrets")
    other = partial(encode_other, secrets=secrets)
    try:
        return encoder.encode_model(model, secrets=secrets, other=other)
    except RecursionError:
        problem = InvalidArgumentError(f"{type(model).__name__}: the data is nested too deeply")
    raise problem
