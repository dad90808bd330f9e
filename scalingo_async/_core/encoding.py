"""Queries and bodies of requests: from what a caller gave to what is sent."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from scalingo_async._core.arguments import wrong_kind
from scalingo_async._core.decoding import json
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


@hidden_frames
def query_values(query: Mapping[str, object]) -> dict[str, str]:
    """Write query parameters as the platform reads them; absent ones are left out.

    Raises:
        InvalidArgumentError: A value has no such form.
    """
    out: dict[str, str] = {}
    for name, value in query.items():
        if value is UNSET or value is None:
            continue
        key = _text(name, "the name of a query parameter")
        out[key] = _query_text(value, f"query: {name}")
    return out


def _query_text(value: object, name: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(_finite(value, name))
    if isinstance(value, date):
        return value.isoformat()
    return _text(value.reveal() if isinstance(value, Secret) else value, name)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise wrong_kind(value, name, "text or a number")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(
            f"{name} contains a lone surrogate, which is not valid text"
        ) from None
    return value


def _finite(value: object, name: str) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidArgumentError(f"{name} must be a finite number")
    return value


@hidden_frames
def encode_body(body: Mapping[str, object], wrap: str | None) -> bytes:
    """Write the body of a request: unset fields left out, under its root.

    Raises:
        InvalidArgumentError: A value has no JSON form.
    """
    # What is not a finite number would be written as null.
    fields = {name: _finite(value, name) for name, value in body.items() if value is not UNSET}
    try:
        return json.dumps({wrap: fields} if wrap else fields)
    except TypeError as error:
        problem = InvalidArgumentError(f"an argument can't be sent: {error}")
    raise problem
