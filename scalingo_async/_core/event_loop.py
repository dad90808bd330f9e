"""Which event loop is running: clients, and exchanges under way, belong to one."""

from __future__ import annotations

import math
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any, Final

import anyio
import sniffio
from anyio.lowlevel import RunVar

_EVENT_LOOP: Final[RunVar[object]] = RunVar("scalingo_async.event_loop")


_LAST: Final[list[tuple[Callable[[], object], object]]] = []
"""The asyncio loop that was asked about last, and what stands for it."""


def current_event_loop() -> object:
    """Return an object that stands for the running event loop; each loop has its own."""
    # Each call of a client asks, nearly always in the same loop, and anyio takes its time.
    loop = _asyncio_loop()
    if loop is not None:
        for known, mark in _LAST:
            if known() is loop:
                return mark
    try:
        mark = _EVENT_LOOP.get()
    except LookupError:
        mark = object()
        _EVENT_LOOP.set(mark)
    if loop is not None:
        _LAST[:] = [(weakref.ref(loop), mark)]
    return mark


def _asyncio_loop() -> Any:
    """Return the running loop of asyncio, unless trio is a guest in it and has its turn."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or sniffio.thread_local.name == "trio":
        return None
    return asyncio._get_running_loop()  # noqa: SLF001


_OF_ASYNCIO: Final[list[tuple[type[anyio.CancelScope], type[anyio.Event]]]] = []
"""What `anyio.CancelScope` and `anyio.Event` make on asyncio.

They look up for each which library the event loop is of, which takes longer than all the rest.
"""


def _asyncio_classes() -> tuple[type[anyio.CancelScope], type[anyio.Event]]:
    if not _OF_ASYNCIO:
        _OF_ASYNCIO.append((type(anyio.CancelScope()), type(anyio.Event())))
    return _OF_ASYNCIO[0]


def new_scope(limit: float = math.inf) -> anyio.CancelScope:
    """Make a scope that is over in so many seconds: `anyio.move_on_after` for each call."""
    loop = _asyncio_loop()
    if loop is None:
        return anyio.move_on_after(limit)
    return _asyncio_classes()[0](deadline=loop.time() + limit)


def new_event() -> anyio.Event:
    """Make an event: `anyio.Event` for each call."""
    return anyio.Event() if _asyncio_loop() is None else _asyncio_classes()[1]()


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
