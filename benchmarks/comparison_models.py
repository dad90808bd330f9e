"""The same models in other libraries, made from the fields of ours."""

from __future__ import annotations

import importlib
import types
import typing
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Protocol

import attrs

from benchmarks.payloads import EVENT_TYPES

PLAIN = {str, int, float, bool, datetime, date}


class Library(Protocol):
    """How a library makes a class: fields as (name, type, required)."""

    def __call__(self, name: str, fields: list[tuple[str, Any, bool]]) -> type:
        """Make a class."""
        ...


def equivalent(cls: type, library: Library) -> type:
    """Make the equivalent of one of our models, and of all models in it."""
    made: dict[type, type] = {}

    def model(cls: type) -> type:
        if cls not in made:
            made[cls] = library(
                cls.__name__,
                [
                    (field.name, kind(field.type), field.default is attrs.NOTHING)
                    for field in attrs.fields(cls)
                    if field.init and field.name != "extra"
                ],
            )
        return made[cls]

    def kind(hint: Any) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in {types.UnionType, typing.Union}:
            rest = [arm for arm in arguments if arm is not type(None)]
            # Open enumerations are written `Literal["a", "b"] | str`.
            rest = [arm for arm in rest if typing.get_origin(arm) is not typing.Literal]
            inner = kind(rest[0]) if len(rest) == 1 else Any
            return inner if inner is Any or len(rest) == len(arguments) else inner | None
        if isinstance(hint, type) and attrs.has(hint):
            return model(hint)
        if origin is list:
            return list[kind(arguments[0])]  # type: ignore[misc]
        if origin is dict:
            return dict[str, kind(arguments[1])]  # type: ignore[misc]
        if hint is timedelta:
            # Not all libraries convert numbers to durations.
            return int
        return hint if hint in PLAIN else Any

    return model(cls)


@cache
def payload_classes() -> dict[str, type]:
    """Return our class of the payload of each event type in the benchmark."""
    from scalingo_async.models.events.types import EVENT_TYPES as ALL

    found: dict[str, type] = {}
    for name in EVENT_TYPES:
        module, cls = ALL[name]
        found[name] = getattr(
            importlib.import_module(f"scalingo_async.models.events.{module}"), cls
        )
    return found


def with_msgspec(name: str, fields: list[tuple[str, Any, bool]]) -> type:
    """Make a Struct; the payload of an event stays raw until its type is known."""
    import msgspec

    def field(name: str, kind: Any, *, required: bool) -> Any:
        kind = msgspec.Raw if name == "type_data" else kind
        return (name, kind) if required else (name, kind, None)

    return msgspec.defstruct(
        name, [field(name, kind, required=needed) for name, kind, needed in fields], kw_only=True
    )


def with_pydantic(name: str, fields: list[tuple[str, Any, bool]]) -> type:
    """Make a BaseModel."""
    import pydantic

    definitions: dict[str, Any] = {
        name: (kind, ... if required else None) for name, kind, required in fields
    }
    made: type = pydantic.create_model(name, **definitions)
    return made


def with_attrs(name: str, fields: list[tuple[str, Any, bool]]) -> type:
    """Make an attrs class, for cattrs with its defaults."""
    return attrs.make_class(
        name,
        {
            name: attrs.field(type=kind, default=attrs.NOTHING if required else None)
            for name, kind, required in fields
        },
        kw_only=True,
        slots=True,
    )
