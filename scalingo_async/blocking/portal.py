"""The event loop behind a blocking client: one thread for each client in each process.

anyio's `BlockingPortal` waits for two answers of the loop for each call, which doubles the switches
of threads, and can't wait for the end of a call that it cancels. So calls are handed to asyncio.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import threading
import weakref
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio

from scalingo_async._core import door as door_
from scalingo_async._core.event_loop import runs_here
from scalingo_async.errors import ClientClosedError, EventLoopError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from scalingo_async.client import AsyncClient

T = TypeVar("T")

_PATIENCE: Final = 5.0
"""How long the end of the interpreter waits for connections to be closed, in seconds."""

_STARTING: Final[dict[int, threading.Lock]] = {}
"""The lock of each process: one that was held while it was forked is never given back."""


class Work:
    """What a function of the caller does in a thread of its own: the calls that it makes."""

    def __init__(self) -> None:
        self.calls: set[Call] = set()
        self.cancelled = False

    def cancel(self) -> None:
        """End the calls that are under way, and refuse others."""
        self.cancelled = True
        for call in tuple(self.calls):
            call.cancel()


WORK: Final[ContextVar[Work | None]] = ContextVar("scalingo_async.blocking.work", default=None)


class Call:
    """Something that is awaited in the loop while a thread waits for it.

    Args:
        portal: Where the loop is.
        awaited: What is awaited.
        door: What values that come of it remember.
    """

    def __init__(self, portal: Portal, awaited: Awaitable[Any], door: Door) -> None:
        self._portal, self._awaited, self._door = portal, awaited, door
        self._task: asyncio.Task[Any] | None = None
        self._future: Future[Any] = Future()

    def result(self) -> Any:
        """Hand it to the loop and wait for its end.

        What interrupts the waiting, such as Ctrl-C, cancels it, and is raised once it has ended.
        """
        work = WORK.get() or Work()
        work.calls.add(self)
        self._portal.calls.add(self)
        try:
            if work.cancelled:
                self.cancel()
            self._portal.soon(self._begin)
            error = self._future.exception()
        except BaseException:
            if not self._future.done():
                self.cancel()
                self._future.exception()
            raise
        finally:
            work.calls.discard(self)
            self._portal.calls.discard(self)
        if error is None:
            return self._future.result()
        try:
            raise error
        finally:
            # It holds this frame.
            del error, self

    def _begin(self) -> None:
        if not self._future.done():
            self._task = asyncio.get_running_loop().create_task(self._perform())
            self._task.add_done_callback(lambda _: self.end())

    async def _perform(self) -> None:
        door_.DOOR.set(self._door)
        try:
            self._future.set_result(await self._awaited)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            # The caller's frames come first, and those below this one behind them.
            trace = error.__traceback__
            self._future.set_exception(error.with_traceback(trace and trace.tb_next))

    def cancel(self) -> None:
        """Cancel it, from any thread."""
        self._portal.soon(lambda: self._task.cancel() if self._task is not None else self.end())

    def end(self) -> None:
        """Say that it was cancelled, or that the client was closed, unless it has ended."""
        if self._task is None:
            # A coroutine that nobody awaits says so otherwise.
            getattr(self._awaited, "close", bool)()
        closed = ClientClosedError("the client was closed during the call")
        with suppress(InvalidStateError):
            self._future.set_exception(closed if self._portal.stopped else CancelledError())


class Portal:
    """An event loop in a thread, for one client in one process.

    Args:
        client: The client, which is closed at the end; `None` for work that belongs to none.
    """

    def __init__(self, client: AsyncClient | None) -> None:
        self.pid = os.getpid()
        self.calls: set[Call] = set()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.stopped = False
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        # A daemon, so that the interpreter ends: what is open then is closed at its exit.
        self.thread = threading.Thread(
            target=self._run, args=(client,), name="scalingo-blocking", daemon=True
        )

    def start(self) -> Portal:
        """Start the thread, and wait until the loop runs."""
        self.thread.start()
        self._ready.result()
        if not _RUNNING:
            atexit.register(_end_all)
        _RUNNING.add(self)
        return self

    def _run(self, client: AsyncClient | None) -> None:
        # This frame keeps the client and the tasks. In a forked process nobody leaves it, so that
        # nothing closes there what belongs to the parent.
        try:
            anyio.run(self._serve, client, backend="asyncio")
        except BaseException as error:  # noqa: BLE001 - it is told to whoever waits
            if not self._ready.done():
                self._ready.set_exception(error)
        finally:
            self.stopped = True
            for call in tuple(self.calls):
                call.end()

    async def _serve(self, client: AsyncClient | None) -> None:
        self._stop = anyio.Event()
        self._ready.set_result(asyncio.get_running_loop())
        await self._stop.wait()
        self.stopped = True
        if client is not None:
            await client.aclose()

    def _end(self) -> None:
        self._stop.set()

    def soon(self, function: Callable[[], object]) -> None:
        """Call a function in the loop, in the caller's context; don't wait for it."""
        try:
            self._ready.result().call_soon_threadsafe(function, context=copy_context())
        except RuntimeError:
            for call in tuple(self.calls):
                call.end()

    def stop(self) -> None:
        """Close the client and end the thread; don't wait for it."""
        if self.pid == os.getpid():
            self.soon(self._end)


_RUNNING: Final[weakref.WeakSet[Portal]] = weakref.WeakSet()


def _end_all() -> None:
    """Close what was forgotten, at the exit of the interpreter."""
    left = [portal for portal in _RUNNING if portal.pid == os.getpid()]
    for portal in left:
        portal.stop()
    for portal in left:
        portal.thread.join(_PATIENCE)


class Held:
    """An async block that a thread is in: one task enters it, waits, and leaves it.

    Args:
        block: The block.
    """

    def __init__(self, block: AbstractAsyncContextManager[Any]) -> None:
        self._block = block

    async def enter(self, door: Door) -> Any:
        """Enter it; returns what that gives."""
        loop = asyncio.get_running_loop()
        self._entered, self._reason = loop.create_future(), loop.create_future()
        self.task = loop.create_task(self._hold())
        # The loop knows tasks weakly.
        tasks = door.running().tasks
        tasks.add(self.task)
        self.task.add_done_callback(tasks.discard)
        await self._until(self._entered)
        return await self._entered if self._entered.done() else self.task.result()

    async def leave(self, *reason: Any) -> bool | None:
        """Leave it, for an exception or without one; returns whether that is swallowed."""
        if not self._reason.done():
            self._reason.set_result(reason)
        await self._until()
        return self.task.result()

    async def _until(self, *first: asyncio.Future[Any]) -> None:
        try:
            await asyncio.wait((self.task, *first), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.task.cancel()
            await asyncio.wait((self.task,))
            raise

    async def _hold(self) -> bool | None:
        self._entered.set_result(await self._block.__aenter__())
        try:
            reason = await self._reason
        except BaseException as error:
            await self._block.__aexit__(type(error), error, error.__traceback__)
            raise
        return await self._block.__aexit__(*reason)


def _in_a_cell() -> bool:
    """Tell whether this is the thread in which a notebook runs its cells.

    A Jupyter kernel does so in its event loop, which waits for the cell whatever that does.
    """
    kernel: Any = sys.modules.get("ipykernel.kernelapp")
    main = threading.current_thread() is threading.main_thread()
    return main and kernel is not None and bool(kernel.IPKernelApp.initialized())


class Door:
    """The way to a client that blocks: what all that hangs on the client has in common.

    Args:
        client: The client; `None` for work that belongs to none.
        facade: Returns what stands for a thing on this side.
    """

    def __init__(self, client: AsyncClient | None, facade: Callable[..., Any]) -> None:
        self.closed = False
        # How many times the process was forked under it.
        self.age = 0
        self._client, self._facade = client, facade
        self._portal: Portal | None = None

    def client(self) -> Any:
        """Return the client of this process, if there is one."""
        self.look_around()
        return self._client

    def look_around(self) -> int:
        """See whether the process was forked: then leave the parent its own; returns the age."""
        portal = self._portal
        if portal is not None and portal.pid != os.getpid():
            with _STARTING.setdefault(os.getpid(), threading.Lock()):
                if self._portal is portal:
                    if self._client is not None and not self.closed:
                        self._client = self._client._anew()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
                    self._portal, self.age = None, self.age + 1
        return self.age

    @property
    def inside(self) -> bool:
        """Whether this is the thread of the loop."""
        return self._portal is not None and self._portal.thread is threading.current_thread()

    def run(self, awaited: Awaitable[T]) -> T:
        """Await something in the loop, and wait for it here.

        Raises:
            EventLoopError: An event loop runs in this thread, which may not block.
            ClientClosedError: The client is closed.
            BaseException: What the call raises.
        """
        problem = self._problem()
        if problem is not None:
            getattr(awaited, "close", bool)()
            raise problem
        return Call(self.running(), awaited, self).result()  # type: ignore[no-any-return]

    def look(self, function: Callable[[], T]) -> T:
        """Call a function where nothing changes what it looks at: in the loop, if there is one."""
        self.look_around()
        if self._portal is None or self.closed or runs_here():
            return function()

        async def there() -> T:
            return function()

        return self.run(there())

    def _problem(self) -> Exception | None:
        if runs_here() and not _in_a_cell():
            return EventLoopError(
                "this is the thread of the client's own event loop, in which callbacks and "
                "middlewares run: a call that blocks would wait for itself. Return first, and make "
                "the call in the thread that waits"
                if self.inside
                else "this client blocks, and an event loop runs in this thread: use AsyncClient "
                "here, or make the call in another thread, with asyncio.to_thread or "
                "anyio.to_thread.run_sync"
            )
        return ClientClosedError("this client is closed; make a new one") if self.closed else None

    def running(self) -> Portal:
        """Return the portal of this process; it starts with the first call."""
        self.look_around()
        if self._portal is None:
            with _STARTING.setdefault(os.getpid(), threading.Lock()):
                if self._portal is None:
                    portal = Portal(self._client).start()
                    weakref.finalize(self, portal.stop).atexit = False
                    self._portal = portal
        return self._portal

    def close(self) -> None:
        """Close the client and end its thread; a second time does nothing.

        Raises:
            EventLoopError: This is that thread.
        """
        if self.inside:
            raise EventLoopError("a client can't be closed in the thread of its own event loop")
        client, closed, self.closed = self.client(), self.closed, True
        if self._portal is not None:
            self._portal.stop()
            self._portal.thread.join()
        elif client is not None and not closed:
            # It has opened nothing, so nothing has to be awaited.
            door_.DETACHED.run(client.aclose())

    def facade(self, thing: object) -> Any:
        """Return what stands for a thing here; a value stands for itself."""
        return self._facade(self, thing, None)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (door_, "DETACHED")
