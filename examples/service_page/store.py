"""Where a service stores its state: in Redis for all processes, or in memory for one."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from scalingo_async import SharedStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from redis.asyncio import Redis

EVENTS = 20
KEPT = 3600


class Store(Protocol):
    """Texts and lists by key, and turns: who may read something from the platform now."""

    async def take_turn(self, key: str, seconds: float) -> bool:
        """Take the turn for some seconds, unless another one has it."""
        ...

    async def end_turn(self, key: str, seconds: float) -> None:
        """End the turn in some seconds."""
        ...

    async def save(self, key: str, text: str) -> None:
        """Store a text."""
        ...

    async def load(self, key: str) -> str | None:
        """Return the text that was stored."""
        ...

    async def push(self, key: str, text: str) -> None:
        """Add a text to the front of a list, and drop the oldest ones."""
        ...

    async def list(self, key: str) -> list[str]:
        """Return a list, newest first."""
        ...


class InMemory:
    """A store for a single process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns: dict[str, float] = {}
        self._texts: dict[str, str] = {}
        self._lists: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=EVENTS))

    async def take_turn(self, key: str, seconds: float) -> bool:
        """Take the turn, unless another one has it."""
        now = self._clock()
        if self._turns.get(key, 0.0) > now:
            return False
        self._turns[key] = now + seconds
        return True

    async def end_turn(self, key: str, seconds: float) -> None:
        """End the turn."""
        if key in self._turns:
            self._turns[key] = min(self._turns[key], self._clock() + seconds)

    async def save(self, key: str, text: str) -> None:
        """Store a text."""
        self._texts[key] = text

    async def load(self, key: str) -> str | None:
        """Return the text that was stored."""
        return self._texts.get(key)

    async def push(self, key: str, text: str) -> None:
        """Add a text to the front of a list."""
        self._lists[key].appendleft(text)

    async def list(self, key: str) -> list[str]:
        """Return a list, newest first."""
        return list(self._lists[key])


class InRedis:
    """A store for several processes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def take_turn(self, key: str, seconds: float) -> bool:
        """Take the turn, unless another one has it."""
        with reached():
            taken = await self._redis.set(f"{key}:turn", "", nx=True, px=int(seconds * 1000))
        return bool(taken)

    async def end_turn(self, key: str, seconds: float) -> None:
        """End the turn."""
        with reached():
            await self._redis.pexpire(f"{key}:turn", int(seconds * 1000))

    async def save(self, key: str, text: str) -> None:
        """Store a text."""
        with reached():
            await self._redis.set(key, text, ex=KEPT)

    async def load(self, key: str) -> str | None:
        """Return the text that was stored."""
        with reached():
            found = await self._redis.get(key)
        return None if found is None else text_of(found)

    async def push(self, key: str, text: str) -> None:
        """Add a text to the front of a list."""
        with reached():
            async with self._redis.pipeline() as pipe:
                pipe.lpush(key, text)
                pipe.ltrim(key, 0, EVENTS - 1)
                await pipe.execute()

    async def list(self, key: str) -> list[str]:
        """Return a list, newest first."""
        with reached():
            found = await self._redis.lrange(key, 0, EVENTS - 1)
        return [text_of(each) for each in found]


def text_of(found: bytes | str) -> str:
    """Decode a reply, unless the client of Redis has decoded it."""
    return found if isinstance(found, str) else found.decode()


@contextmanager
def reached() -> Generator[None]:
    """Turn errors of Redis into one that the service responds to with 503."""
    from redis.exceptions import RedisError

    try:
        yield
    except RedisError as error:
        raise SharedStateError("Redis can't be reached") from error


def store_of(redis: Redis | None) -> Store:
    """Return the store of a service: Redis if there is one."""
    return InMemory() if redis is None else InRedis(redis)
