"""Pending operations: started, but not ended yet."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from scalingo_async._core.arguments import optional_seconds, plain_function
from scalingo_async._core.decoding.results import Result
from scalingo_async._core.door import DETACHED, DOOR, Door, blocks
from scalingo_async._core.misuse import NotAwaitable
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.operations import Operation
from scalingo_async.request import Response
from scalingo_async.waiting.polling import (
    Completion,
    failed,
    operation_completion,
    poll_until_final,
)

__all__ = [
    "PendingOperation",
]


T = TypeVar("T")


_ID: Final = re.compile(r"/operations/([A-Za-z0-9-]{1,64})/?(?:\?.*)?$").search


def operation_id(response: Response) -> str | None:
    """Return the id of the operation in a response's `Location` header."""
    return id_in_url(response.headers.get("location"))


def id_in_url(url: str | None) -> str | None:
    """Return the id of the operation in a URL.

    Only the id is used: the URL itself may be plain http, or point elsewhere.
    """
    found = _ID(url or "")
    return found[1] if found else None


class PendingOperation(Result, NotAwaitable, Generic[T]):
    """An operation that a call has started.

    If it comes from a pickle or a deep copy, it keeps its data but isn't attached to a client, so
    it can't be refreshed or waited for.

    Attributes:
        app: The app that it works on.
        id: Its id; `None` if the platform did the work at once.
        value: The result of the call itself.
        operation: The operation in its last known state.
    """

    _awaited = (
        "the operation is still in progress: write `await operation.wait()` to wait for its end"
    )

    _written = ("app", "id", "done", "value", "operation")

    __slots__ = ("__dict__", "_door", "_fetch", "app", "id", "operation", "value")

    app: str
    id: str | None
    value: T
    operation: Operation | None

    def __init__(
        self,
        app: str,
        id_: str | None,
        value: T,
        fetch: Callable[[str, str], Awaitable[Operation]] | None,
    ) -> None:
        self.app = app
        self.id = id_
        self.value = value
        self.operation = None
        self._fetch = fetch
        self._door = DOOR.get()

    @property
    def done(self) -> bool:
        """Whether it has ended, successfully or not, by its last known state."""
        if self.id is None:
            return True
        return (
            self.operation is not None
            and operation_completion(self.operation) is not Completion.PENDING
        )

    @blocks
    async def refresh(self) -> Operation | None:
        """Fetch its state; this takes one request.

        Returns:
            The operation; `None` if the platform did the work at once and there is none.

        Raises:
            InvalidArgumentError: This comes from a pickle or a deep copy.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if self.id is not None:
            self.operation = await self._fetched_by()(self.app, self.id)
        return self.operation

    def _fetched_by(self) -> Callable[[str, str], Awaitable[Operation]]:
        if self._fetch is None:
            raise InvalidArgumentError(
                "this PendingOperation isn't attached to a client, because it is a copy or "
                "came "
                "from a pickle: use the one that client.operations.pending(app, id) returns"
            )
        return self._fetch

    @blocks
    async def wait(
        self,
        *,
        timeout: float | None = 600.0,  # noqa: ASYNC109 - it is not a cancel scope: the error names the operation
        on_progress: Callable[[Operation], object] | None = None,
    ) -> Operation | None:
        """Wait until it has ended.

        The state is polled after 1 s, then after pauses that grow to 10 s; each request counts
        against the rate limit. You can cancel the waiting at any time, and wait again.

        Args:
            timeout: Seconds that it may take, `None` for no limit. Time in which the client itself
                holds the requests back, for example for the rate limit, does not count. When the
                time is over, the state is polled once more, so 0 polls once.
            on_progress: Called with the operation each time its state was fetched.

        Returns:
            The operation in its final state, `None` if the platform did the work at once.

        Raises:
            OperationFailedError: It ended in an error.
            OperationTimeoutError: It did not end in time; `thing` is its last known state, `looks`
                how many times it was polled.
            InvalidArgumentError: The timeout is negative or not a number, or this comes from a
                pickle or a deep copy.
        """
        if self.id is None:
            optional_seconds(timeout, "timeout")
            if on_progress is not None:
                plain_function(on_progress, "on_progress")
            return None
        if not self.done:
            self._fetched_by()
        name = f"operation {self.id} of {getattr(self.app, 'name', self.app)}"
        last, completion = await poll_until_final(
            self.refresh,
            operation_completion,
            name=name,
            last=self.operation,
            limit=timeout,
            on_progress=on_progress,
        )
        if completion is Completion.FAILURE:
            raise failed(name, last, last.error)
        return last

    def __copy__(self) -> PendingOperation[T]:
        return _again(self.app, self.id, self.value, self.operation, self._fetch, self._door)

    def __reduce__(self) -> tuple[object, ...]:
        # The function that fetches it belongs to a client, which can't be pickled.
        detached = None if self._door is None else DETACHED
        return _again, (self.app, self.id, self.value, self.operation, None, detached)

    def __repr__(self) -> str:
        state = self.operation.status if self.operation else "not fetched yet"
        return f"<PendingOperation {self.id} of {self.app}: {state}>"


def _again(
    app: str,
    id_: str | None,
    value: T,
    operation: Operation | None,
    fetch: Callable[[str, str], Awaitable[Operation]] | None,
    door: Door | None = None,
) -> PendingOperation[T]:
    made = PendingOperation(app, id_, value, fetch)
    made.operation = operation
    made._door = door  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return made
