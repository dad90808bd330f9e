"""Queries and bodies of requests: from the caller's values to the bytes that are sent."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from scalingo_async._core.arguments import IS_MASKED, MASK, masked_at, refuse_masked, wrong_kind
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_async._core.decoding import json
else:
    # It brings orjson along, which a client that is made has no use for yet.
    json = LazyModule("scalingo_async._core.decoding.json")

_MASK: Final = MASK.encode()


@hidden_frames
def query_values(query: Mapping[str, object]) -> dict[str, str]:
    """Write query parameters as the platform reads them; absent ones are left out.

    Raises:
        InvalidArgumentError: A value has no such form, or is the mask of a secret.
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
    refuse_masked(value, name)
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
        InvalidArgumentError: A value has no JSON form, or is the mask of a secret.
    """
    # What is not a finite number would be written as null.
    fields = {name: _finite(value, name) for name, value in body.items() if value is not UNSET}
    try:
        content = json.dumps({wrap: fields} if wrap else fields)
    except TypeError as error:
        problem = InvalidArgumentError(f"an argument can't be sent: {error}")
    else:
        if _MASK not in content:
            return content
        places = (masked_at(value, name) for name, value in fields.items())
        place = next(filter(None, places), "an argument")
        problem = InvalidArgumentError(f"{place} {IS_MASKED}")
    raise problem
