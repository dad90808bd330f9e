"""Measure parts, and repeat those that other programs disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks.quiet import QUIET, Reading, others
from benchmarks.rows import Row, not_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BUDGET: Final = 680.0
"""Seconds for a whole run: no repeat starts that would not end by then, and no part after it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A part, measured once.

    Attributes:
        rows: Its rows.
        busy: How many processors other programs kept busy meanwhile.
        load: The load average before and after.
        seconds: How long it took.
    """

    rows: list[Row]
    busy: float
    load: tuple[float, float]
    seconds: float

    @property
    def quiet(self) -> bool:
        """Whether the machine was quiet."""
        return self.busy <= QUIET


class Run:
    """A run: its parts and their results.

    Args:
        measures: The function that measures each part.
        repeats: How many times a disturbed part is measured again at most.
        budget: Seconds for all of it.
        read: Reads the state of the machine.
    """

    def __init__(
        self,
        measures: dict[str, Callable[[], list[Row]]],
        *,
        repeats: int,
        budget: float = BUDGET,
        read: Callable[[], Reading] = Reading.now,
    ) -> None:
        self.attempts: dict[str, list[Attempt]] = {}
        self.seconds = 0.0
        self._measures = measures
        self._repeats = repeats
        self._budget = budget
        self._read = read
        self._interrupted = False

    def all(self) -> list[Row]:
        """Measure all parts, then repeat the disturbed ones; return the rows that count."""
        self._began = self._read().clock
        for part in self._measures:
            self._measure(part)
        for _ in range(self._repeats):
            for part in self._measures:
                counts = self.counting(part)
                if not counts.quiet and self._left() >= self.attempts[part][-1].seconds:
                    self._measure(part)
        self.seconds = self._read().clock - self._began
        return [row for part in self._measures for row in self.counting(part).rows]

    def _left(self) -> float:
        return 0.0 if self._interrupted else self._budget - (self._read().clock - self._began)

    def _measure(self, part: str) -> None:
        before = self._read()
        try:
            if self._interrupted:
                rows = not_run(part, [part], "interrupted")
            elif self._left() <= 0:
                rows = not_run(part, [part], f"{self._budget:.0f} s were over")
            else:
                rows = self._measures[part]()
        except Exception as error:
            rows = not_run(part, [part], error)
        except KeyboardInterrupt:
            rows = not_run(part, [part], "interrupted")
            self._interrupted = True
        after = self._read()
        attempt = Attempt(
            rows, others(before, after), (before.load, after.load), after.clock - before.clock
        )
        self.attempts.setdefault(part, []).append(attempt)

    def counting(self, part: str) -> Attempt:
        """Return the attempt that counts: the quietest, regardless of its figures."""
        whole = [
            attempt
            for attempt in self.attempts[part]
            if all(row.not_run is None for row in attempt.rows)
        ]
        return min(whole or self.attempts[part], key=lambda attempt: attempt.busy)

    def machine(self) -> dict[str, Any]:
        """Return how busy the machine was, part by part, as JSON data."""
        return {
            part: {
                "measured": len(attempts),
                "counts": attempts.index(self.counting(part)) + 1,
                "quiet": self.counting(part).quiet,
                "others": [round(attempt.busy, 2) for attempt in attempts],
                "load": [[round(load, 2) for load in attempt.load] for attempt in attempts],
                "seconds": [round(attempt.seconds, 1) for attempt in attempts],
            }
            for part, attempts in self.attempts.items()
        }


def told(machine: dict[str, Any]) -> list[str]:
    """Describe which parts were measured again, and which never had a quiet machine."""
    return [_told(part, found) for part, found in machine.items() if _worth_telling(found)]


def _worth_telling(found: dict[str, Any]) -> bool:
    return found["measured"] > 1 or not found["quiet"]


def _told(part: str, found: dict[str, Any]) -> str:
    busy = found["others"][found["counts"] - 1]
    times = found["measured"]
    if not found["quiet"]:
        runs = "its only run" if times == 1 else f"the quietest of {times} runs, which counts"
        return f"{part}: the machine was never quiet; others used {busy:g} processors in {runs}"
    return (
        f"{part}: measured {times} times because others were busy; run {found['counts']} counts, "
        f"in which they used {busy:g} processors"
    )


def names_of(machine: dict[str, Any], parts: Iterable[str]) -> list[str]:
    """Return the parts that never had a quiet machine."""
    return [part for part in parts if part in machine and not machine[part]["quiet"]]
