"""A rate limit that processes share through Redis."""

from __future__ import annotations

import itertools
import math
import random
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Self

import anyio
import attrs
from redis.asyncio import Redis

from scalingo_async import ConfigurationError, Limiter, RateLimit, RateLimitStatus
from scalingo_async.integrations.redis_link import (
    AwayError,
    Link,
    OnFailure,
    count_of,
    is_number,
    logger,
    word_of,
)
from scalingo_async.integrations.redis_scripts import ACQUIRE, LEAVE, RELEASE
from scalingo_async.long_waits import LONG, WaitLog, are_said
from scalingo_async.sharing import Outcome, Uncopyable

__all__ = ["RedisLimiter", "RedisLimiters"]

_PULSE: Final = 0.1
"""How often to poll if only a response to another process can help, in seconds."""

_LONGEST: Final = 1.0
"""How often to poll in any case: a slot may become free early."""

_ALIVE: Final = 1.0
"""How late a process may poll before it counts as dead."""

_GRACE: Final = 0.1
_MOST_FORGOTTEN: Final = 5
"""How many times in a row Redis may lose its data before it counts as unusable."""

# As in memory: this many turns in a row skip calls of low priority, and of this many slots they
# leave one free.
_PASSED_OVER: Final = 3
_SPARE_ONE_IN: Final = 60
_LONGEST_SILENCE: Final = 120.0


class RedisLimiters(Uncopyable):
    """Limiters that all processes with the same Redis, account and API share.

        client = AsyncClient.from_env(limiters=RedisLimiters(redis))

    Together they send no more than the platform allows, and a 429 for one pauses all of them.
    Waiting processes take turns; within a process, the order is first in, first out.

    Args:
        redis: A client of redis-py for asyncio (`redis.asyncio.Redis`). It is not closed.
        on_failure: What to do while Redis can't be used. `"local"` continues with a limiter for
            this process only, `"refuse"` raises `SharedStateError`. If Redis has lost its data,
            `"local"` starts slowly, and `"refuse"` sends nothing for one window.
        local_share: For `"local"`: the part of the limit that this process may use then, more than
            0 and at most 1. With four workers, 0.25 stays within the limit.
        lease: Seconds after which a request without an outcome is given up, because its process has
            died. It has to be longer than any request takes.
        timeout: The timeout of a call to Redis, in seconds.
        pause: The longest pause between calls to Redis after failures, in seconds. The first pause
            is a small part of it.
        prefix: The prefix of the keys.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        on_failure: OnFailure = "local",
        local_share: float = 1.0,
        lease: float = 120.0,
        timeout: float = 2.0,
        pause: float = 5.0,
        prefix: str = "scalingo_async",
    ) -> None:
        if not (is_number(local_share) and 0 < local_share <= 1):
            raise ConfigurationError("local_share must be more than 0 and at most 1")
        if not (is_number(lease) and lease > 0):
            raise ConfigurationError("lease must be more than 0 s")
        self._link = Link(redis, timeout=timeout, pause=pause, on_failure=on_failure)
        self._local_share = local_share
        self._lease = lease
        self._prefix = prefix

    def get(self, key: str, limit: RateLimit, max_in_flight: int) -> RedisLimiter:
        """Make the limiter of an account at an API."""
        share = max(1, int(limit.requests * self._local_share))
        return RedisLimiter(
            self._link,
            f"{{{self._prefix}:limit:{key}}}",
            limit,
            max_in_flight,
            lease=self._lease,
            alone=RateLimit(share, limit.window),
        )


class _Waiter:
    __slots__ = ("event", "low", "said", "since")

    def __init__(self, since: float, *, low: bool) -> None:
        self.event = anyio.Event()
        self.low = low
        self.since = since
        self.said = False


@attrs.frozen
class _Settlement:
    """The outcome of a request, and its time."""

    lease: str
    outcome: Outcome
    at: float
    silence: float = 0.0


@attrs.frozen
class _Reply:
    """The reply of Redis to a request for a slot; times in milliseconds."""

    kind: str
    epoch: str
    used: int = 0
    closed: bool = False
    wait: int = 0
    sure: int = 0

    @classmethod
    def of(cls, reply: Any) -> Self:
        """Read a reply.

        Raises:
            LookupError: Something is missing.
            TypeError: It isn't a list.
            ValueError: It is invalid.
        """
        kind, epoch = word_of(reply[0]), word_of(reply[1])
        if kind == "forgot":
            return cls(kind, epoch)
        used, closed = count_of(reply[2]), bool(count_of(reply[3]))
        if kind == "go":
            return cls(kind, epoch, used, closed)
        if kind != "wait":
            raise ValueError("unknown kind of reply")
        return cls(kind, epoch, used, closed, count_of(reply[4]), count_of(reply[5]))


def _pair_of_counts(reply: Any) -> tuple[int, int]:
    """Read a reply of two numbers.

    Raises:
        TypeError: It isn't a list.
        ValueError: It is invalid.
    """
    first, second = reply
    return count_of(first), count_of(second)


class RedisLimiter(Uncopyable):
    """The limiter of one account at one API, shared through Redis.

    Only the first waiter of this process asks Redis; the script returns when to ask again. The
    requests of this process in the last window are remembered here as well, in case Redis was away
    or has lost its data.

    Args:
        link: The connection to Redis.
        key: The prefix of the keys, with a hash tag.
        limit: The window.
        max_in_flight: How many requests of this process may be in flight at a time.
        lease: Seconds after which a request without an outcome is given up.
        alone: The window of this process while Redis can't be used.
        clock: A monotonic clock, in seconds.
        uniform: Draws the length of the pause after a 429.
    """

    def __init__(
        self,
        link: Link,
        key: str,
        limit: RateLimit,
        max_in_flight: int,
        *,
        lease: float,
        alone: RateLimit,
        clock: Callable[[], float] = time.monotonic,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.limit = limit
        self._link = link
        self._keys = [f"{key}:{part}" for part in ("log", "flight", "queue", "alive", "state")]
        self._max_in_flight = max_in_flight
        self._lease = lease
        self._alone = alone
        self._clock = clock
        self._uniform = uniform
        self._seat = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._epoch = ""
        self._line: deque[_Waiter] = deque()
        # How many turns in a row went to other calls while calls of low priority waited.
        self._passed = 0
        # Whether this process is in the queue of Redis.
        self._queued = False
        # The leases in flight; or the local limiter that was used while Redis was away.
        self._open: deque[str | Limiter] = deque()
        # When the requests of this process were answered, and which of them Redis doesn't know yet.
        self._sent: deque[float] = deque()
        self._untold: deque[float] = deque()
        self._untold_leases: list[str] = []
        self._unsettled: deque[_Settlement] = deque()
        self._local: Limiter | None = None
        # The state from the last reply of Redis.
        self._used = 0
        self._closed = False
        self._blocked_until = -math.inf
        self._waits = WaitLog()

    # -- state ------------------------------------------------------------------------------

    def status(self) -> RateLimitStatus:
        """Return the state of the limit from the last reply of Redis."""
        if self._local is not None:
            return self._local.status()
        return RateLimitStatus(
            limit=self.limit.requests,
            window=self.limit.window,
            used=self._used,
            waiting=len(self._line),
            wait=max(0.0, self._blocked_until - self._clock()),
            closed=self._closed,
        )

    def estimate(self) -> float:
        """Return a lower bound for the wait of one more call, in seconds."""
        return self._sure(len(self._line)) if self._local is None else self._local.estimate()

    def _sure(self, ahead: int) -> float:
        """Return the least wait with this many calls of this process in front, in seconds."""
        windows = ahead // self.limit.requests
        return max(0.0, self._blocked_until - self._clock()) + windows * self.limit.window

    def forecast(self, requests: int) -> float:
        """Return a lower bound for the duration of work of low priority, in seconds.

        Args:
            requests: How many requests it still has to send.
        """
        if self._local is not None:
            return self._local.forecast(requests)
        beyond = requests - 1 - max(0, self.limit.requests - self._used)
        return self._sure(max(0, beyond)) if requests > 0 else 0.0

    # -- slots ------------------------------------------------------------------------------

    async def acquire(self, patience: float = math.inf, *, low: bool = False) -> float | None:
        """Wait for a slot in the window.

        Args:
            patience: The longest wait for it, in seconds. Waiting for responses to other requests
                doesn't count.
            low: Whether to let other calls of this process go first, and to leave a slot free for
                those of other processes.

        Returns:
            Seconds waited; `None` if there is no slot in time.

        Raises:
            ConfigurationError: The event loop is not asyncio.
            SharedStateError: Redis can't be used, and this client is not allowed to work without
                it.
        """
        start = self._clock()
        while True:
            granted: bool | None
            try:
                granted = await self._stand_in_line(start + patience, low=low)
            except AwayError:
                self._link.refuse()
                granted = await self._go_alone(start + patience, low=low)
            if granted is not None:
                return self._clock() - start if granted else None

    async def _stand_in_line(self, until: float, *, low: bool) -> bool:
        """Wait for a slot from Redis; return whether there was one in time.

        Raises:
            AwayError: Redis can't be used.
        """
        if self._line and self._sure(len(self._line)) > max(until - self._clock(), _GRACE):
            return False
        waiter = _Waiter(self._clock(), low=low)
        self._line.append(waiter)
        try:
            return await self._ask(waiter, until)
        finally:
            # A cancelled waiter gives back its place in the queue.
            self._line.remove(waiter)
            self._wake()
            if self._queued and not self._line:
                await self._leave()

    async def _go_alone(self, until: float, *, low: bool) -> bool | None:
        """Wait for a slot of the local limiter; return whether there was one in time.

        Returns:
            `None` if Redis should be asked again first.
        """
        local = await self._without()
        with anyio.move_on_after(max(self._link.rest, _PULSE)):
            if await local.acquire(until - self._clock(), low=low) is None:
                return False
            self._open.append(local)
            return True
        return None

    def _head(self) -> _Waiter | None:
        """Return the next waiter of this process."""
        first = next((waiter for waiter in self._line if not waiter.low), None)
        low = next((waiter for waiter in self._line if waiter.low), None)
        if first is not None and (low is None or self._passed < _PASSED_OVER):
            return first
        return low

    async def _ask(self, waiter: _Waiter, until: float) -> bool:
        """Ask Redis for a slot in this waiter's turn; return whether there was one in time."""
        while True:
            wait: float | None = math.inf
            if self._head() is waiter and len(self._open) < self._max_in_flight:
                wait = await self._take(low=waiter.low)
            if wait is None:
                others = any(each.low for each in self._line)
                self._passed = 0 if waiter.low or not others else self._passed + 1
                return True
            if not await self._pause(waiter, wait, until):
                return False

    async def _pause(self, waiter: _Waiter, wait: float, until: float) -> bool:
        """Wait for a while, or until something changes; return whether to go on."""
        left = until - self._clock()
        before = itertools.takewhile(lambda each: each is not waiter, self._line)
        ahead = sum(waiter.low or not each.low for each in before)
        sure = self._sure(ahead)
        if sure > max(left, _GRACE):
            return False
        late = waiter.since + LONG - self._clock()
        if not waiter.said and (sure > LONG or late <= 0):
            waiter.said = True
            self._say(sure)
        elif not waiter.said and are_said():
            wait = min(wait, late)
        if left > 0:
            wait = min(wait, left)
        waiter.event = anyio.Event()
        with anyio.move_on_after(wait):
            await waiter.event.wait()
        return True

    def _say(self, sure: float) -> None:
        calls = len(self._line)
        self._waits.say(
            "waiting %s for the rate limit, %d %s in the queue",
            f"{sure:.0f} s" if sure > LONG else "until other requests are answered",
            calls,
            "call" if calls == 1 else "calls",
        )

    def _wake(self) -> None:
        head = self._head()
        if head is not None:
            head.event.set()

    async def _take(self, *, low: bool = False) -> float | None:
        """Ask Redis for a slot; return how long to wait before asking again, `None` for a slot.

        Raises:
            AwayError: Redis can't be used.
        """
        await self._settle_all()
        for _ in range(_MOST_FORGOTTEN):
            lease = f"{self._seat}:{next(self._numbers)}"
            reply = await self._run_acquire(lease, low=low)
            self._epoch = reply.epoch
            if reply.kind != "forgot":
                break
            self._remember()
        else:
            raise self._link.useless("it loses data that was just written")
        self._local = None
        self._untold.clear()
        self._untold_leases = []
        self._used, self._closed = reply.used, reply.closed
        self._queued = reply.kind == "wait"
        if not self._queued:
            self._blocked_until = -math.inf
            self._open.append(lease)
            return None
        self._blocked_until = self._clock() + reply.sure / 1000
        for waiter in self._line:
            # Waiters without enough patience are refused now.
            waiter.event.set()
        return reply.wait / 1000

    def _remember(self) -> None:
        """Send Redis everything that this process knows with the next request."""
        then = "waits for at most one window" if self._link.strict else "sends slowly for now"
        logger.warning("Redis has lost its data: this process %s", then)
        self._untold_leases = [place for place in self._open if isinstance(place, str)]
        # Requests that were sent while Redis was away are reported twice, which does no harm.
        alone = len(self._open) - len(self._untold_leases)
        self._untold = deque([*self._sent, *([self._clock()] * alone)])

    async def _run_acquire(self, lease: str, *, low: bool) -> _Reply:
        now = self._clock()
        self._forget(now)
        spared = self.limit.requests // _SPARE_ONE_IN if low and self._passed < _PASSED_OVER else 0
        try:
            return await self._link.run(
                ACQUIRE,
                self._keys,
                self._seat,
                lease,
                self.limit.requests - spared,
                _milliseconds(self.limit.window),
                _milliseconds(self._lease),
                self._epoch,
                uuid.uuid4().hex,
                _milliseconds(_PULSE),
                _milliseconds(_LONGEST),
                _milliseconds(_ALIVE),
                int(bool(self._sent)),
                int(self._link.strict),
                _milliseconds(self._longest_silence),
                len(self._untold_leases),
                *self._untold_leases,
                *(1000 * (now - at) for at in self._untold),
                read=_Reply.of,
            )
        except BaseException as error:
            if not isinstance(error, AwayError) or error.sent:
                # It isn't known whether it had got a slot.
                self._unsettled.append(_Settlement(lease, "unsent", now))
            raise

    async def _leave(self) -> None:
        """Leave the queue, so that other processes don't wait for this one."""
        self._queued = False
        with suppress(AwayError):
            await self._link.run(LEAVE, self._keys, self._seat, read=count_of)

    # -- outcomes ---------------------------------------------------------------------------

    async def release(self, outcome: Outcome, retry_after: float | None = None) -> None:
        """Record the outcome of a request that had a slot.

        Args:
            outcome: The outcome.
            retry_after: The `Retry-After` of a 429, in seconds.
        """
        now = self._clock()
        # It doesn't matter which slot it had: all slots are equal.
        place = self._open.popleft()
        counts = outcome in {"answered", "lost"}
        if counts:
            self._sent.append(now)
        self._wake()
        if isinstance(place, Limiter):
            if counts:
                self._untold.append(now)
            await place.release(outcome, retry_after)
        else:
            silence = self._silence(retry_after) if outcome == "refused" else 0.0
            self._unsettled.append(_Settlement(place, outcome, now, silence))
        with suppress(AwayError):
            await self._settle_all()

    def _silence(self, retry_after: float | None) -> float:
        window = self.limit.window
        silence = retry_after or self._uniform(window / 4, window / 2)
        return min(silence, self._longest_silence)

    @property
    def _longest_silence(self) -> float:
        return max(_LONGEST_SILENCE, self.limit.window)

    async def _settle_all(self) -> None:
        """Report everything to Redis that it doesn't know yet.

        Raises:
            AwayError: Redis can't be used.
        """
        while self._unsettled:
            await self._settle(self._unsettled.popleft())

    async def _settle(self, settlement: _Settlement) -> None:
        """Report the outcome of a request to Redis; if that fails, it is reported later.

        Raises:
            AwayError: Redis can't be used.
        """
        try:
            self._used, closed = await self._link.run(
                RELEASE,
                self._keys,
                settlement.lease,
                settlement.outcome,
                _milliseconds(self.limit.window),
                _milliseconds(self._lease),
                # Rounded up, it would look older than it is, and its slot would become free too
                # early.
                1000 * (self._clock() - settlement.at),
                _milliseconds(settlement.silence),
                100 * self._max_in_flight,
                _milliseconds(self._longest_silence),
                read=_pair_of_counts,
            )
        except BaseException:
            self._unsettled.append(settlement)
            raise
        self._closed = bool(closed)

    # -- without Redis ----------------------------------------------------------------------

    def _forget(self, now: float) -> None:
        for times in (self._sent, self._untold):
            while times and times[0] + self.limit.window <= now:
                times.popleft()
        held = self._lease + self.limit.window
        while self._unsettled and self._unsettled[0].at + held <= now:
            self._unsettled.popleft()

    async def _without(self) -> Limiter:
        """Return the limiter for the time without Redis; it knows which requests were sent."""
        if self._local is None:
            self._forget(self._clock())
            past: deque[float] = deque(self._sent)
            limiter = Limiter(
                self._alone,
                max_in_flight=self._max_in_flight,
                clock=lambda: past[0] if past else self._clock(),
            )
            while past and await limiter.acquire(0.0) is not None:
                await limiter.release("answered")
                past.popleft()
            past.clear()
            self._local = limiter
        return self._local


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)
