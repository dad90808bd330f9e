"""Decoding messages of streams, and the error for one that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from scalingo_async._core.decoding.json import stop_of
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async.errors import ResponseDecodeError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["reading"]

T = TypeVar("T")


def reading(stream: str, read: Callable[[], T]) -> T:
    """Read something of a message of a stream.

    Args:
        stream: What the stream is one of, such as `logs`.
        read: Reads it.

    Raises:
        ResponseDecodeError: It has another shape, or is no JSON.
    """
    try:
        return read()
    except MismatchError as misfit:
        where, why = misfit.where(), f"should be {misfit.expected}, but is {misfit.found}"
    except (ValueError, RecursionError) as error:
        where, why = "$", f"is not valid JSON: {stop_of(error)}"
    raise ResponseDecodeError(
        f"unexpected message in a stream of {stream}: {where} {why}", path=where
    )
