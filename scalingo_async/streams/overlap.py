"""Lines that come again when a log is connected again."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime

from scalingo_async.streams.log_lines import LogLine

__all__ = [
    "Overlap",
]


class Overlap:
    """Tells which lines of a stream that was connected again were seen before.

    A new connection begins with history, which repeats the lines before the cut and has those that
    were written during it. A line is an old one when it is among the last that were seen, to the
    letter with its nanoseconds and as many times, or when it is older than all of those.

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
        """Whether it is known what was seen, so that history can be asked for."""
        return bool(self._seen) or self._began is not None

    def begin(self, moment: datetime | None) -> None:
        """Note when the stream began, by the platform's clock; the first time counts."""
        if self._began is None:
            self._began = moment

    def resume(self, history: int) -> None:
        """Expect so many lines of history at the most on a new connection."""
        self._expected = Counter(key for key, _ in self._seen)
        moments = [moment for _, moment in self._seen if moment is not None]
        self._newest = max(moments, default=None)
        # Before this moment all was seen, or was never asked for.
        self._floor = min(moments, default=self._began)
        self._left = history
        self._old = False

    def is_new(self, line: LogLine) -> bool:
        """Tell whether a line was not seen before."""
        if not self._left:
            return True
        self._left -= 1
        key = hash(line.raw)
        if self._expected[key] > 0:
            self._expected[key] -= 1
            self._old = True
        elif line.timestamp is not None:
            self._old = self._floor is not None and line.timestamp < self._floor
        # A line without a date is as old as the one before.
        return not self._old

    def leaves_gap(self, line: LogLine) -> bool:
        """Tell whether history begins behind what was seen, so that lines may be missing.

        To be asked of the first line of a new connection, before `is_new`.
        """
        if self._newest is None or line.timestamp is None:
            return False
        return line.timestamp > self._newest and not self._expected[hash(line.raw)]

    def note(self, line: LogLine) -> None:
        """Remember a line that was taken."""
        self._seen.append((hash(line.raw), line.timestamp))
