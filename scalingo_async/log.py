"""The package's logger: silent until the program sets logging up."""

import logging
from typing import Final

__all__ = ["logger"]

logger: Final = logging.getLogger("scalingo_async")
logger.addHandler(logging.NullHandler())
