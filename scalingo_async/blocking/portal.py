"""The event loop behind a blocking client: one thread for each client in each process.

anyio's `BlockingPortal` waits twice for the loop in each call, which doubles the thread switches,
and can't wait for the end of a call that it cancels. So calls are handed to asyncio directly.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import Context
from queue import SimpleQueue
from typing import Any, Final, TypeVar, cast

from scalingo_async._core import door as door_
from scalingo_async._core.event_loop import is_notebook_cell, runs_here
from scalingo_async.blocking.threads import WORK, Work, in_threads
from scalingo_async.client import AsyncClient
from scalingo_async.errors import ClientClosedError, EventLoopError

T = TypeVar("T")

_PATIENCE: Final = 5.0
"""How long the exit of the interpreter waits for connections to be closed, in seconds."""


class Answer:
    """A result that a thread waits for; the loop sets it once.

    It isn't a `Future`: a thread that is interrupted by a signal may keep the lock of a `Future`,
    and the loop would wait for it.
    """

    def __init__(self) -> None:
        self._told: list[tuple[Any, BaseException | None]] = []
        self._news: SimpleQueue[None] = SimpleQueue()

    def tell(self, value: object, error: BaseException | None = None) -> None:
        """Set a value or an error; only the first call counts."""
        self._told.append((value, error))
        self._news.put(None)

    def done(self) -> bool:
        """Return whether it was set."""
        return bool(self._told)

    def wait(self) -> tuple[Any, BaseException | None]:
        """Wait until it is set; return the value and the error."""
        while not self._told:
            self._news.get()
        return self._told[0]


class Call:
    """An awaitable that runs in the loop while a thread waits for it.

    Args:
        portal: The portal with the loop.
        awaited: The awaitable.
        door: The door that its results keep.

    Attributes:
        ended: Its result or error.
    """

    def __init__(self, portal: Portal, awaited: Coroutine[Any, Any, Any], door: Door) -> None:
        self._portal, self._awaited, self._door = portal, awaited, door
        self._task: asyncio.Task[None] | None = None
        self.ended = Answer()

    def result(self, until: Answer | None = None) -> Any:
        """Hand it to the loop, if that isn't done yet, and wait for its end or something else.

        An interruption of the waiting, such as Ctrl-C, cancels it, and is raised once it has ended.
        """
        work, until = WORK.get() or Work(), until or self.ended
        work.calls.add(self)
        self._portal.calls.add(self)
        try:
            if work.cancelled:
                self.cancel()
            self._portal.soon(self._begin)
            value, error = until.wait()
        except BaseException:
            self.cancel()
            self.ended.wait()
            raise
        finally:
            # Unless it is a block that has been entered.
            if until is self.ended or self.ended.done():
                work.calls.discard(self)
                self._portal.calls.discard(self)
        if error is None:
            return value
        try:
            raise error
        finally:
            # They reference this frame.
            del error, until, self

    def _begin(self) -> None:
        if self._task is None and not self.ended.done():
            self._task = self._portal.loop.create_task(self._perform())
            self._task.add_done_callback(lambda _: self.end())

    async def _perform(self) -> None:
        door_.DOOR.set(self._door)
        try:
            self.ended.tell(await self._awaited)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            # The caller's frames come first, followed by those below this one.
            trace = error.__traceback__
            self.ended.tell(None, error.with_traceback(trace and trace.tb_next))

    def cancel(self) -> None:
        """Cancel it, from any thread."""
        self._portal.soon(lambda: self._task.cancel() if self._task is not None else self.end())

    def end(self) -> None:
        """Set the error for a cancelled call or a closed client, unless it has ended."""
        # It may never have started.
        self._awaited.close()
        closed = ClientClosedError("the client was closed during the call")
        self.ended.tell(None, closed if self._portal.stopped else CancelledError())


class Held(Call):
    """An async block that a thread has entered: one task enters it, waits, and leaves it.

    Args:
        portal: The portal with the loop.
        block: The block.
        door: The door that its results keep.
    """

    def __init__(self, portal: Portal, block: AbstractAsyncContextManager[Any], door: Door) -> None:
        super().__init__(portal, cast("Any", None), door)
        self._block = block
        self._entered = Answer()
        self._reason = portal.loop.create_future()

    def enter(self) -> Any:
        """Enter it; return its value."""
        self._awaited = self._hold()
        return self.result(self._entered)

    def leave(self, *reason: Any) -> bool | None:
        """Leave it, with or without an exception; return whether the exception is suppressed."""
        self._portal.soon(lambda: self._reason.done() or self._reason.set_result(reason))  # type: ignore[func-returns-value]
        return self.result()  # type: ignore[no-any-return]

    def end(self) -> None:
        """Set the error for a block that was not entered, unless it was."""
        super().end()
        self._entered.tell(*self.ended.wait())

    async def _hold(self) -> bool | None:
        self._entered.tell(await self._block.__aenter__())
        try:
            reason = await self._reason
        except BaseException as error:
            await self._block.__aexit__(type(error), error, error.__traceback__)
            raise
        return await self._block.__aexit__(*reason)


class Portal:
    """An event loop in a thread, for one client in one process.

    Args:
        client: The client, which is closed at the end; `None` for work without a client.

    Raises:
        EventLoopError: gevent or eventlet has replaced the threads of this process.

    Attributes:
        loop: The loop.
        thread: The thread.
        calls: The calls in progress.
        left: In a forked process: objects of the parent, which must not be closed here.
    """

    def __init__(self, client: AsyncClient | None) -> None:
        if threading.get_ident.__module__ != "_thread":
            raise EventLoopError(
                "gevent or eventlet has replaced the threads of this process by greenlets, and the "
                "event loop of this client would stop all of them: use threads or processes that "
                "are not patched, such as gunicorn's gthread workers or Celery's prefork pool"
            )
        self.calls: set[Call] = set()
        self.left: list[object] = []
        self.stopped = False
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.loop = runner.get_loop()
        self._stop = asyncio.Event()
        # A daemon thread, so that the interpreter can exit: open connections are closed then.
        self.thread = threading.Thread(
            target=self._run, args=(runner, client), name="scalingo-blocking", daemon=True
        )
        self.thread.start()
        _RUNNING.add(self)

    def _run(self, runner: asyncio.Runner, client: AsyncClient | None) -> None:
        # In a forked process this frame is never left, so nothing that it references is closed.
        try:
            runner.run(self._serve(client), context=Context())
        finally:
            self.stopped = True
            # At its exit, Python 3.12 can't start the thread that waits for the loop's DNS threads.
            # Everything else is closed.
            with suppress(RuntimeError):
                runner.close()
            for call in tuple(self.calls):
                call.end()

    async def _serve(self, client: AsyncClient | None) -> None:
        await self._stop.wait()
        self.stopped = True
        if client is not None:
            await client.aclose()

    def soon(self, function: Callable[[], object]) -> None:
        """Call a function in the loop, in the caller's context, without waiting for it."""
        try:
            self.loop.call_soon_threadsafe(function)
        except RuntimeError:
            # The loop is closed.
            for call in tuple(self.calls):
                call.end()

    def stop(self) -> None:
        """Close the client and end the thread, without waiting for it."""
        self.soon(self._stop.set)


class Door:
    """The door to a blocking client: the state that all its facades share.

    Args:
        client: The client; `None` for work without a client.
        facade: Returns the facade of an object.

    Attributes:
        client: The client.
        closed: Whether it was closed.
        portal: The portal of its calls in this process; `None` before the first.
    """

    def __init__(self, client: AsyncClient | None, facade: Callable[..., Any]) -> None:
        self.client, self.closed = client, False
        self.portal: Portal | None = None
        self._facade, self._alone = facade, threading.Lock()
        _DOORS.add(self)

    @property
    def inside(self) -> bool:
        """Whether this is the thread of the loop."""
        return self.portal is not None and self.portal.thread is threading.current_thread()

    def run(self, awaited: Coroutine[Any, Any, T]) -> T:
        """Await an awaitable in the loop, and wait for it here.

        Raises:
            EventLoopError: An event loop runs in this thread, which may not block.
            ClientClosedError: The client is closed.
            BaseException: The call raised it.
        """
        try:
            portal = self.running()
        except BaseException:
            awaited.close()
            raise
        return Call(portal, awaited, self).result()  # type: ignore[no-any-return]

    def look(self, function: Callable[[], T]) -> T:
        """Call a function in the loop, if there is one, so that nothing changes meanwhile."""
        if self.portal is None or self.closed or runs_here():
            return function()

        async def there() -> T:
            return function()

        return self.run(there())

    def running(self) -> Portal:
        """Return the portal of this process; it starts with the first call.

        Raises:
            EventLoopError: An event loop runs in this thread, which may not block.
            ClientClosedError: The client is closed.
        """
        if self.inside:
            raise EventLoopError(
                "this is the thread of the client's own event loop, which runs callbacks and "
                "middlewares: a blocking call would wait for itself. Return first, and make "
                "the call in the thread that waits"
            )
        if runs_here() and not is_notebook_cell():
            raise EventLoopError(
                "this client blocks, and an event loop runs in this thread: use AsyncClient here, "
                "or make the call in another thread, with asyncio.to_thread or "
                "anyio.to_thread.run_sync"
            )
        with self._alone:
            if self.portal is None and not self.closed:
                portal = Portal(self.client)
                self._forgotten = weakref.finalize(self, portal.stop)
                self._forgotten.atexit = False
                # A fork in between finds either both or neither.
                self.portal = portal
        if self.closed:
            # It may have been closed in between, when there was no portal to stop.
            self.close()
            raise ClientClosedError("this client is closed; make a new one")
        return cast("Portal", self.portal)

    def forked(self) -> None:
        """Release the objects of the parent process; the next call starts a new loop."""
        self._alone = threading.Lock()
        portal, self.portal = self.portal, None
        if portal is not None:
            self._forgotten.detach()
            if self.client is not None:
                portal.left.append(self.client._forked())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def close(self) -> None:
        """Close the client and end its thread; a second call does nothing.

        Raises:
            EventLoopError: This is that thread.
        """
        if self.inside:
            raise EventLoopError("a client can't be closed in the thread of its own event loop")
        closed, self.closed = self.closed, True
        if self.portal is not None:
            self.portal.stop()
            self.portal.thread.join()
        elif self.client is not None and not closed:
            # Nothing was opened, so nothing has to be awaited.
            door_.DETACHED.run(self.client.aclose())

    async def apart(self, function: Callable[[], T]) -> T:
        """Call a blocking function in a thread, for the loop; its calls end when this ends."""
        return await in_threads(function)()  # type: ignore[no-any-return]

    def facade(self, thing: object) -> Any:
        """Return the facade of an object, or a value unchanged."""
        return self._facade(self, thing)


# -- processes -----------------------------------------------------------------------------------

_RUNNING: Final[weakref.WeakSet[Portal]] = weakref.WeakSet()
_DOORS: Final[weakref.WeakSet[Door]] = weakref.WeakSet()


def _forked() -> None:
    _RUNNING.clear()
    for door in tuple(_DOORS):
        door.forked()


def _end_all() -> None:
    """Close the clients that were not closed, at the exit of the interpreter."""
    left = tuple(_RUNNING)
    for portal in left:
        portal.stop()
    for portal in left:
        portal.thread.join(_PATIENCE)


atexit.register(_end_all)
# Systems without fork don't have it.
getattr(os, "register_at_fork", dict)(after_in_child=_forked)
