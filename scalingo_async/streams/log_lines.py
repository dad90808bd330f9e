"""Parse the lines of a log."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

import attrs

from scalingo_async._core.decoding.results import Result
from scalingo_async._core.display import Shown

__all__ = ["LogLine", "parse_line"]

_LINE: Final = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d{4}) \S+ "
    r"\[([^\]\s]*)\](?: (.*))?",
    re.ASCII | re.DOTALL,
).fullmatch


_UTC: Final = "+0000"


@attrs.frozen
class LogLine(Shown, Result):
    """One line of a log.

    Attributes:
        timestamp: When it was written, to the microsecond; `None` if the line has another format.
        source: What wrote it: a container such as `web-1`, or `router`; `None` if the line has
            another format.
        message: The message; the whole line if it has another format.
        raw: The original line, with its nanoseconds.
    """

    timestamp: datetime | None
    source: str | None
    message: str
    raw: str

    def __str__(self) -> str:
        return self.raw


def parse_line(text: str) -> LogLine:
    """Read a line such as `2026-02-16 02:02:43.930163178 +0000 UTC [web-1] message`.

    If a line has another format, all of it is in `message`.
    """
    found = _LINE(text)
    if found is None:
        return LogLine(None, None, text, text)
    moment, offset, source, message = found.groups()
    try:
        if offset == _UTC:
            timestamp = datetime.fromisoformat(moment + _UTC)
        else:
            timestamp = datetime.fromisoformat(moment).replace(tzinfo=_zone(offset))
    except ValueError:
        return LogLine(None, None, text, text)
    return LogLine(timestamp, source, message or "", text)


def _zone(offset: str) -> timezone:
    distance = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return timezone(-distance if offset[0] == "-" else distance)
