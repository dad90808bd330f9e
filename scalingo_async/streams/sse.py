"""Server-sent events: parse lines into the data of events."""

from __future__ import annotations

from typing import Final

from scalingo_async.errors import ResponseTooLargeError
from scalingo_async.streams.lines import MAX_LINE, LineSplitter

__all__ = ["EventParser"]

_MARK: Final = b"\xef\xbb\xbf"


class EventParser:
    """Parses an event stream as in the HTML standard; only the data of events is kept.

    Lines may end in LF, CR LF or CR. Event names, ids and retry delays are ignored.

    Args:
        limit: The longest event, in bytes.
    """

    __slots__ = ("_beginning", "_data", "_held", "_limit", "_lines", "_size")

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._lines = LineSplitter(limit)
        self._beginning: bytes | None = b""
        self._held = False
        self._data: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> list[str]:
        """Take a chunk; return the data of the events that it completes.

        Raises:
            ResponseTooLargeError: An event is longer than allowed.
        """
        data = self._without_mark(data)
        if not data:
            return []
        # A CR ends a line, and so does CR LF, even if the two come in different chunks.
        if self._held and data.startswith(b"\n"):
            data = data[1:]
        self._held = data.endswith(b"\r")
        events: list[str] = []
        for line in self._lines.feed(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")):
            self._take(line, events)
        return events

    def _without_mark(self, data: bytes) -> bytes:
        """Remove a byte order mark at the very beginning."""
        if self._beginning is None:
            return data
        begun = self._beginning + data
        if len(begun) < len(_MARK) and _MARK.startswith(begun):
            self._beginning = begun
            return b""
        self._beginning = None
        return begun.removeprefix(_MARK)

    def _take(self, line: str, events: list[str]) -> None:
        if not line:
            if self._data:
                events.append("\n".join(self._data))
            self._data = []
            self._size = 0
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._size += len(line)
            if self._size > self._limit:
                raise ResponseTooLargeError(f"an event is longer than {self._limit} bytes")
            self._data.append(value.removeprefix(" "))
