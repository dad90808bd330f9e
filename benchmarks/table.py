"""The table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.amounts import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.rows import Row

STYLES = {"met": "green", "MISSED": "bold red"}


def table(rows: Iterable[Row], title: str, remarks: Sequence[str]) -> Table:
    """Format the table: a line for each row, a rule between the parts."""
    made = Table(title=title, title_justify="left", caption_justify="left")
    explained = (
        "medians; the ratio is the median of the ratios of all rounds; in brackets: the "
        "overhead over "
        "bare httpx in the same run"
    )
    made.caption = "\n".join([explained, *remarks])
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
        *words, verdict = cells(row)
        made.add_row(*words, Text(verdict, style=STYLES.get(verdict, "")))
    return made


def show(rows: Iterable[Row], title: str, remarks: Sequence[str]) -> None:
    """Print the table; for a pipe, as wide as necessary."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=150)
    console.print(table(rows, title, remarks))
