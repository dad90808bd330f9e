"""Attributes that can be accessed by name, but aren't listed.

Reporters of errors, debuggers and pretty printers look past `repr`: at `vars`, at `__slots__`, at
all that `dir` names. What holds a secret in clear is unlisted; nothing else changes for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

C = TypeVar("C", bound=type[Any])


def unlisted(*names: str) -> Callable[[C], C]:
    """Leave attributes out of `__slots__` and of `dir`; copies and pickles still hold them.

    Args:
        *names: Names of slots and of properties.

    Returns:
        The decorator of a class with slots; other attributes may be in a slot called `__dict__`.
    """

    def decorate(cls: C) -> C:
        changed: Any = cls
        slots: tuple[str, ...] = tuple(cls.__slots__)
        kept = [name for name in slots if name not in {"__dict__", "__weakref__"}]

        def __dir__(self: object) -> list[str]:  # noqa: N807
            return [name for name in object.__dir__(self) if name not in names]

        def __getstate__(self: object) -> tuple[Any, dict[str, object]]:  # noqa: N807
            # What Python would pickle if it knew all slots.
            named = {name: getattr(self, name) for name in kept if hasattr(self, name)}
            return getattr(self, "__dict__", None), named

        changed.__dir__ = __dir__
        if set(names) & set(slots):
            changed.__slots__ = tuple(name for name in slots if name not in names)
            changed.__getstate__ = __getstate__
        return cls

    return decorate


class ShownByRepr:
    """A container of which reporters show the `repr`, and not what iterating over it gives.

    Sentry and devtools ask for it under names of their own; rich goes by `repr` unasked.
    """

    __slots__ = ()

    def __sentry_repr__(self) -> str:
        return repr(self)

    def __pretty__(self, fmt: Callable[[object], object], **_: object) -> Iterator[str]:
        del fmt
        yield repr(self)
