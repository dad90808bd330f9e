"""The package's logger: silent until the program, or `SCALINGO_LOG`, configures logging."""

from __future__ import annotations

import logging
import sys
from typing import Final

from scalingo_async.errors import ConfigurationError

__all__ = ["LOG_VARIABLE", "logger", "set_up_logging"]

logger: Final = logging.getLogger("scalingo_async")
logger.addHandler(logging.NullHandler())

LOG_VARIABLE: Final = "SCALINGO_LOG"

_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _ToStderr(logging.Handler):
    """Writes only if no other handler does, so that no line is written twice."""

    def emit(self, record: logging.LogRecord) -> None:
        if _is_written_elsewhere(record, self):
            return
        try:
            # Looked up each time, because programs and tests replace it.
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - like all handlers of the standard library
            self.handleError(record)


def _is_written_elsewhere(record: logging.LogRecord, own: logging.Handler) -> bool:
    found: logging.Logger | None = logging.getLogger(record.name)
    while found is not None:
        for handler in found.handlers:
            idle = handler is own or isinstance(handler, logging.NullHandler)
            if not idle and record.levelno >= handler.level:
                return True
        found = found.parent if found.propagate else None
    return False


def set_up_logging(level: str | None) -> None:
    """Write the package's log to stderr if `SCALINGO_LOG` is set; done once per process.

    Args:
        level: The value of the variable.

    Raises:
        ConfigurationError: Its value is neither `debug` nor `info`.
    """
    value = (level or "").strip().lower()
    if not value:
        return
    if value not in _LEVELS:
        raise ConfigurationError(f"{LOG_VARIABLE} must be debug or info, or empty for no log")
    if any(isinstance(handler, _ToStderr) for handler in logger.handlers):
        return
    handler = _ToStderr()
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger.addHandler(handler)
    logger.setLevel(_LEVELS[value])
