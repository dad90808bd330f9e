"""Share state between processes through Redis: the rate limit, tokens, and events received.

It needs `pip install "scalingo-async[redis]"`, Redis 5 or newer, and asyncio.
"""

from __future__ import annotations

import contextlib
import hashlib
import uuid

from redis.asyncio import Redis

from scalingo_async import ConfigurationError, RecentEvents
from scalingo_async.integrations.redis_limits import RedisLimiter, RedisLimiters
from scalingo_async.integrations.redis_link import AwayError, Link, OnFailure, count_of, is_number
from scalingo_async.integrations.redis_scripts import EVENT_ADD, EVENT_DISCARD
from scalingo_async.integrations.redis_tokens import RedisTokens
from scalingo_async.sharing import Uncopyable

__all__ = ["OnFailure", "RedisLimiter", "RedisLimiters", "RedisSeenEvents", "RedisTokens"]


class RedisSeenEvents(Uncopyable):
    """Remembers for all processes which events a webhook has received.

        receiver = WebhookReceiver(secret, seen=RedisSeenEvents(redis))

    Args:
        redis: A client of redis-py for asyncio (`redis.asyncio.Redis`). It is not closed.
        keep: How long an event is remembered, in seconds.
        on_failure: What to do while Redis can't be used. `"local"` remembers events in this process
            only, `"refuse"` raises `SharedStateError`: the event may come again later.
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
        keep: float = 24 * 3600.0,
        on_failure: OnFailure = "local",
        timeout: float = 2.0,
        pause: float = 5.0,
        prefix: str = "scalingo_async",
    ) -> None:
        if not (is_number(keep) and keep >= 1):
            raise ConfigurationError("keep must be 1 s or more")
        self._link = Link(redis, timeout=timeout, pause=pause, on_failure=on_failure)
        self._keep = int(keep)
        self._prefix = prefix
        # Events are always noted in this process as well, in case Redis goes away.
        self._local = RecentEvents(keep=keep)

    async def add(self, event_id: str) -> bool:
        """Note an event; return whether it is new.

        Raises:
            ConfigurationError: The event loop is not asyncio.
            SharedStateError: Redis can't be used, and this receiver is not allowed to work without
                it.
        """
        try:
            keys = [self._key(event_id)]
            new = await self._link.run(EVENT_ADD, keys, uuid.uuid4().hex, self._keep, read=count_of)
        except AwayError:
            self._link.refuse()
            return await self._local.add(event_id)
        await self._local.add(event_id)
        return bool(new)

    async def discard(self, event_id: str) -> None:
        """Forget an event."""
        await self._local.discard(event_id)
        with contextlib.suppress(AwayError):
            await self._link.run(EVENT_DISCARD, [self._key(event_id)], read=count_of)

    def _key(self, event_id: str) -> str:
        return f"{self._prefix}:event:{hashlib.sha256(event_id.encode()).hexdigest()[:32]}"
