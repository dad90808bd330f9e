"""Retries: the header Retry-After, and jitter."""

from __future__ import annotations

import math
from datetime import UTC, datetime


def drawn(low: float, high: float) -> float:
    """Draw a number between two others."""
    # It brings hash functions along, and most programs never wait for a retry.
    import random

    return random.uniform(low, high)  # noqa: S311 - it spreads attempts, it keeps no secret


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Read a `Retry-After` header: seconds, or a date.

    Args:
        value: The header.
        now: The wall clock; the present time by default.

    Returns:
        Seconds to wait, 0 or more; `None` if the header is missing or invalid.
    """
    if value is None or len(value) > 64:  # noqa: PLR2004 - longer than any date
        return None
    text = value.strip()
    try:
        wait = float(text)
    except ValueError:
        # Rarely needed, and slow to import.
        from email.utils import parsedate_to_datetime

        try:
            when = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
    return wait if math.isfinite(wait) and wait >= 0 else None
