"""Log filter: keeps headers out of the logs that HTTP libraries write at DEBUG."""

from __future__ import annotations

import functools
import logging
from contextvars import ContextVar
from typing import Final

SENDING: Final[ContextVar[bool]] = ContextVar("scalingo_async.sending", default=False)
"""Set while a request of this package is sent."""

_PARTS: Final = ("connection", "http11", "http2", "proxy", "socks")
# This one writes each header of a request, the credential among them.
_HPACK: Final = ("hpack.hpack", "hpack.table")


class _HeaderFilter(logging.Filter):
    """Takes the headers out of what is logged about our requests; of others it leaves all."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not SENDING.get():
            return True
        if record.name in _HPACK:
            return False
        said, found, _ = record.getMessage().partition("[(b")
        if found:
            record.msg, record.args = f"{said}[...]", None
        return True


@functools.cache
def filter_library_logs(core: str) -> None:
    """Keep the headers of our requests out of the logs of a library.

    Args:
        core: Name of its logger: `httpcore` or `httpcore2`.
    """
    for name in (*(f"{core}.{part}" for part in _PARTS), *_HPACK):
        logging.getLogger(name).addFilter(_HeaderFilter())
