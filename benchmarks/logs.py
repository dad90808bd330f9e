"""The cost of a log line: 100,000 lines, from messages in memory and over a websocket."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.payloads import log_messages
from benchmarks.rows import Row, Samples, compared, not_run
from benchmarks.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scalingo_async import AsyncClient
    from scalingo_async.streams.logs import LogStream

PART = "logs"
LINES = 100_000
BOUND = 3.0
STAMP = "2026-02-16T02:02:43.930163"
BASELINE = "json.loads and datetime.fromisoformat"
IN_MEMORY, OVER_WEBSOCKET = "from messages in memory", "over a websocket"


class Messages:
    """A connection to a log with all messages in memory."""

    def __init__(self, messages: list[str]) -> None:
        self._messages: Iterator[str] = iter(messages)

    async def receive(self) -> str | None:
        """Return the next message."""
        return next(self._messages, None)

    async def aclose(self) -> None:
        """There is nothing to close."""


def in_memory(client: AsyncClient, messages: list[str]) -> LogStream:
    """Make a log stream with its messages in memory."""
    from scalingo_async.resources.base import session_of
    from scalingo_async.streams.logs import LogStream

    class FromMemory(LogStream):
        async def _connect(self) -> None:
            self._feed = Messages(messages)

    async def no_url() -> Any:
        raise NotImplementedError

    return FromMemory(session_of(client.logs), no_url)


async def read(stream: LogStream, lines: int) -> float:
    """Read this many lines; return the CPU seconds per line."""
    async with stream:
        left = lines
        # The first line includes the connection, which isn't measured.
        await anext(stream)
        start = time.process_time()
        async for _ in stream:
            left -= 1
            if left == 1:
                break
        return (time.process_time() - start) / (lines - 1)


def plainly(messages: list[str]) -> float:
    """Parse each message and one date: the baseline."""
    loads: Callable[[str], object] = json.loads
    parse = datetime.fromisoformat
    start = time.process_time()
    for message in messages:
        loads(message)
        parse(STAMP)
    return (time.process_time() - start) / len(messages)


async def measure(rounds: int, lines: int) -> Samples:
    """Measure in turns."""
    from scalingo_async import AsyncClient

    messages = log_messages(lines)
    samples: Samples = {BASELINE: [], IN_MEMORY: [], OVER_WEBSOCKET: []}
    with serving("--lines", str(lines)) as server:
        async with AsyncClient(**server.options) as client:
            for number in range(rounds + 1):
                costs = {
                    BASELINE: plainly(messages),
                    IN_MEMORY: await read(in_memory(client, messages), lines),
                    OVER_WEBSOCKET: await read(client.logs.stream("my-app"), lines),
                }
                if number:  # the first round is a warm-up
                    for name, cost in costs.items():
                        samples[name].append(cost)
    return samples


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    rounds, lines = (2, LINES // 10) if quick else (5, LINES)
    bounds = {
        f"{lines:,} log lines {IN_MEMORY}, CPU per line": BOUND,
        f"{lines:,} log lines {OVER_WEBSOCKET}, CPU per line": None,
    }
    try:
        samples = asyncio.run(measure(rounds, lines))
    except Exception as error:
        return not_run(PART, bounds, error)
    return [
        compared(samples, name, BASELINE, part=PART, what=title, bound=bound)
        for name, (title, bound) in zip((IN_MEMORY, OVER_WEBSOCKET), bounds.items(), strict=True)
    ]
