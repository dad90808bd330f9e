"""Nothing waits for long in silence: each wait of ours says so at INFO, once a second at most."""

import logging
from functools import partial

import anyio
import pytest
from core.fakes import Script, answer, request
from instruments.virtual_time import VIRTUAL

from scalingo_async import RetryPolicy, Secret
from scalingo_async.long_waits import WaitLog, waited
from scalingo_async.middleware.authentication.token_cache import TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.models.operations import Operation
from scalingo_async.transports.connection_limit import ConnectionLimit
from scalingo_async.waiting.polling import operation_completion, poll_until_final

pytestmark = pytest.mark.anyio


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="scalingo_async")
    return lambda: [record.getMessage() for record in caplog.records]


def limiter(requests: int = 60, window: float = 60.0, **options) -> Limiter:
    return Limiter(RateLimit(requests, window), clock=anyio.current_time, **options)


async def use(limiter: Limiter, number: int = 1) -> None:
    """Take places, and keep them for one window."""
    for _ in range(number):
        assert await limiter.acquire() is not None
        limiter.answered()


@VIRTUAL
async def test_a_call_that_begins_to_wait_for_the_rate_limit_says_for_how_long(lines):
    one = limiter()
    await use(one, 60)
    await anyio.sleep(17)
    assert lines() == []
    async with anyio.create_task_group() as tasks:
        for _ in range(30):
            tasks.start_soon(use, one)
        await anyio.sleep(0.5)
        assert lines() == ["waiting 43 s for the rate limit, 1 call in the queue"]
        tasks.start_soon(use, one)
        await anyio.sleep(0.6)
        assert len(lines()) == 1, "one line a second"
        tasks.start_soon(use, one)
        await anyio.sleep(0.1)
    assert lines()[1:] == ["waiting 42 s for the rate limit, 32 calls in the queue"]


@VIRTUAL
async def test_calls_of_both_lines_are_counted(lines):
    one = limiter(1, 10.0)
    await use(one)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(one.acquire, low=True))
        await anyio.wait_all_tasks_blocked()
        await anyio.sleep(1.5)
        tasks.start_soon(use, one)
        await anyio.sleep(0.1)
        tasks.cancel_scope.cancel()
    assert [line.rpartition(", ")[2] for line in lines()] == [
        "1 call in the queue",
        "2 calls in the queue",
    ]


@VIRTUAL
async def test_a_short_wait_and_a_refused_one_are_not_worth_a_line(lines):
    one = limiter(1, 0.9)
    await use(one, 5)
    two = limiter(1, 60.0)
    await use(two)
    assert await two.acquire(5.0) is None
    assert lines() == []


@VIRTUAL
async def test_a_wait_whose_length_nobody_knows_is_said_after_a_second(lines):
    one = limiter(60, 60.0, max_in_flight=1)
    assert await one.acquire() is not None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use, one)
        tasks.start_soon(use, one)
        await anyio.sleep(0.9)
        assert lines() == []
        await anyio.sleep(0.2)
        assert lines() == [
            "waiting until other calls have a response for the rate limit, 2 calls in the queue"
        ]
        await anyio.sleep(30)
        one.answered()
    assert len(lines()) == 1


@VIRTUAL
async def test_a_short_wait_that_turns_out_long_is_said_after_a_second(lines):
    one = limiter(2, 0.9, uniform=lambda low, high: 20.0)
    await use(one)
    assert await one.acquire() is not None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use, one)
        await anyio.sleep(0.5)
        one.refused()
        await anyio.sleep(0.45)
        assert lines() == []
        await anyio.sleep(0.2)
        assert lines() == ["waiting 20 s for the rate limit, 1 call in the queue"]
    assert len(lines()) == 1


@VIRTUAL
async def test_nobody_listens_nothing_is_said(caplog):
    caplog.set_level(logging.WARNING, logger="scalingo_async")
    one = limiter(1, 10.0, max_in_flight=1)
    await use(one, 3)
    log = WaitLog()
    log.say("something")
    assert not caplog.records
    caplog.set_level(logging.INFO, logger="scalingo_async")
    log.say("something %d", 7)
    assert [record.getMessage() for record in caplog.records] == ["something 7"]


@VIRTUAL
async def test_after_a_429_the_true_pause_is_shown(lines):
    one = limiter(uniform=lambda low, high: 20.0)
    chain = compose(
        [Retry(RetryPolicy(base=0.0)), RateLimiting(lambda _: one)], Script(429, answer(200))
    )
    assert (await chain(request())).status_code == 200
    assert lines() == [
        "GET /apps/{app}: attempt 1 ended in 429, next in 20.00 s",
        "waiting 20 s for the rate limit, 1 call in the queue",
    ]


@VIRTUAL
async def test_waiting_for_a_connection(lines):
    places = ConnectionLimit(1)
    await places.acquire(None)

    async def wait(patience: float | None) -> None:
        await places.acquire(patience)
        places.release()

    async with anyio.create_task_group() as tasks:
        for patience in (None, 60.0, 60.0):
            tasks.start_soon(wait, patience)
        await anyio.sleep(0.9)
        assert lines() == []
        await anyio.sleep(10)
        places.release()
    assert lines() == ["waiting for a connection, 3 calls in the queue"]


@VIRTUAL
async def test_waiting_for_the_token_that_another_call_exchanges(lines):
    async def exchange() -> Secret:
        await anyio.sleep(5)
        return Secret("theToken")

    cache = TokenCache(exchange, clock=anyio.current_time)
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(cache.get)
    assert lines() == ["waiting for another call that is exchanging a token"]


@VIRTUAL
async def test_waiting_for_an_operation_says_how_it_gets_on(lines):
    states = iter(["pending", "pending", "running", "\x1b[31mrun\n", None, "done"])

    async def fetch() -> Operation:
        return Operation(id="op-1", status=next(states))

    last, _ = await poll_until_final(
        fetch, operation_completion, name="operation op-1 of my-app", last=None,
        limit=None, on_progress=None,
    )  # fmt: skip
    assert last.status == "done"
    assert lines() == [
        "waiting for a change: the operation is on its way",
        "waiting for a change: the operation is pending",
        "waiting for a change: the operation is running",
        "waiting for a change: the operation is under way",
        "waiting for a change: the operation is on its way",
    ]


@VIRTUAL
@pytest.mark.parametrize("limit", [None, 0.5, 3.0])
async def test_an_event_is_waited_for_as_long_as_it_may_take(lines, limit):
    said: list[float] = []
    event, start = anyio.Event(), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        if limit is None:

            async def later() -> None:
                await anyio.sleep(5)
                event.set()

            tasks.start_soon(later)
        await waited(event, lambda: said.append(anyio.current_time() - start), limit)
    assert anyio.current_time() - start == pytest.approx(limit or 5)
    assert said == ([] if limit == 0.5 else [pytest.approx(1.0)])
    quick = anyio.Event()
    quick.set()
    await waited(quick, lambda: said.append(0.0))
    assert 0.0 not in said
