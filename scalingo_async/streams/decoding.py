"""Decode messages of streams: the error for unreadable ones, and when it is raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from scalingo_async._core.decoding.json import stop_of
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.secrets import without_frames
from scalingo_async.errors import ResponseDecodeError
from scalingo_async.log import logger

__all__ = ["MOST_IN_A_ROW", "PassedOver", "reading"]

P = ParamSpec("P")
T = TypeVar("T")

MOST_IN_A_ROW: Final = 10
"""This many consecutive unreadable messages are an error: it is another kind of stream."""


def reading(stream: str, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read a part of a message of a stream.

    Args:
        stream: The kind of stream, such as `logs`.
        read: The function that reads it.
        *args: Arguments of the function.
        **kwargs: Keyword arguments of the function.

    Raises:
        ResponseDecodeError: It has another shape, or isn't JSON.
    """
    try:
        return read(*args, **kwargs)
    except MismatchError as misfit:
        where, why = misfit.where(), f"should be {misfit.expected}, but is {misfit.found}"
    except (ValueError, RecursionError) as error:
        where, why = "$", f"is not valid JSON: {stop_of(error)}"
    raise ResponseDecodeError(
        f"unexpected message in a stream of {stream}: {where} {why}", path=where
    )


class PassedOver:
    """Skips unreadable messages, as long as others can be read: one must not end a job.

    Attributes:
        count: How many were skipped.
    """

    __slots__ = ("_row", "count")

    def __init__(self) -> None:
        self.count = 0
        self._row = 0

    def read(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Read a message; return `None` for an unreadable one.

        Args:
            read: The function that reads it, or raises `ResponseDecodeError`.
            *args: Arguments of the function.
            **kwargs: Keyword arguments of the function.

        Raises:
            ResponseDecodeError: Too many consecutive messages are unreadable.
        """
        try:
            found = read(*args, **kwargs)
        except ResponseDecodeError as error:
            # Its traceback holds the message.
            problem = without_frames(error)
        else:
            self._row = 0
            return found
        self.count += 1
        self._row += 1
        if self._row < MOST_IN_A_ROW:
            logger.warning("Skipped an unreadable message of a stream: %s", problem.message)
            return None
        problem.message = f"{problem.message}; {self._row} messages in a row can't be read"
        raise problem
