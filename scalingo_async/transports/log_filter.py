"""Log filter: remove headers from the DEBUG logs of HTTP libraries.

It filters whole loggers while one of our transports exists, also for other senders. Over HTTP/2, a
library reads the headers of one request in the middle of the body of another, and logs them there,
so the log doesn't show to which request they belong.
"""

from __future__ import annotations

import functools
import logging
import re
from typing import Final
from weakref import WeakSet

_LIVING: Final[WeakSet[object]] = WeakSet()
"""Transports that were made and not closed."""

_PARTS: Final = ("connection", "http11", "http2", "proxy", "socks")
# These write each header of a request and of an answer, the credential among them.
_HPACK: Final = ("hpack.hpack", "hpack.table")
# Lists of headers, and the password of a proxy.
_TELLTALE: Final = r"\[\(b['\"]|\bauth="


class _HeaderFilter(logging.Filter):
    """Takes the headers out of what is logged while a transport lives."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _LIVING:
            return True
        if record.name in _HPACK:
            return False
        said = record.getMessage()
        found = re.search(_TELLTALE, said)
        if found:
            record.msg, record.args = f"{said[: found.start()]}[...]", None
        return True


@functools.cache
def _install(core: str) -> None:
    for name in (*(f"{core}.{part}" for part in _PARTS), *_HPACK):
        logging.getLogger(name).addFilter(_HeaderFilter())


def quiet_library_logs(transport: object, core: str) -> None:
    """Keep headers out of the logs of a library, until the transport is closed or gone.

    Args:
        transport: The transport.
        core: Name of the library's logger: `httpcore` or `httpcore2`.
    """
    _install(core)
    _LIVING.add(transport)


def library_logs_may_go_on(transport: object) -> None:
    """Note that a transport is closed; when it was the last one, nothing is kept out any more."""
    _LIVING.discard(transport)
