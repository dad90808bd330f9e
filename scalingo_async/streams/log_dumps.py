"""The latest lines of a log, read whole."""

from __future__ import annotations

import sys
from typing import Final

import attrs

from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.session import Session
from scalingo_async.errors import NotFoundError, ResponseTooLargeError
from scalingo_async.request import Request
from scalingo_async.streams.lines import LineSplitter
from scalingo_async.streams.log_lines import LogLine, parse_line

MAX_DUMP: Final = 32 * 1024 * 1024
"""The most text that is kept of a dump, in bytes of memory: twice what an answer may have."""

_LEAST: Final = 200
"""What a line counts for at least: taken apart, the shortest one takes as much."""


async def read_lines(session: Session, request: Request) -> list[LogLine]:
    """Read the lines of a dump as they come: there may be more text than an answer may have.

    Raises:
        ResponseTooLargeError: There are more lines than may be kept.
        ScalingoError: It failed.
    """
    try:
        response = await session.send(attrs.evolve(request, stream=True))
    except NotFoundError:
        return []
    kept = _Kept()
    splitter = LineSplitter()
    try:
        if response.body is not None:
            async for piece in response.body:
                # Tracebacks are not to show what came.
                with hidden_frames:
                    kept.take(splitter.feed(piece))
    finally:
        await response.aclose()
    kept.take(splitter.finish())
    return kept.lines


class _Kept:
    """Lines that were taken apart, up to a limit."""

    __slots__ = ("_left", "lines")

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self._left = MAX_DUMP

    def take(self, lines: list[str]) -> None:
        """Take the next lines.

        Raises:
            ResponseTooLargeError: They are too many.
        """
        for line in lines:
            # Not its length: one odd character makes a line four times as large.
            self._left -= max(_LEAST, sys.getsizeof(line))
            if self._left < 0:
                raise ResponseTooLargeError(
                    f"{len(self.lines)} lines of the log are all that fit into {MAX_DUMP >> 20} "
                    "MiB, and more came: ask for fewer with n, or read them with stream"
                )
            self.lines.append(parse_line(line))
