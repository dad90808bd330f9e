"""The old location of `scalingo_async.resources.databases.handle`."""

from scalingo_async._core.moved import moved

_HOMES = {
    "DatabaseHandle": "scalingo_async.resources.databases.handle",
}

__getattr__ = moved(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(_HOMES)
