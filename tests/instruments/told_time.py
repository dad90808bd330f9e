"""Time that almost stands still, and goes on to the next limit when a server is silent.

A test of what happens when nothing is answered has no need to wait for it, and no reason to come
to another end because the machine is slow. Unlike in virtual_time.py there are sockets and
threads here, so that a program that waits may have an answer yet: the server tells when not.
"""

import asyncio
import selectors
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

RATE = 0.02
"""Seconds of the program for each real one."""


class _Told:
    """A selector that waits as much longer as time is slower, unless it was told not to."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self.skipped = 0.0
        self.told = 0

    def select(self, timeout: float | None = None) -> Any:
        if self.told and timeout is not None and timeout > 0:
            ready = self._selector.select(0)
            if not ready:
                # All wait, and nothing will come.
                self.told -= 1
                self.skipped += timeout
            return ready
        return self._selector.select(None if timeout is None else timeout / RATE)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)


class ToldLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is told to go on."""

    def __init__(self) -> None:
        self._told = _Told(selectors.DefaultSelector())
        super().__init__(self._told)  # type: ignore[arg-type]

    def time(self) -> float:
        return time.monotonic() * RATE + self._told.skipped

    def go_on(self) -> None:
        self._told.told += 1


async def _go_on(clock: MockClock) -> None:
    await wait_all_tasks_blocked()
    wait = trio.lowlevel.current_statistics().seconds_to_next_deadline
    if 0 < wait < float("inf"):
        clock.jump(wait)


def teller() -> Callable[[], object]:
    """Return what a thread calls when it leaves a program waiting, of the running loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        clock, token = trio.lowlevel.current_clock(), trio.lowlevel.current_trio_token()
        return partial(token.run_sync_soon, trio.lowlevel.spawn_system_task, _go_on, clock)
    assert isinstance(loop, ToldLoop)
    return partial(loop.call_soon_threadsafe, loop.go_on)


TOLD = [
    pytest.param(("asyncio", {"loop_factory": ToldLoop}), id="asyncio"),
    pytest.param(("trio", {"clock": MockClock(rate=RATE)}), id="trio"),
]
"""Both event loops, for a fixture `anyio_backend`."""
