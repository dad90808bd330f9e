"""The rate limit: a number of requests per window, then 429."""

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
    """A number of requests per number of seconds."""

    requests: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1 or not 0 < self.seconds < float("inf"):
            raise ValueError("A rate limit needs at least one request and a positive window")

    @classmethod
    def parse(cls, text: "str | RateLimit | None") -> "RateLimit | None":
        """Parse a limit such as `60/60s`, `60/m`, `20/500ms`; `none` and `None` mean no limit."""
        if text is None or isinstance(text, RateLimit):
            return text
        if text.strip().lower() == "none":
            return None
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"Not a rate limit: {text!r}; write it like '60/60s', or 'none'")
        return cls(int(match[1]), float(match[2] or 1) * _UNITS[match[3]])


class Limiter(Protocol):
    """Decides whether a request is allowed."""

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; returns False if it exceeds the limit."""
        ...


@dataclass(slots=True)
class SlidingWindows:
    """A sliding window: no more than the limit in any period of that length.

    Args:
        limit: The number of requests and the length of the window.
        count_refused: Whether a refused request also counts.
    """

    limit: RateLimit
    count_refused: bool = False
    _times: dict[Hashable, deque[float]] = field(default_factory=dict[Hashable, deque[float]])

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; returns False if it exceeds the limit."""
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self.limit.seconds:
            times.popleft()
        admitted = len(times) < self.limit.requests
        if admitted or self.count_refused:
            times.append(now)
        return admitted


@dataclass(slots=True)
class FixedWindows:
    """A fixed window: no more than the limit per clock interval, as most servers count.

    The windows begin at whole multiples of their length, so up to twice the limit can pass around a
    boundary.

    Args:
        limit: The number of requests and the length of the window.
    """

    limit: RateLimit
    _counts: dict[Hashable, tuple[int, int]] = field(
        default_factory=dict[Hashable, tuple[int, int]]
    )

    def admit(self, key: Hashable, now: float) -> bool:
        """Count a request of `key` at the time `now`; returns False if it exceeds the limit."""
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
    """Create a limiter of the given kind, or `None` without a limit."""
    if limit is None:
        return None
    if kind == "fixed":
        return FixedWindows(limit)
    return SlidingWindows(limit, count_refused)
