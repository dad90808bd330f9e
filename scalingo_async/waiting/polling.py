"""Polling until a long-running operation has ended."""

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
"""Seconds that the last poll may take; it starts when the time is over."""

_LONGEST: Final = 40


class Completion(enum.Enum):
    """Whether a state is final, and whether it is a success."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


def completion_among(
    status: str | None, *, success: frozenset[str], failure: frozenset[str]
) -> Completion:
    """Judge a state by the known final ones; unknown states are not final."""
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
    """Poll a thing until its state is final: everything is waited for in this loop.

    The pauses and the requests count towards the limit, but not the time in which the client itself
    holds a request back. The thing is polled at least once, and once more when the time is over.

    Args:
        fetch: Fetches it once; returns `None` while it doesn't exist yet.
        completion: Judges what was fetched.
        name: Its name in error messages.
        last: Its last known state, which may be final already; `None` if it was never fetched.
        limit: Seconds to wait in total, `None` for no limit.
        on_progress: Called each time with what was fetched.

    Returns:
        The thing in its final state, and whether that is a success.

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
    looks, over, found = 0, False, "no response came in time"
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
            # Only its kind: names and ids stay out of logs.
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
            found = f"its last state was {_in_words(seen)}"
        elif answered:
            found = "it did not exist"
        pause = min(pause * GROWTH, LONGEST_PAUSE)
    return last, state


def _asked(times: int) -> str:
    return "polled once" if times == 1 else f"polled {times} times"


def _in_words(thing: object) -> str:
    status = getattr(thing, "status", None)
    return repr(one_line(str(status))) if status else "on its way"


def _in_queue(held: float) -> str:
    shown = f"{held:.1f}"
    return "" if shown == "0.0" else f"; {shown} s in the client's own queues do not count"


def word_of_state(status: object) -> str:
    """Return a state in a form that is safe to log; the platform's states may hold anything."""
    text = str(status or "on its way")
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST else "under way"


def failed(name: str, thing: V, reason: str | None) -> OperationFailedError[V]:
    """Make the error for a thing that failed."""
    why = one_line(reason or "") or "no reason given"
    return OperationFailedError(f"{one_line(name)} failed: {why}", **_seen(thing))


def _seen(thing: object) -> dict[str, object]:
    from scalingo_async.models.operations import Operation

    return {"thing": thing, "operation": thing if isinstance(thing, Operation) else None}


class Polling(Generic[V]):
    """Waits for the models that a call returns; `Waitable.wait` uses it.

    Args:
        name: Returns the name of a model for error messages.
        fetch: Fetches a model again; returns `None` while it doesn't exist yet.
        completion: Judges a model.
        failure: Makes the error for a model that failed; by default an error that names its state.
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
        """Wait for a model, at most this many seconds, `None` for no limit.

        Raises:
            OperationFailedError: It failed.
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
