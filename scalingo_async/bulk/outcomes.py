"""Outcomes of a bulk job: what became of each item, and of all of them together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import (
    Any,
    Final,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    overload,
)

import anyio
import attrs

from scalingo_async._core.decoding.results import Result
from scalingo_async._core.display import Shown
from scalingo_async._core.tracing import Trace
from scalingo_async.errors import ScalingoError

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")

ERRORS_KEPT: Final = 100
"""How many errors a summary holds: a million of them would not fit."""

Status: TypeAlias = Literal["done", "failed", "skipped", "unknown", "planned"]


@attrs.frozen
class Outcome(Shown, Result, Generic[I, T]):
    """What became of one item.

    Attributes:
        index: Its place among the items, from 0.
        item: The item.
        status: `done`; `failed`; `skipped`, when an earlier run of the job has done it;
            `unknown`, when an earlier run began with it and nobody knows how it ended; or
            `planned`, in a dry run.
        value: What the function returned; for a skipped item what its journal has kept.
        error: What the function raised, or an `UnknownOutcomeError`.
        attempts: How often the function was called for it, in earlier runs too.
        duration: Seconds that it took.
        requests: Requests that it took, those included that were sent again.
    """

    index: int
    item: I = attrs.field(repr=lambda item: repr(getattr(item, "ref", item)))
    status: Status
    value: T | None = attrs.field(default=None, repr=False)
    error: Exception | None = None
    attempts: int = 0
    duration: float = 0.0
    requests: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is left to be done about it."""
        return self.status not in {"failed", "unknown"}

    def unwrap(self) -> T:
        """Return the value, or raise the error.

        Returns:
            What the function returned.

        Raises:
            Exception: What the function raised.
            UnknownOutcomeError: It is not known how it ended.
            ScalingoError: There is no value, since the function was not called in this run.
        """
        if self.error is not None:
            raise self.error
        if self.value is None and self.status in {"skipped", "planned"}:
            # Of an app its name will do.
            text = getattr(self.item, "name", self.item)
            name = str(text).encode(errors="backslashreplace").decode()
            raise ScalingoError(f"{name} has no value: it was {self.status}, not called")
        return cast("T", self.value)


@attrs.frozen
class Progress(Result):
    """How far a job is.

    Attributes:
        done: Items that were done.
        failed: Items that failed.
        skipped: Items that an earlier run has done.
        unknown: Items whose outcome is not known.
        planned: Items that a dry run has looked at.
        total: Items in all; `None` when that is not known.
        elapsed: Seconds since the first item.
        requests: Requests that were sent so far.
        rate: Items per second, over all the time; skipped ones don't count.
        eta: Seconds until the end, by what the rate limit lets through; `None` when unknown.
    """

    done: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    planned: int = 0
    total: int | None = None
    elapsed: float = 0.0
    requests: int = 0
    rate: float = 0.0
    eta: float | None = None

    @property
    def finished(self) -> int:
        """Items that have an outcome."""
        return self.done + self.failed + self.skipped + self.unknown + self.planned

    @property
    def remaining(self) -> int | None:
        """Items that have no outcome yet; `None` when that is not known."""
        return None if self.total is None else max(0, self.total - self.finished)


@attrs.frozen
class Summary(Result):
    """What became of all items.

    Attributes:
        done: Items that were done.
        failed: Items that failed.
        skipped: Items that an earlier run has done.
        unknown: Items whose outcome is not known.
        planned: Items that would be done, in a dry run.
        stopped: Whether so many failed that the rest was not started.
        requests: Requests that were sent.
        elapsed: Seconds from the first item to the last outcome.
        errors: The errors, the first hundred at most.
    """

    done: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    planned: int = 0
    stopped: bool = False
    requests: int = 0
    elapsed: float = 0.0
    errors: tuple[Exception, ...] = attrs.field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether every item has a good outcome."""
        return not (self.failed or self.unknown or self.stopped)

    def raise_for_failures(self) -> None:
        """Raise the errors together, if there are any.

        Raises:
            ExceptionGroup: The errors of what failed or is unknown, the first hundred at most.
        """
        if not self.errors:
            return
        bad = self.failed + self.unknown
        count = bad + self.done + self.skipped + self.planned
        rest = "; the others were not started" if self.stopped else ""
        shown = f"; these are the first {len(self.errors)}" if len(self.errors) < bad else ""
        raise ExceptionGroup(f"{bad} of {count} items failed{rest}{shown}", self.errors)


class Report(Result, Sequence[Outcome[I, T]], Generic[I, T]):
    """The outcomes of all items, in the order of the items.

    Attributes:
        summary: What became of them.
    """

    __slots__ = ("_outcomes", "summary")

    summary: Summary

    _written = ("summary", "outcomes")

    def __init__(self, outcomes: list[Outcome[I, T]], summary: Summary) -> None:
        self._outcomes = outcomes
        self.summary = summary

    @property
    def outcomes(self) -> list[Outcome[I, T]]:
        """The outcomes, as a list."""
        return list(self._outcomes)

    @overload
    def __getitem__(self, index: int) -> Outcome[I, T]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outcome[I, T]]: ...
    def __getitem__(self, index: int | slice) -> Outcome[I, T] | list[Outcome[I, T]]:
        return self._outcomes[index]

    def __len__(self) -> int:
        return len(self._outcomes)

    def raise_for_failures(self) -> None:
        """Raise the errors together, if there are any.

        Raises:
            ExceptionGroup: The errors of what failed or is unknown, the first hundred at most.
        """
        self.summary.raise_for_failures()

    def __repr__(self) -> str:
        counts = [
            f"{getattr(self.summary, status)} {status}"
            for status in get_args(Status)
            if getattr(self.summary, status)
        ]
        stopped = ", stopped" if self.summary.stopped else ""
        return f"<Report of {len(self)}: {', '.join(counts) or 'nothing'}{stopped}>"

    def _repr_html_(self) -> str:
        """Return it as a table of outcomes, which notebooks show."""
        from scalingo_async._core.tables import table_of_outcomes

        return table_of_outcomes(self._outcomes, repr(self).strip("<>"))


class Tally:
    """Counts outcomes, and says how long the rest will take.

    Args:
        total: How many items there are, when that is known.
        forecast: Returns how long so many items take at least, and so many requests for each
            where that is known by then.
        spread: Whether the items are those of several regions, and spread.
    """

    def __init__(
        self,
        total: int | None,
        forecast: Callable[[int, float | None], float] | None,
        *,
        spread: bool = False,
    ) -> None:
        self.total = total
        self.stopped = False
        self.spread = spread and forecast is not None
        self.to_skip = 0
        self.active: set[Trace] = set()
        self.errors: list[Exception] = []
        self._forecast = forecast
        self._counts: dict[Status, int] = dict.fromkeys(
            ("done", "failed", "skipped", "unknown", "planned"), 0
        )
        self._requests = 0
        self._called = 0
        # Turns that the rate limiters gave to finished items.
        self._turns: dict[Any, int] = {}
        self._start: float | None = None
        self._last = 0.0

    @property
    def failed(self) -> int:
        """How many failed."""
        return self._counts["failed"]

    def begin(self) -> None:
        """Note that an item is begun with."""
        if self._start is None:
            self._start = self._last = anyio.current_time()

    def note(self, outcome: Outcome[Any, Any], trace: Trace) -> None:
        """Count an outcome."""
        self.active.discard(trace)
        self._counts[outcome.status] += 1
        self._last = anyio.current_time()
        self._requests += outcome.requests
        if outcome.status in {"done", "failed"}:
            self._called += 1
            for limiter, turns in trace.turns.items():
                self._turns[limiter] = self._turns.get(limiter, 0) + turns
        if outcome.status == "skipped":
            self.to_skip -= 1
        if outcome.error is not None and len(self.errors) < ERRORS_KEPT:
            self.errors.append(outcome.error)

    def _elapsed(self) -> float:
        return 0.0 if self._start is None else self._last - self._start

    def progress(self) -> Progress:
        """Return how far it is."""
        elapsed = self._elapsed()
        rate = self._called / elapsed if elapsed else 0.0
        progress = Progress(
            **self._counts,
            total=self.total,
            elapsed=elapsed,
            requests=self._requests,
            rate=rate,
        )
        remaining = progress.remaining
        if remaining is None:
            return progress
        calls = max(0, remaining - max(0, self.to_skip))
        return attrs.evolve(progress, eta=self._eta(calls, elapsed, rate))

    def _eta(self, calls: int, elapsed: float, rate: float) -> float | None:
        """Return how long so many more calls of the function take, in seconds."""
        if not calls:
            return 0.0
        if not self._called:
            return None if self._forecast is None else self._forecast(calls, None)
        limits: list[float] = []
        if self.spread and self._forecast is not None:
            each = sum(self._turns.values()) / self._called
            begun = sum(sum(trace.turns.values()) for trace in self.active)
            limits.append(self._forecast(max(0, calls - int(begun / each)) if each else 0, each))
        for limiter, turns in self._turns.items():
            if elapsed < limiter.limit.window:
                # What a window lets through in a rush says nothing about the next one.
                rate = math.inf
            if self.spread:
                continue
            needed = math.ceil(turns / self._called * calls)
            needed -= sum(trace.turns.get(limiter, 0) for trace in self.active)
            limits.append(limiter.forecast(needed))
        return max([*limits, calls / rate if rate else 0.0])

    def summary(self) -> Summary:
        """Return what became of all."""
        rest = self.total is None or sum(self._counts.values()) < self.total
        return Summary(
            **self._counts,
            stopped=self.stopped and rest,
            requests=self._requests,
            elapsed=self._elapsed(),
            errors=tuple(self.errors),
        )
