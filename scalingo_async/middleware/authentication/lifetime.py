"""Authentication: how long a token lasts."""

from __future__ import annotations

import binascii
import math
from base64 import urlsafe_b64decode
from typing import Final

DEFAULT_LIFETIME: Final = 50 * 60.0
"""Seconds that a token is trusted for when it does not say; the platform's last an hour."""

REFRESH_EARLY: Final = 300.0
"""Seconds before its end from which a token is renewed, while others go on with the old one."""

MUST_REFRESH: Final = 60.0
"""Seconds before its end from which a token is not used any more."""

_MAX_TOKEN: Final = 64 * 1024


def lifetime_of(token: str, now: float) -> float:
    """Return for how many seconds a JWT is good, read from its claims without verifying it.

    The difference of `exp` and `iat` does not depend on this machine's clock; without `iat` the
    clock has to do. A token that does not say, or that would have expired before it came, is
    trusted for fifty minutes: a clock that is wrong must not cost an exchange for each call.

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
