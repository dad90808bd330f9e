"""Places and lanes: who gets them, and what is closed."""

import anyio
import pytest
from wire import PATIENCE

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


# -- lanes --------------------------------------------------------------------------------


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


class Street:
    """Lanes over transports that do nothing, and a clock that stands still."""

    def __init__(self, most=3, *, fails=False, shared=False):
        self.made = []
        self.now = 100.0
        self.fails = fails
        clock = lambda: self.now  # noqa: E731
        self.lanes = (
            MultiplexedPool(self.make, clock) if shared else ConnectionPool(self.make, most, clock)
        )

    def make(self, origin):
        self.made.append(Fake(origin, self.fails))
        return self.made[-1]

    @property
    def closed(self):
        return [fake.closed for fake in self.made]


async def test_the_lane_used_last_is_taken_first():
    street = Street()
    one, two = await street.lanes.take("a"), await street.lanes.take("a")
    assert (one.fresh, street.lanes.busy, street.lanes.idle) == (True, 2, 0)
    await street.lanes.give(one)
    await street.lanes.give(two)
    assert await street.lanes.take("a") is two
    assert not two.fresh
    other = await street.lanes.take("b")
    assert other.transport.origin == "b"
    assert (street.lanes.busy, street.lanes.idle) == (2, 1)
    assert street.closed == [0, 0, 0]


async def test_no_more_are_kept_than_may_be():
    street = Street(2)
    lanes = [await street.lanes.take(origin) for origin in "abcd"]
    for lane in lanes:
        street.now += 1
        await street.lanes.give(lane)
    assert street.closed == [1, 1, 0, 0]
    assert (street.lanes.busy, street.lanes.idle) == (0, 2)


async def test_what_is_idle_for_long_is_closed_wherever_it_leads():
    street = Street(10)
    for lane in [await street.lanes.take(origin) for origin in "aab"]:
        await street.lanes.give(lane)
    street.now += KEEPALIVE
    fresh = await street.lanes.take("a")
    assert fresh.fresh
    assert street.closed == [1, 1, 1, 0]
    assert (street.lanes.busy, street.lanes.idle) == (1, 0)
    await street.lanes.give(fresh)
    street.now += KEEPALIVE - 1
    assert await street.lanes.take("a") is fresh


async def test_a_lane_that_went_wrong_is_closed_even_if_that_fails():
    street = Street(fails=True)
    await street.lanes.drop(await street.lanes.take("a"))
    assert street.closed == [1]
    assert (street.lanes.busy, street.lanes.idle) == (0, 0)


async def test_closing_all():
    street = Street()
    busy, idle = await street.lanes.take("a"), await street.lanes.take("b")
    await street.lanes.give(idle)
    await street.lanes.close()
    assert street.closed == [1, 1]
    await street.lanes.give(busy)
    assert street.closed == [2, 1]
    assert (street.lanes.busy, street.lanes.idle, street.lanes.closed) == (0, 0, True)


async def test_what_a_caller_gave_is_not_closed():
    fake = Fake("a", fails=False)
    await PooledConnection(fake, "a", None).close()
    assert fake.closed == 0


async def test_shared_lanes_have_many_requests():
    street = Street(shared=True)
    one, two = await street.lanes.take("a"), await street.lanes.take("a")
    other = await street.lanes.take("b")
    assert one is two
    assert (len(street.made), street.lanes.busy, street.lanes.idle) == (2, 2, 0)
    for lane in (one, two, other):
        await lane.give_back()
    assert (street.closed, street.lanes.busy, street.lanes.idle) == ([0, 0], 0, 2)
    street.now += KEEPALIVE
    assert await street.lanes.take("a") is one
    assert street.closed == [0, 1]


async def test_a_shared_lane_that_went_wrong_is_closed_when_all_are_through():
    street = Street(shared=True)
    one, two = await street.lanes.take("a"), await street.lanes.take("a")
    await one.drop()
    assert street.closed == [0]
    fresh = await street.lanes.take("a")
    assert fresh is not one
    await two.give_back()
    assert street.closed == [1, 0]
    await fresh.give_back()
    assert await street.lanes.take("a") is fresh


async def test_closing_shared_lanes():
    street = Street(shared=True)
    one = await street.lanes.take("a")
    await one.drop()
    await street.lanes.take("a")
    two = await street.lanes.take("b")
    await street.lanes.close()
    assert street.closed == [1, 1, 1]
    await two.give_back()
    assert street.lanes.closed


async def test_bodies_that_were_left_are_ended_with_their_lane():
    street = Street()
    ended = []

    async def body():
        try:
            yield b"one"
            yield b"two"
        finally:
            ended.append(1)

    lane = await street.lanes.take("a")
    chunks = body()
    await anext(chunks)
    lane.leftovers.append(chunks)
    await lane.drop()
    assert ended == [1]
