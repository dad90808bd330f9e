"""Many requests under a limit: how many are refused, and how long they take."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

from benchmarks.rows import Row, not_run
from benchmarks.serving import Server, serving

PART = "pacing"
LIMIT = 60
JITTER = 0.01
TIME_BOUND = 1.03


async def warmed_up() -> None:
    """Import the modules of a first call, which are measured elsewhere."""
    from scalingo_async import AsyncClient

    with serving() as server:
        async with AsyncClient(**server.options) as client:
            await client.apps.get("my-app")


async def paced(server: Server, requests: int, window: float) -> float:
    """Make all requests at once and let the client pace them; return their duration in seconds."""
    from scalingo_async import AsyncClient

    options = {**server.options, "rate_limit": (LIMIT, window)}
    async with AsyncClient(**options) as client, asyncio.timeout(20 * window):
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(requests):
                group.create_task(client.apps.get(f"app-{number}"))
        return time.perf_counter() - start


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    requests, window, rounds = (180, 1.0, 1) if quick else (300, 2.0, 2)
    optimum = ((requests - 1) // LIMIT) * window
    what = f"{requests} requests at {LIMIT} per {window:g} s"
    titles = [f"{what}: refusals", f"{what}: time"]
    times: list[float] = []
    refused: list[float] = []
    limits = ["--limit", str(LIMIT), "--window", str(window), "--jitter", str(JITTER)]
    try:
        asyncio.run(warmed_up())
        for _ in range(rounds):
            with ExitStack() as stack:
                server = stack.enter_context(serving(*limits))
                times.append(asyncio.run(paced(server, requests, window)))
                refused.append(float(server.stats()["refused"]))
    except Exception as error:
        return not_run(PART, {titles[0]: 0.0, titles[1]: TIME_BOUND}, error)
    worst = max(refused)
    count = Row(
        PART, titles[0], unit="", measured=worst, baseline=0.0, against="none", ratio=worst, bound=0
    )
    took = Row(
        PART,
        titles[1],
        measured=median(times),
        baseline=optimum,
        against="optimum",
        ratio=median(times) / optimum,
        bound=TIME_BOUND,
        notes={"seconds": times},
    )
    return [replace(count, notes={"refused": refused}), took]
