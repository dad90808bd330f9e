"""Which events came, remembered for all processes; and what does not work on trio."""

import asyncio

import pytest
import trio
from cryptography.fernet import Fernet
from redis import exceptions
from redis_server import RedisServer

from scalingo_async import ConfigurationError, RateLimit, SharedStateError, WebhookReceiver
from scalingo_async.integrations.redis import RedisLimiters, RedisSeenEvents, RedisTokens

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]


async def test_an_event_is_new_to_one_of_all(server: RedisServer, redis):
    async with server.client(decode_responses=True) as other:
        one, two = RedisSeenEvents(redis), RedisSeenEvents(other)
        assert [await each.add("a") for each in (one, two, one)] == [True, False, False]
        await two.discard("a")
        assert [await each.add("a") for each in (two, one)] == [True, False]
        (key,) = [key async for key in redis.scan_iter("*")]
        assert 86_000 < await redis.ttl(key) <= 86_400


async def test_an_event_is_not_lost_when_the_answer_is(redis):
    lost: list[str] = []

    class Losing:
        """Loses the first answer, as a connection that breaks does."""

        async def execute_command(self, *args, **options):
            raise NotImplementedError

        async def evalsha(self, *args):
            raise exceptions.NoScriptError

        async def eval(self, *args):
            answer = await redis.eval(*args)
            if not lost:
                lost.append("an answer")
                raise exceptions.ConnectionError
            return answer

    seen = RedisSeenEvents(Losing())  # type: ignore[arg-type]
    assert await seen.add("a")
    assert lost
    assert not await seen.add("a")


async def test_a_receiver_works_with_it(redis):
    secret = "a-long-random-text-that-is-secret"
    receivers = [WebhookReceiver(secret, seen=RedisSeenEvents(redis)) for _ in range(2)]
    body = b'{"id": "x", "created_at": "2026-02-12T18:05:14Z", "type": "restart"}'
    found = [await receiver.receive({}, body, secret=secret) for receiver in receivers]
    assert [event is None for event in found] == [False, True]


async def test_alone_each_process_remembers_for_itself(server: RedisServer, redis):
    seen = RedisSeenEvents(redis, timeout=0.1)
    assert await seen.add("a")
    server.stop()
    assert [await seen.add(i) for i in "aab"] == [False, False, True]
    await seen.discard("b")
    assert await seen.add("b")


async def test_it_may_refuse_instead(server: RedisServer, redis):
    seen = RedisSeenEvents(redis, timeout=0.1, on_failure="refuse")
    server.stop()
    with pytest.raises(SharedStateError):
        await seen.add("a")
    for keep in (0, "1", True):
        with pytest.raises(ConfigurationError, match="keep"):
            RedisSeenEvents(redis, keep=keep)
    with pytest.raises(ConfigurationError, match="timeout"):
        RedisSeenEvents(redis, timeout="2")


async def test_on_trio_the_error_says_so(server: RedisServer):
    async def main() -> None:
        redis = server.client()
        limiter = RedisLimiters(redis).get("key", RateLimit(), 10)
        with pytest.raises(ConfigurationError, match="only on asyncio"):
            await limiter.acquire()
        store = RedisTokens(redis, Fernet.generate_key())
        with pytest.raises(ConfigurationError, match="only on asyncio"):
            await store.get("key", None, refused=None)  # type: ignore[arg-type]
        with pytest.raises(ConfigurationError, match="only on asyncio"):
            await RedisSeenEvents(redis).add("a")

    await asyncio.to_thread(trio.run, main)
