"""The rate limit: so many requests in a window, then 429."""

import re
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal, Protocol

__all__ = ["FixedWindows", "LimitKind", "Limiter", "RateLimit", "SlidingWindows", "limiter"]

LimitKind = Literal["sliding", "fixed"]

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_TEXT = re.compile(r"(\d+)\s*/\s*(\d+(?:\.\d+)?)?\s*(ms|s|min|m|h)")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1 or not 0 < self.seconds < float("inf"):
            raise ValueError("A rate limit takes at least one request and a positive window")

    @classmethod
    def parse(cls, text: "str | RateLimit | None") -> "RateLimit | None":
        """Read a limit such as `60/60s`, `60/m`, `20/500ms`; `none` and `None` mean no limit."""
        if text is None or isinstance(text, RateLimit):
            return text
        if text.strip().lower() == "none":
            return None
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"Not a rate limit: {text!r}; write for instance '60/60s', or 'none'")
        return cls(int(match[1]), float(match[2] or 1) * _UNITS[match[3]])


class Limiter(Protocol):
    """Says whether one more request may pass."""

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; False when it is one too many."""
        ...


@dataclass(slots=True)
class SlidingWindows:
    """No more than the limit in any stretch of time as long as the window.

    Args:
        limit: How many in how long.
        count_refused: Whether a refused request also uses up a place.
    """

    limit: RateLimit
    count_refused: bool = False
    _times: dict[Hashable, deque[float]] = field(default_factory=dict[Hashable, deque[float]])

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; False when it is one too many."""
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self.limit.seconds:
            times.popleft()
        admitted = len(times) < self.limit.requests
        if admitted or self.count_refused:
            times.append(now)
        return admitted


@dataclass(slots=True)
class FixedWindows:
    """No more than the limit between two ticks of the clock, as most servers count.

    The windows begin at whole multiples of their length, so twice the limit may pass
    around a tick.

    Args:
        limit: How many in how long.
    """

    limit: RateLimit
    _counts: dict[Hashable, tuple[int, int]] = field(
        default_factory=dict[Hashable, tuple[int, int]]
    )

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; False when it is one too many."""
        window = int(now // self.limit.seconds)
        since, count = self._counts.get(key, (window, 0))
        if since != window:
            count = 0
        if count >= self.limit.requests:
            return False
        self._counts[key] = (window, count + 1)
        return True


def limiter(
    limit: RateLimit | None, kind: LimitKind = "sliding", *, count_refused: bool = False
) -> Limiter | None:
    """Make the limiter of a kind, or none at all."""
    if limit is None:
        return None
    if kind == "fixed":
        return FixedWindows(limit)
    return SlidingWindows(limit, count_refused)
