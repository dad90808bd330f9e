"""Keeping secrets out of tracebacks: reporters of errors write down the variables of each frame."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from scalingo_async.errors import ScalingoError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


class RedactedDict(dict[str, V]):
    """A dict that does not show its values."""

    def __repr__(self) -> str:
        return f"RedactedDict({sorted(map(str, self))})"


def hide(value: T | str) -> T | Secret:
    """Make a secret of a text; return anything else as it is, to be refused by who knows why."""
    return Secret(value) if isinstance(value, str) else value


def hide_all(values: Mapping[str, T | str]) -> Mapping[str, T | Secret]:
    """Make secrets of the texts in a mapping, in a dict that does not show them."""
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        return values
    return RedactedDict({name: hide(value) for name, value in values.items()})


def concealed(function: Callable[P, T]) -> Callable[P, T]:
    """Let errors leave a function without its frames, and without what it was called with.

    For functions that look at secrets and may refuse them.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except ScalingoError as error:
            problem = error.with_traceback(None)
        problem.__context__ = None
        del args, kwargs
        raise problem

    return call
