"""Decoding messages of streams: the error for one that can't be read, and when it is raised."""

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
"""So many messages in a row that can't be read are an error: it is another kind of stream."""


def reading(stream: str, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read something of a message of a stream.

    Args:
        stream: What the stream is one of, such as `logs`.
        read: Reads it.
        *args: What from.
        **kwargs: Likewise.

    Raises:
        ResponseDecodeError: It has another shape, or is no JSON.
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
    """Passes over messages that can't be read, as long as others can: one must not end a job.

    Attributes:
        count: How many there were.
    """

    __slots__ = ("_row", "count")

    def __init__(self) -> None:
        self.count = 0
        self._row = 0

    def read(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Read a message; returns `None` for one that can't be read.

        Args:
            read: Reads it, and raises `ResponseDecodeError` if that can't be done.
            *args: What from.
            **kwargs: Likewise.

        Raises:
            ResponseDecodeError: It is the last of too many in a row.
        """
        try:
            found = read(*args, **kwargs)
        except ResponseDecodeError as error:
            # Its frames hold the message.
            problem = without_frames(error)
        else:
            self._row = 0
            return found
        self.count += 1
        self._row += 1
        if self._row < MOST_IN_A_ROW:
            logger.warning("A message of a stream is passed over: %s", problem.message)
            return None
        problem.message = f"{problem.message}; so many in a row can't be read: {self._row}"
        raise problem
