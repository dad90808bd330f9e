"""`python -m benchmarks.page`: write the figures of a run to docs/explanation/performance.md.

It reads `docs/_static/benchmarks.json`, or copies another file of `python -m benchmarks --json` to
it, and draws `docs/_static/benchmarks.svg` if matplotlib is installed.
"""

from __future__ import annotations

import argparse
import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.amounts import bound, cells, ratio
from benchmarks.repeating import told
from benchmarks.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
PAGE: Final = DOCS / "explanation" / "performance.md"
FIGURES: Final = DOCS / "_static" / "benchmarks.json"
PICTURE: Final = DOCS / "_static" / "benchmarks.svg"

BEGIN, END = "% figures: begin\n", "% figures: end\n"
SAME: Final = ("httpcore", "anyio", "sniffio")

HEADINGS: Final = {
    "calls": "CPU time of a call",
    "peers": "A call, compared with other clients",
    "lists": "Lists, compared with other clients",
    "decoding": "Decoding JSON",
    "importing": "Import and first response",
    "pacing": "Rate limit",
    "bulk": "Bulk jobs of any size",
    "logs": "Logs",
    "blocking": "Blocking client",
}
COLUMNS: Final = ("what", "measured", "baseline", "ratio", "bound", "verdict")


def saved(figures: Mapping[str, Any]) -> str:
    """Serialize the figures as JSON, one row per line."""
    rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in figures["rows"])
    rest = {name: value for name, value in figures.items() if name != "rows"}
    head = ",\n ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items())
    return f'{{\n {head},\n "rows": [\n  {rows}\n ]\n}}\n'


def sameness(environments: Mapping[str, Mapping[str, str]]) -> str:
    """Describe what the compared environments have in common, or how they differ."""
    found = {
        ", ".join(f"{name} {state.get(name, 'not installed')}" for name in SAME)
        for state in environments.values()
    }
    if len(found) == 1:
        return f"{found.pop()} in all {len(environments)} environments"
    return "; ".join(
        f"{place}: " + ", ".join(f"{name} {state.get(name, 'not installed')}" for name in SAME)
        for place, state in environments.items()
    )


def title(figures: Mapping[str, Any]) -> str:
    """Return the head of the table with the compared versions."""
    versions = ", ".join(f"{name} {found}" for name, found in figures["versions"].items())
    return f"scalingo_async on {versions}\n{sameness(figures['environments'])}"


def _lines(rows: Iterable[Sequence[str]], head: Sequence[str]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows),
    ]


def _bounds(rows: Sequence[Row]) -> list[str]:
    bounded = [row for row in rows if row.bound is not None]
    met = [row for row in bounded if row.verdict == "met"]
    missed = [row for row in bounded if row.verdict == "MISSED"]
    absent = [row for row in bounded if row.not_run is not None]
    lines = [f"**{len(met)} of {len(bounded)} bounds are met.**"]
    if missed:
        lines += [
            "",
            "Missed:",
            "",
            *(f"- {row.what}: {ratio(row)} (goal: {bound(row)})" for row in missed),
        ]
    if absent:
        lines += ["", "Not run:", "", *(f"- {row.what}: {row.not_run}" for row in absent)]
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _machine(figures: Mapping[str, Any]) -> list[str]:
    others = [found["others"][found["counts"] - 1] for found in figures["machine"].values()]
    minutes = figures["seconds"] / 60
    what = "Quick run with fewer rounds" if figures["quick"] else "Full run"
    took = _counted(max(1, round(minutes)), "minute")
    machine = f"{figures['system']} with {_counted(figures['processors'], 'processor')}"
    lines = [
        f"{what} on {figures['date']}: {took} on {machine}.",
        f"Meanwhile, other programs used {min(others):g} to {max(others):g} processors.",
    ]
    remarks = told(figures["machine"])
    if remarks:
        lines += ["", *(f"- {remark}" for remark in remarks)]
    return lines


def _times(figures: Mapping[str, Any]) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for part, found in figures["machine"].items():
        at = found["counts"] - 1
        before, after = found["load"][at]
        rows.append(
            (
                part,
                f"{found['seconds'][at]:.0f} s",
                f"{found['others'][at]:g}",
                f"{before:g}, {after:g}",
                str(found["measured"]),
            )
        )
    head = ("part", "duration", "processors of others", "load before, after", "runs")
    return _lines(rows, head)


def _environments(environments: Mapping[str, Mapping[str, str]]) -> list[str]:
    names = list(dict.fromkeys(name for state in environments.values() for name in state))
    rows = [
        (place, *(state.get(name, "-") for name in names)) for place, state in environments.items()
    ]
    return _lines(rows, ("environment", *names))


def block(figures: Mapping[str, Any]) -> str:
    """Write the content between the marks of the page."""
    rows = [Row.of_json(row) for row in figures["rows"]]
    versions = ", ".join(f"{name} {found}" for name, found in figures["versions"].items())
    lines = [
        "",
        *_machine(figures),
        "",
        *_bounds(rows),
        "",
        "```{image} ../_static/benchmarks.svg",
        ":alt: Each ratio as a bar, with its bound as a mark",
        "```",
        "",
    ]
    for part in dict.fromkeys(row.part for row in rows):
        of_part = [cells(row) for row in rows if row.part == part]
        lines += [f"### {HEADINGS.get(part, part)}", "", *_lines(of_part, COLUMNS), ""]
    lines += [
        "### Versions and machine",
        "",
        f"Measured with {versions}.",
        f"Environments: {sameness(figures['environments'])}.",
        "`here` runs the benchmarks; `plain` has aiohttp and the requirements of this package.",
        "",
        *_environments(figures["environments"]),
        "",
        *_times(figures),
        "",
        "The load includes the benchmarks themselves.",
        "All figures: {download}`benchmarks.json <../_static/benchmarks.json>`.",
        "",
    ]
    return "\n".join(lines) + "\n"


def written(text: str, figures: Mapping[str, Any]) -> str:
    """Return the page with its figures.

    Raises:
        ValueError: The page has no marks for them.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines {BEGIN.strip()!r} and {END.strip()!r}")
    return before + begin + block(figures) + end + after


def main(words: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser("python -m benchmarks.page", description=__doc__)
    parser.add_argument("json", nargs="?", type=Path, default=FIGURES, help="the figures of a run")
    arguments = parser.parse_args(words)
    figures = json.loads(arguments.json.read_text("utf-8"))
    PAGE.write_text(written(PAGE.read_text("utf-8"), figures), "utf-8")
    FIGURES.write_text(saved(figures), "utf-8")
    if find_spec("matplotlib") is None:
        print("matplotlib is not installed: the picture was not updated")
        return
    from benchmarks.plot import draw

    draw([Row.of_json(row) for row in figures["rows"]], title(figures), PICTURE)


if __name__ == "__main__":
    main()
