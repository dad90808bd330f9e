"""The door to the blocking client: methods that are awaited elsewhere block on its values.

Most results of calls are plain values, which pass through the door unchanged. A few have methods
that call the platform, such as `wait`. A value remembers the door through which it came, and such a
method, marked with `@blocks`, runs there and blocks. Without a door, it is the coroutine function
that it is declared as.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar, cast

from scalingo_async._core.resource_property import mark_awaited

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["DETACHED", "DOOR", "Door", "advice", "blocks", "call_back"]

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


class Door(Protocol):
    """Runs calls for threads that wait for them."""

    @property
    def inside(self) -> bool:
        """Whether this thread is the one behind the door, in which nothing may block."""
        ...

    def run(self, call: Coroutine[Any, Any, T], /) -> T:
        """Run a call to its end, and return what it returns or raise what it raises."""
        ...

    async def apart(self, function: Callable[[], T], /) -> T:
        """Call a function that blocks, from behind the door, where nothing may: in a thread."""
        ...

    def facade(self, thing: object, /) -> Any:
        """Return the facade of an object on this side of the door."""
        ...


DOOR: Final[ContextVar[Door | None]] = ContextVar("scalingo_async.door", default=None)
"""Set behind a door: values that are made there remember it."""

_CALLED_BACK: Final[ContextVar[bool]] = ContextVar("scalingo_async.called_back", default=False)
"""Set while a plain function of the caller's runs, in which nothing can be awaited."""


def advice(awaiting: str, blocking: str) -> str:
    """Return what to write instead: in a program that awaits, or in one that came through a door.

    Args:
        awaiting: What is said to the one.
        blocking: What is said to the other, who can't await anything.
    """
    return awaiting if DOOR.get() is None else blocking


def call_back(function: Callable[[V], T], value: V) -> T:
    """Call a plain function of the caller's with a value, whose methods are no coroutines there."""
    mark = _CALLED_BACK.set(True)
    try:
        return function(value)
    finally:
        _CALLED_BACK.reset(mark)


class _Detached:
    """The replacement for a door in a pickle or a deep copy, which isn't attached to a client."""

    inside: Final = False

    def run(self, call: Coroutine[Any, Any, T], /) -> T:
        try:
            # What needs nobody ends in its first step.
            call.send(None)
        except StopIteration as end:
            return cast("T", end.value)
        call.close()
        raise RuntimeError("it came from a pickle or a copy, and can't ask the platform")

    def facade(self, thing: object, /) -> object:
        return thing

    def __reduce__(self) -> str:
        return "DETACHED"


DETACHED: Final = _Detached()


def blocks(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let an async method of a value block if the value came through a door: its `_door`.

    Behind the door it is awaited. A plain function that is called there could not do that; the door
    refuses its call.
    """

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        # What was never given one is a copy, or came from elsewhere.
        door: Door | None = getattr(args[0], "_door", cast("Any", DETACHED))
        made = method(*args, **kwargs)
        if door is None:
            return made
        if not _CALLED_BACK.get():
            if door.inside:
                return made
            here = DOOR.get()
            if here is not None and here.inside:
                # Behind another door, it is awaited as well.
                return here.apart(lambda: door.run(made))
        return door.run(made)

    mark_awaited(call)
    return call
