"""Connection limit: how many requests may be in flight at a time, and the queue for it."""

from __future__ import annotations

from collections import deque

import anyio

from scalingo_async._core.arguments import at_least
from scalingo_async._core.event_loop import new_event
from scalingo_async.errors import APITimeoutError, ConfigurationError
from scalingo_async.long_waits import WaitLog, waited
from scalingo_async.request import Phase

__all__ = [
    "ConnectionLimit",
]


class ConnectionLimit:
    """A bounded number of places; whoever finds none waits for one, first in, first out.

    Libraries let hundreds of tasks race for a few connections; a line in front costs less.

    Args:
        number: How many there are.

    Raises:
        ConfigurationError: It is not an `int`, or less than 1.
    """

    __slots__ = ("_free", "_line", "_waits")

    def __init__(self, number: int) -> None:
        self._free = at_least(number, "max_connections", 1, ConfigurationError)
        self._line: deque[anyio.Event] = deque()
        self._waits = WaitLog()

    @property
    def free(self) -> int:
        """How many places nobody has."""
        return self._free

    def take(self) -> bool:
        """Take a place if one is free; tell whether."""
        if self._free:
            self._free -= 1
            return True
        return False

    async def acquire(self, patience: float | None) -> None:
        """Take a place, now or when one comes free.

        Args:
            patience: The longest wait, in seconds; `None` is no limit.

        Raises:
            APITimeoutError: No place came free in that time.
        """
        if self.take():
            return
        turn = new_event()
        self._line.append(turn)
        try:
            await waited(turn, self._say, patience)
        except BaseException:
            self._leave(turn)
            raise
        if not turn.is_set():
            self._leave(turn)
            raise APITimeoutError(
                "no connection became free in time; nothing was sent", sent=False, phase=Phase.POOL
            )

    def _say(self) -> None:
        calls = len(self._line)
        self._waits.say(
            "waiting for a connection, %d %s in the queue", calls, "call" if calls == 1 else "calls"
        )

    def _leave(self, turn: anyio.Event) -> None:
        if turn.is_set():
            # The place came and is not wanted any more.
            self.release()
        else:
            self._line.remove(turn)

    def release(self) -> None:
        """Give the place back: to the first in the line."""
        if self._line:
            self._line.popleft().set()
        else:
            self._free += 1
