"""Which event loop is running: clients and flights belong to one."""

from __future__ import annotations

from typing import Final

from anyio.lowlevel import RunVar

_RUN: Final[RunVar[object]] = RunVar("scalingo_async.run")


def current_event_loop() -> object:
    """Return an object that stands for the running event loop; each loop has its own."""
    try:
        return _RUN.get()
    except LookupError:
        run = object()
        _RUN.set(run)
        return run
