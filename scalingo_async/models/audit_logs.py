"""Models: audit logs of one-off containers."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "AuditLogEntry",
]


@attrs.define(kw_only=True)
class AuditLogEntry(Model):
    """A piece of the input or output of a one-off container.

    Attributes:
        time: When it was recorded.
        content: Text; it may contain ANSI escape sequences.
        type: Direction: `input`, `output` or another value.
    """

    time: datetime
    content: str
    type: Literal["input", "output"] | str
