"""The link between a connection and the command of a one-off container."""

from typing import Protocol

import anyio

from scalingo_async.sandbox.behaviour.containers import stop
from scalingo_async.sandbox.behaviour.shell import Shell
from scalingo_async.sandbox.server.app import LOOK
from scalingo_async.sandbox.world.one_offs import HUNG_UP, STOPPED, OneOff
from scalingo_async.sandbox.world.state import World

__all__ = ["Attachment", "Line"]

_HEAD_WAITS = 0.05
"""Seconds that the response head waits for output to be sent with."""


class Line(Protocol):
    """The connection."""

    gone: anyio.Event

    async def receive(self) -> bytes:
        """Return the next bytes; empty at the end."""
        ...

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        ...

    async def finish(self) -> None:
        """End it after all pending data has been sent."""
        ...


class Attachment:
    """Runs the command of a container for the attached client, until it ends.

    Args:
        one_off: The container.
        world: The state.
        line: The connection.
        head: The response head, which has not been sent yet.
        cut_after: The number of bytes of output after which the connection is cut.
    """

    def __init__(
        self, one_off: OneOff, world: World, line: Line, head: bytes, cut_after: int | None
    ) -> None:
        self._one_off = one_off
        self._world = world
        self._line = line
        self._head = head
        self._cut_after = cut_after
        self._left = cut_after or 0
        self._active = world.clock.time()
        self._result: int | None = None

    async def run(self) -> None:
        """Run the command; afterwards the container has ended in any case."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch, tasks.cancel_scope)
                if not self._world.settings.one_off_joined_head:
                    await self._send_head()
                    # Two writes may be sent as one; a pause keeps them apart.
                    await anyio.sleep(LOOK)
                else:
                    tasks.start_soon(self._send_head_in_time)
                self._result = await self._command()
                await self._first_size()
                self._end(self._result)
                tasks.cancel_scope.cancel()
            # Nothing has been printed yet, or the connection was cut before.
            await self._send_head()
        finally:
            self._end(HUNG_UP)

    async def _command(self) -> int:
        if self._world.settings.real_commands:
            from scalingo_async.sandbox.behaviour.pseudo_terminal import execute

            return await execute(self._one_off, self)
        return await Shell(self._one_off, self).run()

    async def _first_size(self) -> None:
        """Give the client time to send the size of its terminal."""
        with anyio.move_on_after(self._world.settings.one_off_grace):
            while not self._one_off.sized:  # noqa: ASYNC110 - a thread may tell it
                await anyio.sleep(LOOK)

    async def _watch(self, scope: anyio.CancelScope) -> None:
        """End it when the client disconnects, when it is stopped, and on inactivity."""
        settings = self._world.settings
        while not self._line.gone.is_set():
            with self._world.lock:
                self._world.settle()
            if self._one_off.stopped:
                self._end(STOPPED)
                break
            if self._world.clock.time() - self._active >= settings.one_off_inactivity:
                self._end(HUNG_UP, inactive=True)
                break
            with anyio.move_on_after(LOOK):
                await self._line.gone.wait()
        scope.cancel()

    def _end(self, exit_code: int, *, inactive: bool = False) -> None:
        if self._result is not None:
            # The command ended before the connection did.
            exit_code, inactive = self._result, False
        with self._world.lock:
            self._one_off.end(exit_code, inactive=inactive)
            stop(self._one_off.app, [self._one_off.container], self._world.clock.time())

    async def _send_head(self) -> None:
        head, self._head = self._head, b""
        if head:
            await self._line.send(head)

    async def _send_head_in_time(self) -> None:
        await anyio.sleep(_HEAD_WAITS)
        await self._send_head()

    # The screen -----------------------------------------------------------------------------

    async def receive(self) -> bytes:
        """Return the next input; if the client has disconnected, the watch cancels the wait."""
        data = await self._line.receive()
        if not data:
            await anyio.sleep_forever()
        self._active = self._world.clock.time()
        return data

    async def send(self, data: bytes) -> None:
        """Send output, together with the response head if that has not been sent yet."""
        self._active = self._world.clock.time()
        head, self._head = self._head, b""
        if self._cut_after is not None:
            data, rest = data[: self._left], data[self._left :]
            self._left -= len(data)
            if rest or not self._left:
                await self._line.send(head + data)
                await self._cut()
        await self._line.send(head + data)

    async def _cut(self) -> None:
        """End the connection after pending data has been sent; this also ends the command."""
        self._end(HUNG_UP)
        await self._line.finish()
        await anyio.sleep_forever()
