"""Authentication: how long a token lasts."""

from __future__ import annotations

import binascii
import math
from base64 import urlsafe_b64decode
from typing import Final

DEFAULT_LIFETIME: Final = 50 * 60.0
"""The lifetime of a token without an expiry, in seconds; the platform's tokens last an hour."""

REFRESH_EARLY: Final = 300.0
"""Seconds before expiry from which a token is renewed, while other calls use the old one."""

MUST_REFRESH: Final = 60.0
"""Seconds before expiry from which a token is no longer used."""

_MAX_TOKEN: Final = 64 * 1024


def lifetime_of(token: str, now: float) -> float:
    """Return the remaining lifetime of a JWT in seconds, from its unverified claims.

    The difference between `exp` and `iat` doesn't depend on this machine's clock; without `iat`,
    the clock is used. A token without an expiry, or that would have expired already, is used for
    fifty minutes: a wrong clock must not cost an exchange for each call.

    Args:
        token: The token.
        now: The wall clock, in seconds since 1970.

    Returns:
        Seconds, more than 0.
    """
    claims = _claims(token)
    expiry, issued = _number(claims.get("exp")), _number(claims.get("iat"))
    if expiry is None:
        return DEFAULT_LIFETIME
    lifetime = expiry - (now if issued is None else issued)
    return min(lifetime, 24 * 3600.0) if lifetime > 0 else DEFAULT_LIFETIME


def _claims(token: str) -> dict[str, object]:
    parts = token.split(".")
    if len(token) > _MAX_TOKEN or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        return {}
    import json

    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
