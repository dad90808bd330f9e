"""Mask secrets in models that are written for others."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from scalingo_async._core.answer_text import SENSITIVE
from scalingo_async._core.arguments import MASK
from scalingo_async._core.decoding.mismatch import is_array, is_object

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONG: Final = ("password", "passwd", "passphrase", "secret", "token", "credential", "apikey")
_SHORT: Final = {"authorization", *SENSITIVE}
_SECRET_TEXT: Final = re.compile(
    r"(?<=://)[^\s/?#]*(?=@)|\btk-[a-z]{2}-[\w-]*|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----|.*)",
    re.DOTALL,
)
"""A user of a URL, a token of the platform, a private key."""


def mask(value: Any) -> Any:
    """Replace a value, or each value in a list or dict, by the mask."""
    if is_array(value):
        return [mask(each) for each in value]
    if is_object(value):
        return {key: mask(each) for key, each in value.items()}
    return None if value is None else MASK


def mask_unknown(value: Any) -> Any:
    """Mask everything that looks like a secret in unknown data; the rest is copied."""
    if is_array(value):
        return [mask_unknown(each) for each in value]
    if is_object(value):
        return {
            key: _mask_scalars(each) if sounds_secret(key) else mask_unknown(each)
            for key, each in value.items()
        }
    return MASK if isinstance(value, str) and _SECRET_TEXT.search(value) else value


def mask_text(text: str) -> str:
    """Mask what looks like a secret in a text for people; the rest of it stays."""
    return _SECRET_TEXT.sub(MASK, text)


def _mask_scalars(value: Any) -> Any:
    # What is true or false is a state, not a secret.
    return value if isinstance(value, bool) else mask(value)


@lru_cache(maxsize=1024)
def sounds_secret(name: str) -> bool:
    """Return whether the name of a key suggests a secret: `api_key`, `newPassword`."""
    lower = name.lower()
    if any(word in lower for word in _LONG):
        return True
    words = (word.lower() for word in _WORDS.findall(name))
    return any(word in _SHORT or word.removesuffix("s") in _SHORT for word in words)
