"""The old address of `scalingo_async.streams.terminals`."""

from scalingo_async._core.moved import moved

_HOMES = {
    "OneOffResult": "scalingo_async.streams.terminals",
    "Output": "scalingo_async.streams.terminals",
    "Terminal": "scalingo_async.streams.terminals",
}

__getattr__ = moved(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(_HOMES)
