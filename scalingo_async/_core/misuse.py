"""Helpful errors for a forgotten `async`, `await` or method.

Python's own messages name a missing protocol. These classes raise better errors, only at run time:
type checkers don't see them, and keep refusing wrong code.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Generic, NoReturn, ParamSpec, TypeVar

from scalingo_async._core.uncopyable import Uncopyable

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)


class Handle:
    """The base of what stands for work to be done: its `repr` says how it is used."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{_called(self)}: {self._usage()}>"

    def _usage(self) -> str:
        """Say what is to be done with it, or how it gets on."""
        ways = [
            "enter it with `async with`" if isinstance(self, OnlyAsyncWith) else "",
            "read it with `async for`" if isinstance(self, OnlyAsyncFor) else "",
        ]
        return ", ".join(filter(None, ways))


class OnlyAsyncWith(Handle):
    """The base of what is entered with `async with`."""

    __slots__ = ()

    if TYPE_CHECKING:
        ...
    else:

        def __enter__(self) -> NoReturn:
            raise TypeError(f"{_named(self)} is entered with `async with`, not with `with`")

        # It has to be there for the message above, and is never called.
        __exit__ = None


class OnlyAsyncFor(Handle):
    """The base of what is read with `async for`.

    It has no `__iter__`, which would make it an `Iterable`: Python tries `__getitem__` then.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        ...
    else:
        _hint: ClassVar[str] = ""

        def __getitem__(self, index: object) -> NoReturn:
            raise TypeError(self._no_sequence())

        def __len__(self) -> NoReturn:
            raise TypeError(self._no_sequence())

        def __bool__(self) -> bool:
            return True

        def _no_sequence(self) -> str:
            return f"{_named(self)} is read with `async for`{self._hint}"


class NotAwaitable:
    """The base of what is not awaited itself: `_awaited` says what to do."""

    __slots__ = ()

    _awaited: ClassVar[str]

    if TYPE_CHECKING:
        ...
    else:

        def __await__(self) -> NoReturn:
            raise TypeError(f"{_named(self)} can't be awaited: {self._awaited}")


class Block(
    OnlyAsyncWith,
    OnlyAsyncFor,
    NotAwaitable,
    Uncopyable,
    AbstractAsyncContextManager[T_co],
    Generic[T_co],
):
    """A block to be entered with `async with`."""

    __slots__ = ("_called", "_inner")

    _awaited = "enter it with `async with ... as`"

    def __init__(self, inner: AbstractAsyncContextManager[T_co], name: str) -> None:
        self._inner = inner
        self._called = name

    async def __aenter__(self) -> T_co:
        return await self._inner.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._inner.__aexit__(kind, error, traceback)

    if TYPE_CHECKING:
        ...
    else:
        _hint = " once it is entered with `async with ... as`"

        def __aiter__(self) -> NoReturn:
            raise TypeError(self._no_sequence())

    def __repr__(self) -> str:
        return f"<{self._called}, not entered>"


def block(
    function: Callable[P, AbstractAsyncContextManager[T_co]],
) -> Callable[P, AbstractAsyncContextManager[T_co]]:
    """Let what a function returns say how it is entered; above `asynccontextmanager`."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> AbstractAsyncContextManager[T_co]:
        return Block(function(*args, **kwargs), function.__name__.strip("_"))

    return call


def _called(thing: object) -> str:
    return str(getattr(thing, "_called", type(thing).__name__)).lstrip("_")


def _named(thing: object) -> str:
    name = _called(thing)
    return f"{'an' if name[0] in 'AEIOaeio' else 'a'} {name}"
