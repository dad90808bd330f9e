"""The event loop behind a blocking client: one thread for each client in each process.

anyio's `BlockingPortal` waits for two answers of the loop for each call, which doubles the switches
of threads, and has no way to wait for the end of a call that was cancelled. So calls are handed to
the loop here.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
import weakref
from contextlib import suppress
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio

from scalingo_async._core import door
from scalingo_async._core.door import DOOR
from scalingo_async._core.event_loop import runs_here
from scalingo_async.errors import ClientClosedError, EventLoopError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Self

    from anyio.abc import TaskGroup

    from scalingo_async.client import AsyncClient

T = TypeVar("T")

_PATIENCE: Final = 5.0
"""How long the end of the interpreter waits for connections to be closed, in seconds."""

_STARTING: Final[dict[int, threading.Lock]] = {}
"""The lock of each process: one that was held while it was forked is never given back."""


class Work:
    """What a function of the caller does in a thread of its own: the calls that it makes."""

    __slots__ = ("calls", "cancelled")

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

    __slots__ = (
        "_awaited",
        "_begun",
        "_door",
        "_error",
        "_portal",
        "_reason",
        "_scope",
        "_value",
        "_waiting",
    )

    def __init__(self, portal: Portal, awaited: Awaitable[Any], door: Door) -> None:
        self._portal = portal
        self._awaited = awaited
        self._door = door
        self._begun = False
        self._reason: BaseException | None = None
        self._scope: anyio.CancelScope | None = None
        self._value: Any = None
        self._error: BaseException | None = None
        self._waiting = threading.Lock()
        self._waiting.acquire()

    def result(self) -> Any:
        """Hand it to the loop and wait for its end.

        What interrupts the waiting, such as Ctrl-C, cancels it, and is raised once it has ended.
        """
        work = WORK.get()
        if work is not None:
            work.calls.add(self)
        try:
            try:
                if work is not None and work.cancelled:
                    self.cancel()
                self._portal.submit(self)
                self._waiting.acquire()
            except BaseException:
                self.cancel()
                self._waiting.acquire()
                raise
            if self._error is not None:
                raise self._error
            return self._value
        finally:
            # The error holds this frame.
            self._error = self._reason = self._value = None
            if work is not None:
                work.calls.discard(self)

    def begin(self) -> bool:
        """Note that it begins, unless nobody waits for it any more."""
        self._begun = self._waiting.locked()
        return self._begun

    async def perform(self) -> None:
        """Do it, in a task of its own."""
        DOOR.set(self._door)
        try:
            with anyio.CancelScope() as self._scope:
                if self._reason is not None:
                    self._scope.cancel()
                self._value = await self._awaited
            self.end(self._reason if self._scope.cancelled_caught else None)
        except anyio.get_cancelled_exc_class():
            self.end(_closed_meanwhile())
            raise
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            # The caller's frames come first, and those below this one behind them.
            trace = error.__traceback__
            self.end(error.with_traceback(trace and trace.tb_next))

    def end(self, error: BaseException | None = None) -> None:
        """Let the thread go on, unless it does already."""
        if not self._begun:
            # A coroutine that nobody awaits says so otherwise.
            getattr(self._awaited, "close", bool)()
        self._portal.calls.discard(self)
        if self._waiting.locked():
            self._error = error
            with suppress(RuntimeError):
                self._waiting.release()

    def cancel(self) -> None:
        """Cancel it, from any thread."""
        self._portal.soon(lambda: self.give_up(concurrent.futures.CancelledError()))

    def give_up(self, reason: BaseException) -> None:
        """Cancel it, in the loop; the reason is what it ends in, unless it ends by itself."""
        self._reason = reason
        if not self._begun:
            self.end(reason)
        elif self._scope is not None:
            self._scope.cancel()


class Portal:
    """An event loop in a thread, for one client in one process.

    Args:
        client: The client, which is closed at the end; `None` for work that belongs to none.
    """

    def __init__(self, client: AsyncClient | None) -> None:
        self.pid = os.getpid()
        self.calls: set[Call] = set()
        # The loop knows tasks weakly.
        self._begun: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        # A daemon, so that the interpreter ends: what is open then is closed at its exit.
        self.thread = threading.Thread(
            target=self._run, args=(client,), name="scalingo-blocking", daemon=True
        )

    def start(self) -> Self:
        """Start the thread, and wait until the loop runs."""
        self.thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        if not _RUNNING:
            atexit.register(_end_all)
        _RUNNING.add(self)
        return self

    def _run(self, client: AsyncClient | None) -> None:
        # This frame keeps the client. In a forked process nobody leaves it, so that nothing closes
        # there what belongs to the parent.
        try:
            anyio.run(self._serve, client, backend="asyncio")
        except BaseException as error:  # noqa: BLE001 - it is told to whoever waits
            self._failure = error
        finally:
            for call in tuple(self.calls):
                call.end(_closed_meanwhile())
            self._ready.set()

    async def _serve(self, client: AsyncClient | None) -> None:
        self._stop = anyio.Event()
        self._loop = asyncio.get_running_loop()
        async with anyio.create_task_group() as self.tasks:
            self._ready.set()
            await self._stop.wait()
            if client is not None:
                await client.aclose()
            # What is left are blocks that a thread is in.
            self.tasks.cancel_scope.cancel()
        for call in tuple(self.calls):
            call.give_up(_closed_meanwhile())
        while self._begun:
            await asyncio.wait(self._begun)

    def submit(self, call: Call) -> None:
        """Let a call begin, in the context of the caller."""
        self.calls.add(call)
        try:
            self._loop.call_soon_threadsafe(self._begin, call, context=copy_context())
        except RuntimeError:
            call.end(_closed())

    def _begin(self, call: Call) -> None:
        if self._stop.is_set():
            call.end(_closed())
        elif call.begin():
            # anyio's task groups start tasks from tasks alone.
            task = self._loop.create_task(call.perform())
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)

    def soon(self, function: Callable[[], object]) -> None:
        """Call a function in the loop, if that is still there; don't wait for it."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    def stop(self) -> None:
        """Close the client and end the thread; don't wait for it."""
        if self.pid == os.getpid():
            self.soon(self._stop.set)


_RUNNING: Final[weakref.WeakSet[Portal]] = weakref.WeakSet()


def _end_all() -> None:
    """Close what was forgotten, at the exit of the interpreter."""
    left = [portal for portal in _RUNNING if portal.pid == os.getpid()]
    for portal in left:
        portal.stop()
    for portal in left:
        portal.thread.join(_PATIENCE)


class Door:
    """The way to a client that blocks: what all that hangs on the client has in common.

    Args:
        client: The client; `None` for work that belongs to none.
        facade: Returns what stands for a thing on this side.
    """

    def __init__(
        self, client: AsyncClient | None, facade: Callable[[Door, object, None], Any]
    ) -> None:
        self.closed = False
        self._facade = facade
        # How many times the process was forked under it.
        self.age = 0
        self._client = client
        self._portal: Portal | None = None
        self._ender: weakref.finalize[..., Any] | None = None

    @property
    def leads_to_a_client(self) -> bool:
        """Whether there is a client behind it."""
        return self._client is not None

    def client(self) -> Any:
        """Return the client of this process."""
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
                    self._portal = None
                    self.age += 1
        return self.age

    @property
    def inside(self) -> bool:
        """Whether this is the thread of the loop."""
        return self._portal is not None and self._portal.thread is threading.current_thread()

    @property
    def tasks(self) -> TaskGroup:
        """Where tasks are started that outlive a call, in the loop."""
        return self._running().tasks

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
        call = Call(self._running(), awaited, self)
        del awaited
        return call.result()  # type: ignore[no-any-return]

    def _problem(self) -> Exception | None:
        if runs_here():
            if self.inside:
                return EventLoopError(
                    "this is the thread of the client's own event loop, in which callbacks and "
                    "middlewares run: a call that blocks would wait for itself. Return first, and "
                    "make the call in the thread that waits"
                )
            return EventLoopError(
                "this client blocks, and an event loop runs in this thread: use AsyncClient here, "
                "or make the call in another thread, with asyncio.to_thread or "
                "anyio.to_thread.run_sync"
            )
        return _closed() if self.closed else None

    def _running(self) -> Portal:
        self.look_around()
        portal = self._portal
        if portal is None:
            with _STARTING.setdefault(os.getpid(), threading.Lock()):
                portal = self._portal
                if portal is None:
                    portal = self._portal = Portal(self._client).start()
                    self._ender = weakref.finalize(self, portal.stop)
                    self._ender.atexit = False
        return portal

    def close(self) -> None:
        """Close the client and end its thread; a second time does nothing.

        Raises:
            EventLoopError: This is that thread.
        """
        if self.inside:
            raise EventLoopError("a client can't be closed in the thread of its own event loop")
        self.look_around()
        if self.closed:
            return
        self.closed = True
        portal = self._portal
        if portal is not None:
            portal.stop()
            portal.thread.join()
        elif self._client is not None:
            # It has opened nothing, so nothing has to be awaited.
            door.DETACHED.run(self._client.aclose())

    def facade(self, thing: object) -> Any:
        """Return what stands for a thing here; a value stands for itself."""
        return self._facade(self, thing, None)

    def __reduce__(self) -> str | tuple[Any, ...]:
        return _detached, ()


def _detached() -> object:
    return door.DETACHED


def _closed_meanwhile() -> ClientClosedError:
    return ClientClosedError("the client was closed during the call")


def _closed() -> ClientClosedError:
    return ClientClosedError("this client is closed; make a new one")
