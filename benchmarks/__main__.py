"""`python -m benchmarks`: measures everything side by side and prints one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.rows import Row, not_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARTS = {
    "blocking": "benchmarks.blocking",
    "calls": "benchmarks.calls",
    "decoding": "benchmarks.decoding",
    "importing": "benchmarks.importing",
    "pacing": "benchmarks.pacing",
    "peers": "benchmarks.peers.comparing",
}
PACKAGES = ("httpx", "aiohttp", "orjson", "msgspec", "pydantic", "cattrs")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: about two minutes")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="only this part; may be given again"
    )
    parser.add_argument(
        "--peer", action="append", default=[], help="only this peer; may be given again"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them: .svg or .png")
    return parser.parse_args(words)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def busy() -> float:
    """Return how many programs wanted a processor in the last minute, before this one."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def main(words: Sequence[str] | None = None) -> None:
    """Run the parts that are asked for."""
    arguments = _arguments(words)
    load = busy()
    rows: list[Row] = []
    for part in arguments.only or PARTS:
        print(f"{part} …", flush=True)
        try:
            measure: Callable[..., list[Row]] = import_module(PARTS[part]).rows
            if part == "peers":
                measure = partial(measure, names=arguments.peer)
            rows += measure(quick=arguments.quick)
        except Exception as error:
            rows += not_run(part, [part], error)
        except KeyboardInterrupt:
            rows += not_run(part, [part], "interrupted")
            break
    versions = _versions()
    title = "scalingo_async on " + ", ".join(f"{name} {found}" for name, found in versions.items())
    from benchmarks.table import show

    show(rows, title, load)
    if arguments.json is not None:
        figures: dict[str, Any] = {
            "versions": versions,
            "quick": arguments.quick,
            "load": load,
            "rows": [row.as_json() for row in rows],
        }
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if arguments.plot is not None:
        from benchmarks.plot import draw

        draw(rows, title, arguments.plot)


if __name__ == "__main__":
    main()
