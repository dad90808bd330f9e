"""Doing many items at a time, and nothing that outlives its block."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import anyio
from anyio.abc import TaskGroup

from scalingo_async._core.cancellation import ungrouped
from scalingo_async._core.door import advice
from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.bulk.options import BulkOptions, Settings
from scalingo_async.bulk.outcomes import Outcome, Progress, Report, Summary
from scalingo_async.bulk.tasks import Batches, Tasks
from scalingo_async.bulk.work import Work
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.apps import App

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")
A = TypeVar("A", bound="App | str")
P = ParamSpec("P")


class Job(OnlyAsyncWith, NotAwaitable, Uncopyable):
    """Work on many items inside of an `async with` block.

    Leaving the block cancels what is still under way; it ends when all of that has ended. What is
    recorded in a journal stays true.

    Args:
        session: That of the client whose job it is, if it is one's.
        options: How the work is done.
        per_item: How many requests an item takes at least.

    Raises:
        InvalidArgumentError: An option makes no sense.
    """

    _awaited = "enter it with `async with`, and await what its `map` returns"

    def __init__(self, session: Session | None, options: BulkOptions, *, per_item: int = 1) -> None:
        self._session = session
        self._per_item = per_item
        self._settings = Settings.of(options)
        self._group: TaskGroup | None = None
        self._flows: list[Tasks[Any, Any]] = []
        self._mapped = False

    @overload
    def map(  # type: ignore[overload-overlap]  # a method that takes texts may be given texts
        self,
        function: Callable[[I], Awaitable[T]],
        items: Iterable[I] | AsyncIterable[I],
    ) -> Outcomes[I, T]: ...
    @overload
    def map(
        self,
        function: Callable[Concatenate[str, P], Awaitable[T]],
        items: Iterable[A] | AsyncIterable[A],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcomes[A, T]: ...
    @overload
    def map(
        self,
        function: Callable[Concatenate[I, P], Awaitable[T]],
        items: Iterable[I] | AsyncIterable[I],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcomes[I, T]: ...
    def map(
        self,
        function: Callable[..., Awaitable[T]],
        items: Iterable[I] | AsyncIterable[I],
        *args: object,
        **kwargs: object,
    ) -> Outcomes[I, T]:
        """Call a function with each of the items, as many at a time as the job allows.

        A method of the client whose first argument is an app takes an `App` for it, and the call
        goes to the region of that app.

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
        work = Work(function, items, args, kwargs, self._settings, self._session, self._per_item)
        return Outcomes(work, self)

    def _start(self, work: Work[I, T]) -> Tasks[I, T]:
        """Make room for a piece of work in the block.

        Raises:
            InvalidArgumentError: The block was not entered, or was left.
        """
        if self._group is None:
            block = advice("`async with`", "`with`")
            raise InvalidArgumentError(f"the job runs inside of its block: use {block}")
        flow = Tasks(work, self._group)
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
                # told of it, the group would wrap it. Ctrl-C may come here.
                with ungrouped():
                    await group.__aexit__(None, None, None)
        finally:
            for flow in self._flows:
                flow.close()
        for flow in self._flows:
            if flow.interruption is not None:
                raise flow.interruption


class Outcomes(
    OnlyAsyncWith, OnlyAsyncFor, Uncopyable, AsyncIterator["Outcome[I, T]"], Generic[I, T]
):
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

    _hint = ", or awaited for a Report"

    def __init__(self, work: Work[I, T], job: Job | None) -> None:
        self._work = work
        self._job = job
        self._own: Job | None = None
        self._flow: Tasks[I, T] | None = None
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
