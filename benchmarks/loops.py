"""Timed loops of calls; only the standard library, because the peers' environments use it too."""

from __future__ import annotations

import asyncio
import gc
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LIMIT_SECONDS = 180.0
"""The longest timed loop, in seconds; after that it raises `TimeoutError`."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one call: CPU seconds of the client, and wall-clock seconds."""

    cpu: float
    wall: float


async def run(call: Callable[[], Awaitable[object]], calls: int, in_flight: int) -> int:
    """Make about this many calls with this concurrency; return how many were made."""
    each = max(1, calls // in_flight)

    async def worker() -> None:
        for _ in range(each):
            await call()

    async with asyncio.timeout(LIMIT_SECONDS):
        if in_flight == 1:
            await worker()
        else:
            async with asyncio.TaskGroup() as group:
                for _ in range(in_flight):
                    group.create_task(worker())
    return each * in_flight


async def time_async(call: Callable[[], Awaitable[object]], calls: int, in_flight: int) -> Cost:
    """Time a loop of awaited calls, after a short warm-up with as many connections."""
    await run(call, max(20, in_flight), in_flight)
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    made = await run(call, calls, in_flight)
    return Cost((time.process_time() - cpu) / made, (time.perf_counter() - wall) / made)


def time_threads(call: Callable[[], object], calls: int, in_flight: int) -> Cost:
    """Time a loop of blocking calls, from as many threads as there are calls in flight."""
    each = max(1, calls // in_flight)
    deadline = time.monotonic() + LIMIT_SECONDS

    def worker(times: int) -> None:
        for _ in range(times):
            if time.monotonic() > deadline:
                raise TimeoutError
            call()

    with ThreadPoolExecutor(in_flight) as pool:
        list(pool.map(worker, [max(2, 20 // in_flight)] * in_flight))
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        if in_flight == 1:
            worker(each)
        else:
            list(pool.map(worker, [each] * in_flight))
        made = each * in_flight
        return Cost((time.process_time() - cpu) / made, (time.perf_counter() - wall) / made)
