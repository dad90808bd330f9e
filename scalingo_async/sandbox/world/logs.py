"""Logs, and other records that streams follow."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

__all__ = [
    "MOST_LINES",
    "Journal",
    "Log",
    "LogArchive",
    "LogLine",
]

#: The number of lines that a log keeps; the platform keeps about 50 MiB.
MOST_LINES = 150_000

_SECOND = 1_000_000_000

T = TypeVar("T")


class Journal(Generic[T]):
    """The last entries of a growing record.

    Each entry has a permanent number, so a reader that stores the next number neither skips nor
    repeats entries when old ones are dropped.

    Args:
        most: The maximum number of entries.
    """

    def __init__(self, most: int) -> None:
        self._entries = deque[T](maxlen=most)
        #: The number of the next entry.
        self.end = 0

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def __iter__(self) -> Iterator[T]:
        """Iterate over the entries, oldest first."""
        return iter(self._entries)

    def __getitem__(self, place: int) -> T:
        """Return the entry at an index, counted from the oldest or (-1) from the newest."""
        return self._entries[place]

    def append(self, entry: T) -> None:
        """Add an entry; the oldest one is dropped if there are too many."""
        self._entries.append(entry)
        self.end += 1

    def read(self, number: int, most: int) -> tuple[list[T], int]:
        """Return up to `most` entries from a number, and the number to continue with."""
        first = self.end - len(self._entries)
        start = max(number, first) - first
        entries = list(islice(self._entries, start, start + most))
        return entries, first + start + len(entries)

    def start_of_last(self, count: int, wanted: Callable[[T], bool]) -> int:
        """Return the number of the first of the last `count` entries."""
        number = self.end
        for entry in reversed(self._entries) if count else ():
            number -= 1
            count -= wanted(entry)
            if not count:
                break
        return number


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log; `source` is a container, `manager` or `router`."""

    nanoseconds: int
    source: str
    text: str


class Log(Journal[LogLine]):
    """The log of an app or of a database. No two lines have the same time.

    Args:
        most: The maximum number of lines.
    """

    def __init__(self, most: int = MOST_LINES) -> None:
        super().__init__(most)
        self._last = 0

    def write(self, time: float, source: str, text: str) -> None:
        """Add a line; one that isn't later than the previous line is moved just after it."""
        self._last = max(int(time * _SECOND), self._last + 1)
        self.append(LogLine(self._last, source, text))


@dataclass(slots=True, eq=False)
class LogArchive:
    """An archive of an hour or more of old log lines."""

    id: str
    since: float
    until: float
    lines: int
