"""The budget of a wait: seconds for the platform, without those in the client's own queues.

A wait is given so many seconds for the platform. Its questions go through the client's own queues
as every call does: the rate limit, the silence after a 429, the line for a connection. What they
wait there says nothing of the thing, so the clock of the wait stands still meanwhile.
"""

from __future__ import annotations

import math
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

__all__ = ["WaitBudget", "held_back"]


class _Question:
    """A request in progress, whose time ends at the deadline of its scope."""

    __slots__ = ("_depth", "_left", "_since", "held", "scope")

    def __init__(self, scope: anyio.CancelScope) -> None:
        self.scope = scope
        self.held = 0.0
        self._depth = 0
        self._since = 0.0
        self._left = 0.0

    def __enter__(self) -> None:
        if self._depth == 0:
            self._since = anyio.current_time()
            self._left = self.scope.deadline - self._since
            self.scope.deadline = math.inf
        self._depth += 1

    def __exit__(self, *exc: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            now = anyio.current_time()
            self.held += now - self._since
            self.scope.deadline = now + self._left


_QUESTION: Final[ContextVar[_Question | None]] = ContextVar("scalingo_async.question", default=None)
"""The question that the calls of a task belong to, if something is waited for."""

_NOBODY: Final[AbstractContextManager[None]] = nullcontext()


def held_back() -> AbstractContextManager[None]:
    """Return what is entered while the client itself holds a call back.

    The time until it is left does not count for what is waited for, if something is.
    """
    return _QUESTION.get() or _NOBODY


class WaitBudget:
    """The time that is left for a wait.

    Args:
        limit: Seconds in all; `None` for any time.

    Attributes:
        left: Seconds that are left.
        held: Seconds in which the client held questions back; they do not count.
    """

    __slots__ = ("held", "left")

    def __init__(self, limit: float | None) -> None:
        self.left = math.inf if limit is None else limit
        self.held = 0.0

    async def pause(self, seconds: float) -> None:
        """Pause before the next question, no longer than there is time."""
        start, last = anyio.current_time(), seconds >= self.left
        await anyio.sleep(min(seconds, self.left))
        # What is left of a sum of floats is no time.
        self._take(self.left if last else anyio.current_time() - start)

    @contextmanager
    def question(self, grace: float) -> Generator[None]:
        """Ask within; it is given up when the time is over, and some more.

        Args:
            grace: How many seconds it may take in any case.
        """
        start = anyio.current_time()
        with anyio.CancelScope(deadline=start + self.left + grace) as scope:
            question = _Question(scope)
            token = _QUESTION.set(question)
            try:
                yield
            finally:
                _QUESTION.reset(token)
                self.held += question.held
                self._take(anyio.current_time() - start - question.held)

    def _take(self, seconds: float) -> None:
        self.left = max(0.0, self.left - seconds)
