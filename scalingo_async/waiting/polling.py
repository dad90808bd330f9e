"""Polling: asking again and again until what takes a while has ended."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from scalingo_async._core.answer_text import one_line
from scalingo_async._core.arguments import optional_seconds, plain_function
from scalingo_async._core.cancellation import attributed
from scalingo_async._core.door import call_back
from scalingo_async._core.wait_budget import WaitBudget
from scalingo_async.log import logger
from scalingo_async.models.operations import Operation
from scalingo_async.waiting.failures import OperationFailedError, OperationTimeoutError

__all__ = []

V = TypeVar("V")

FIRST_PAUSE: Final = 1.0
GROWTH: Final = 1.5
LONGEST_PAUSE: Final = 10.0

LAST_LOOK: Final = 5.0
"""Seconds that a look may take when the time is over; the last one begins at that moment."""

_LONGEST: Final = 40


class Completion(enum.Enum):
    """What a state says of how a thing gets on."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


def completion_among(
    status: str | None, *, success: frozenset[str], failure: frozenset[str]
) -> Completion:
    """Judge a state by the final ones; words that nobody knows are on the way to one."""
    if status in success:
        return Completion.SUCCESS
    return Completion.FAILURE if status in failure else Completion.PENDING


_DONE: Final = frozenset({"done"})
_ERROR: Final = frozenset({"error"})


def operation_completion(operation: Operation) -> Completion:
    """Judge an operation on an app."""
    return completion_among(operation.status, success=_DONE, failure=_ERROR)


async def poll_until_final(
    fetch: Callable[[], Awaitable[V | None]],
    completion: Callable[[V], Completion],
    *,
    name: str,
    last: V | None,
    limit: float | None,
    on_progress: Callable[[V], object] | None,
) -> tuple[V, Completion]:
    """Ask for a thing until its state is final: the one loop in which everything is waited for.

    What is counted on the limit are the pauses, and what the questions take once they may leave.
    As long as the client itself holds one back, time stands still. Whatever happens it is asked
    for at least once, and once more when the time is over.

    Args:
        fetch: Asks for it once; returns `None` while it is not there yet.
        completion: Judges what was fetched.
        name: What it is called in errors.
        last: How it was seen last, which may be its end already; `None` when it never was.
        limit: Seconds to wait in all, `None` for any time.
        on_progress: Called with what was fetched, each time.

    Returns:
        It in its final state, and whether that is a success.

    Raises:
        OperationTimeoutError: It did not end in time.
        InvalidArgumentError: The timeout is negative or not a number.
    """
    limit = optional_seconds(limit, "timeout")
    if on_progress is not None:
        plain_function(on_progress, "on_progress")
    state = Completion.PENDING if last is None else completion(last)
    budget = WaitBudget(limit)
    pause = FIRST_PAUSE
    said: object = ...
    looks, over, found = 0, False, "no answer came in time"
    while last is None or state is Completion.PENDING:
        if over:
            raise OperationTimeoutError(
                f"{one_line(name)} did not end within {limit:g} s: "
                f"{_asked(looks)}, {found}{_in_queue(budget.held)}",
                looks=looks,
                held=budget.held,
                **_seen(last),
            )
        status = getattr(last, "status", None)
        if status != said:
            said = status
            # Its kind: names and ids stay out of logs.
            kind = name.partition(" ")[0]
            logger.info("waiting for a change: the %s is %s", kind, word_of_state(status))
        await budget.pause(pause)
        looks += 1
        seen: V | None = None
        answered = False
        with budget.question(LAST_LOOK):
            seen = await attributed(fetch())
            answered = True
        over = budget.left == 0.0
        if seen is not None:
            last = seen
            if on_progress is not None:
                call_back(on_progress, seen)
            state = completion(seen)
            found = f"it was last seen {_in_words(seen)}"
        elif answered:
            found = "it was not there"
        pause = min(pause * GROWTH, LONGEST_PAUSE)
    return last, state


def _asked(times: int) -> str:
    return "asked for once" if times == 1 else f"asked for {times} times"


def _in_words(thing: object) -> str:
    status = getattr(thing, "status", None)
    return repr(one_line(str(status))) if status else "on its way"


def _in_queue(held: float) -> str:
    shown = f"{held:.1f}"
    return "" if shown == "0.0" else f"; {shown} s in the client's own queues do not count"


def word_of_state(status: object) -> str:
    """Return a state as a log may have it; the platform's words may hold anything."""
    text = str(status or "on its way")
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST else "under way"


def failed(name: str, thing: V, reason: str | None) -> OperationFailedError[V]:
    """Make the error for a thing that ended badly."""
    why = one_line(reason or "") or "no reason given"
    return OperationFailedError(f"{one_line(name)} failed: {why}", **_seen(thing))


def _seen(thing: object) -> dict[str, object]:
    from scalingo_async.models.operations import Operation

    return {"thing": thing, "operation": thing if isinstance(thing, Operation) else None}


class Polling(Generic[V]):
    """How the models that a call returns are waited for: what `Waitable.wait` leads to.

    Args:
        name: Says what one is called in errors.
        fetch: Asks for one anew; returns `None` while it is not there yet.
        completion: Judges one.
        failure: Makes the error of one that ended badly; by default one that names its state.
    """

    __slots__ = ("_completion", "_failure", "_fetch", "_name")

    def __init__(
        self,
        name: Callable[[V], str],
        fetch: Callable[[V], Awaitable[V | None]],
        completion: Callable[[V], Completion],
        failure: Callable[[V], Awaitable[OperationFailedError[V]]] | None = None,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._completion = completion
        self._failure = failure

    async def __call__(
        self,
        thing: V,
        limit: float | None,
        on_progress: Callable[[V], object] | None,
    ) -> V:
        """Wait for one, so many seconds at most, `None` for any time.

        Raises:
            OperationFailedError: It ended badly.
            OperationTimeoutError: It did not end in time.
            InvalidArgumentError: The timeout is negative or not a number.
        """
        name = self._name(thing)
        last, completion = await poll_until_final(
            lambda: self._fetch(thing),
            self._completion,
            name=name,
            last=thing,
            limit=limit,
            on_progress=on_progress,
        )
        if completion is Completion.SUCCESS:
            return last
        if self._failure is not None:
            raise await self._failure(last)
        raise failed(name, last, getattr(last, "error", None) or getattr(last, "status", None))
