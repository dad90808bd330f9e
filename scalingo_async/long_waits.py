"""Log long waits at INFO, so that a waiting program doesn't look like one that hangs."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Final

import anyio

from scalingo_async._core.event_loop import new_scope
from scalingo_async._core.wait_budget import held_back
from scalingo_async.log import logger

__all__ = ["LONG", "WaitLog", "are_said", "waited"]

LONG: Final = 1.0
"""Seconds from which a wait is long, and the shortest time between two lines."""


def are_said() -> bool:
    """Return whether INFO is logged."""
    return logger.isEnabledFor(logging.INFO)


class WaitLog:
    """Logs that something waits, at most once a second for all waiters.

    Args:
        clock: A monotonic clock, in seconds; that of the event loop by default.
    """

    __slots__ = ("_clock", "_said_at")

    def __init__(self, clock: Callable[[], float] = anyio.current_time) -> None:
        self._clock = clock
        self._said_at = -math.inf

    def say(self, message: str, *args: object) -> None:
        """Log a line, unless there was one just now."""
        now = self._clock()
        if now - self._said_at >= LONG and are_said():
            self._said_at = now
            logger.info(message, *args)


async def waited(event: anyio.Event, say: Callable[[], None], limit: float | None = None) -> None:
    """Wait for an event, at most this many seconds; log it if it takes longer than a second.

    The event is a turn in one of the client's own queues; meanwhile the call counts as held back.
    """
    limit = math.inf if limit is None else limit
    with held_back(), new_scope(limit):
        if limit > LONG and are_said():
            with anyio.move_on_after(LONG):
                await event.wait()
            if not event.is_set():
                say()
        await event.wait()
