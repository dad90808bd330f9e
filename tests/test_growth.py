"""What is done again and again takes no more memory, and leaves nothing open."""

import gc
import tracemalloc
from pathlib import Path

import anyio
import pytest
from api_facts import FakeTransport, answer_to, client_of
from instruments.wire import always, answer, serving
from sweeps import sweep

from scalingo_async import AsyncClient
from scalingo_async.transports.httpx import HttpxTransport

pytestmark = pytest.mark.anyio

COPIES, CALLS, CLIENTS = sweep("copies, calls and clients whose memory is measured")


def held() -> tuple[int, int]:
    """Return how many objects there are, and how many bytes were allocated and not given back."""
    for _ in range(3):
        gc.collect()
    return len(gc.get_objects()), tracemalloc.get_traced_memory()[0]


class Growth:
    """How much more there is at the end of a block than at its beginning."""

    def __enter__(self):
        tracemalloc.start(1)
        self.objects, self.size = held()
        return self

    def __exit__(self, *_):
        objects, size = held()
        tracemalloc.stop()
        self.objects, self.size = objects - self.objects, size - self.size


@pytest.mark.sweep
def test_copies_of_a_client_are_not_kept():
    client = client_of(FakeTransport())
    for number in range(COPIES // 10):
        client.with_options(timeout=number + 1)
    with Growth() as grown:
        for number in range(COPIES):
            client.with_options(timeout=number + 1)
    assert grown.objects < COPIES / 4, f"{grown.objects} more objects after {COPIES} copies"
    assert grown.size < 100_000, f"{grown.size} more bytes after {COPIES} copies"


class Answering(FakeTransport):
    """Answers every request alike, and keeps none."""

    async def send(self, request):
        response = await super().send(request)
        self.requests.clear()
        await anyio.lowlevel.checkpoint()
        return response


@pytest.mark.sweep
async def test_thousands_of_calls_of_a_hundred_tasks_leave_nothing():
    transport = Answering(content=answer_to("apps.get"))
    async with client_of(transport, rate_limit=(100_000, 0.001)) as client:

        async def calls(number):
            for _ in range(number):
                await client.apps.get("my-app")

        async def work(times):
            async with anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(calls, times // 100)

        await work(CALLS // 4)
        with Growth() as grown:
            await work(CALLS)
    assert grown.objects < CALLS / 4, f"{grown.objects} more objects after {CALLS} calls"
    assert grown.size < 250_000, f"{grown.size} more bytes after {CALLS} calls"


def open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


@pytest.mark.sweep
async def test_clients_that_are_closed_leave_nothing():
    async with serving(always(answer(answer_to("apps.get")))) as wire:

        async def work(times):
            for number in range(times):
                transport = HttpxTransport(trust_env=False)
                async with client_of(transport, api_url=wire.url, database_url=wire.url) as client:
                    # Each is made; one in ten makes a connection as well.
                    if number % 10 == 0:
                        await client.apps.get("my-app")
            await wire.all_closed()
            wire.requests.clear()
            wire.heads.clear()

        await work(CLIENTS // 10)
        before = open_files()
        with Growth() as grown:
            await work(CLIENTS)
        assert open_files() <= before, "files are open"
    assert wire.connections == CLIENTS // 10 + CLIENTS // 100
    assert grown.objects < CLIENTS / 4, f"{grown.objects} more objects after {CLIENTS} clients"
    assert grown.size < 2 << 20, f"{grown.size} more bytes after {CLIENTS} clients"


async def test_what_a_callback_raises_to_end_the_program_leaves_the_client_usable():
    transport = FakeTransport(content=answer_to("apps.get"))
    raised = [KeyboardInterrupt, SystemExit]

    async def middleware(request, call_next):
        response = await call_next(request)
        if raised:
            raise raised.pop()
        return response

    client = AsyncClient(
        bearer_token="t", transport=transport, rate_limit=(60, 60), middlewares=[middleware]
    )
    for kind in (SystemExit, KeyboardInterrupt):
        with pytest.raises(kind):
            await client.apps.get("my-app")
    assert (await client.apps.get("my-app")).id
    assert client.rate_limit is not None
    assert (client.rate_limit.used, client.rate_limit.waiting) == (3, 0)
    await client.aclose()
