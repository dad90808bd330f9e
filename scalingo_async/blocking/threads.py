"""What a caller gives is blocking as well: it runs in threads, where it may use the client."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from scalingo_async._core.cancellation import task_group
from scalingo_async.blocking.portal import WORK, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

T = TypeVar("T")


async def _run(function: Callable[[], T]) -> T:
    """Run a function in a thread; when this is cancelled, so are the calls that it makes."""
    work = Work()
    WORK.set(work)

    async def watch() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            work.cancel()

    async with task_group() as tasks:
        tasks.start_soon(watch)
        try:
            # Not in one of the threads that others wait for: what it waits for may need them.
            limiter = anyio.CapacityLimiter(math.inf)
            return await anyio.to_thread.run_sync(function, limiter=limiter)
        finally:
            tasks.cancel_scope.cancel()


def in_threads(function: Callable[..., T]) -> Callable[..., Coroutine[Any, Any, T]]:
    """Make an async function of one that blocks."""

    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> T:
        return await _run(functools.partial(function, *args, **kwargs))

    # It is an async function, whatever looks for the one behind it.
    del vars(call)["__wrapped__"]
    with suppress(TypeError, ValueError):
        # What it takes is looked at before it is called.
        vars(call)["__signature__"] = inspect.signature(function)
    return call


class Pulled(AsyncIterator[T]):
    """Items of something to iterate over, each fetched in a thread.

    Args:
        items: What to iterate over.
    """

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)

    async def __anext__(self) -> T:
        found = await _run(lambda: next(self._items, _END))
        if found is _END:
            raise StopAsyncIteration
        return found  # type: ignore[return-value]


_END = object()
