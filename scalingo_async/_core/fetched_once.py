"""A list that is fetched once for all callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import anyio

from scalingo_async._core.secrets import fresh
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.wait_budget import held_back
from scalingo_async.errors import DeadlineExceededError

T = TypeVar("T")


class FetchedOnce(Uncopyable, Generic[T]):
    """A list that is fetched once, and kept.

    Callers that come during the fetch wait for it. If the fetch fails, all waiting callers with the
    same options fail; later callers fetch again. If it is cancelled, the next waiter takes over.
    """

    __slots__ = ("_asked", "_failure", "_failures", "_items", "_lock")

    def __init__(self) -> None:
        self._lock: anyio.Lock | None = None
        self._items: Sequence[T] | None = None
        self._failure: Exception | None = None
        self._failures = 0
        self._asked: object = None

    async def get(
        self,
        fetch: Callable[[], Awaitable[Sequence[T]]],
        asked: object = None,
        limit: float | None = None,
    ) -> Sequence[T]:
        """Return the list, fetching it when it was not.

        Args:
            fetch: Fetches the list.
            asked: How it is asked for, such as with which timeout: a failure says nothing to those
                who ask in another way.
            limit: How many seconds to wait for somebody else who fetches it.

        Raises:
            DeadlineExceededError: Somebody else takes longer.
            ScalingoError: It could not be fetched.
        """
        if self._items is not None:
            return self._items
        if self._lock is None:
            self._lock = anyio.Lock()
        known = self._failures
        with held_back(), anyio.move_on_after(limit) as waiting:
            await self._lock.acquire()
        if waiting.cancelled_caught:
            raise DeadlineExceededError(
                f"the deadline of {limit} s is over: another call was fetching a list that this "
                "one needs",
                sent=False,
            )
        try:
            if self._items is None:
                if self._failure is not None and self._failures != known and asked == self._asked:
                    raise fresh(self._failure)
                try:
                    self._items = await fetch()
                except Exception as error:
                    self._failure = fresh(error)
                    self._failures += 1
                    self._asked = asked
                    raise
            return self._items
        finally:
            self._lock.release()
