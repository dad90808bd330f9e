"""Models to JSON data."""

from __future__ import annotations

import typing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from scalingo_async._core.decoding.masking import mask, mask_unknown
from scalingo_async._core.decoding.mismatch import is_array, is_object
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async._core.decoding.primitives import in_units
from scalingo_async._core.decoding.record import (
    Record,
    fields_of,
    has_default,
    is_secret,
    key_of,
    received_of,
    unit_of,
    unknown_of,
)
from scalingo_async.types import AppRef

if TYPE_CHECKING:
    from collections.abc import Callable

    import attrs

    from scalingo_async.types import JSONValue

_JSON: Final = (str, int, float, bool, type(None), AppRef)


def encode_model(
    model: Record,
    *,
    secrets: bool = True,
    other: Callable[[object], Any] | None = None,
) -> dict[str, JSONValue]:
    """Turn a model into JSON data: unknown keys put back, what is worked out left out.

    A field that is `None` is written when its key came.

    Args:
        model: The model.
        secrets: Whether secrets are written out, or masked.
        other: Turns what is no JSON into JSON, where models have fields of a user's own kinds;
            returns `NotImplemented` for what is to be written as it always is.
    """
    out: dict[str, Any] = {}
    received = received_of(model) or {}
    for field in fields_of(type(model)):
        key, value = key_of(field), getattr(model, field.name)
        if value is None:
            # An absent list is `None`, and `null` is an empty one.
            if has_default(field) or (key in received and not _is_list(field)):
                out[key] = None
        elif secrets:
            out[key] = _encode(value, field, secrets=True, other=other)
        elif is_secret(field):
            out[key] = mask(_encode(value, field, secrets=True, other=other))
        elif field.repr is False:
            out[key] = _masked_payload(model, field, value)
        else:
            out[key] = _encode(value, field, secrets=False, other=other)
    extra = unknown_of(model)
    out.update(_copy(extra) if secrets else mask_unknown(extra))
    return out


def _is_list(field: attrs.Attribute[Any]) -> bool:
    return typing.get_origin(split_optional(field.type)[0]) is list


def _masked_payload(model: Record, field: attrs.Attribute[Any], value: Any) -> Any:
    """Mask data that may hold secrets: by the model that it was decoded as, if there is one."""
    typed: Any = getattr(model, field.metadata.get("typed", ""), None)
    if isinstance(typed, Record) and received_of(typed) is value:
        return encode_model(typed, secrets=False)
    return mask_unknown(value)


def _encode(
    value: Any,
    field: attrs.Attribute[Any],
    *,
    secrets: bool,
    other: Callable[[object], Any] | None,
) -> Any:
    if value.__class__ in _JSON:
        # Data is plain: it knows no regions.
        return str(value) if value.__class__ is AppRef else value
    out = NotImplemented if other is None else other(value)
    if out is not NotImplemented:
        if isinstance(out, set | frozenset):
            out = list(cast("set[Any]", out))
        return out if secrets else mask_unknown(out)
    if isinstance(value, Record):
        return encode_model(value, secrets=secrets, other=other)
    if is_object(value):
        return {
            key: _encode(each, field, secrets=secrets, other=other) for key, each in value.items()
        }
    if not is_array(value):
        return _leaf(value, unit_of(field))
    return [_encode(each, field, secrets=secrets, other=other) for each in value]


def _leaf(value: Any, unit: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return in_units(value, unit) if isinstance(value, timedelta) else value


def _copy(value: Any) -> Any:
    if is_object(value):
        return {key: _copy(each) for key, each in value.items()}
    if is_array(value):
        return [_copy(each) for each in value]
    return value
