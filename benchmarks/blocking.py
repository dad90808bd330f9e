"""The overhead of the blocking client over the async one: for a call, and threads for tasks."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.loops import Cost, time_async, time_threads
from benchmarks.rows import Row, alternate, compared
from benchmarks.serving import Server, serving

if TYPE_CHECKING:
    from collections.abc import Callable

PART = "blocking"
ALLOWED: Final = 400e-6
"""Seconds of CPU time that a call may take more."""

AT_ONCE: Final = 64
SLOWER: Final = 2.2
"""How many times as long threads that share a client may take."""


def _tasks(server: Server, calls: int, in_flight: int) -> Cost:
    from scalingo_async import AsyncClient

    async def main() -> Cost:
        async with AsyncClient(**server.options) as client:
            return await time_async(lambda: client.apps.get("my-app"), calls, in_flight)

    return asyncio.run(main())


def _threads(server: Server, calls: int, in_flight: int) -> Cost:
    from scalingo_async.blocking import Client

    with Client(**server.options) as client:
        return time_threads(lambda: client.apps.get("my-app"), calls, in_flight)


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    rounds = 3 if quick else 15
    ways: dict[str, Callable[[Server, int, int], Cost]] = {"blocking": _threads, "async": _tasks}
    with serving() as server:
        alone = alternate(
            rounds, {name: lambda way=way: way(server, 300, 1).cpu for name, way in ways.items()}
        )
        many = alternate(
            rounds,
            {name: lambda way=way: way(server, 1280, AT_ONCE).wall for name, way in ways.items()},
        )
    added = [a - b for a, b in zip(alone["blocking"], alone["async"], strict=True)]
    return [
        Row(
            PART,
            "CPU that blocking adds to apps.get",
            measured=median(added),
            baseline=ALLOWED,
            against="allowed",
            ratio=median(added) / ALLOWED,
            bound=1.0,
            notes={"blocking": alone["blocking"], "async": alone["async"]},
        ),
        compared(
            many,
            "blocking",
            "async",
            part=PART,
            what=f"apps.get, {AT_ONCE} threads against {AT_ONCE} tasks, wall",
            bound=SLOWER,
        ),
    ]
