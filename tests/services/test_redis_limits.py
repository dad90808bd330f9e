"""The limit that processes share: never too many together, in turns, with and without Redis."""

import logging
import time
from contextlib import AsyncExitStack, suppress

import anyio
import pytest
from redis.asyncio import Redis
from redis_server import RedisServer

from scalingo_async import ConfigurationError, RateLimit, SharedStateError
from scalingo_async.integrations.redis import RedisLimiter, RedisLimiters

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

KEY = "account https://api.example.com/v1"


class Counted(Redis):
    """Counts how often it is called."""

    calls = 0

    async def evalsha(self, *args, **kwargs):
        self.calls += 1
        return await super().evalsha(*args, **kwargs)


def limiter_of(redis: Redis, limit: RateLimit, *, in_flight: int = 10, **settings) -> RedisLimiter:
    """Make a limiter as a process of its own would have it."""
    return RedisLimiters(redis, **settings).get(KEY, limit, in_flight)


class Judge:
    """Notes when requests arrive, as the platform would."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, str]] = []

    async def request(self, limiter: RedisLimiter, name: str = "", took: float = 0.005) -> None:
        assert await limiter.acquire() is not None
        await anyio.sleep(took / 2)
        self.arrivals.append((time.monotonic(), name))
        await anyio.sleep(took / 2)
        await limiter.release("answered")

    @property
    def names(self) -> str:
        return "".join(name for _, name in self.arrivals)

    def worst(self, window: float) -> int:
        # Redis counts in whole milliseconds.
        times = [at for at, _ in self.arrivals]
        return max(sum(at <= t < at + window - 0.002 for t in times) for at in times)


async def flood(judge: Judge, *processes: tuple[RedisLimiter, str, int]) -> None:
    async with anyio.create_task_group() as tasks:
        for limiter, name, number in processes:
            for _ in range(number):
                tasks.start_soon(judge.request, limiter, name)


async def test_processes_together_stay_below_the_limit(server: RedisServer):
    limit, judge = RateLimit(10, 0.4), Judge()
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(server.client()) for _ in range(4)]
        limiters = [limiter_of(client, limit) for client in clients]
        await flood(judge, *((each, str(n), 15) for n, each in enumerate(limiters)))
    assert len(judge.arrivals) == 60
    assert judge.worst(0.4) <= 10
    assert judge.worst(0.4) == 10, "all of the limit is used"


@pytest.mark.parametrize("decoded", [False, True])
async def test_either_form_of_replies_will_do(server: RedisServer, decoded):
    async with server.client(decode_responses=decoded) as redis:
        limiter, judge = limiter_of(redis, RateLimit(2, 0.05)), Judge()
        await flood(judge, (limiter, "a", 6))
        assert judge.worst(0.05) == 2


async def test_processes_take_turns_and_each_is_first_in_first_out(server: RedisServer):
    limit = RateLimit(1, 0.1)
    async with server.client() as one, server.client() as two:
        a, b = limiter_of(one, limit), limiter_of(two, limit)
        order: list[str] = []

        async def request(limiter: RedisLimiter, name: str) -> None:
            assert await limiter.acquire() is not None
            order.append(name)
            await limiter.release("answered")

        async with anyio.create_task_group() as tasks:
            # The first one takes the place, so that all others wait.
            await request(a, "a0")
            for number in range(1, 5):
                tasks.start_soon(request, a, f"a{number}")
            for number in range(1, 5):
                tasks.start_soon(request, b, f"b{number}")
    assert [name for name in order if name[0] == "a"] == ["a0", "a1", "a2", "a3", "a4"]
    assert [name for name in order if name[0] == "b"] == ["b1", "b2", "b3", "b4"]
    turns = "".join(name[0] for name in order[1:])
    assert turns in {"abababab", "babababa"}


async def test_who_waits_is_not_overtaken_by_who_comes_at_the_right_moment(
    server: RedisServer, redis
):
    limit = RateLimit(1, 60.0)
    async with server.client() as one, server.client() as two:
        holder = limiter_of(redis, limit)
        first, second = limiter_of(one, limit), limiter_of(two, limit)
        assert await holder.acquire() is not None
        assert await first._take() is not None
        await holder.release("unsent")
        # A place is free, and somebody stands in the queue for it.
        assert await second._take() is not None
        assert await first._take() is None


async def test_calls_of_low_priority_let_others_pass_but_not_for_ever(redis):
    limiter, order = limiter_of(redis, RateLimit(1, 0.05)), []

    async def one(name: str, *, low: bool) -> None:
        assert await limiter.acquire(low=low) is not None
        order.append(name)
        await limiter.release("answered")

    async with anyio.create_task_group() as tasks:
        await one("first", low=False)
        for _ in range(2):
            tasks.start_soon(lambda: one("low", low=True))
        for _ in range(5):
            tasks.start_soon(lambda: one("high", low=False))
    assert order == ["first", "high", "high", "high", "low", "high", "high", "low"]
    assert limiter.forecast(0) == 0
    assert limiter.forecast(4) >= 0.05


async def test_calls_of_low_priority_leave_a_place_free(redis):
    limiter = limiter_of(redis, RateLimit(60, 60.0), in_flight=100)
    for _ in range(59):
        assert await limiter.acquire(0.0, low=True) is not None
    assert await limiter.acquire(0.0, low=True) is None
    assert await limiter.acquire(0.0) is not None


async def test_a_429_to_one_silences_all_until_a_probe_is_answered(server: RedisServer):
    limit = RateLimit(100, 30.0)
    async with server.client() as one, server.client() as two:
        a, b = limiter_of(one, limit), limiter_of(two, limit)
        assert await a.acquire() == pytest.approx(0, abs=5)
        await a.release("refused", 0.2)
        assert a.status().closed
        assert await b.acquire(0.0) is None, "nothing leaves while the gate is closed"
        assert b.status().closed
        assert 0 < b.estimate() <= 0.2
        # The probe leaves alone.
        assert await b.acquire() is not None
        with anyio.move_on_after(0.3) as waited:
            await a.acquire()
        assert waited.cancelled_caught
        await b.release("answered")
        assert not b.status().closed
        # One at a time at first, then more with every few answers.
        assert await a.acquire() is not None
        with anyio.move_on_after(0.3) as waited:
            await b.acquire()
        assert waited.cancelled_caught
        for _ in range(4):
            await a.release("answered")
            assert await a.acquire() is not None
        assert await b.acquire() is not None
        await a.release("answered")
        await b.release("answered")


async def test_what_was_not_sent_gives_its_place_back_and_what_was_lost_does_not(redis):
    limiter = limiter_of(redis, RateLimit(1, 30.0))
    assert await limiter.acquire() is not None
    await limiter.release("unsent")
    assert await limiter.acquire() is not None
    await limiter.release("lost")
    assert await limiter.acquire(1.0) is None
    assert limiter.status().used == 1
    assert 29 < limiter.estimate() <= 30


async def test_a_process_that_dies_gives_its_places_back_in_time(server: RedisServer):
    limit = RateLimit(1, 0.1)
    async with server.client() as one, server.client() as two:
        dead = limiter_of(one, limit, lease=0.3)
        assert await dead.acquire() is not None
        start = time.monotonic()
        survivor = limiter_of(two, limit, lease=0.3)
        assert await survivor.acquire() is not None
        # Its request may have counted until the end of the lease.
        assert time.monotonic() - start >= 0.39


async def test_a_process_that_dies_in_the_queue_is_passed_over(server: RedisServer, redis):
    limit = RateLimit(1, 0.05)
    async with server.client() as one, server.client() as two:
        first, dead = limiter_of(redis, limit), limiter_of(one, limit)
        assert await first.acquire() is not None
        # It stands in the queue, and never asks again.
        await dead._take()
        await first.release("answered")
        assert await limiter_of(two, limit).acquire() is not None


async def test_a_waiter_that_is_cancelled_leaves_the_queue(server: RedisServer, redis):
    limit = RateLimit(1, 0.3)
    async with server.client() as one, server.client() as two:
        a, b = limiter_of(one, limit), limiter_of(two, limit)
        assert await a.acquire() is not None
        await a.release("answered")
        with anyio.move_on_after(0.05) as scope:
            await a.acquire()
        assert scope.cancelled_caught
        (queue,) = [key async for key in redis.scan_iter("*:state")]
        assert await redis.zcard(queue.replace(b":state", b":queue")) == 0
        assert await b.acquire() is not None


async def test_patience(redis):
    limiter = limiter_of(redis, RateLimit(2, 20.0))
    for _ in range(2):
        assert await limiter.acquire(0.0) is not None
        await limiter.release("answered")
    with anyio.fail_after(5):
        assert await limiter.acquire(10.0) is None, "it is sure at once"
        results: list[float | None] = []
        done = anyio.Event()

        async def waiting(patience: float) -> None:
            results.append(await limiter.acquire(patience))
            done.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waiting, 30.0)
            tasks.start_soon(waiting, 0.5)
            await done.wait()
            assert limiter.status().waiting == 1
            tasks.cancel_scope.cancel()
    assert results == [None]


async def test_many_at_once_need_no_patience_while_there_are_places(redis):
    limiter, waits = limiter_of(redis, RateLimit(50, 20.0), in_flight=50), []

    async def one() -> None:
        waits.append(await limiter.acquire(0.0))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(one)
    assert None not in waits


async def test_no_more_are_in_flight_than_this_process_may_have(redis):
    limiter = limiter_of(redis, RateLimit(100, 20.0), in_flight=2)
    for _ in range(2):
        assert await limiter.acquire() is not None
    with anyio.move_on_after(0.05) as scope:
        await limiter.acquire()
    assert scope.cancelled_caught
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(limiter.acquire)
        await anyio.wait_all_tasks_blocked()
        await limiter.release("answered")
    assert limiter.status().used == 3


async def test_waiting_costs_few_calls(server: RedisServer):
    async with Counted(unix_socket_path=server.socket) as redis:
        limiter, judge = limiter_of(redis, RateLimit(1, 0.5)), Judge()
        await flood(judge, (limiter, "a", 3))
        # For each: a place and an outcome; and two that had to wait until they could have it.
        assert redis.calls <= 10


async def test_a_long_wait_is_said_once(redis, caplog):
    limiter = limiter_of(redis, RateLimit(1, 2.0))
    assert await limiter.acquire() is not None
    with caplog.at_level(logging.INFO, "scalingo_async"):
        with anyio.move_on_after(1.3) as scope:
            await limiter.acquire()
        assert scope.cancelled_caught
        await limiter.release("answered")
        assert await limiter.acquire() is not None
    assert [record.getMessage() for record in caplog.records] == [
        "waiting 2 s for the rate limit, 1 call in the queue",
        "waiting 2 s for the rate limit, 1 call in the queue",
    ]


# -- without Redis ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_alone_it_goes_on_and_tries_again_now_and_then(server: RedisServer, how, caplog):
    limit = RateLimit(4, 60.0)
    async with Counted(unix_socket_path=server.socket) as redis:
        limiter = limiter_of(redis, limit, timeout=0.1, pause=20.0)
        for _ in range(2):
            assert await limiter.acquire() is not None
            await limiter.release("answered")
        if how == "stopped":
            server.stop()
        else:
            server.freeze()
        before = redis.calls
        with caplog.at_level(logging.INFO, "scalingo_async"):
            for _ in range(2):
                assert await limiter.acquire() is not None
                await limiter.release("answered")
        # What went through Redis counts on the limit of this process as well.
        assert await limiter.acquire(0.1) is None
        assert limiter.estimate() > 50
        assert redis.calls <= before + 2, "one timeout, not one for each call"
        assert limiter.status().used == 4
        assert "works alone" in caplog.text
        assert server.socket not in caplog.text

        if how == "stopped":
            server.start()
        else:
            server.thaw()
        await anyio.sleep(0.7)
        # What was sent meanwhile is told, even to a Redis that has lost its memory.
        assert await limiter.acquire(0.1) is None
        assert redis.calls > before + 2
        assert limiter.status().used == 4
        async with server.client() as other:
            stranger = limiter_of(other, limit)
            assert await stranger.acquire(0.1) is None
            assert stranger.status().used == 4


async def test_alone_it_may_have_a_part_of_the_limit(server: RedisServer):
    async with server.client() as redis:
        limiter = limiter_of(redis, RateLimit(8, 60.0), local_share=0.25, timeout=0.1)
        server.stop()
        assert [await limiter.acquire(0.0) is not None for _ in range(4)] == [
            True,
            True,
            False,
            False,
        ]
        await limiter.release("refused", 7.0)
        assert limiter.status().closed
        await limiter.release("unsent")


async def test_places_of_before_are_settled_when_it_is_back(server: RedisServer):
    async with server.client() as redis, server.client() as other:
        limiter = limiter_of(redis, RateLimit(2, 60.0), timeout=0.1, pause=0.0)
        assert await limiter.acquire() is not None
        assert await limiter.acquire() is not None
        server.freeze()
        await limiter.release("unsent")
        await limiter.release("answered")
        assert await limiter.acquire() is not None, "alone"
        server.thaw()
        await limiter.release("unsent")
        assert await limiter.acquire() is not None
        assert limiter.status().used == 2
        assert await limiter_of(other, RateLimit(2, 60.0)).acquire(0.0) is None


async def test_the_last_of_a_process_are_settled_soon_after_a_hiccup(server: RedisServer):
    """Those who wait alone look for Redis now and then: nobody else would give their places back."""
    limit = RateLimit(4, 0.5)
    async with server.client() as redis, server.client() as other:
        limiter = limiter_of(redis, limit, timeout=0.1, local_share=0.25)
        for _ in range(4):
            assert await limiter.acquire() is not None
        server.freeze()
        for _ in range(4):
            await limiter.release("unsent")
        assert await limiter.acquire() is not None, "alone"
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(limiter.acquire)
            await anyio.sleep(0.05)
            server.thaw()
        assert limiter.status().used <= 3
        stranger = limiter_of(other, limit)
        for _ in range(2):
            assert await stranger.acquire() is not None


async def test_after_its_memory_is_lost_all_go_slowly(server: RedisServer):
    limit = RateLimit(10, 60.0)
    async with server.client() as one, server.client() as two:
        a, b = limiter_of(one, limit, pause=0.0), limiter_of(two, limit, pause=0.0)
        for limiter in (a, b):
            assert await limiter.acquire() is not None
            await limiter.release("answered")
        assert await a.acquire() is not None
        server.stop()
        server.start()
        # Its own two are known again, and one leaves at a time.
        assert await b.acquire() is not None
        with anyio.move_on_after(0.3) as scope:
            await a.acquire()
        assert scope.cancelled_caught
        await b.release("answered")
        # What it had in flight is known again as well, and tells how it ended as ever.
        assert await a.acquire() is not None
        assert a.status().used == 5
        await a.release("unsent")
        assert a.status().used == 4


async def test_it_may_refuse_instead(server: RedisServer, caplog):
    async with server.client() as redis:
        limiter = limiter_of(redis, RateLimit(4, 60.0), on_failure="refuse", timeout=0.1)
        assert await limiter.acquire() is not None
        server.stop()
        with anyio.fail_after(5):
            await limiter.release("answered")
            for _ in range(3):
                with pytest.raises(SharedStateError, match="nothing was sent"):
                    await limiter.acquire()
    assert "refuses calls" in caplog.text


async def test_a_call_that_is_cancelled_while_redis_hangs_leaves_nothing_behind(
    server: RedisServer,
):
    async with server.client() as redis:
        limit = RateLimit(1, 60.0)
        limiter = limiter_of(redis, limit, timeout=0.2, pause=0.0)
        assert await limiter.acquire() is not None
        await limiter.release("unsent")
        server.freeze()
        with anyio.move_on_after(0.05) as scope:
            await limiter.acquire()
            await anyio.lowlevel.checkpoint()
        assert scope.cancelled_caught
        server.thaw()
        assert limiter.status().waiting == 0
        # The script ran when Redis woke up; its place is given back before the next is asked for.
        for _ in limiter._open.copy():
            await limiter.release("unsent")
        assert await limiter.acquire(0.0) is not None
        assert limiter.status().used == 1


async def test_a_task_that_is_cancelled_by_asyncio_itself_leaves_nothing_behind(
    server: RedisServer,
):
    import asyncio

    async with server.client() as redis:
        limiter = limiter_of(redis, RateLimit(1, 60.0), timeout=30, pause=0.0)
        assert await limiter.acquire() is not None
        await limiter.release("unsent")
        server.freeze()
        task = asyncio.create_task(limiter.acquire())
        await anyio.wait_all_tasks_blocked()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        server.thaw()
        assert await limiter.acquire(0.0) is not None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"local_share": 0}, "local_share"),
        ({"local_share": 1.1}, "local_share"),
        ({"lease": 0}, "lease"),
        ({"timeout": 0}, "timeout"),
        ({"pause": -1}, "pause"),
        ({"on_failure": "hope"}, "on_failure"),
    ],
)
async def test_settings_that_make_no_sense_are_refused(redis, settings, said):
    with pytest.raises(ConfigurationError, match=said):
        RedisLimiters(redis, **settings)
