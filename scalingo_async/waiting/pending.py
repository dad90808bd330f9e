"""Pending operations: started, and not ended yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from scalingo_async._core.arguments import optional_seconds
from scalingo_async.waiting.polling import (
    Completion,
    failed,
    operation_completion,
    poll_until_final,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scalingo_async.models.operations import Operation
    from scalingo_async.request import Response

__all__ = [
    "PendingOperation",
]


T = TypeVar("T")


_ID: Final = re.compile(r"/operations/([A-Za-z0-9-]{1,64})/?(?:\?.*)?$").search


def operation_id(response: Response) -> str | None:
    """Return the id of the operation that an answer's `Location` names."""
    return id_in_url(response.headers.get("location"))


def id_in_url(url: str | None) -> str | None:
    """Return the id of the operation that a URL names.

    Only the id is taken: the URL itself may be plain http, or lead elsewhere.
    """
    found = _ID(url or "")
    return found[1] if found else None


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
        return (
            self.operation is not None
            and operation_completion(self.operation) is not Completion.PENDING
        )

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

    def __repr__(self) -> str:
        state = self.operation.status if self.operation else "not looked at yet"
        return f"<PendingOperation {self.id} of {self.app}: {state}>"
