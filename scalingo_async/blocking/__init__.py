"""The client for blocking programs: Django, Celery, Flask, scripts, threads.

    from scalingo_async.blocking import Client

    with Client.from_env() as client:
        for app in client.apps.list():
            print(app.name)

It does the same as `scalingo_async`, without `await`, and uses the same implementation.
"""

from importlib import import_module
from typing import Any

from scalingo_async.blocking.homes import HOMES

__all__ = [*HOMES, "bulk"]  # noqa: PLE0604 # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Load a name on first use (PEP 562)."""
    if name == "bulk":
        return import_module(f"{__name__}.bulk")
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scalingo_async.blocking.facade import load, on_this_side

    value = globals()[name] = on_this_side(load(HOMES[name]))
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
