"""Text of a response, made safe for messages and logs: one line, printable, short, no secrets.

A server may send anything: line ends that forge log lines, escape sequences that control a
terminal, a megabyte, or the request itself. Everything that shows text of a response uses this
module, and `ScalingoError` also makes sure that its whole message is printable.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_ID: Final = 128
_LINE: Final = 200
_LOOKED_AT: Final = 1000
_START: Final = 4096

SENSITIVE: Final = (
    "pass",
    "pwd",
    "secret",
    "token",
    "auth",
    "cookie",
    "key",
    "otp",
    "credential",
    "signature",
    "session",
    "value",
    "content",
    "private",
)
"""What names of secrets hold."""

_NAME: Final = f"(?:{'|'.join(SENSITIVE)})"
_MEMBER: Final = rf"(\"[\w.-]{{0,40}}{_NAME}[\w.-]{{0,40}}\"\s*:\s*)"
_MEMBER_VALUE: Final = r"(?:\"(?:[^\"\\]|\\.)*\"?|\[[^\]]*\]?|\{[^}]*\}?)"
_SETTING: Final = (
    r"\b([\w-]{0,40}(?:password|passwd|secret|token|authorization|cookie|api[_-]key)"
    r"[\"']?\s?[=:]\s*[\"']?)"
)
_PATTERNS: Final = (
    # User names and queries of URLs.
    (r"(://)[^\s/\"'<>@]*@", r"\1***@"),
    (r"(://[^\s\"'<>?]*)\?[^\s\"'<>]*", r"\1?…"),
    (r"\b(basic|bearer)\s+[\w+/=.~-]{6,}", r"\1 ***"),
    (r"\btk-[a-z]{2}-[^\s\"'<>,;]+", "***"),
    # In JSON, what stands under a name that may be a secret's.
    (_MEMBER + _MEMBER_VALUE, r'\1"***"'),
    # Elsewhere only names that are hardly anything else.
    (_SETTING + r"[^\s\"'<>,;&]+", r"\1***"),
    # Letters and digits, as only machines mix them.
    (r"(?=[\w+=-]{0,200}\d)(?=[\w+=-]{0,200}[a-z])[\w+=-]{16,}", "***"),
)


@cache
def _redactions() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the patterns for the first text, which most programs never show."""
    flags = re.ASCII | re.IGNORECASE
    return tuple((re.compile(pattern, flags), instead) for pattern, instead in _PATTERNS)


_JSON_STARTS: Final = b'{["-0123456789'
_JSON_WORDS: Final = (b"true", b"false", b"null")
_NOT_TEXT: Final = b"\x00\xef\xbb\xbf\xfe\xff \t\r\n"
"""White space, byte order marks, and the other byte of a character in UTF-16."""


def printable(text: str) -> str:
    """Replace each character that could control a terminal or a log by a space."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def one_line(text: str, most: int = _LINE) -> str:
    """Return a text as one printable line, shortened to this many characters."""
    line = " ".join(printable(text).split())
    return f"{line[:most]}…" if len(line) > most else line


def printable_id(text: str | None) -> str | None:
    """Return an id as printable ASCII, 128 characters at most; `None` when nothing is left."""
    if text is None:
        return None
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if " " <= c <= "~" else "?" for c in text[:_ID])
    return text[:_ID].strip() or None


def media_type(header: str | None) -> str:
    """Return the media type that a `Content-Type` names, for a message."""
    kind = one_line((header or "").partition(";")[0], 80)
    return kind.encode("ascii", "replace").decode() or "no media type"


def excerpt(text: str) -> str:
    """Return the start of an unexpected text, without possible secrets."""
    line = one_line(text[:_START].lstrip(), _LOOKED_AT)
    for pattern, instead in _redactions():
        line = pattern.sub(instead, line)
    return one_line(line)


def start_of_no_json(content: bytes, kind: str) -> str | None:
    """Return the start of a response that isn't JSON at all, such as a proxy's page.

    Text that may be or contain JSON is not shown: its values may be secret.

    Args:
        content: The answer.
        kind: Its media type, as `media_type` returns it.

    Returns:
        The start; `None` when it is empty, or looks like JSON that is broken.
    """
    start = content[:_START].lstrip(_NOT_TEXT)
    if not start.startswith(b"<"):
        looks = start[:1] in _JSON_STARTS or start.startswith(_JSON_WORDS)
        if looks or "json" in kind or b'":' in start or b'" :' in start:
            return None
    return excerpt(start.decode("utf-8", "replace")) or None
