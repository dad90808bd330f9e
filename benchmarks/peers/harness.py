"""The protocol between the benchmarks and a peer's process, with the standard library only.

The process reports that it is ready, `{"version": "1.2"}`. Then each line it reads is a request for
a measurement, `{"call": "get", "calls": 500, "in_flight": 50}`, and each line it writes is a
response with the cost of a call in seconds, `{"cpu": 0.0004, "wall": 0.0005}`, or an `{"error":
"…"}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from benchmarks.loops import Cost, time_async, time_threads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    Calls = dict[str, Callable[[], Awaitable[object]]]


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _converse(number: str, measure: Callable[[str, int, int], Cost]) -> None:
    _say(version=number)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            cost = measure(order["call"], order["calls"], order["in_flight"])
        except Exception as error:
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            _say(error=f"{type(error).__name__}: {str(error)[:200]}")
        else:
            _say(**asdict(cost))


def main(
    package: str,
    opened: Callable[[str], AbstractAsyncContextManager[Calls]],
    number: str | None = None,
) -> None:
    """Run an async client; `opened` gets the server's address, `number` is its version."""
    with asyncio.Runner() as runner:
        manager = opened(sys.argv[1])
        calls = runner.run(manager.__aenter__())

        def measure(call: str, number: int, in_flight: int) -> Cost:
            return runner.run(time_async(calls[call], number, in_flight))

        try:
            _converse(number or version(package), measure)
        finally:
            runner.run(manager.__aexit__(None, None, None))


def main_blocking(package: str, calls: dict[str, Callable[[], object]]) -> None:
    """Run a blocking client, in threads."""
    _converse(
        version(package), lambda call, number, flying: time_threads(calls[call], number, flying)
    )


def expect(found: object, wanted: object) -> None:
    """Refuse to time a call with a wrong result."""
    if found != wanted:
        raise ValueError(f"expected {wanted!r}, found {found!r}")
