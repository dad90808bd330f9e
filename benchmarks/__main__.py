"""`python -m benchmarks`: measure everything side by side and print one table."""

from __future__ import annotations

import argparse
import os
import platform
import time
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import page
from benchmarks.peers.environments import PEERS, prepare, states
from benchmarks.repeating import Run, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.rows import Row

PARTS = {
    "calls": ("benchmarks.calls", "rows"),
    "peers": ("benchmarks.peers.comparing", "rows"),
    "lists": ("benchmarks.peers.comparing", "list_rows"),
    "decoding": ("benchmarks.decoding", "rows"),
    "importing": ("benchmarks.importing", "rows"),
    "pacing": ("benchmarks.pacing", "rows"),
    "bulk": ("benchmarks.bulk", "rows"),
    "logs": ("benchmarks.logs", "rows"),
    "blocking": ("benchmarks.blocking", "rows"),
}
WITH_PEERS = ("peers", "lists")
WITH_ENVIRONMENTS = (*WITH_PEERS, "importing")
PACKAGES = ("httpx", "aiohttp", "orjson", "msgspec", "pydantic", "cattrs")
REPEATS = 2
"""How often a part is measured again at most if other programs disturb it."""


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: about two minutes")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="only this part; may be given again"
    )
    parser.add_argument(
        "--peer", action="append", default=[], help="only this peer; may be given again"
    )
    parser.add_argument(
        "--repeats",
        type=int,
        metavar="N",
        help=f"how often a disturbed part is measured again (default: {REPEATS}, "
        "with --quick never)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them: .svg or .png")
    parser.add_argument(
        "--page", action="store_true", help="rewrite docs/explanation/performance.md"
    )
    return parser.parse_args(words)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _measure(part: str, *, quick: bool, names: list[str]) -> list[Row]:
    print(f"{part} …", flush=True)
    module, function = PARTS[part]
    measure: Callable[..., list[Row]] = getattr(import_module(module), function)
    return measure(quick=quick, names=names) if part in WITH_PEERS else measure(quick=quick)


def main(words: Sequence[str] | None = None) -> None:
    """Run the selected parts."""
    arguments = _arguments(words)
    parts = [part for part in PARTS if part in (arguments.only or PARTS)]
    began = time.monotonic()
    if any(part in WITH_ENVIRONMENTS for part in parts):
        print("environments …", flush=True)
        wanted = PEERS if any(part in WITH_PEERS for part in parts) else ()
        prepare(peer for peer in wanted if not arguments.peer or peer.name in arguments.peer)
    prepared = time.monotonic() - began
    repeats = (
        (0 if arguments.quick else REPEATS) if arguments.repeats is None else arguments.repeats
    )
    run = Run(
        {
            part: partial(_measure, part, quick=arguments.quick, names=arguments.peer)
            for part in parts
        },
        repeats=repeats,
    )
    rows = run.all()
    figures: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": _versions(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "environments": states(),
        "quick": arguments.quick,
        "prepared": round(prepared, 1),
        "seconds": round(run.seconds, 1),
        "machine": run.machine(),
        "rows": [row.as_json() for row in rows],
    }
    from benchmarks.table import show

    title = page.title(figures)
    show(rows, title, told(figures["machine"]))
    text = page.saved(figures)
    if arguments.json is not None:
        arguments.json.write_text(text, "utf-8")
    if arguments.plot is not None:
        from benchmarks.plot import draw

        draw(rows, title, arguments.plot)
    if arguments.page:
        page.FIGURES.write_text(text, "utf-8")
        page.main([])


if __name__ == "__main__":
    main()
