"""What time it is in the sandbox, and how it writes dates."""

import time
from datetime import UTC, datetime
from functools import lru_cache

import anyio

__all__ = ["Clock", "LoopClock", "ManualClock", "iso", "iso_offset", "iso_or_none"]


class Clock:
    """The computer's clock. Everything in a sandbox that depends on time asks one of these."""

    def time(self) -> float:
        """Return the seconds since 1970, UTC."""
        return time.time()

    def __repr__(self) -> str:
        """Say what time it is."""
        return f"<{type(self).__name__} {iso(self.time())}>"


class ManualClock(Clock):
    """A clock that stands still until the test moves it.

    Args:
        start: Seconds since 1970 at which it stands at first.
    """

    def __init__(self, start: float = 1_760_000_000.0) -> None:
        self._now = start

    def time(self) -> float:
        """Return the seconds since 1970 that the test has set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward. Nothing happens by itself: the sandbox looks at its next request."""
        if seconds < 0:
            raise ValueError("A clock can't go backwards")
        self._now += seconds


class LoopClock(Clock):
    """A clock that follows the running event loop's own, for loops whose time is virtual.

    Under `trio.testing.MockClock` a minute of pacing takes no time at all, and the sandbox's
    windows move with it. Outside of a loop it keeps the last time it saw.

    Args:
        start: Seconds since 1970 when the loop is first asked.
    """

    def __init__(self, start: float = 1_760_000_000.0) -> None:
        self._start = start
        self._origin: float | None = None
        self._last = start

    def time(self) -> float:
        """Return the seconds since 1970: the start plus what the loop's clock has counted."""
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
    """Write a date as the platform does: ISO 8601 with milliseconds, ending in `Z`."""
    return iso_offset(seconds).replace("+00:00", "Z")


def iso_or_none(seconds: float | None) -> str | None:
    """Write a date that may be missing."""
    return None if seconds is None else iso(seconds)


def iso_offset(seconds: float) -> str:
    """Write a date with `+00:00` instead of `Z`, as at the end of a deployment."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
