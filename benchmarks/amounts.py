"""Figures as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.rows import Row

SCALES = ((1.0, "s"), (1e3, "ms"), (1e6, "µs"))


def amount(value: float | None, unit: str) -> str:
    """Format a figure with three significant digits."""
    if value is None:
        return ""
    if unit != "s":
        return f"{value:.3g} {unit}".strip()
    factor, name = next((scale for scale in SCALES if abs(value) * scale[0] >= 1), SCALES[-1])
    scaled = value * factor
    digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
    return f"{scaled:.{digits}f} {name}"


def added(row: Row, name: str) -> str:
    """Format the overhead over bare httpx."""
    value = row.notes.get(name)
    if value is None:
        return ""
    return f" ({'+' if value >= 0 else ''}{amount(value, 's')})"


def bound(row: Row) -> str:
    """Format the bound of the ratio."""
    if row.bound is None:
        return ""
    return f"{'<' if row.strict else '≤'} {row.bound:g}"


def ratio(row: Row) -> str:
    """Format the ratio, with a third digit if two would hide on which side of the bound it is."""
    if row.ratio is None:
        return ""
    rounded = f"{row.ratio:.2f}"
    if row.bound is not None and (float(rounded) > row.bound) != (row.ratio > row.bound):
        return f"{row.ratio:.3f}"
    return rounded


def cells(row: Row) -> tuple[str, str, str, str, str, str]:
    """Format a row: what, measured, baseline, ratio, bound, verdict."""
    return (
        row.what,
        amount(row.measured, row.unit) + added(row, "added_ours"),
        f"{amount(row.baseline, row.unit)} {row.against}".strip() + added(row, "added_theirs"),
        ratio(row),
        bound(row),
        row.verdict,
    )
