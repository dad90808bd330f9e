"""One call over many items, for programs that block: `scalingo_async.bulk` through the door.

    from scalingo_async.blocking import bulk

    report = bulk.map(client.apps.restart, names).report()
    report.raise_for_failures()

A function of yours runs in threads, as many as the job does items at a time, and may use the
client.
"""

from __future__ import annotations

import functools
from typing import Any, Final

from scalingo_async import bulk as _bulk
from scalingo_async._core.secrets import RedactedDict
from scalingo_async.blocking.facade import (
    ask,
    door_among,
    dressed,
    facade,
    facade_class,
    finish,
    is_live,
    kinds_of,
)
from scalingo_async.blocking.portal import Door

__all__ = _bulk.__all__

_OWN: Final = Door(None, facade)
"""The way of jobs whose functions are all the caller's own: they belong to no client."""


def _blocking(name: str) -> Any:
    function = getattr(_bulk, name)
    kinds = kinds_of(function)

    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs = RedactedDict(kwargs)
        door = door_among(_OWN, args, kwargs)
        recipe = functools.partial(ask, door, lambda: function, kinds, args, kwargs)
        made = recipe()
        del args, kwargs
        return finish(door, made, recipe)

    return dressed(call, name, function, 0)


def __getattr__(name: str) -> Any:
    if name not in _bulk.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    there = getattr(_bulk, name)
    if isinstance(there, type):
        made = facade_class(there) if is_live(there) else there
    else:
        made = _blocking(name)
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    return sorted(__all__)
