"""Cancellation: whose it is, of a scope around the call, of the whole task, or of nobody.

anyio marks the cancellations that it delivers, and a scope ends only those. A library that waits
through `asyncio.gather` or `asyncio.shield` answers one with a new `CancelledError`, without the
mark: the scope would let it pass, and the task of the caller would end of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

from scalingo_async._core.secrets import without_frames

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["attributed", "closing", "is_cancelled", "on_asyncio"]

T = TypeVar("T")


def on_asyncio() -> bool:
    """Tell whether the event loop is asyncio's."""
    return "asyncio" in anyio.get_cancelled_exc_class().__module__


async def is_cancelled() -> bool:
    """Find out who is behind a cancellation that a library raised.

    If a scope around the call is cancelled, this raises its cancellation, with anyio's mark.

    Returns:
        Whether the task as a whole was cancelled, by `asyncio.Task.cancel`. If not, nobody asked
        for it: something that the library awaited was cancelled.
    """
    await anyio.lowlevel.checkpoint_if_cancelled()
    if not on_asyncio():
        return True
    # anyio has no word for it.
    import asyncio

    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def attributed(call: Awaitable[T]) -> T:
    """Await code that is not ours inside of a scope of ours, so that the scope can end it.

    Args:
        call: What may answer a cancellation with one of its own.

    Returns:
        What it returns.
    """
    try:
        return await call
    except anyio.get_cancelled_exc_class() as error:
        # Its frames may hold credentials.
        cancellation = without_frames(error)
    await is_cancelled()
    raise cancellation


async def closing(step: Awaitable[object], limit: float) -> None:
    """Close something of a library, even while the task is being cancelled.

    Args:
        step: What closes it.
        limit: The longest that it may take, in seconds.
    """
    with anyio.move_on_after(limit, shield=True):
        try:
            await step
        except anyio.get_cancelled_exc_class():
            if await is_cancelled():
                raise
