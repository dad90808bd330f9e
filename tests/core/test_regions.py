"""The list of regions is fetched once, and fails once for all who wait for it."""

import anyio
import pytest

from scalingo_async.errors import APIConnectionError
from scalingo_async.hosts import RegionList

pytestmark = pytest.mark.anyio


class Fetch:
    def __init__(self, failure=None):
        self.calls = 0
        self.failure = failure

    async def __call__(self):
        self.calls += 1
        await anyio.wait_all_tasks_blocked()
        if self.failure is not None:
            raise self.failure
        return []


async def ask(regions, fetch, number):
    said = []

    async def one():
        try:
            said.append(await regions.get(fetch))
        except Exception as error:
            said.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(number):
            tasks.start_soon(one)
    return said


@pytest.mark.parametrize("failure", [APIConnectionError("down"), ZeroDivisionError("a store")])
async def test_a_failure_of_any_kind_is_shared_by_those_who_wait(failure):
    regions, fetch = RegionList(), Fetch(failure)
    errors = await ask(regions, fetch, 200)
    assert fetch.calls == 1
    assert {(type(error), str(error)) for error in errors} == {(type(failure), str(failure))}
    assert len({id(error) for error in errors}) == 200
    await ask(regions, fetch, 20)
    assert fetch.calls == 2
    fetch.failure = None
    assert await ask(regions, fetch, 20) == [[]] * 20
    assert await ask(regions, fetch, 20) == [[]] * 20
    assert fetch.calls == 3


async def test_who_is_cancelled_leaves_the_fetch_to_the_next():
    regions, fetch = RegionList(), Fetch()
    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as scope:
            tasks.start_soon(ask, regions, fetch, 3)
            scope.cancel()
            await regions.get(fetch)
    assert await regions.get(fetch) == []
    assert fetch.calls <= 2
