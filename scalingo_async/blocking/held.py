"""A block that is entered and left in one task, which waits in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from scalingo_async.blocking.portal import Door


class Held:
    """An async block that a thread is in.

    Args:
        block: The block.
    """

    def __init__(self, block: AbstractAsyncContextManager[Any]) -> None:
        self._block = block
        self._value: Any = None
        self._reason: tuple[Any, Any, Any] = (None, None, None)
        self._error: BaseException | None = None
        self._swallows: bool | None = False
        self.left = False

    async def enter(self, door: Door) -> Any:
        """Enter it, in a task of its own; returns what that gives."""
        self._scope = anyio.CancelScope()
        self._entered, self._leave, self._over = anyio.Event(), anyio.Event(), anyio.Event()
        door.tasks.start_soon(self._hold)
        try:
            await self._entered.wait()
        except BaseException:
            await self._give_up()
            raise
        if self._error is not None:
            raise self._error
        return self._value

    async def leave(self, *reason: Any) -> bool | None:
        """Leave it, for an exception or without one; returns whether that is swallowed."""
        self._reason = reason
        self._leave.set()
        try:
            await self._over.wait()
        except BaseException:
            await self._give_up()
            raise
        if self._error is not None and self._error is not reason[1]:
            raise self._error
        return self._swallows

    async def _give_up(self) -> None:
        self._scope.cancel()
        with anyio.CancelScope(shield=True):
            await self._over.wait()

    async def _hold(self) -> None:
        try:
            with self._scope:
                self._value = await self._block.__aenter__()
                self._entered.set()
                try:
                    await self._leave.wait()
                except BaseException as error:
                    if not await self._block.__aexit__(type(error), error, error.__traceback__):
                        raise
                else:
                    self._swallows = await self._block.__aexit__(*self._reason)
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised where it is left
            self._error = error
        finally:
            self.left = True
            self._entered.set()
            self._over.set()
