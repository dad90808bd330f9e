"""Places and connections: who gets them, and what is closed."""

import anyio
import pytest
from instruments.wire import PATIENCE

from scalingo_async.errors import APITimeoutError, ConfigurationError
from scalingo_async.transports._httpx.connections import (
    ConnectionPool,
    MultiplexedPool,
    PooledConnection,
)
from scalingo_async.transports.base import KEEPALIVE
from scalingo_async.transports.connection_limit import ConnectionLimit

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


# -- places -------------------------------------------------------------------------------


async def test_places_go_to_the_first_in_line():
    slots = ConnectionLimit(2)
    order = []

    async def one(number):
        await slots.acquire(None)
        order.append(number)

    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(one, number)
            for _ in range(3):
                await anyio.lowlevel.checkpoint()
        assert order == [0, 1]
        for number in range(2, 6):
            slots.release()
            for _ in range(3):
                await anyio.lowlevel.checkpoint()
            assert order == list(range(number + 1))
    slots.release()
    slots.release()
    assert slots.free == 2


async def test_a_place_that_comes_to_a_cancelled_waiter_goes_on():
    slots = ConnectionLimit(1)
    got = []

    async def one(name, scope):
        with scope:
            await slots.acquire(None)
            got.append(name)

    await slots.acquire(None)
    first, second = anyio.CancelScope(), anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one, "first", first)
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
        tasks.start_soon(one, "second", second)
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
        first.cancel()
        slots.release()
    assert got in (["second"], ["first"])
    if got == ["first"]:
        slots.release()
    slots.release()
    assert slots.free == 1


async def test_patience():
    slots = ConnectionLimit(1)
    await slots.acquire(0)
    with pytest.raises(APITimeoutError, match="nothing was sent") as caught:
        await slots.acquire(0)
    assert (caught.value.sent, caught.value.phase) == (False, "pool")
    slots.release()
    assert slots.free == 1
    with anyio.fail_after(PATIENCE):
        await slots.acquire(0)


@pytest.mark.parametrize("number", [0, -1, True, False])
async def test_numbers_of_places(number):
    with pytest.raises(ConfigurationError, match="max_connections"):
        ConnectionLimit(number)


# -- connections --------------------------------------------------------------------------------


class Fake:
    def __init__(self, origin, fails):
        self.origin = origin
        self.fails = fails
        self.closed = 0

    async def aclose(self):
        self.closed += 1
        await anyio.lowlevel.checkpoint()
        if self.fails:
            raise OSError("the connection is gone")


class Pooled:
    """Connections over transports that do nothing, and a clock that stands still."""

    def __init__(self, most=3, *, fails=False, multiplexed=False):
        self.made = []
        self.now = 100.0
        self.fails = fails
        clock = lambda: self.now  # noqa: E731
        self.pool = (
            MultiplexedPool(self.make, clock)
            if multiplexed
            else ConnectionPool(self.make, most, clock)
        )

    def make(self, origin):
        self.made.append(Fake(origin, self.fails))
        return self.made[-1]

    @property
    def closed(self):
        return [fake.closed for fake in self.made]


async def test_the_connection_used_last_is_taken_first():
    pooled = Pooled()
    one, two = await pooled.pool.take("a"), await pooled.pool.take("a")
    assert (one.fresh, pooled.pool.busy, pooled.pool.idle) == (True, 2, 0)
    await pooled.pool.give(one)
    await pooled.pool.give(two)
    assert await pooled.pool.take("a") is two
    assert not two.fresh
    other = await pooled.pool.take("b")
    assert other.transport.origin == "b"
    assert (pooled.pool.busy, pooled.pool.idle) == (2, 1)
    assert pooled.closed == [0, 0, 0]


async def test_no_more_are_kept_than_may_be():
    pooled = Pooled(2)
    connections = [await pooled.pool.take(origin) for origin in "abcd"]
    for connection in connections:
        pooled.now += 1
        await pooled.pool.give(connection)
    assert pooled.closed == [1, 1, 0, 0]
    assert (pooled.pool.busy, pooled.pool.idle) == (0, 2)


async def test_what_is_idle_for_long_is_closed_wherever_it_leads():
    pooled = Pooled(10)
    for connection in [await pooled.pool.take(origin) for origin in "aab"]:
        await pooled.pool.give(connection)
    pooled.now += KEEPALIVE
    fresh = await pooled.pool.take("a")
    assert fresh.fresh
    assert pooled.closed == [1, 1, 1, 0]
    assert (pooled.pool.busy, pooled.pool.idle) == (1, 0)
    await pooled.pool.give(fresh)
    pooled.now += KEEPALIVE - 1
    assert await pooled.pool.take("a") is fresh


async def test_a_connection_that_went_wrong_is_closed_even_if_that_fails():
    pooled = Pooled(fails=True)
    await pooled.pool.drop(await pooled.pool.take("a"))
    assert pooled.closed == [1]
    assert (pooled.pool.busy, pooled.pool.idle) == (0, 0)


async def test_closing_all():
    pooled = Pooled()
    busy, idle = await pooled.pool.take("a"), await pooled.pool.take("b")
    await pooled.pool.give(idle)
    await pooled.pool.close()
    assert pooled.closed == [1, 1]
    await pooled.pool.give(busy)
    assert pooled.closed == [2, 1]
    assert (pooled.pool.busy, pooled.pool.idle, pooled.pool.closed) == (0, 0, True)


async def test_what_a_caller_gave_is_not_closed():
    fake = Fake("a", fails=False)
    await PooledConnection(fake, "a", None).close()
    assert fake.closed == 0


async def test_multiplexed_connections_have_many_requests():
    pooled = Pooled(multiplexed=True)
    one, two = await pooled.pool.take("a"), await pooled.pool.take("a")
    other = await pooled.pool.take("b")
    assert one is two
    assert (len(pooled.made), pooled.pool.busy, pooled.pool.idle) == (2, 2, 0)
    for connection in (one, two, other):
        await connection.give_back()
    assert (pooled.closed, pooled.pool.busy, pooled.pool.idle) == ([0, 0], 0, 2)
    pooled.now += KEEPALIVE
    assert await pooled.pool.take("a") is one
    assert pooled.closed == [0, 1]


async def test_a_multiplexed_connection_that_went_wrong_is_closed_when_all_are_through():
    pooled = Pooled(multiplexed=True)
    one, two = await pooled.pool.take("a"), await pooled.pool.take("a")
    await one.drop()
    assert pooled.closed == [0]
    fresh = await pooled.pool.take("a")
    assert fresh is not one
    await two.give_back()
    assert pooled.closed == [1, 0]
    await fresh.give_back()
    assert await pooled.pool.take("a") is fresh


async def test_closing_multiplexed_connections():
    pooled = Pooled(multiplexed=True)
    one = await pooled.pool.take("a")
    await one.drop()
    await pooled.pool.take("a")
    two = await pooled.pool.take("b")
    await pooled.pool.close()
    assert pooled.closed == [1, 1, 1]
    await two.give_back()
    assert pooled.pool.closed


async def test_bodies_that_were_left_are_ended_with_their_connection():
    pooled = Pooled()
    ended = []

    async def body():
        try:
            yield b"one"
            yield b"two"
        finally:
            ended.append(1)

    connection = await pooled.pool.take("a")
    chunks = body()
    await anext(chunks)
    connection.leftovers.append(chunks)
    await connection.drop()
    assert ended == [1]
