"""What is written down line by line, and read along by streams."""

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

#: The lines that a log keeps; the platform keeps about 50 MiB.
MOST_LINES = 150_000

_SECOND = 1_000_000_000

T = TypeVar("T")


class Journal(Generic[T]):
    """The last entries of something that goes on.

    Each entry has a number of its own for good, so that a reader who remembers the next one
    neither skips nor repeats any when old ones are dropped.

    Args:
        most: How many entries are kept.
    """

    def __init__(self, most: int) -> None:
        self._entries = deque[T](maxlen=most)
        #: The number that the next entry gets.
        self.end = 0

    def __len__(self) -> int:
        """Count the entries that are kept."""
        return len(self._entries)

    def __iter__(self) -> Iterator[T]:
        """Go through the entries that are kept, oldest first."""
        return iter(self._entries)

    def __getitem__(self, place: int) -> T:
        """Return the entry at a place, counted from the oldest or (-1) from the newest."""
        return self._entries[place]

    def append(self, entry: T) -> None:
        """Add an entry; the oldest one goes if there are too many."""
        self._entries.append(entry)
        self.end += 1

    def read(self, number: int, most: int) -> tuple[list[T], int]:
        """Return up to `most` entries from a number on, and the number to go on with."""
        first = self.end - len(self._entries)
        start = max(number, first) - first
        entries = list(islice(self._entries, start, start + most))
        return entries, first + start + len(entries)

    def start_of_last(self, count: int, wanted: Callable[[T], bool]) -> int:
        """Return the number of the entry from which on `count` are wanted."""
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
        most: How many lines are kept.
    """

    def __init__(self, most: int = MOST_LINES) -> None:
        super().__init__(most)
        self._last = 0

    def write(self, time: float, source: str, text: str) -> None:
        """Add a line; one that is not later than the one before is put right behind it."""
        self._last = max(int(time * _SECOND), self._last + 1)
        self.append(LogLine(self._last, source, text))


@dataclass(slots=True, eq=False)
class LogArchive:
    """An hour or more of old log lines."""

    id: str
    since: float
    until: float
    lines: int
