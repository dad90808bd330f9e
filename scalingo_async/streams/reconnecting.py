"""What streams that connect again by themselves have in common."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import anyio

from scalingo_async.errors import (
    APIConnectionError,
    RateLimitError,
    ServerError,
)
from scalingo_async.middleware.retry import pause

if TYPE_CHECKING:
    from scalingo_async._core.session import Session

__all__ = ["FAILURES", "LASTING", "LOST", "SILENCE", "pause_before"]

SILENCE: Final = 90.0
"""Seconds after which a connection counts as dead: keepalives come at least every 30."""

FAILURES: Final = 10
"""How often in a row connecting may fail, or bring nothing new."""

LASTING: Final = 60.0
"""Seconds after which a connection was a good one, whatever came over it."""

LOST: Final = (APIConnectionError, ServerError, RateLimitError)
"""What is worth another connection."""


async def pause_before(session: Session, failures: int) -> None:
    """Pause before connecting again: each time costs requests, so nothing may spin."""
    await anyio.sleep(pause(max(1, failures), session.retry, random.uniform))
