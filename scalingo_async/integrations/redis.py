"""What several processes share through Redis: the rate limit, the tokens, and which events came.

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
    """Remembers for all processes which events came to a webhook.

        receiver = WebhookReceiver(secret, seen=RedisSeenEvents(redis))

    Args:
        redis: A client of redis-py for asyncio (`redis.asyncio.Redis`). It is not closed.
        keep: For how many seconds an event is remembered.
        on_failure: What to do while Redis can't be used. `"local"` remembers in this process alone,
            `"refuse"` raises `SharedStateError`: the event may come again later.
        timeout: The longest that a call to Redis may take, in seconds.
        pause: The longest time without calls to Redis after some have failed, in seconds. The
            first pause is a small part of it.
        prefix: What the keys begin with.

    Raises:
        ConfigurationError: A setting makes no sense.
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
        # What came to this process is noted in any case, for a Redis that goes away.
        self._local = RecentEvents(keep=keep)

    async def add(self, event_id: str) -> bool:
        """Note an event; tell whether it is new.

        Raises:
            ConfigurationError: The event loop is not asyncio.
            SharedStateError: Redis can't be used, and this receiver may not go on without it.
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
