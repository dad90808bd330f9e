"""Cancellation: find its origin, a scope around the call, the whole task, or nothing.

anyio marks the cancellations that it delivers, and a scope catches only those. A library that waits
with `asyncio.gather` or `asyncio.shield` turns one into a new `CancelledError` without the mark:
the scope would not catch it, and the task of the caller would end.

A cancellation without an origin is called stray: something was awaited that had been cancelled. If
it were passed on, it would silently end tasks that should not end. Wherever foreign code is
awaited, it becomes an error.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import anyio
import anyio.to_thread

from scalingo_async._core.secrets import without_frames
from scalingo_async.errors import StrayCancellationError

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

__all__ = [
    "attributed",
    "closing",
    "confined",
    "finish",
    "interruption",
    "is_cancelled",
    "on_asyncio",
    "task_group",
    "ungrouped",
]

T = TypeVar("T")


def on_asyncio() -> bool:
    """Return whether the event loop is asyncio's."""
    return "asyncio" in anyio.get_cancelled_exc_class().__module__


async def is_cancelled() -> bool:
    """Find the origin of a cancellation that came out of foreign code.

    If a scope around the call is cancelled, this raises its cancellation, with anyio's mark.

    Returns:
        Whether the task as a whole was cancelled, by `asyncio.Task.cancel`. If not, nobody asked
        for it: something that was awaited was cancelled, or has kept a cancellation of another
        task.
    """
    await anyio.lowlevel.checkpoint_if_cancelled()
    return _requests() > 0


def _requests() -> int:
    """Count who asks for the end of this task by `asyncio.Task.cancel`; trio has no such thing."""
    if not on_asyncio():
        return 0
    # anyio has no word for it.
    import asyncio

    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


async def attributed(call: Awaitable[T]) -> T:
    """Await foreign code so that only a scope around it can end it.

    Args:
        call: What may answer a cancellation with one of its own, or raise one out of nothing.

    Returns:
        What it returns.

    Raises:
        StrayCancellationError: It ended in a cancellation that nobody asked for.
    """
    try:
        return await call
    except (Exception, GeneratorExit):
        # The latter comes when there may be no event loop any more.
        raise
    except anyio.get_cancelled_exc_class() as error:
        # Its frames may hold credentials.
        cancellation = without_frames(error)
    if await is_cancelled():
        raise cancellation
    raise _stray()


def _stray() -> StrayCancellationError:
    return StrayCancellationError(
        "something that it waited for had been cancelled, although nobody asked for the end of this"
    )


async def confined(call: Callable[[], Awaitable[T]]) -> T:
    """Run the caller's code in our task, which only a scope around it can end.

    What the code does to its task ends here: it may cancel it, for itself or in vain.

    Args:
        call: Calls the code. Its exceptions keep their tracebacks.

    Returns:
        What it returns.

    Raises:
        StrayCancellationError: It ended in a cancellation of its own.
        BaseException: What it raises. What ends a program comes out of a group of exceptions.
    """
    before = _requests()
    stray: BaseException
    try:
        value = await call()
    except Exception:
        await _withdraw(before)
        raise
    except GeneratorExit:
        # There may be no event loop any more.
        raise
    except BaseException as error:  # noqa: BLE001 - told apart below
        stray = error
    else:
        await _withdraw(before)
        return value
    await _withdraw(before)
    end = interruption(stray)
    if end is not None:
        raise end
    await anyio.lowlevel.checkpoint_if_cancelled()
    if isinstance(stray, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", stray)
        rest = group.split(anyio.get_cancelled_exc_class())[1]
        if rest is not None:
            raise rest
    raise _stray() from stray


async def _withdraw(before: int) -> None:
    """Take back what the code in a task of ours has asked of `asyncio.Task.cancel`."""
    import asyncio

    task = asyncio.current_task() if on_asyncio() else None
    if task is None or task.cancelling() <= before:
        return
    # A scope may have asked as well: it asks again.
    while task.cancelling() > before:
        task.uncancel()
    # It may still be on its way.
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)


def interruption(error: BaseException) -> BaseException | None:
    """Return an exception that ends the program, such as Ctrl-C or `SystemExit`.

    Args:
        error: The exception, or a group with it inside.
    """
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        found = map(interruption, group.exceptions)
        return next((each for each in found if each is not None), None)
    if isinstance(error, (Exception, GeneratorExit)):
        # The latter comes when there may be no event loop any more.
        return None
    return None if isinstance(error, anyio.get_cancelled_exc_class()) else error


class ungrouped:  # noqa: N801 - a context manager
    """Unwraps exceptions that end the program, and single exceptions, from a task group."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Literal[False]:
        if isinstance(error, BaseExceptionGroup):
            group = cast("BaseExceptionGroup[BaseException]", error)
            single = interruption(group) or _only(group)
            if single is not None:
                context = single.__context__
                try:
                    raise single
                finally:
                    # The group would be told as what it was raised from.
                    single.__context__ = context
        return False


def _only(error: BaseException) -> BaseException | None:
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    return _only(group.exceptions[0]) if len(group.exceptions) == 1 else None


@asynccontextmanager
async def task_group() -> AsyncGenerator[TaskGroup]:
    """Make a task group that does not wrap exceptions: see `ungrouped`."""
    with ungrouped():
        async with anyio.create_task_group() as group:
            yield group


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


async def finish(work: Callable[[], object]) -> None:
    """Clean up in a thread, even while the task is being cancelled, and cancelled once more.

    Args:
        work: What is to be done in any case. It may be done twice, and at the same time.
    """
    try:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(work)
    except BaseException:
        # A cancellation by asyncio's own means goes through shields; the thread may never begin.
        work()
        raise
