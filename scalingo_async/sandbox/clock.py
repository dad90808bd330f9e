"""The clocks of the sandbox, and the formats of its dates."""

import time
from datetime import UTC, datetime
from functools import lru_cache

import anyio

__all__ = ["Clock", "LoopClock", "ManualClock", "iso", "iso_offset", "iso_or_none"]


class Clock:
    """The system clock. Everything in a sandbox that depends on time uses a `Clock`."""

    def time(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return time.time()

    def __repr__(self) -> str:
        """Show the current time."""
        return f"<{type(self).__name__} {iso(self.time())}>"


class ManualClock(Clock):
    """A clock that stands still until the test moves it.

    Args:
        start: The initial time, in seconds since 1970.
    """

    def __init__(self, start: float = 1_760_000_000.0) -> None:
        self._now = start

    def time(self) -> float:
        """Return the time that the test has set, in seconds since 1970."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward. The sandbox notices at the next request."""
        if seconds < 0:
            raise ValueError("A clock can't go backwards")
        self._now += seconds


class LoopClock(Clock):
    """A clock that follows the event loop's clock, for loops with virtual time.

    Under `trio.testing.MockClock`, waiting a minute takes no real time, and the sandbox's rate
    limit windows move along. Outside of an event loop it returns the last time it saw.

    Args:
        start: The time of the first call inside a loop, in seconds since 1970.
    """

    def __init__(self, start: float = 1_760_000_000.0) -> None:
        self._start = start
        self._origin: float | None = None
        self._last = start

    def time(self) -> float:
        """Return the start plus the time elapsed on the loop's clock, in seconds since 1970."""
        try:
            loop_time = anyio.current_time()
        except Exception:  # noqa: BLE001 - anyio, sniffio and trio each have their own type for it
            return self._last
        if self._origin is None:
            self._origin = loop_time
        self._last = self._start + loop_time - self._origin
        return self._last


@lru_cache(maxsize=16_384)
def iso(seconds: float) -> str:
    """Format a date as the platform does: ISO 8601 with milliseconds, ending in `Z`."""
    return iso_offset(seconds).replace("+00:00", "Z")


def iso_or_none(seconds: float | None) -> str | None:
    """Format a date that may be missing."""
    return None if seconds is None else iso(seconds)


def iso_offset(seconds: float) -> str:
    """Format a date with `+00:00` instead of `Z`, as for the end of a deployment."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
