"""Excerpts of build logs for error messages."""

from __future__ import annotations

import re
from typing import Final

LINES: Final = 50
LONGEST: Final = 64 * 1024
WIDTH: Final = 200

_ESCAPES: Final = re.compile(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]?"  # colours and movements
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links
    r"|[ -/]*[0-~]"  # the rest
    r")"
)


def last_lines(log: str, number: int = LINES) -> str:
    """Return the last lines of a build log, without colours and other control sequences.

    Each state of an overwritten line, such as a progress bar, counts as a line of its own.
    """
    tail = log[-LONGEST:].rstrip()
    lines = [_plain(line) for line in _ESCAPES.sub("", tail).splitlines()[-number:]]
    return "\n".join(lines)


def in_a_line(lines: str, number: int = 3) -> str:
    """Return the last of some lines as a single line, for a message."""
    kept = [line.strip()[:WIDTH] for line in lines.splitlines() if line.strip()]
    return " | ".join(kept[-number:])


def _plain(line: str) -> str:
    # Characters that change the direction of text aren't printable either.
    return "".join(c for c in line.replace("\t", "    ") if c.isprintable()).rstrip()
