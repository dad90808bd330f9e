"""Which event loop is running: clients, and exchanges under way, belong to one."""

from __future__ import annotations

from typing import Final

from anyio.lowlevel import RunVar

_EVENT_LOOP: Final[RunVar[object]] = RunVar("scalingo_async.event_loop")


def current_event_loop() -> object:
    """Return an object that stands for the running event loop; each loop has its own."""
    try:
        return _EVENT_LOOP.get()
    except LookupError:
        mark = object()
        _EVENT_LOOP.set(mark)
        return mark
