"""Split chunks of bytes into lines."""

from __future__ import annotations

from typing import Final

from scalingo_async.errors import ResponseTooLargeError

__all__ = ["MAX_LINE", "LineSplitter"]

MAX_LINE: Final = 1024 * 1024
"""The longest line that is accepted, in bytes."""


class LineSplitter:
    """Splits chunks into lines, wherever they were cut: in a character, between CR and LF.

    Args:
        limit: The longest line, in bytes.
    """

    __slots__ = ("_limit", "_rest")

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """Take a chunk; return the lines that it completes, without their line endings.

        Raises:
            ResponseTooLargeError: A line is longer than allowed.
        """
        first, *others = data.split(b"\n")
        self._rest += first
        lines: list[str] = []
        for piece in others:
            self._check()
            lines.append(_text(self._rest))
            self._rest = bytearray(piece)
        self._check()
        return lines

    def finish(self) -> list[str]:
        """Return the last line, if it has no line ending."""
        rest, self._rest = self._rest, bytearray()
        return [_text(rest)] if rest else []

    def _check(self) -> None:
        if len(self._rest) > self._limit:
            raise ResponseTooLargeError(f"a line is longer than {self._limit} bytes")


def _text(line: bytearray) -> str:
    """Decode a line; bytes that are not UTF-8 are replaced."""
    return line.removesuffix(b"\r").decode("utf-8", "replace")
