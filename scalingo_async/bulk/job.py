"""Concurrent bulk work in a block that leaves no task behind."""

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
    """Do many items at a time inside of an `async with` block.

    Leaving the block cancels the items in progress and waits until they have ended. The journal
    stays correct.

    Args:
        session: The session of the client whose job it is, if there is one.
        options: How the work is done.
        per_item: How many requests an item takes at least.

    Raises:
        InvalidArgumentError: An option is invalid.
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
    def map(  # type: ignore[overload-overlap]  # a method that takes strings may be given strings
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
        """Call a function for each of the items, as many at a time as the job allows.

        A method of the client whose first argument is an app accepts an `App`, and the call goes to
        the region of that app.

        Nothing starts before you iterate over the outcomes or await them. Items are taken from an
        iterable only when there is room for them, so it may be endless.

        Args:
            function: An async function, such as `client.apps.restart`, or a `lambda` that calls
                one.
            items: The items: any iterable, `async` or not.
            *args: Further arguments of the function.
            **kwargs: Keyword arguments of the function.

        Returns:
            The outcomes: iterate over them as they come, or await them all.

        Raises:
            InvalidArgumentError: The function or the items are invalid, or the job's journal is
                already used for other items.
        """
        if self._settings.journal is not None and self._mapped:
            raise InvalidArgumentError(
                "a job with a journal has only one map: make another job for this one"
            )
        self._mapped = True
        work = Work(function, items, args, kwargs, self._settings, self._session, self._per_item)
        return Outcomes(work, self)

    def _start(self, work: Work[I, T]) -> Tasks[I, T]:
        """Start a piece of work in the block.

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
                # The tasks raise nothing themselves, and the body's exception propagates by itself:
                # the group would wrap it if it knew about it. Ctrl-C may come here.
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
    """The outcome of each item, computed once you ask for it.

    - `await` it: everything is done, and you get all outcomes as a `Report`.
    - `async with` it and iterate: outcomes come one by one while other items are in progress.
    - Iterate over it without a block: items are done in batches of `concurrency`. Nothing runs
      between two batches, so you can leave the loop at any time. A journal and an async generator
      have to be closed at the end: they need one of the other two ways.

    Args:
        work: The function and its items.
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
        """The progress so far."""
        return self._work.tally.progress()

    @property
    def summary(self) -> Summary:
        """The counts of outcomes so far; of all items at the end."""
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
            raise InvalidArgumentError(
                "the outcomes are already in use: they belong to a block, or were iterated over"
            )
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
