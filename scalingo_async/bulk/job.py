"""Doing many items at a time, and nothing that outlives its block."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

import anyio

from scalingo_async.bulk.options import Settings
from scalingo_async.bulk.outcomes import Report
from scalingo_async.bulk.work import Work
from scalingo_async.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from anyio.abc import TaskGroup

    from scalingo_async.bulk.options import BulkOptions
    from scalingo_async.bulk.outcomes import Outcome, Progress, Summary

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")
P = ParamSpec("P")


class Job:
    """Work on many items inside of an `async with` block.

    Leaving the block cancels what is still under way; it ends when all of that has ended. What is
    recorded in a journal stays true.

    Args:
        forecast: Returns how long so many requests take at least.
        options: How the work is done.

    Raises:
        InvalidArgumentError: An option makes no sense.
    """

    def __init__(self, forecast: Callable[[int], float] | None, options: BulkOptions) -> None:
        self._forecast = forecast
        self._settings = Settings.of(options)
        self._group: TaskGroup | None = None
        self._flows: list[Flow[Any, Any]] = []
        self._mapped = False

    def map(
        self,
        function: Callable[Concatenate[I, P], Awaitable[T]],
        items: Iterable[I] | AsyncIterable[I],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcomes[I, T]:
        """Call a function with each of the items, as many at a time as the job allows.

        Nothing starts until the outcomes are asked for. Items are taken from an iterable only as
        there is room for them, so there may be any number.

        Args:
            function: An async function, such as `client.apps.restart`, or a `lambda` that calls
                one.
            items: What to call it with: anything to iterate over, `async` or not.
            *args: Further arguments of the function.
            **kwargs: Keyword arguments of the function.

        Returns:
            The outcomes: iterate over them as they come, or await them all.

        Raises:
            InvalidArgumentError: The function or the items can't be right, or the job's journal is
                used for other items already.
        """
        if self._settings.journal is not None and self._mapped:
            raise InvalidArgumentError("a journal is for one map: make another job for this one")
        self._mapped = True
        work = Work(function, items, args, kwargs, self._settings, self._forecast)
        return Outcomes(work, self)

    def _start(self, work: Work[I, T]) -> Flow[I, T]:
        """Make room for a piece of work in the block.

        Raises:
            InvalidArgumentError: The block was not entered, or was left.
        """
        if self._group is None:
            raise InvalidArgumentError("the job runs inside of its block: use `async with`")
        flow = Flow(work, self._group)
        self._flows.append(flow)
        return flow

    async def __aenter__(self) -> Self:
        group = anyio.create_task_group()
        await group.__aenter__()
        self._group = group
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        group, self._group = self._group, None
        try:
            if group is not None:
                group.cancel_scope.cancel()
                # The tasks raise nothing of their own, and the body's exception goes on by itself:
                # told of it, the group would wrap it.
                await group.__aexit__(None, None, None)
        finally:
            for flow in self._flows:
                flow.close()


class Outcomes(AsyncIterator["Outcome[I, T]"], Generic[I, T]):
    """What becomes of each item, once it is asked for.

    - `await` it: everything is done, and the outcomes come together, as a `Report`.
    - `async with` it and iterate: outcomes come one by one while others are under way.
    - Iterate over it without a block: items are done in batches of `concurrency`. Nothing runs
      between two batches, so that the loop may be left at any time. A journal has to be closed at
      the end, and so has an async generator: they need one of the other ways.

    Args:
        work: What is done to which items.
        job: The block that it runs in, when there is one.
    """

    def __init__(self, work: Work[I, T], job: Job | None) -> None:
        self._work = work
        self._job = job
        self._own: Job | None = None
        self._flow: Flow[I, T] | None = None
        self._batches: Batches[I, T] | None = None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self._work.tally.progress()

    @property
    def summary(self) -> Summary:
        """What became of the items so far; of all of them at the end."""
        return self._work.tally.summary()

    def __await__(self) -> Generator[Any, Any, Report[I, T]]:
        return self._all().__await__()

    async def _all(self) -> Report[I, T]:
        if self._job is None:
            async with self:
                return await self._all()
        outcomes = [outcome async for outcome in self]
        outcomes.sort(key=lambda outcome: outcome.index)
        return Report(outcomes, self.summary)

    async def __aenter__(self) -> Self:
        if self._job is not None or self._batches is not None:
            raise InvalidArgumentError("the outcomes belong to a block, or are used up, already")
        job = Job(None, {})
        await job.__aenter__()
        self._job = self._own = job
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._own is not None:
            await self._own.__aexit__(kind, error, trace)

    async def __anext__(self) -> Outcome[I, T]:
        if self._job is None:
            if self._batches is None:
                self._batches = Batches(self._work)
            return await self._batches.next()
        if self._flow is None:
            self._flow = self._job._start(self._work)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            await self._flow.start()
        return await self._flow.next()

    def __repr__(self) -> str:
        return f"<Outcomes {self.progress!r}>"


class Source(Generic[I]):
    """Items of an iterable of either kind.

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
        """Close a generator: nobody else asks it for more."""
        close = getattr(self._slow, "aclose", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await close()


class Batches(Generic[I, T]):
    """Does some items at once, and the next ones when their outcomes are used up.

    Args:
        work: What is done to which items.

    Raises:
        InvalidArgumentError: The work needs an end that an abandoned loop would not give it.
    """

    def __init__(self, work: Work[I, T]) -> None:
        if work.settings.journal is not None and not work.settings.dry_run:
            raise InvalidArgumentError(
                "a journal has to be closed: use `async with bulk.map(...) as outcomes`, or await"
            )
        if hasattr(work.items, "aclose"):
            raise InvalidArgumentError(
                "the items come from an async generator, which has to be closed: use `async with "
                "bulk.map(...) as outcomes`, or await"
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
                items.append(await self._source.next())
            self._over = self._work.stopped
        except StopAsyncIteration:
            self._over = True
        except Exception as error:  # noqa: BLE001 - what was pulled before is done first
            self._error = error
        return items

    async def _do(self, items: list[I]) -> None:
        outcomes: dict[int, Outcome[I, T]] = {}

        async def one(index: int, item: I) -> None:
            try:
                outcomes[index] = await self._work.perform(index, item)
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                self._error = self._error or error

        async with anyio.create_task_group() as group:
            for item in items:
                group.start_soon(one, self._index, item)
                self._index += 1
        self._ready.extend(outcomes[index] for index in sorted(outcomes))


class Bell:
    """Wakes all who wait. They look again before they wait again, so that nothing is missed."""

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


class Flow(Generic[I, T]):
    """Items under way in the tasks of a group: pulled as places come free.

    One task takes the items from their source, so that a generator with scopes of its own works.
    An item has a place until its outcome was read: a slow reader holds the work up, and so does
    the oldest item when outcomes are to be in order.

    Args:
        work: What is done to which items.
        group: Where the tasks run.
    """

    def __init__(self, work: Work[I, T], group: TaskGroup) -> None:
        self._work = work
        self._group = group
        self._width = work.settings.concurrency
        self._places = 2 * self._width
        self._queue: deque[tuple[int, I]] = deque()
        self._idle: deque[anyio.Event] = deque()
        self._workers = 0
        # Items that are queued or under way, and items whose outcome was not read.
        self._running = self._unread = 0
        self._ready: deque[Outcome[I, T]] = deque()
        # In order: what is through before its turn.
        self._held: dict[int, Outcome[I, T] | None] = {}
        self._following = 0
        self._feeding = anyio.CancelScope()
        self._fed = False
        self._halted = False
        self._error: Exception | None = None
        self._room = Bell()
        self._news = Bell()

    async def start(self) -> None:
        """Open the journal and begin.

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
        """Give the journal free; whoever still waits is told that it is over."""
        self._fed, self._running = True, 0
        self._news.ring()
        self._work.close()

    async def next(self) -> Outcome[I, T]:
        """Return an outcome.

        Raises:
            StopAsyncIteration: There are no more.
            Exception: The source of the items failed, or the journal, or one of the functions
                beside the work.
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
            source = None
            try:
                source = Source(self._work.items)
                await self._pull(source)
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                # What was pulled before is done first.
                self._error = self._error or error
            finally:
                if source is not None:
                    await source.close()
        self._fed = True
        while self._idle:
            self._idle.popleft().set()
        self._news.ring()

    async def _pull(self, source: Source[I]) -> None:
        index = 0
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
            self._queue.append((index, item))
            index += 1
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
                    outcome = await self._work.perform(index, item)
            except Exception as error:  # noqa: BLE001 - raised by `next`, not in a group
                # No failure of the item: nothing more can be started.
                self._error = self._error or error
                self._halted = True
            if self._halted or self._work.stopped:
                # The source may have nothing to say for a long time.
                self._feeding.cancel()
            self._deliver(index, outcome)

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
