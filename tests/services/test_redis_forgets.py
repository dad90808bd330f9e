"""A Redis that lost its memory: who may not go on without it stays below the limit all the same."""

import logging

import anyio
import pytest
from redis.asyncio import Redis
from redis_server import RedisServer
from services.test_redis_limits import KEY, Judge, limiter_of

from scalingo_async import RateLimit
from scalingo_async.integrations.redis import RedisLimiter, RedisLimiters

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

LIMIT = RateLimit(20, 1.0)


async def flushed(server: RedisServer, redis: Redis) -> None:
    await redis.flushall()


async def restarted(server: RedisServer, redis: Redis) -> None:
    server.stop()
    server.start()


def evicted(*parts: str):
    """Lose keys one by one, as a Redis does that is full."""

    async def lose(server: RedisServer, redis: Redis) -> None:
        found = [key async for key in redis.scan_iter("*:limit:*")]
        gone = [key for key in found if key.decode().rpartition(":")[2] in parts]
        assert gone
        await redis.delete(*gone)

    lose.__name__ = "_".join(("evicted", *parts))
    return lose


LOSSES = [
    flushed,
    restarted,
    evicted("log"),
    evicted("state"),
    evicted("log", "flight"),
    evicted("log", "state"),
]


async def send(judge: Judge, limiter: RedisLimiter, number: int) -> None:
    """Send some at once, through a Redis that may come back only now."""
    async with anyio.create_task_group() as tasks:
        for _ in range(number):
            tasks.start_soon(judge.request, limiter)


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)
async def test_those_who_are_silent_are_counted_all_the_same(server: RedisServer, lose, caplog):
    """One has sent most of what may be sent and says nothing more; the other remembers little."""
    judge = Judge()
    async with server.client() as first, server.client() as second, server.client() as admin:
        a, b = (limiter_of(each, LIMIT, on_failure="refuse", pause=0.0) for each in (first, second))
        await send(judge, a, 2)
        await send(judge, b, 16)
        await lose(server, admin)
        await send(judge, a, 24)
    assert judge.worst(LIMIT.window) <= LIMIT.requests
    assert len(judge.arrivals) == 42
    assert "Redis has lost its data: this process waits" in caplog.text


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)
async def test_a_busy_fleet_stays_below_the_limit(server: RedisServer, lose):
    judge = Judge()
    async with (
        server.client() as one,
        server.client() as two,
        server.client() as three,
        server.client() as admin,
    ):
        fleet = [
            limiter_of(each, LIMIT, on_failure="refuse", pause=0.0) for each in (one, two, three)
        ]
        for limiter in fleet:
            await send(judge, limiter, 1)
        async with anyio.create_task_group() as tasks:
            for limiter in fleet[:2]:
                tasks.start_soon(send, judge, limiter, 8 if lose is restarted else 12)
            if lose is not restarted:
                # Calls that are in line when it is started anew are refused: another matter.
                await anyio.sleep(0.02)
                await lose(server, admin)
        if lose is restarted:
            await lose(server, admin)
        await send(judge, fleet[2], 12)
    assert judge.worst(LIMIT.window) <= LIMIT.requests


async def test_what_is_in_flight_when_it_forgets_holds_its_place_until_it_is_answered(
    server: RedisServer, redis: Redis
):
    async with server.client() as other:
        a = limiter_of(redis, RateLimit(2, 0.2), on_failure="refuse")
        b = limiter_of(other, RateLimit(2, 0.2), on_failure="refuse")
        assert await b.acquire() is not None
        await b.release("answered")
        assert await a.acquire() is not None
        await redis.flushall()
        assert await a.acquire() is not None, "after one window"
        # The first one is under way for longer than a window.
        assert await b.acquire(0.0) is None
        assert b.status().used == 2
        await a.release("answered")
        await a.release("answered")


async def test_the_first_call_to_a_new_redis_does_not_wait(redis: Redis):
    limiter = limiter_of(redis, RateLimit(20, 60.0), on_failure="refuse")
    for _ in range(10):
        assert await limiter.acquire(0.0) is not None


async def test_keys_that_expired_are_no_loss(redis: Redis):
    """Nothing counts any more, so nobody has to wait."""
    limiter = limiter_of(redis, RateLimit(2, 0.05), on_failure="refuse", lease=0.05)
    for _ in range(2):
        assert await limiter.acquire() is not None
        await limiter.release("answered")
    await anyio.sleep(0.3)
    assert not [key async for key in redis.scan_iter("*:log")]
    (state,) = [key async for key in redis.scan_iter("*:state")]
    assert await redis.ttl(state) > 6 * 86_400
    for _ in range(2):
        assert await limiter.acquire(0.0) is not None


async def test_how_long_it_takes_is_said(redis: Redis):
    limiter = limiter_of(redis, RateLimit(20, 60.0), on_failure="refuse")
    assert await limiter.acquire() is not None
    await limiter.release("unsent")
    await redis.flushall()
    with anyio.fail_after(30):
        assert await limiter.acquire(5.0) is None, "it is sure at once"
    assert 30 < limiter.estimate() <= 60
    # A process that comes now is told as well.
    newcomer = limiter_of(redis, RateLimit(20, 60.0), on_failure="refuse")
    with anyio.fail_after(30):
        assert await newcomer.acquire(5.0) is None
    # The clock of Redis is set back meanwhile: no more than one window.
    (state,) = [key async for key in redis.scan_iter("*:state")]
    await redis.hset(state, "born", 9e13)
    assert await newcomer.acquire(5.0) is None
    assert 30 < newcomer.estimate() <= 60


async def test_who_may_go_on_alone_goes_on_slowly(redis: Redis, caplog):
    limiters = RedisLimiters(redis)
    limiter = limiters.get(KEY, RateLimit(20, 60.0), 10)
    assert await limiter.acquire() is not None
    await limiter.release("answered")
    await redis.flushall()
    with caplog.at_level(logging.WARNING, "scalingo_async"):
        assert await limiter.acquire(5.0) is not None
    assert "sends slowly" in caplog.text
    with anyio.move_on_after(0.3) as scope:
        await limiter.acquire()
    assert scope.cancelled_caught, "one at a time"
