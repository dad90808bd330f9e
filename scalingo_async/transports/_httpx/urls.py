"""URLs of httpx and httpx2: parsed once, and shown without their query."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def parsed(lib: Any, url: str) -> Any:
    """Parse a URL; those with a query may hold a token and are not remembered."""
    return lib.URL(url) if "?" in url else _remembered(lib, url)


@functools.lru_cache(maxsize=512)
def _remembered(lib: Any, url: str) -> Any:
    return lib.URL(url)


@functools.cache
def redacted_url(lib: Any) -> Any:
    """Return the module's class of URLs, made not to show their query."""
    show: Callable[[object], str] = lib.URL.__str__

    class RedactedURL(lib.URL):  # type: ignore[misc]
        def __str__(self) -> str:
            return show(self).partition("?")[0]

        __repr__ = __str__

    return RedactedURL
