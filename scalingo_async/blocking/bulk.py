"""Bulk work for blocking programs: `scalingo_async.bulk` without `await`.

    from scalingo_async.blocking import bulk

    report = bulk.map(client.apps.restart, names).report()
    report.raise_for_failures()

Your own function runs in threads, one for each item in progress, and may use the client.
"""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any, Final

from scalingo_async import bulk
from scalingo_async._core.secrets import Hidden
from scalingo_async.blocking import facade

__all__ = bulk.__all__  # pyright: ignore[reportUnsupportedDunderAll]

_OWN: Final = facade.Facade(facade.CLIENTLESS, None)
"""The door for jobs with only the caller's own functions, which belong to no client."""


def _blocking(function: FunctionType) -> Any:
    names = list(inspect.signature(function).parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        given = Hidden((args, kwargs))
        del args, kwargs
        return facade.ask(_OWN, function, names, given)

    return facade.dressed(call, function, 0)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    there = getattr(bulk, name)
    value = _blocking(there) if isinstance(there, FunctionType) else facade.on_this_side(there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
