"""Rate limit: the sliding window, and the queue in front of it."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import anyio

from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.long_waits import LONG, WaitLog, are_said
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.middleware.retry_after import drawn
from scalingo_async.sharing import Outcome

_LONGEST_SILENCE: Final = 120.0


# After a refusal, one request is sent at a time, and one more for every four responses: another
# program uses the account too, and the next refusal should hit fewer requests.
_REGAINED: Final = 0.25


# A slot that is free this soon after `max_wait` is still waited for.
_GRACE: Final = 0.1


# This many turns in a row skip waiting calls of low priority; they get the next one.
_PASSED_OVER: Final = 3


# Of this many slots, calls of low priority leave one free. Work that takes every slot as soon as it
# is free would shut out all other programs of the account.
_SPARE_ONE_IN: Final = 60


class _Waiter:
    __slots__ = ("event", "low")

    def __init__(self, *, low: bool) -> None:
        self.event = anyio.Event()
        self.low = low


class Limiter(Uncopyable):
    """A sliding window for one account at one API; first in, first out.

    Calls of low priority let others go first, but at most three in a row, so that they make
    progress. They leave one slot in sixty free for other programs.

    After a 429 nothing is sent for a while, then a single request, and the rest once that one has a
    response.

    Args:
        limit: The window.
        max_in_flight: How many requests may be in flight at a time. It limits how many a 429 can
            hit; more than the number of connections has no effect.
        clock: A monotonic clock, in seconds.
        uniform: Draws the length of the pause after a 429, so that programs that share an account
            don't retry at the same time.
    """

    def __init__(
        self,
        limit: RateLimit,
        *,
        max_in_flight: int = 10,
        clock: Callable[[], float] = time.monotonic,
        uniform: Callable[[float, float], float] = drawn,
    ) -> None:
        self.limit = limit
        self._max_in_flight = max_in_flight
        # How many may be in flight now.
        self._width = float(max_in_flight)
        self._clock = clock
        self._uniform = uniform
        self._answered: deque[float] = deque()
        self._in_flight = 0
        self._waiters: deque[_Waiter] = deque()
        self._low: deque[_Waiter] = deque()
        # How many turns in a row went to other calls while calls of low priority waited.
        self._passed = 0
        self._closed_until: float | None = None
        self._waits = WaitLog(clock)

    def __repr__(self) -> str:
        return f"<Limiter {self.limit!r}>"

    def status(self) -> RateLimitStatus:
        """Return the state of the limit."""
        self._forget()
        return RateLimitStatus(
            limit=self.limit.requests,
            window=self.limit.window,
            used=self._used,
            waiting=len(self._waiters) + len(self._low),
            wait=self._delay() or 0.0,
            closed=self._closed_until is not None,
        )

    def estimate(self, ahead: int | None = None, *, low: bool = False) -> float:
        """Return a lower bound for the wait of a call, in seconds.

        Args:
            ahead: How many calls are queued in front of it; by default all waiting calls.
            low: Whether it lets other calls go first.
        """
        self._forget()
        delay = self._delay(low=low) or 0.0
        if ahead is None:
            ahead = len(self._waiters) + len(self._low)
        beyond = ahead - (self.limit.requests - self._used)
        return delay if beyond < 0 else max(delay, self._slot(beyond, self.limit.requests))

    def forecast(self, requests: int) -> float:
        """Return a lower bound for the duration of work of low priority, in seconds.

        Calls of low priority that wait now count as a part of it.

        Args:
            requests: How many requests it still has to send.
        """
        if requests <= 0:
            return 0.0
        self._forget()
        delay = self._delay() or 0.0
        beyond = len(self._waiters) + requests - 1 - max(0, self._room - self._used)
        return delay if beyond < 0 else max(delay, self._slot(beyond, self._room))

    @property
    def _used(self) -> int:
        return len(self._answered) + self._in_flight

    @property
    def _room(self) -> int:
        """How many slots of the window calls of low priority may use."""
        return self.limit.requests - self.limit.requests // _SPARE_ONE_IN

    def _slot(self, index: int, room: int) -> float:
        """Return when the slot after `index` others is free, in seconds from now."""
        whole, rest = divmod(index, room)
        # Slots used beyond the room become free for other calls.
        rest += max(0, self._used - room)
        if rest < len(self._answered):
            base = self._answered[rest] + self.limit.window - self._clock()
        else:
            base = self.limit.window
        return base + whole * self.limit.window

    def _forget(self) -> None:
        now, window, answered = self._clock(), self.limit.window, self._answered
        # The same sum as in `_delay`: with another rounding, one slot would be given out twice.
        while answered and answered[0] + window <= now:
            answered.popleft()

    def _delay(self, *, low: bool = False) -> float | None:
        """Return how long until a request may be sent; `None` if that depends on a response."""
        if self._closed_until is not None:
            silence = self._closed_until - self._clock()
            if silence > 0:
                return silence
            # One probe at a time until one gets a response.
            if self._in_flight:
                return None
        if self._in_flight >= int(self._width):
            return None
        # Calls that were skipped take any slot.
        spares = low and self._passed < _PASSED_OVER
        excess = self._used - (self._room if spares else self.limit.requests)
        if excess < 0:
            return 0.0
        if excess >= len(self._answered):
            return None
        return max(0.0, self._answered[excess] + self.limit.window - self._clock())

    async def acquire(self, patience: float = math.inf, *, low: bool = False) -> float | None:
        """Wait for a slot in the window.

        Args:
            patience: The longest wait for it, in seconds. Waiting for responses to other requests
                doesn't count.
            low: Whether it lets other calls go first.

        Returns:
            Seconds waited; `None` if there is no slot in time.
        """
        self._forget()
        if not self._waiters and not self._low and self._delay(low=low) == 0.0:
            self._in_flight += 1
            return 0.0
        line = self._low if low else self._waiters
        estimate = self.estimate(self._ahead(len(line), low=low), low=low)
        if estimate > patience:
            return None
        start = self._clock()
        waiter = _Waiter(low=low)
        line.append(waiter)
        if estimate > LONG:
            self._say(estimate)
        # It isn't known how long the responses to other requests take.
        unsaid = start + LONG if estimate <= LONG and are_said() else math.inf
        try:
            if not await self._turn(waiter, start + patience, unsaid):
                return None
            self._in_flight += 1
            self._passed = 0 if low or not self._low else self._passed + 1
        finally:
            # A cancelled waiter gives back its place in the queue.
            line.remove(waiter)
            self._wake()
        return self._clock() - start

    def _first(self) -> _Waiter | None:
        """Return the next waiter."""
        if self._waiters and (self._passed < _PASSED_OVER or not self._low):
            return self._waiters[0]
        return self._low[0] if self._low else None

    def _ahead(self, index: int, *, low: bool) -> int:
        """Return how many go before the waiter at an index of its queue, if no other comes."""
        spell = max(0, _PASSED_OVER - self._passed)
        if low:
            return index + min(len(self._waiters), spell + _PASSED_OVER * index)
        turns = 0 if index < spell else 1 + (index - spell) // _PASSED_OVER
        return index + min(len(self._low), turns)

    def _say(self, estimate: float) -> None:
        calls = len(self._waiters) + len(self._low)
        self._waits.say(
            "waiting %s for the rate limit, %d %s in the queue",
            f"{estimate:.0f} s" if estimate > LONG else "until other calls have a response",
            calls,
            "call" if calls == 1 else "calls",
        )

    async def _turn(self, waiter: _Waiter, until: float, unsaid: float) -> bool:
        """Wait until this waiter is first and a request may be sent; return whether it may.

        Args:
            waiter: The waiter.
            until: When its patience ends.
            unsaid: When to log that it waits.
        """
        line = self._low if waiter.low else self._waiters
        while True:
            pause = math.inf
            if self._first() is waiter:
                self._forget()
                delay = self._delay(low=waiter.low)
                if delay == 0.0:
                    return True
                pause = math.inf if delay is None else delay
            left = until - self._clock()
            if left > 0:
                pause = min(pause, left)
            else:
                ahead = self._ahead(line.index(waiter), low=waiter.low)
                if self.estimate(ahead, low=waiter.low) > _GRACE:
                    return False
            if self._clock() >= unsaid:
                unsaid = math.inf
                self._say(self.estimate(self._ahead(line.index(waiter), low=waiter.low)))
            waiter.event = anyio.Event()
            with anyio.move_on_after(min(pause, max(0.0, unsaid - self._clock()))):
                await waiter.event.wait()

    def _wake(self) -> None:
        first = self._first()
        if first is not None:
            first.event.set()

    def answered(self) -> None:
        """Note a response other than a 429: the next requests may be sent."""
        if self._closed_until is not None and self._clock() >= self._closed_until:
            self._closed_until = None
        self._width = min(self._max_in_flight, self._width + _REGAINED)
        self.lost()

    def lost(self) -> None:
        """Note that the outcome of a request is unknown: it counts, but changes nothing else."""
        self._answered.append(self._clock())
        self.unsent()

    def refused(self, retry_after: float | None = None) -> None:
        """Note a 429: nothing is sent for a while.

        Args:
            retry_after: The `Retry-After` of the response, in seconds.
        """
        # It isn't known whether a refused request counts; the pause covers both cases.
        window = self.limit.window
        silence = retry_after or self._uniform(window / 4, window / 2)
        until = self._clock() + min(silence, max(_LONGEST_SILENCE, window))
        self._closed_until = max(self._closed_until or until, until)
        self._width = 1.0
        self.unsent()

    def unsent(self) -> None:
        """Note that a request was not sent: its slot is free again."""
        self._in_flight -= 1
        self._wake()

    async def release(self, outcome: Outcome, retry_after: float | None = None) -> None:
        """Record the outcome of a request that had a slot."""
        match outcome:
            case "answered":
                self.answered()
            case "refused":
                self.refused(retry_after)
            case "lost":
                self.lost()
            case "unsent":  # pragma: no branch - there is no other outcome
                self.unsent()
