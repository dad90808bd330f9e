"""The old address of `scalingo_async.files.uploads`."""

from scalingo_async._core.moved import moved

_HOMES = {
    "Content": "scalingo_async.files.uploads",
}

__getattr__ = moved(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(_HOMES)
