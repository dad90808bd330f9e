"""The last lines of a log, read as a whole."""

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
"""The most text kept of a dump, in bytes of memory: twice the limit of a response."""

_LEAST: Final = 200
"""The least that a line counts for: even the shortest takes this much when parsed."""


async def read_lines(session: Session, request: Request) -> list[LogLine]:
    """Read the lines of a dump as they come: they may exceed the limit of a response.

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
                # Tracebacks must not show the content.
                with hidden_frames:
                    kept.take(splitter.feed(piece))
    finally:
        await response.aclose()
    kept.take(splitter.finish())
    return kept.lines


class _Kept:
    """Parsed lines, up to a limit."""

    __slots__ = ("_left", "lines")

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self._left = MAX_DUMP

    def take(self, lines: list[str]) -> None:
        """Add the next lines.

        Raises:
            ResponseTooLargeError: They are too many.
        """
        for line in lines:
            # Not its length: one unusual character makes a line four times as large.
            self._left -= max(_LEAST, sys.getsizeof(line))
            if self._left < 0:
                raise ResponseTooLargeError(
                    f"the log is too large: {len(self.lines)} lines fill the limit of "
                    f"{MAX_DUMP >> 20} "
                    "MiB; ask for fewer with n, or read them with stream"
                )
            self.lines.append(parse_line(line))
