"""Duplicate lines after a log stream has reconnected."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime

from scalingo_async.streams.log_lines import LogLine

__all__ = [
    "Overlap",
]


class Overlap:
    """Recognizes the lines that were seen before a stream reconnected.

    A new connection starts with history, which repeats the lines before the disconnect and has
    those that were written during it. A line is a duplicate if it is among the last lines seen,
    with the same nanoseconds and no more often than there, or if it is older than all of them.

    Args:
        kept: How many lines are remembered.
    """

    __slots__ = ("_began", "_expected", "_floor", "_left", "_newest", "_old", "_seen")

    def __init__(self, kept: int) -> None:
        self._seen: deque[tuple[int, datetime | None]] = deque(maxlen=kept)
        self._expected: Counter[int] = Counter()
        self._began: datetime | None = None
        self._floor: datetime | None = None
        self._newest: datetime | None = None
        self._left = 0
        self._old = False

    @property
    def known(self) -> bool:
        """Whether lines were seen, so that history can be fetched."""
        return bool(self._seen) or self._began is not None

    def begin(self, moment: datetime | None) -> None:
        """Note when the stream started, by the platform's clock; only the first call counts."""
        if self._began is None:
            self._began = moment

    def resume(self, history: int) -> None:
        """Expect at most this many lines of history on a new connection."""
        self._expected = Counter(key for key, _ in self._seen)
        moments = [moment for _, moment in self._seen if moment is not None]
        self._newest = max(moments, default=None)
        # Everything before this moment was seen, or was never requested.
        self._floor = min(moments, default=self._began)
        self._left = history
        self._old = False

    def is_new(self, line: LogLine) -> bool:
        """Return whether a line was not seen before."""
        if not self._left:
            return True
        self._left -= 1
        key = hash(line.raw)
        if self._expected[key] > 0:
            self._expected[key] -= 1
            self._old = True
        elif line.timestamp is not None:
            self._old = self._floor is not None and line.timestamp < self._floor
        # A line without a date is as old as the previous one.
        return not self._old

    def leaves_gap(self, line: LogLine) -> bool:
        """Return whether history starts after the last line seen, so that lines may be missing.

        Call this with the first line of a new connection, before `is_new`.
        """
        if self._newest is None or line.timestamp is None:
            return False
        return line.timestamp > self._newest and not self._expected[hash(line.raw)]

    def note(self, line: LogLine) -> None:
        """Remember a line."""
        self._seen.append((hash(line.raw), line.timestamp))
