"""A row of the table: one goal, what was measured, and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        part: The part of the benchmarks that it belongs to.
        what: What was measured, in words.
        unit: The unit of both figures: `s` is shown as seconds, ms or µs, other units unchanged.
        measured: Our figure, the median.
        baseline: The baseline, the median.
        against: The name of the baseline.
        ratio: The median of the ratios of all rounds.
        bound: The largest allowed ratio; without one the row is for information.
        strict: Whether the ratio must be below the bound, not just equal.
        not_run: Why it could not be measured.
        notes: More figures, by name, for the JSON file.
    """

    part: str
    what: str
    unit: str = "s"
    measured: float | None = None
    baseline: float | None = None
    against: str = ""
    ratio: float | None = None
    bound: float | None = None
    strict: bool = False
    not_run: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Return `met`, `MISSED`, `not run: …` or, for a row without a bound, nothing."""
        if self.not_run is not None:
            return f"not run: {self.not_run}"
        if self.bound is None or self.ratio is None:
            return ""
        met = self.ratio < self.bound if self.strict else self.ratio <= self.bound
        return "met" if met else "MISSED"

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {**asdict(self), "verdict": self.verdict}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Row:
        """Make a row from JSON data."""
        return cls(**{name: value for name, value in data.items() if name != "verdict"})


def alternate(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> Samples:
    """Measure all contenders in turns: A B C A B C. Each round starts with another one."""
    samples: Samples = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            samples[name].append(contenders[name]())
    return samples


def compared(samples: Samples, ours: str, theirs: str, *, part: str, what: str, **more: Any) -> Row:
    """Make a row for two contenders: medians, and the median of the ratios of all rounds."""
    ratios = [a / b for a, b in zip(samples[ours], samples[theirs], strict=True)]
    more.setdefault("against", theirs)
    notes = {"ratios": [round(ratio, 4) for ratio in ratios], **more.pop("notes", {})}
    return Row(
        part,
        what,
        measured=median(samples[ours]),
        baseline=median(samples[theirs]),
        ratio=median(ratios),
        notes=notes,
        **more,
    )


def why(error: BaseException) -> str:
    """Return a short line with the reason why something could not be run."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:120]}" if text else type(error).__name__


def not_run(
    part: str, what: Iterable[str] | Mapping[str, float | None], error: BaseException | str
) -> list[Row]:
    """Make rows for missing measurements, from titles or titles with bounds."""
    reason = error if isinstance(error, str) else why(error)
    bounds = what if isinstance(what, Mapping) else dict.fromkeys(what)
    return [Row(part, title, bound=bound, not_run=reason) for title, bound in bounds.items()]
