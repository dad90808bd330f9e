"""JSON: parsing and writing."""

from __future__ import annotations

from typing import Any

import orjson

from scalingo_async.types import Secret


def loads(content: bytes) -> Any:
    """Parse JSON.

    Raises:
        ValueError: It is not JSON.
    """
    return orjson.loads(content)


def _default(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} can't be sent as JSON")


def dumps(data: object) -> bytes:
    """Write JSON; secrets are written out, dates as ISO 8601.

    Raises:
        TypeError: A value has no JSON form.
    """
    return orjson.dumps(data, default=_default)
