"""What a caller gives is blocking as well: it runs in threads, where it may use the client."""

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
    """What a function of the caller does in a thread of its own: the calls that it makes."""

    def __init__(self) -> None:
        self.calls: set[Any] = set()
        self.cancelled = False

    def cancel(self) -> None:
        """End the calls that are under way, and refuse others."""
        self.cancelled = True
        for call in tuple(self.calls):
            call.cancel()


WORK: Final[ContextVar[Work | None]] = ContextVar("scalingo_async.blocking.work", default=None)


async def _run(function: Callable[[], Any]) -> Any:
    """Run a function in a thread; when this is cancelled, so are the calls that it makes."""
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
            # Not in one of the threads that others wait for: what it waits for may need them.
            limiter = CapacityLimiter(math.inf)
            return await to_thread.run_sync(function, limiter=limiter)
        finally:
            tasks.cancel_scope.cancel()


def in_threads(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make an async function of one that blocks."""

    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await _run(functools.partial(function, *args, **kwargs))

    # It is an async function, whoever looks for the one behind it.
    del vars(call)["__wrapped__"]
    with suppress(TypeError, ValueError):
        # What it takes is looked at before it is called.
        vars(call)["__signature__"] = inspect.signature(function)
    return call


def pulled(items: Any) -> Any:
    """Return something to iterate over that is async, if its items may take a while."""
    slow = hasattr(items, "__iter__") and not issubclass(type(items), Collection | AsyncIterable)
    return _Pulled(items) if slow else items


class _Pulled(AsyncIterator[Any]):
    """Not a generator, which would have to be closed."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(items)

    async def __anext__(self) -> Any:
        item = await _run(lambda: next(self._items, self))
        if item is self:
            raise StopAsyncIteration
        return item
