"""Leaks of all kinds, to see that the soak test finds them: `python -m tests.soak 0.3 --leak task`."""

from __future__ import annotations

import asyncio
import logging
import socket
import tempfile
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import trio

Leak = Callable[[list[Any], dict[str, str]], None]
"""Leaks something; it is called in each rest with the worlds and the variables of the sandbox."""


def a_task() -> Leak:
    async def forgotten() -> None:
        tasks.append(asyncio.ensure_future(asyncio.sleep(3600)))

    tasks: list[Any] = []
    return lambda worlds, environ: worlds[0].portal.call(forgotten)


def a_task_of_trio() -> Leak:
    async def forgotten() -> None:
        trio.lowlevel.spawn_system_task(trio.sleep_forever)

    return lambda worlds, environ: worlds[2].portal.call(forgotten)


def a_task_behind_a_door() -> Leak:
    """One in the loop of the client that blocks."""

    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        loop = worlds[3].loop
        asyncio.run_coroutine_threadsafe(asyncio.sleep(3600), loop)

    return leak


def a_socket() -> Leak:
    sockets: list[socket.socket] = []

    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        where = urlsplit(environ["SCALINGO_API_URL"])
        sockets.append(socket.create_connection((where.hostname, where.port)))

    return leak


def a_place() -> Leak:
    """A request that left, and whose answer nobody noted."""

    async def taken(client: Any) -> None:
        await next(iter(client._state.limiters.values())).acquire()

    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        if not places:
            places.append(True)
            worlds[1].portal.call(taken, worlds[1].client)

    places: list[bool] = []
    return leak


def memory() -> Leak:
    """What is kept of all that is done: some answers of each, small ones."""
    kept: list[Any] = []

    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        done = sum(worker.done for world in worlds for worker in world.workers)
        kept.extend({"answer": [n, str(n)]} for n in range(10 * done - len(kept)))

    return leak


def large_memory() -> Leak:
    """A few large things, which hardly count as pieces."""
    kept: list[bytes] = []
    return lambda worlds, environ: kept.append(b"x" * (3 << 20))


def a_canary() -> Leak:
    logger = logging.getLogger("scalingo_async.somewhere")
    return lambda worlds, environ: logger.debug("with %s", environ["SCALINGO_API_TOKEN"])


def a_file() -> Leak:
    files: list[Any] = []
    return lambda worlds, environ: files.append(tempfile.TemporaryFile())


def a_temporary_file() -> Leak:
    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        with tempfile.NamedTemporaryFile(delete=False):
            pass

    return leak


def a_thread() -> Leak:
    def leak(worlds: list[Any], environ: dict[str, str]) -> None:
        threading.Thread(target=threading.Event().wait, daemon=True).start()

    return leak


def an_error() -> Leak:
    """One of a task that nobody awaits."""

    async def fails() -> None:
        raise LookupError

    async def forgotten() -> None:
        asyncio.ensure_future(fails())  # noqa: RUF006

    return lambda worlds, environ: worlds[0].portal.call(forgotten)


LEAKS: dict[str, Callable[[], Leak]] = {
    "task": a_task,
    "trio-task": a_task_of_trio,
    "blocking-task": a_task_behind_a_door,
    "socket": a_socket,
    "place": a_place,
    "memory": memory,
    "large-memory": large_memory,
    "canary": a_canary,
    "file": a_file,
    "temporary-file": a_temporary_file,
    "thread": a_thread,
    "error": an_error,
}
