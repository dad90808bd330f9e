"""What takes a while: started by a call, and waited for by asking again and again."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import anyio

from scalingo_async._core.arguments import optional_seconds
from scalingo_async._core.cancellation import attributed
from scalingo_async.errors import OperationFailedError, OperationTimeoutError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scalingo_async.models.operations import Operation
    from scalingo_async.request import Response

__all__ = ["PendingOperation"]

T = TypeVar("T")
V = TypeVar("V")

FIRST_PAUSE: Final = 1.0
GROWTH: Final = 1.5
LONGEST_PAUSE: Final = 10.0

_ID: Final = re.compile(r"/operations/([A-Za-z0-9-]{1,64})/?(?:\?.*)?$").search


def operation_id(response: Response) -> str | None:
    """Return the id of the operation that an answer's `Location` names.

    Only the id is taken: the URL itself may be plain http, or lead elsewhere.
    """
    found = _ID(response.headers.get("location", ""))
    return found[1] if found else None


class Verdict(enum.Enum):
    """What a state says of how a thing gets on."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


def among(status: str | None, *, success: frozenset[str], failure: frozenset[str]) -> Verdict:
    """Judge a state by the final ones; words that nobody knows are on the way to one."""
    if status in success:
        return Verdict.SUCCESS
    return Verdict.FAILURE if status in failure else Verdict.PENDING


_DONE: Final = frozenset({"done"})
_ERROR: Final = frozenset({"error"})


def verdict_of(operation: Operation) -> Verdict:
    """Judge an operation on an app."""
    return among(operation.status, success=_DONE, failure=_ERROR)


async def settle(
    fetch: Callable[[], Awaitable[V | None]],
    verdict: Callable[[V], Verdict],
    *,
    name: str,
    last: V | None,
    limit: float | None,
    on_progress: Callable[[V], object] | None,
) -> tuple[V, Verdict]:
    """Ask for a thing until its state is final: the one loop in which everything is waited for.

    Args:
        fetch: Asks for it once; returns `None` while it is not there yet.
        verdict: Judges what was fetched.
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
    state = Verdict.PENDING if last is None else verdict(last)
    pause = FIRST_PAUSE
    with anyio.move_on_after(limit):
        while last is None or state is Verdict.PENDING:
            await anyio.sleep(pause)
            seen = await attributed(fetch())
            if seen is not None:
                last = seen
                if on_progress is not None:
                    on_progress(seen)
                state = verdict(seen)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
    if last is None or state is Verdict.PENDING:
        raise OperationTimeoutError(f"{name} did not end within {limit:g} s", **_seen(last))
    return last, state


def failed(name: str, thing: object, reason: str | None) -> OperationFailedError:
    """Make the error for a thing that ended badly."""
    return OperationFailedError(f"{name} failed: {reason or 'no reason given'}", **_seen(thing))


def _seen(thing: object) -> dict[str, object]:
    from scalingo_async.models.operations import Operation

    return {"thing": thing, "operation": thing if isinstance(thing, Operation) else None}


class Watch(Generic[V]):
    """How the models that a call returns are waited for: what `Waitable.wait` leads to.

    Args:
        name: Says what one is called in errors.
        fetch: Asks for one anew; returns `None` while it is not there yet.
        verdict: Judges one.
        failure: Makes the error of one that ended badly; by default one that names its state.
    """

    __slots__ = ("_failure", "_fetch", "_name", "_verdict")

    def __init__(
        self,
        name: Callable[[V], str],
        fetch: Callable[[V], Awaitable[V | None]],
        verdict: Callable[[V], Verdict],
        failure: Callable[[V], Awaitable[OperationFailedError]] | None = None,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._verdict = verdict
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
        last, verdict = await settle(
            lambda: self._fetch(thing),
            self._verdict,
            name=name,
            last=thing,
            limit=limit,
            on_progress=on_progress,
        )
        if verdict is Verdict.SUCCESS:
            return last
        if self._failure is not None:
            raise await self._failure(last)
        raise failed(name, last, getattr(last, "error", None) or getattr(last, "status", None))


class PendingOperation(Generic[T]):
    """An operation that a call has started.

    Attributes:
        app: The app that it works on.
        id: Its id; `None` when the platform did the work at once.
        value: What the call itself answered.
        operation: The operation as it was last seen.
    """

    __slots__ = ("_fetch", "app", "id", "operation", "value")

    def __init__(
        self,
        app: str,
        id_: str | None,
        value: T,
        fetch: Callable[[str, str], Awaitable[Operation]],
    ) -> None:
        self.app = app
        self.id = id_
        self.value = value
        self.operation: Operation | None = None
        self._fetch = fetch

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not, as far as is known here."""
        if self.id is None:
            return True
        return self.operation is not None and verdict_of(self.operation) is not Verdict.PENDING

    async def refresh(self) -> Operation | None:
        """Ask the platform for its state: one request.

        Returns:
            The operation; `None` when the platform did the work at once and there is none.
        """
        if self.id is not None:
            self.operation = await self._fetch(self.app, self.id)
        return self.operation

    async def wait(
        self,
        *,
        timeout: float | None = 600.0,  # noqa: ASYNC109 - it is not a cancel scope: it names the operation
        on_progress: Callable[[Operation], object] | None = None,
    ) -> Operation | None:
        """Wait until it has ended.

        The state is asked for after 1 s, then after pauses that grow to 10 s; each request
        counts on the rate limit. It can be cancelled at any time, and waited for again.

        Args:
            timeout: Seconds to wait in all, `None` for any time.
            on_progress: Called with the operation each time its state was fetched.

        Returns:
            The operation in its final state, `None` when the platform did the work at once.

        Raises:
            OperationFailedError: It ended in an error.
            OperationTimeoutError: It did not end in time.
            InvalidArgumentError: The timeout is negative or not a number.
        """
        if self.id is None:
            optional_seconds(timeout, "timeout")
            return None
        name = f"operation {self.id} of {self.app}"
        last, verdict = await settle(
            self.refresh,
            verdict_of,
            name=name,
            last=self.operation,
            limit=timeout,
            on_progress=on_progress,
        )
        if verdict is Verdict.FAILURE:
            raise failed(name, last, last.error)
        return last

    def __repr__(self) -> str:
        state = self.operation.status if self.operation else "not looked at yet"
        return f"<PendingOperation {self.id} of {self.app}: {state}>"
