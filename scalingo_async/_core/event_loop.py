"""Which event loop is running: clients, and exchanges under way, belong to one."""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

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


def runs_here() -> bool:
    """Tell whether an event loop runs in this thread.

    What a context says does not count: it may have been copied to a thread without a loop.
    """
    asyncio, trio = sys.modules.get("asyncio"), sys.modules.get("trio")
    if asyncio is not None and asyncio._get_running_loop() is not None:  # noqa: SLF001
        return True
    if trio is None:
        return False
    try:
        trio.lowlevel.current_trio_token()
    except RuntimeError:
        return False
    return True


def is_notebook_cell() -> bool:
    """Tell whether this is the thread in which a notebook runs its cells.

    A Jupyter kernel does so in its event loop, which waits for the cell whatever that does.
    """
    kernel: Any = sys.modules.get("ipykernel.kernelapp")
    main = threading.current_thread() is threading.main_thread()
    return main and kernel is not None and bool(kernel.IPKernelApp.initialized())
