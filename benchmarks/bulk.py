"""The cost of an item of bulk work as the work grows: time and memory, without a network.

`python -m benchmarks.bulk` measures it in its own process, so that nothing else affects the memory.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any, Final

from benchmarks.payloads import answers
from benchmarks.rows import Row, not_run
from benchmarks.serving import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scalingo_async import Request

PART = "bulk"
SMALL: Final = 1_000
LARGE: Final = (100_000, 1_000_000)
SLICE: Final = 10_000
"""How many items of the large work are done before small work takes its turn."""

TIME_BOUND: Final = 1.1
ALLOWED: Final = 2.0
"""MiB that the largest work may take more than the smallest."""

LIMIT: Final = 130.0
"""Seconds after which the largest work is stopped."""

SETTLING: Final = 100

_PAGES = Path("/proc/self/statm")


class InMemory:
    """A transport that answers every request with an app."""

    def __init__(self) -> None:
        self._body = answers()["/v1/apps/*"]

    async def send(self, request: Request) -> Any:
        """Answer."""
        from scalingo_async import Headers, Response

        return Response(200, Headers({"content-type": "application/json"}), self._body)

    async def aclose(self) -> None:
        """There is nothing to close."""


def held() -> float:
    """Return the memory of this process in MiB; its peak on systems other than Linux."""
    gc.collect()
    if _PAGES.exists():
        pages = int(_PAGES.read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


async def work(
    function: Callable[[str], Awaitable[object]],
    items: int,
    limit: float,
    between: Callable[[], Awaitable[None]] | None = None,
) -> list[float]:
    """Do this many items; return the CPU seconds per item, for each slice of them."""
    from scalingo_async import bulk

    names = (f"app-{number}" for number in range(items))
    deadline = time.monotonic() + limit
    costs: list[float] = []
    done = 0
    start = time.process_time()
    async with bulk.map(function, names, total=items) as outcomes:
        async for outcome in outcomes:
            outcome.unwrap()
            done += 1
            if done % SLICE == 0:
                costs.append((time.process_time() - start) / SLICE)
                if time.monotonic() > deadline:
                    break
                if between is not None:
                    # Items in progress are finished first: they don't belong to the small work.
                    for _ in range(SETTLING):
                        await asyncio.sleep(0)
                    await between()
                start = time.process_time()
    return costs or [(time.process_time() - start) / items]


async def growth(sizes: list[int], limit: float) -> dict[str, Any]:
    """Measure small work and large work in turns."""
    from scalingo_async import AsyncClient

    found: dict[str, Any] = {}
    async with AsyncClient(
        bearer_token="tk-us-0123456789abcdef", transport=InMemory(), rate_limit=None
    ) as client:
        small: list[float] = []
        memory: list[float] = []

        async def again() -> None:
            for _ in range(3):
                small.extend(await work(client.apps.get, SMALL, limit))
            memory.append(held())

        for _ in range(5):
            await again()
        before = held()
        for size in sizes:
            small.clear()
            memory.clear()
            costs = await work(client.apps.get, size, limit, again)
            found[str(size)] = {
                "done": SLICE * len(costs),
                "item": mean(costs),
                "small": median(small),
                # Each slice is compared with the small work right after it.
                "ratios": [
                    cost / median(small[3 * number : 3 * number + 3])
                    for number, cost in enumerate(costs[: len(small) // 3])
                ],
                "grown": max([held(), *memory]) - before,
            }
    return found


def _title(size: int, done: int) -> str:
    reached = "" if done >= size else f" ({done:,} were done in {LIMIT:.0f} s)"
    return f"bulk.map of apps.get in memory, {size:,} items{reached}"


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    sizes = [LARGE[0]] if quick else [*LARGE]
    limit = LIMIT / 4 if quick else LIMIT
    titles = {
        f"{_title(size, size)}: CPU per item (second half) ÷ that of {SMALL:,} items": TIME_BOUND
        for size in sizes
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.bulk", "--limit", str(limit), *map(str, sizes)],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=2 * limit * len(sizes) + 60,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
    except Exception as error:
        return not_run(PART, titles, error)
    figures: dict[str, dict[str, Any]] = json.loads(done.stdout)
    found: list[Row] = []
    for size in sizes:
        figure = figures[str(size)]
        title = _title(size, figure["done"])
        found += [
            Row(
                PART,
                f"{title}: CPU per item (second half) ÷ that of {SMALL:,} items",
                measured=figure["item"],
                baseline=figure["small"],
                # Growth is largest at the end.
                ratio=median(figure["ratios"][len(figure["ratios"]) // 2 :]),
                bound=TIME_BOUND,
                notes={"slices": [round(ratio, 3) for ratio in figure["ratios"]]},
            ),
            Row(
                PART,
                f"{title}: memory beyond that of {SMALL:,}",
                unit="MiB",
                measured=figure["grown"],
                baseline=ALLOWED,
                against="allowed",
                ratio=max(0.0, figure["grown"]) / ALLOWED,
                bound=1.0,
            ),
        ]
    return found


def main() -> None:
    """Measure in this process; print JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--limit", type=float, default=LIMIT)
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(growth(arguments.sizes, arguments.limit))))


if __name__ == "__main__":
    main()
