"""Outcomes of a bulk job: of each item, and of all items together."""

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
"""How many errors a summary holds: a million would not fit into memory."""

Status: TypeAlias = Literal["done", "failed", "skipped", "unknown", "planned"]


@attrs.frozen
class Outcome(Shown, Result, Generic[I, T]):
    """The outcome of one item.

    Attributes:
        index: Its position among the items, from 0.
        item: The item.
        status: `done`; `failed`; `skipped`, if an earlier run of the job has done it; `unknown`, if
            an earlier run started it and it isn't known how it ended; or `planned`, in a dry run.
        value: The function's return value; for a skipped item, the value that the journal has kept.
        error: The exception of the function, or an `UnknownOutcomeError`.
        attempts: How often the function was called for it, including earlier runs.
        duration: Seconds that it took.
        requests: Requests that it took, including retries.
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
        """Whether the item is done, now or in an earlier run, or planned."""
        return self.status not in {"failed", "unknown"}

    def unwrap(self) -> T:
        """Return the value, or raise the error.

        Returns:
            The return value of the function.

        Raises:
            Exception: The function raised it.
            UnknownOutcomeError: It isn't known how the item ended.
            ScalingoError: There is no value, because the function was not called in this run.
        """
        if self.error is not None:
            raise self.error
        if self.value is None and self.status in {"skipped", "planned"}:
            # The name of an app is enough.
            text = getattr(self.item, "name", self.item)
            name = str(text).encode(errors="backslashreplace").decode()
            raise ScalingoError(f"{name} has no value: it was {self.status}, not called")
        return cast("T", self.value)


@attrs.frozen
class Progress(Result):
    """The progress of a job.

    Attributes:
        done: Items that were done.
        failed: Items that failed.
        skipped: Items that an earlier run has done.
        unknown: Items whose outcome is unknown.
        planned: Items that a dry run has looked at.
        total: Total number of items; `None` if unknown.
        elapsed: Seconds since the first item.
        requests: Requests sent so far.
        rate: Items per second since the start; skipped items don't count.
        eta: Seconds until the end under the rate limit; `None` if unknown.
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
        """Items that have no outcome yet; `None` if unknown."""
        return None if self.total is None else max(0, self.total - self.finished)


@attrs.frozen
class Summary(Result):
    """The outcomes of all items, counted.

    Attributes:
        done: Items that were done.
        failed: Items that failed.
        skipped: Items that an earlier run has done.
        unknown: Items whose outcome is unknown.
        planned: Items that would be done, in a dry run.
        stopped: Whether the job stopped early because of `stop_after`.
        requests: Requests that were sent.
        elapsed: Seconds from the first item to the last outcome.
        errors: The errors, at most the first hundred.
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
            ExceptionGroup: The errors of failed and unknown items, at most the first hundred.
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
        summary: The counts of outcomes.
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
            ExceptionGroup: The errors of failed and unknown items, at most the first hundred.
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
        """Return an HTML table of the outcomes, for notebooks."""
        from scalingo_async._core.tables import table_of_outcomes

        return table_of_outcomes(self._outcomes, repr(self).strip("<>"))


class Tally:
    """Counts outcomes, and forecasts how long the rest will take.

    Args:
        total: How many items there are, if that is known.
        forecast: Returns how long this many items take at least, with this many requests for each
            if that is known already.
        spread: Whether the items belong to several regions and are spread.
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
        # Slots of the rate limiters that finished items have used.
        self._turns: dict[Any, int] = {}
        self._start: float | None = None
        self._last = 0.0

    @property
    def failed(self) -> int:
        """How many failed."""
        return self._counts["failed"]

    def begin(self) -> None:
        """Note that an item has started."""
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
        """Return the progress."""
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
        """Return how long this many more calls of the function take, in seconds."""
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
                # The burst at the start of a window says nothing about the next window.
                rate = math.inf
            if self.spread:
                continue
            needed = math.ceil(turns / self._called * calls)
            needed -= sum(trace.turns.get(limiter, 0) for trace in self.active)
            limits.append(limiter.forecast(needed))
        return max([*limits, calls / rate if rate else 0.0])

    def summary(self) -> Summary:
        """Return the counts of all outcomes."""
        rest = self.total is None or sum(self._counts.values()) < self.total
        return Summary(
            **self._counts,
            stopped=self.stopped and rest,
            requests=self._requests,
            elapsed=self._elapsed(),
            errors=tuple(self.errors),
        )
