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
    """A piece of what went into a one-off container, or came out of it.

    Attributes:
        time: When.
        content: Text; it may hold ANSI escapes.
        type: Direction: `input`, `output` or another word.
    """

    time: datetime
    content: str
    type: Literal["input", "output"] | str
