"""The latest lines of a log, read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from scalingo_async.errors import NotFoundError
from scalingo_async.streams.lines import LineSplitter
from scalingo_async.streams.log_lines import parse_line

if TYPE_CHECKING:
    from scalingo_async._core.session import Session
    from scalingo_async.request import Request
    from scalingo_async.streams.log_lines import LogLine


async def read_lines(session: Session, request: Request) -> list[LogLine]:
    """Read the lines of a dump as they come: there may be more text than an answer may have.

    Raises:
        ScalingoError: It failed.
    """
    try:
        response = await session.send(attrs.evolve(request, stream=True))
    except NotFoundError:
        return []
    lines: list[LogLine] = []
    splitter = LineSplitter()
    try:
        if response.body is not None:
            async for piece in response.body:
                lines += [parse_line(line) for line in splitter.feed(piece)]
    finally:
        await response.aclose()
    return lines + [parse_line(line) for line in splitter.finish()]
