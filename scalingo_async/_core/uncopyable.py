"""Objects that belong to one client and one process, so they can't be copied or pickled."""

from __future__ import annotations

from typing import ClassVar, NoReturn, SupportsIndex


class Uncopyable:
    """The base class of objects with connections, tokens or a place in a queue.

    A copy would share them without their owner's knowledge, and a deep one would take locks and
    sockets apart. So `copy` and `pickle` are refused at once, whoever began with them.
    """

    __slots__ = ()

    _instead: ClassVar[str] = "leave it out, and keep the values that you need"
    """What to do instead."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lstrip('_')}>"

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        name = type(self).__name__
        raise TypeError(
            f"{'an' if name[0] in 'AEIO' else 'a'} {name} can't be copied or pickled, nor can what "
            f"holds one: {self._instead}"
        )
