"""Models to JSON data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scalingo_async._core.decoding.primitives import in_units
from scalingo_async.models.base import Model, fields_of, key_of, unit_of

if TYPE_CHECKING:
    from scalingo_async.types import JSONValue


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
