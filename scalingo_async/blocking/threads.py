"""Run the caller's blocking functions in threads, where they may use the client."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Final

from anyio import CapacityLimiter, sleep_forever, to_thread

from scalingo_async._core.cancellation import task_group


class Work:
    """The calls that a function of the caller makes in its thread."""

    def __init__(self) -> None:
        self.calls: set[Any] = set()
        self.cancelled = False

    def cancel(self) -> None:
        """End the calls in progress, and refuse new ones."""
        self.cancelled = True
        for call in tuple(self.calls):
            call.cancel()


WORK: Final[ContextVar[Work | None]] = ContextVar("scalingo_async.blocking.work", default=None)


async def _run(function: Callable[[], Any]) -> Any:
    """Run a function in a thread; if this is cancelled, so are the calls that it makes."""
    work = Work()
    WORK.set(work)

    async def watch() -> None:
        try:
            await sleep_forever()
        finally:
            work.cancel()

    async with task_group() as tasks:
        tasks.start_soon(watch)
        try:
            # Not in a thread of the pool: the function may wait for work that needs the pool.
            limiter = CapacityLimiter(math.inf)
            return await to_thread.run_sync(function, limiter=limiter)
        finally:
            tasks.cancel_scope.cancel()


def in_threads(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make an async function from a blocking one."""

    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await _run(functools.partial(function, *args, **kwargs))

    # It has to look like an async function, without `__wrapped__`.
    del vars(call)["__wrapped__"]
    with suppress(TypeError, ValueError):
        # Its signature is inspected before it is called.
        vars(call)["__signature__"] = inspect.signature(function)
    return call


def pulled(items: Any) -> Any:
    """Return an async iterable, if getting the items may block."""
    slow = hasattr(items, "__iter__") and not issubclass(type(items), Collection | AsyncIterable)
    return _Pulled(items) if slow else items


class _Pulled(AsyncIterator[Any]):
    """An async iterator; a generator would have to be closed."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(items)

    async def __anext__(self) -> Any:
        item = await _run(lambda: next(self._items, self))
        if item is self:
            raise StopAsyncIteration
        return item
