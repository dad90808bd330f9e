"""Time that jumps whenever everybody sleeps, on asyncio and on trio."""

import asyncio
import selectors
from collections.abc import Iterator
from typing import Any

import pytest
from trio.testing import MockClock


class _Jumping:
    """A selector that does not wait: the clock of its loop moves instead."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            return self._selector.select(None)
        ready = self._selector.select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which nothing waits; for what needs no sockets and no threads."""

    def __init__(self) -> None:
        self._jumping = _Jumping(selectors.DefaultSelector())
        super().__init__(self._jumping)  # type: ignore[arg-type]

    def time(self) -> float:
        return self._jumping.now


class NewClock(dict[str, Any]):
    """Options of trio's, with a clock that begins at 0 in each test.

    One clock would go on from test to test, and the order of the tests would decide how sums of its
    times are rounded.
    """

    def __iter__(self) -> Iterator[str]:
        # So that `**options` asks for each of them.
        return iter(self.keys())

    def __getitem__(self, name: str) -> Any:
        return MockClock(autojump_threshold=0) if name == "clock" else super().__getitem__(name)


VIRTUAL = pytest.mark.parametrize(
    "anyio_backend",
    [
        pytest.param(("asyncio", {"loop_factory": JumpingLoop}), id="asyncio"),
        pytest.param(("trio", NewClock(clock=None)), id="trio"),
    ],
)
"""Runs a test on both event loops, and takes no time."""
