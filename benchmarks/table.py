"""The table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.rows import Row

STYLES = {"met": "green", "MISSED": "bold red"}


QUIET = 0.5
"""A load average above this is noise in the wall times."""

SCALES = ((1.0, "s"), (1e3, "ms"), (1e6, "µs"))


def amount(value: float | None, unit: str) -> str:
    """Write a figure with three digits that count."""
    if value is None:
        return ""
    if unit != "s":
        return f"{value:g} {unit}".strip()
    factor, name = next((scale for scale in SCALES if abs(value) * scale[0] >= 1), SCALES[-1])
    scaled = value * factor
    digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
    return f"{scaled:.{digits}f} {name}"


def added(row: Row, name: str) -> str:
    """Write what a client adds to bare httpx."""
    value = row.notes.get(name)
    if value is None:
        return ""
    return f" ({'+' if value >= 0 else ''}{amount(value, 's')})"


def bound(row: Row) -> str:
    """Write what the ratio may be at most."""
    if row.bound is None:
        return ""
    return f"{'<' if row.strict else '≤'} {row.bound:g}"


def table(rows: Iterable[Row], title: str, load: float) -> Table:
    """Make the table: a line for each row, a rule between the parts."""
    made = Table(title=title, title_justify="left", caption_justify="left")
    made.caption = (
        "medians; the ratio is the median of each round's ratio; in brackets: what is added to "
        "bare httpx in the same run"
    )
    if load > QUIET:
        made.caption += f"\nthe machine was busy before (load {load:g}): distrust the wall times"
    made.add_column("what", ratio=3)
    made.add_column("measured", justify="right", no_wrap=True)
    made.add_column("baseline", justify="right", ratio=2)
    made.add_column("ratio", justify="right", no_wrap=True)
    made.add_column("bound", justify="right", no_wrap=True)
    made.add_column("verdict", overflow="fold", ratio=1)
    part = ""
    for row in rows:
        if part and row.part != part:
            made.add_section()
        part = row.part
        made.add_row(
            row.what,
            amount(row.measured, row.unit) + added(row, "added_ours"),
            f"{amount(row.baseline, row.unit)} {row.against}".rstrip() + added(row, "added_theirs"),
            "" if row.ratio is None else f"{row.ratio:.2f}",
            bound(row),
            Text(row.verdict, style=STYLES.get(row.verdict, "")),
        )
    return made


def show(rows: Iterable[Row], title: str, load: float) -> None:
    """Print the table; a pipe gets as wide a one as it needs."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=150)
    console.print(table(rows, title, load))
