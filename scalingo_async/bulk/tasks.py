"""Concurrency of a bulk job: items in the tasks of a task group, or batch by batch."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterable, Iterator
from functools import partial
from typing import Generic, TypeVar, cast

import anyio
from anyio.abc import TaskGroup

from scalingo_async._core.cancellation import attributed, confined, interruption, task_group
from scalingo_async._core.door import advice
from scalingo_async.bulk.outcomes import Outcome
from scalingo_async.bulk.work import Work
from scalingo_async.errors import InvalidArgumentError

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")


class Source(Generic[I]):
    """Items of a sync or async iterable.

    Args:
        items: The iterable.
    """

    def __init__(self, items: Iterable[I] | AsyncIterable[I]) -> None:
        self._slow: AsyncIterator[I] | None = None
        self._plain: Iterator[I] = iter(())
        if isinstance(items, AsyncIterable):
            self._slow = aiter(items)
        else:
            self._plain = iter(items)

    async def next(self) -> I:
        """Return the next item.

        Raises:
            StopAsyncIteration: There is none.
        """
        if self._slow is not None:
            return await anext(self._slow)
        for item in self._plain:
            return item
        raise StopAsyncIteration

    async def close(self) -> None:
        """Close a generator: nothing else will iterate over it."""
        close = getattr(self._slow, "aclose", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await close()


def _whole() -> str:
    """Return advice on how to read all outcomes."""
    return advice(
        "use `async with bulk.map(...) as outcomes`, or await",
        "use `with bulk.map(...) as outcomes`, or `.report()`",
    )


class Batches(Generic[I, T]):
    """Does a batch of items concurrently, and the next batch when its outcomes are read.

    Args:
        work: The function and its items.

    Raises:
        InvalidArgumentError: The work has to be closed, which an abandoned loop would not do.
    """

    def __init__(self, work: Work[I, T]) -> None:
        if work.settings.journal is not None and not work.settings.dry_run:
            raise InvalidArgumentError(f"a journal has to be closed: {_whole()}")
        if hasattr(work.items, "aclose"):
            raise InvalidArgumentError(
                f"the items come from an async generator, which has to be closed: {_whole()}"
            )
        self._work = work
        self._source = Source(work.items)
        self._opened = False
        self._index = 0
        self._ready: deque[Outcome[I, T]] = deque()
        self._over = False
        self._error: Exception | None = None

    async def next(self) -> Outcome[I, T]:
        """Return an outcome, in the order of the items."""
        if not self._opened:
            await self._work.open()
            self._opened = True
        while not self._ready:
            if self._error is not None:
                error, self._error, self._over = self._error, None, True
                raise error
            if self._over:
                raise StopAsyncIteration
            await self._do(await self._pull())
        return self._ready.popleft()

    async def _pull(self) -> list[I]:
        items: list[I] = []
        try:
            while len(items) < self._work.settings.concurrency and not self._work.stopped:
                items.append(await attributed(self._source.next()))
            self._over = self._work.stopped
        except StopAsyncIteration:
            self._over = True
        except Exception as error:  # noqa: BLE001 - items taken before are done first
            self._error = error
        return items

    async def _do(self, items: list[I]) -> None:
        outcomes: dict[int, Outcome[I, T]] = {}
        end: BaseException | None = None

        async def one(index: int, item: I) -> None:
            nonlocal end
            try:
                outcomes[index] = await confined(partial(self._work.perform, index, item))
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                self._error = self._error or error
            except BaseException as error:  # likewise, as it is
                if interruption(error) is None:
                    raise
                end = end or error
                group.cancel_scope.cancel()

        async with task_group() as group:
            for item in items:
                group.start_soon(one, self._index, item)
                self._index += 1
        if end is not None:
            raise end
        self._ready.extend(outcomes[index] for index in sorted(outcomes))


class Wakeup:
    """Wakes all waiting tasks. They check again before they wait, so that nothing is missed."""

    def __init__(self) -> None:
        self._event: anyio.Event | None = None

    def ring(self) -> None:
        """Wake them."""
        event, self._event = self._event, None
        if event is not None:
            event.set()

    async def wait(self) -> None:
        """Wait for it."""
        if self._event is None:
            self._event = anyio.Event()
        await self._event.wait()


class Tasks(Generic[I, T]):
    """Items in progress in the tasks of a group; the next is taken when a slot is free.

    One task takes the items from their source, so that a generator with its own cancel scopes
    works. An item keeps its slot until its outcome was read: a slow reader slows the work down, and
    so does the oldest item if outcomes are ordered.

    Args:
        work: The function and its items.
        group: Where the tasks run.

    Attributes:
        interruption: An exception that ends the program, such as `KeyboardInterrupt`, from a task.
    """

    def __init__(self, work: Work[I, T], group: TaskGroup) -> None:
        self._work = work
        self._group = group
        self._width = work.settings.concurrency
        self._places = 2 * self._width
        self._queue: deque[tuple[int, I]] = deque()
        self._idle: deque[anyio.Event] = deque()
        self._workers = 0
        # Items that are queued or in progress, and items whose outcome was not read.
        self._running = self._unread = 0
        self._ready: deque[Outcome[I, T]] = deque()
        # Ordered: outcomes that came before their turn.
        self._held: dict[int, Outcome[I, T] | None] = {}
        self._following = 0
        self._feeding = anyio.CancelScope()
        self._fed = False
        self._halted = False
        self._error: Exception | None = None
        self.interruption: BaseException | None = None
        self._room = Wakeup()
        self._news = Wakeup()

    async def start(self) -> None:
        """Open the journal and start.

        Raises:
            JournalError: The journal can't be used.
            InvalidArgumentError: Two items have the same key.
            OSError: The journal can't be read or written.
        """
        try:
            await self._work.open()
        except BaseException:
            self.close()
            raise
        self._group.start_soon(self._feed)

    def close(self) -> None:
        """Close the journal, and wake all tasks that still wait."""
        self._fed, self._running = True, 0
        self._news.ring()
        self._work.close()

    async def next(self) -> Outcome[I, T]:
        """Return an outcome.

        Raises:
            StopAsyncIteration: There are no more.
            Exception: The source of the items, the journal, or one of the callbacks failed.
        """
        while not self._ready:
            if self._fed and not self._running:
                error, self._error = self._error, None
                if error is not None:
                    raise error
                raise StopAsyncIteration
            await self._news.wait()
        self._unread -= 1
        self._room.ring()
        return self._ready.popleft()

    # -- the task that takes the items -----------------------------------------------------

    async def _feed(self) -> None:
        with self._feeding:
            try:
                # A generator runs and is closed in one task.
                await confined(self._draw)
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                # Items taken before are done first.
                self._error = self._error or error
            except BaseException as error:  # raised by the block
                if interruption(error) is None:
                    raise
                self._interrupt(error)
        self._fed = True
        while self._idle:
            self._idle.popleft().set()
        self._news.ring()

    async def _draw(self) -> None:
        items, order = self._work.items, self._work.order
        if order is not None:
            listed = list(cast("Collection[I]", items))
            items = [listed[index] for index in order]
        source = Source(items)
        try:
            await self._pull(source, order)
        finally:
            await source.close()

    async def _pull(self, source: Source[I], order: list[int] | None) -> None:
        number = 0
        while True:
            while self._running >= self._width or self._unread >= self._places:
                await self._room.wait()
            if self._work.stopped:
                return
            try:
                item = await source.next()
            except StopAsyncIteration:
                return
            self._running += 1
            self._unread += 1
            self._queue.append((number if order is None else order[number], item))
            number += 1
            if self._idle:
                self._idle.popleft().set()
            elif self._workers < self._width:
                self._workers += 1
                self._group.start_soon(self._do)

    # -- the tasks that do them ------------------------------------------------------------

    async def _do(self) -> None:
        while True:
            while not self._queue:
                if self._fed:
                    return
                event = anyio.Event()
                self._idle.append(event)
                await event.wait()
            index, item = self._queue.popleft()
            outcome = None
            try:
                if not self._halted and not self._work.stopped:
                    outcome = await confined(partial(self._work.perform, index, item))
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                # Not a failure of the item: nothing more can be started.
                self._error = self._error or error
                self._halted = True
            except BaseException as error:  # raised by the block
                if interruption(error) is None:
                    raise
                self._interrupt(error)
            if self._halted or self._work.stopped:
                # The source may yield nothing for a long time.
                self._feeding.cancel()
            self._deliver(index, outcome)

    def _interrupt(self, error: BaseException) -> None:
        """End the block with an exception that ends the program; asyncio would stop at once."""
        self.interruption = self.interruption or error
        self._group.cancel_scope.cancel()

    def _deliver(self, index: int, outcome: Outcome[I, T] | None) -> None:
        self._running -= 1
        if not self._work.settings.ordered:
            self._report(outcome)
        else:
            self._held[index] = outcome
            while self._following in self._held:
                self._report(self._held.pop(self._following))
                self._following += 1
        self._room.ring()
        self._news.ring()

    def _report(self, outcome: Outcome[I, T] | None) -> None:
        if outcome is None:
            self._unread -= 1
        else:
            self._ready.append(outcome)
