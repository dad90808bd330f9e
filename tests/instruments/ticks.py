"""The tick sweep: a scenario is cancelled at each of its ticks, in each way, and must leave nothing.

    async def scenario(client, platform):
        await client.apps.get("my-app")

    await swept(scenario)

A tick is each time that the scenario's task waits, and each time that the platform (platform.py) is
waited for in another task. The ways to cancel: a scope of anyio, a deadline, the task of asyncio,
`asyncio.timeout`, and closing the client; each alone, and with a second cancellation while the
first one is cleaned up. After each, nothing is under way or open, no place of the rate limit is
lost, no task and no file is left, and the same scenario succeeds with the same client.
"""

import asyncio
import inspect
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import trio

from instruments.platform import Platform
from scalingo_async import AsyncClient, ClientClosedError
from scalingo_async.middleware.rate_limit.window import Limiter

Scenario = Callable[[AsyncClient, Platform], Awaitable[Any]]
Act = Callable[[], object]

PATIENCE = 60.0
"""Seconds after which what hangs is given up; nothing is measured by it."""


SETTLING = 500
"""How many times what is left is looked at again, before it counts as left."""


# -- ticks -----------------------------------------------------------------------------------------


class Ticks:
    """Counts the ticks of a scenario, and does something at some of them."""

    def __init__(self) -> None:
        self.count = 0
        self.acts: dict[int, Act] = {}
        self.inside = False

    def one(self) -> None:
        act = self.acts.get(self.count)
        self.count += 1
        if act is not None:
            act()

    def elsewhere(self) -> None:
        """Count a tick of another task than the scenario's: that one counts its own."""
        if not self.inside:
            self.one()


class Driven:
    """Awaits something, and counts how many times that waits."""

    def __init__(self, awaited: Awaitable[Any], ticks: Ticks) -> None:
        self._awaited = awaited
        self._ticks = ticks

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = _as_coroutine(self._awaited)
        resume: Callable[[Any], Any] = inner.send
        given: Any = None
        while True:
            self._ticks.inside = True
            try:
                yielded = resume(given)
            except StopIteration as end:
                return end.value
            finally:
                self._ticks.inside = False
            self._ticks.one()
            try:
                given, resume = (yield yielded), inner.send
            except BaseException as error:
                given, resume = error, inner.throw


def _as_coroutine(awaited: Awaitable[Any]) -> Coroutine[Any, Any, Any]:
    if inspect.iscoroutine(awaited):
        return awaited

    async def wait() -> Any:
        return await awaited

    return wait()


# -- ways to cancel --------------------------------------------------------------------------------

Way = Callable[[AsyncClient, Callable[[], Awaitable[None]], Callable[[Act, Act], None]], Any]
"""Runs a call; hands out what cancels it, and what cancels it once more."""


async def by_scope(client: AsyncClient, call: Any, arm: Any) -> None:
    with anyio.CancelScope() as outer, anyio.CancelScope() as inner:
        arm(inner.cancel, outer.cancel)
        await call()


async def by_deadline(client: AsyncClient, call: Any, arm: Any) -> None:
    with anyio.CancelScope() as outer, anyio.CancelScope(deadline=math.inf) as inner:

        def reach() -> None:
            inner.deadline = anyio.current_time()

        arm(reach, outer.cancel)
        await call()


async def by_closing(client: AsyncClient, call: Any, arm: Any) -> None:
    asked = anyio.Event()

    async def close() -> None:
        await asked.wait()
        await client.aclose()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(close)
        with anyio.CancelScope() as scope:
            arm(asked.set, scope.cancel)
            await call()
        # A call that has ended before is followed by the end of the client all the same.
        asked.set()


async def by_task(client: AsyncClient, call: Any, arm: Any) -> None:
    task = asyncio.ensure_future(call())
    arm(task.cancel, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def by_timeout(client: AsyncClient, call: Any, arm: Any) -> None:
    async def limited() -> None:
        over = False
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as timeout:

                def reach() -> None:
                    if not over:
                        timeout.reschedule(asyncio.get_running_loop().time())

                arm(reach, task.cancel)
                try:
                    await call()
                finally:
                    over = True

    task = asyncio.ensure_future(limited())
    with suppress(asyncio.CancelledError):
        await task


EVERYWHERE: dict[str, Way] = {"scope": by_scope, "deadline": by_deadline, "closing": by_closing}
ON_ASYNCIO: dict[str, Way] = {"task": by_task, "timeout": by_timeout}


def ways() -> dict[str, Way]:
    """Return the ways to cancel that there are on the running event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return EVERYWHERE
    return {**EVERYWHERE, **ON_ASYNCIO}


# -- what must not be left -------------------------------------------------------------------------


def tasks_alive() -> int:
    """Return how many tasks there are on the running event loop."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return trio.lowlevel.current_statistics().tasks_living


def files_open() -> int:
    """Return how many files, sockets and pipes this process has open."""
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0  # noqa: PTH208


class Rig:
    """A client and its platform, to run a scenario with again and again.

    Args:
        make: Makes the platform.
        folder: What scenarios may write to; a part of it is where temporary files go.
        resumes: Whether the part of a file that has come is kept on purpose.
        fresh: Whether each cancelled run has a client that has done nothing yet, without a token.
        settings: Settings of the client.
    """

    def __init__(
        self,
        make: Callable[[], Platform] = Platform,
        folder: Path | None = None,
        *,
        fresh: bool = False,
        resumes: bool = False,
        **settings: Any,
    ) -> None:
        self.make = make
        self.folder = None if folder is None else folder / "scenario"
        self.temporary = None if folder is None else folder / "temporary"
        self.resumes = resumes
        self.fresh = fresh
        self.settings = settings
        self.platform = make()
        self.client = self.platform.client(**settings)

    async def renew(self) -> None:
        """Make a new client, of a platform that has seen nothing yet."""
        await self.client.aclose()
        self.platform = self.make()
        self.client = self.platform.client(**self.settings)

    async def begin(self) -> None:
        """Clear what earlier runs have left on the disk, and make a new client of a closed one."""
        for folder in (self.folder, self.temporary):
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
        if self.client.closed:
            await self.renew()
        if self.folder is not None:
            self.platform.folder = self.folder

    def left(self) -> list[str]:
        """Return what is left of a call that has ended."""
        found = [f"open: {each!r}" for each in self.platform.left_open()]
        if self.folder is not None and self.temporary is not None:
            parts = [] if self.resumes else self.folder.rglob("*.part*")
            found += [f"the file {path.name}" for path in (*self.temporary.iterdir(), *parts)]
        state = self.client._state
        if state._active:
            found.append(f"{len(state._active)} calls are under way for the client")
        for limiter in state.limiters.values():
            assert isinstance(limiter, Limiter)
            status = limiter.status()
            if limiter._in_flight or status.waiting:
                found.append(f"places of the rate limit: {limiter._in_flight} taken, {status}")
            if status.used > self.platform.requests:
                found.append(f"{status.used} places used by {self.platform.requests} requests")
        return found


@contextmanager
def counting(platform: Platform) -> Iterator[Ticks]:
    """Count the ticks of what is driven in the block, and of what the platform is asked for."""
    ticks = Ticks()
    before, platform.ticked = platform.ticked, ticks.elsewhere
    try:
        yield ticks
    finally:
        platform.ticked = before


async def whole(rig: Rig, scenario: Scenario, raises: type[Exception] | None = None) -> int:
    """Run a scenario to its end, which may be an error; returns the number of its ticks."""
    await rig.begin()
    ended = None
    with counting(rig.platform) as ticks, anyio.fail_after(PATIENCE):
        try:
            await Driven(scenario(rig.client, rig.platform), ticks)
        except Exception as error:
            if raises is None or not isinstance(error, raises):
                raise
            ended = error
    assert raises is None or ended is not None, "it raised nothing"
    return ticks.count


async def one_run(rig: Rig, scenario: Scenario, way: Way, acts: tuple[int, int | None]) -> Any:
    """Cancel a scenario; returns how it ended: `None`, "cancelled", or what it raised."""
    if rig.fresh:
        await rig.renew()
    await rig.begin()
    outcome: list[Any] = []
    first, second = acts

    with counting(rig.platform) as ticks:

        def arm(cancel: Act, again: Act) -> None:
            ticks.acts[first] = cancel
            if second is not None:
                ticks.acts[second] = again

        async def call() -> None:
            try:
                await Driven(scenario(rig.client, rig.platform), ticks)
            except Exception as error:
                outcome.append(error)
            except anyio.get_cancelled_exc_class():
                outcome.append("cancelled")
                raise
            else:
                outcome.append(None)
            finally:
                ticks.acts.clear()

        await way(rig.client, call, arm)
    return outcome[0] if outcome else "cancelled"


async def swept(
    scenario: Scenario,
    *,
    rig: Rig | None = None,
    raises: type[Exception] | None = None,
    most: int | None = None,
    turn: int = 0,
    every_way: bool = False,
) -> int:
    """Cancel a scenario at its ticks; returns how many times it was cancelled.

    Args:
        scenario: What is cancelled, a function of a client and its platform.
        rig: What it is run with, where that is not a client as they come.
        raises: The error that it ends with, if it does.
        most: At how many ticks, spread over the scenario; `None` for all of them.
        turn: Which way to cancel comes first.
        every_way: Whether each tick is tried in each way; they take turns otherwise.

    Raises:
        AssertionError: Something was left.
    """
    rig = Rig() if rig is None else rig
    # The first time loads modules, and opens what stays open.
    await whole(rig, scenario, raises)
    if rig.fresh:
        await rig.renew()
    count = await whole(rig, scenario, raises)
    tasks, files = tasks_alive(), files_open()
    table = list(ways().items())
    runs = 0
    before = tempfile.tempdir
    tempfile.tempdir = None if rig.temporary is None else str(rig.temporary)
    try:
        for number, tick in enumerate(spread(count, most)):
            chosen = range(len(table)) if every_way else [turn + number]
            for which in chosen:
                name, way = table[which % len(table)]
                for again in (None, tick + 1) if every_way else [(None, tick + 1)[number % 2]]:
                    where = f"{name} at tick {tick} of {count}, again at {again}"
                    closing = way is by_closing
                    with noted(where), anyio.fail_after(PATIENCE):
                        ended = await one_run(rig, scenario, way, (tick, again))
                        check_end(ended, raises, closing=closing)
                        await settled(tasks, files)
                        assert not rig.left(), f"{where}: {rig.left()}"
                        assert tasks_alive() <= tasks, f"{where}: tasks are left"
                        assert files_open() <= files, f"{where}: files are left open"
                        await whole(rig, scenario, raises)
                        assert not rig.left(), f"{where}: afterwards, {rig.left()}"
                    runs += 1
    finally:
        tempfile.tempdir = before
        with anyio.CancelScope(shield=True):
            await rig.client.aclose()
    return runs


def spread(count: int, most: int | None) -> list[int]:
    """Choose ticks: all, or some with the first and the last among them."""
    if most is None or count <= most:
        return list(range(count))
    return sorted({round(number * (count - 1) / (most - 1)) for number in range(most)})


def check_end(ended: Any, raises: type[Exception] | None, *, closing: bool) -> None:
    """See that a scenario has ended as it always does, or by what cancelled it."""
    if ended is None or ended == "cancelled" or (raises and isinstance(ended, raises)):
        return
    if closing and isinstance(ended, ClientClosedError):
        return
    raise AssertionError(f"it ended with {ended!r}") from ended


async def settled(tasks: int, files: int) -> None:
    """Let what is over come to its end: tasks, and threads whose caller was cancelled."""
    for number in range(SETTLING):
        if tasks_alive() <= tasks and files_open() <= files:
            return
        await anyio.sleep(0 if number < 20 else 0.01)


@contextmanager
def noted(where: str) -> Iterator[None]:
    """Say where something failed."""
    try:
        yield
    except BaseException as error:
        error.add_note(where)
        raise
