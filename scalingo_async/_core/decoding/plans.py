"""How each field of a model is decoded."""

from __future__ import annotations

import types
import typing
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from scalingo_async._core.decoding.primitives import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async._core.decoding.record import Derivation, Record


def is_union(kind: object) -> bool:
    """Tell whether a type is a union, however it is written."""
    return typing.get_origin(kind) in {types.UnionType, typing.Union}


def split_optional(kind: Any) -> tuple[Any, bool]:
    """Take `| None` off a type: returns what is left, and whether it was there."""
    if is_union(kind):
        rest = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        nullable = len(rest) < len(typing.get_args(kind))
        # Open enumerations are written `Literal["a", "b"] | str`.
        named = [arm for arm in rest if typing.get_origin(arm) is not typing.Literal]
        if len(named) == 1:
            return named[0], nullable
        return Any, nullable
    return kind, kind is Any


class ObjectDecoder(Protocol):
    """The decoder of a model: what the compiler has to know of it."""

    @property
    def cls(self) -> type[Record]:
        """The model."""
        ...

    @property
    def parts(self) -> tuple[tuple[Plan, ...], tuple[tuple[str, Derivation], ...]]:
        """How its fields are decoded, and how others are worked out from them."""
        ...

    @property
    def lenient(self) -> bool:
        """Whether it takes what does not fit, which compiled code does not."""
        ...

    def slow(self, value: Any, /) -> Any:
        """Decode field by field; says exactly what does not fit."""
        ...

    def compiled(self, seen: Sequence[Any] = ..., /) -> Decoder:
        """Return the compiled decoder; when first asked for, it is made for what was seen."""
        ...


class Plan(NamedTuple):
    """How one field of a model is decoded.

    Attributes:
        name: Name of the field.
        key: Its key in an answer.
        kind: Its type, without `None`.
        decode: What decodes a value that is there.
        nullable: Whether `None` and an absent key are taken.
        lenient: Whether a value that does not fit becomes `None`.
        absent: What an absent key stands for, if that is not `None`.
        defaults: Whether the class has a value for an absent key.
        unit: The unit of a duration.
        model: The decoder of the model that belongs there, if one does.
    """

    name: str
    key: str
    kind: Any
    decode: Decoder
    nullable: bool
    lenient: bool
    absent: str | None = None
    defaults: bool = False
    unit: str = "seconds"
    model: ObjectDecoder | None = None

    @property
    def is_list(self) -> bool:
        """Whether a list belongs there."""
        return typing.get_origin(self.kind) is list

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
