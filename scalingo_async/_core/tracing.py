"""Tracing: record the calls that belong to a piece of work, and their responses."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final, Literal

from scalingo_async._core.operation import OperationFacts
from scalingo_async.request import CallState, Response

__all__ = [
    "TRACE",
    "Trace",
    "TracedCall",
]


class TracedCall:
    """A call that was started for a piece of work.

    Attributes:
        endpoint: What is asked.
        state: What it has been through.
        outcome: `answered` when it came back with an answer, `refused` when that was a 4xx, and
            `unknown` otherwise.
    """

    __slots__ = ("endpoint", "outcome", "state")

    def __init__(self, endpoint: OperationFacts, state: CallState) -> None:
        self.endpoint = endpoint
        self.state = state
        self.outcome: Literal["unknown", "answered", "refused"] = "unknown"


class Trace:
    """What is noted of the calls that are made on behalf of one piece of work.

    Attributes:
        calls: The calls, in the order in which they were begun.
        turns: How many turns each rate limiter has given.
    """

    __slots__ = ("calls", "turns")

    def __init__(self) -> None:
        self.calls: list[TracedCall] = []
        self.turns: dict[Any, int] = {}


TRACE: Final[ContextVar[Trace | None]] = ContextVar("scalingo_async.trace", default=None)
"""Set while bulk work is done: its calls are noted there, and let others pass."""


LAST_RESPONSES: Final[ContextVar[list[Response] | None]] = ContextVar(
    "scalingo_async.last_response", default=None
)
"""Where answers are noted while somebody asks for them beside the values."""
