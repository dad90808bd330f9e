"""Bulk work on a clock that jumps: how long it takes, who goes first, and how much it holds."""

import random
from collections import deque
from contextlib import ExitStack
from types import SimpleNamespace

import anyio
import pytest
import trio
from core.fakes import answer, request, virtual
from instruments.memory import traced
from sandbox_client import client_of
from sweeps import sweep

from scalingo_async import bulk
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.rate_limit import limiters
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.sandbox import LoopClock, Sandbox

pytestmark = pytest.mark.slow


class Server:
    """Sixty in any minute; what is too much gets a 429."""

    def __init__(self):
        self.counted = deque()
        self.answered = self.refused = 0
        self.random = random.Random(7)

    async def __call__(self, request):
        request.state.phase = "read"
        await anyio.sleep(self.random.uniform(0.01, 0.05))
        now = anyio.current_time()
        while self.counted and self.counted[0] <= now - 60:
            self.counted.popleft()
        if len(self.counted) >= 60:
            self.refused += 1
            return answer(429)
        self.counted.append(now)
        self.answered += 1
        return answer(200)


def program(server, seed=1):
    """Make a program's chain, and its limiter."""
    uniform = random.Random(seed).uniform
    limiter = Limiter(RateLimit(), clock=anyio.current_time, uniform=uniform)
    chain = compose([Retry(uniform=uniform), RateLimiting(lambda _: limiter)], server)

    async def call(item, **options):
        response = await chain(request(**options))
        assert response.status_code == 200, item

    return call, limiter


@pytest.mark.sweep
def test_ten_thousand_items_take_what_they_have_to():
    number = sweep("items of a job on a clock that jumps")
    # Seconds until the last request may leave.
    optimum = (number - 1) // 60 * 60

    async def main():
        server = Server()
        call, limiter = program(server)
        estimates = []

        def note(progress):
            if progress.finished % (number // 10) == number // 20:
                estimates.append(trio.current_time() + progress.eta)

        # One place in sixty is left to others: the estimate knows of it.
        assert limiter.forecast(number) == (number - 1) // 59 * 60
        async with bulk.map(call, range(number), concurrency=20, on_progress=note) as outcomes:
            async for outcome in outcomes:
                assert outcome.ok
        took = trio.current_time()
        assert server.refused == 0
        assert optimum <= took <= 1.02 * optimum, f"took {took} s, the optimum is {optimum} s"
        assert outcomes.summary.done == server.answered == number
        assert len(estimates) == 10
        for estimate in estimates:
            assert 0.99 * took <= estimate <= 1.02 * took, "it is honest all the time"

    virtual(main)


def test_batches_of_a_bare_loop_keep_the_pace_too():
    async def main():
        server = Server()
        call, _ = program(server)
        async for outcome in bulk.map(call, range(600), concurrency=20):
            assert outcome.ok
        assert server.refused == 0
        assert 600 <= trio.current_time() <= 605

    virtual(main)


def test_with_another_program_on_the_account_all_succeed():
    async def main():
        server = Server()
        call, _ = program(server, seed=1)
        other, _ = program(server, seed=2)
        order = []

        async def busy():
            for number in range(600):
                await other(number)

        async with anyio.create_task_group() as group:
            group.start_soon(busy)
            async with bulk.map(call, range(2_000), concurrency=20, ordered=True) as outcomes:
                async for outcome in outcomes:
                    assert outcome.ok, outcome.error
                    order.append(outcome.item)
        assert order == list(range(2_000))
        assert server.answered == 2_600
        assert 0 < server.refused < 0.1 * server.answered

    virtual(main)


def test_calls_of_the_same_client_go_before_those_of_a_job():
    async def main():
        server = Server()
        call, limiter = program(server)
        waits = []

        async def visit():
            while True:
                await anyio.sleep(7.3)
                start = trio.current_time()
                await call("a visitor")
                waits.append(trio.current_time() - start)

        async with anyio.create_task_group() as group:
            group.start_soon(visit)
            report = await bulk.map(call, range(600), concurrency=200)
            group.cancel_scope.cancel()
        assert report.summary.ok
        assert limiter.status().waiting == 0
        assert server.refused == 0
        # Places come free in a rush once a minute: a visitor waits for the next rush at most, and
        # not for the two hundred who were there before.
        assert len(waits) > 8
        assert max(waits) < 61
        assert trio.current_time() <= 665, "and the job gets on"

    virtual(main)


@pytest.fixture
def virtual_client(monkeypatch):
    """The limiter of a client follows the loop's clock."""
    clock = SimpleNamespace(monotonic=lambda: anyio.current_time())
    monkeypatch.setattr(limiters, "time", clock)


@pytest.mark.usefixtures("virtual_client")
def test_five_hundred_apps_through_a_client():
    async def main():
        sandbox = Sandbox(apps=500, clock=LoopClock(), operation_time=0)
        names = [app.name for app in sandbox.apps()]
        async with client_of(sandbox, rate_limit="60/60s") as client:
            assert bulk.estimate(500, client) == client.estimate(500) == 480
            assert client.estimate(0) == client.estimate(59) == 0
            first = None
            async with client.bulk(concurrency=20, on_progress=lambda _: None) as job:
                outcomes = job.map(client.apps.restart, names)
                assert outcomes.progress.eta == 480
                async for outcome in outcomes:
                    assert outcome.ok
                    if first is None and outcomes.progress.finished >= 70:
                        first = await client.apps.get(names[0])
        assert 480 <= trio.current_time() <= 1.02 * 480
        assert (sandbox.count("apps.restart"), sandbox.refused) == (500, 0)
        assert first is not None

    virtual(main)


@pytest.mark.usefixtures("virtual_client")
def test_the_estimate_counts_what_an_item_really_takes():
    """Two requests for each: it is noticed at the first outcome."""

    async def main():
        sandbox = Sandbox(apps=100, clock=LoopClock(), operation_time=0)
        names = [app.name for app in sandbox.apps()]
        seen = []
        async with client_of(sandbox, rate_limit="60/60s") as client:

            async def twice(name):
                await client.apps.get(name)
                await client.variables.list(name)

            def note(progress):
                seen.append(trio.current_time() + progress.eta)

            report = await bulk.map(twice, names, concurrency=5, on_progress=note)
        assert {outcome.requests for outcome in report} == {2}
        assert report.summary.requests == 200
        assert 180 <= trio.current_time() <= 185
        assert min(seen) >= 179
        assert max(seen) <= 250, "never more than a window too long"

    virtual(main)


@pytest.mark.usefixtures("virtual_client")
def test_two_regions_are_worked_on_side_by_side():
    """Each has a limit of its own, so it takes as long as the larger of the two."""

    async def main():
        # A fifth as many are in the other region.
        sandbox = Sandbox(apps=150, clock=LoopClock(), operation_time=0)
        async with client_of(sandbox, rate_limit="60/60s") as client:
            apps = [app async for app in bulk.all_apps(client)]
            assert [app.region for app in apps] == ["osc-fr1"] * 150 + ["osc-secnum-fr1"] * 30
            apps += [*apps[150:]] * 4
            seconds = bulk.estimate(apps, client)
            assert seconds == bulk.map(client.apps.get, apps).progress.eta == 120
            started = trio.current_time()
            ends = []

            def note(progress):
                ends.append(trio.current_time() + progress.eta - started)

            async with bulk.map(client.apps.get, apps, on_progress=note) as outcomes:
                found = {outcome.index: outcome.item async for outcome in outcomes}
            assert seconds <= trio.current_time() - started <= seconds + 2
            assert [found[index] for index in range(300)] == apps
            assert max(ends) <= 190, "never more than a window too long"
            # In their order, one region comes after the other.
            in_order = [
                o.index async for o in bulk.map(client.apps.get, apps[148:153], ordered=True)
            ]
            assert in_order == list(range(5))
        assert sandbox.refused == 0

    virtual(main)


@pytest.mark.usefixtures("virtual_client")
def test_the_estimate_counts_the_looks_at_what_is_waited_for():
    async def main():
        sandbox = Sandbox(apps=45, clock=LoopClock(), operation_time=0.5)
        async with client_of(sandbox, rate_limit="60/60s") as client:
            apps = await client.apps.list().collect()
            await anyio.sleep(61)
            started = trio.current_time()
            seconds = bulk.estimate(apps, client, wait=True)
            outcomes = bulk.map(client.apps.restart, apps, wait=True)
            assert seconds == outcomes.progress.eta == 60
            report = await outcomes
            report.raise_for_failures()
            assert report.summary.requests == 90
            assert seconds <= trio.current_time() - started <= seconds + 5

    virtual(main)


@pytest.mark.anyio
async def test_a_client_without_a_limit_has_no_estimate():
    async with client_of(Sandbox(apps=1)) as client:
        assert client.estimate(1000) == 0.0
        with pytest.raises(ValueError, match="0 or more"):
            client.estimate(-1)


@pytest.mark.sweep
@pytest.mark.anyio
@pytest.mark.parametrize("is_async", [True, False])
async def test_any_number_of_items_takes_the_same_memory(is_async):
    """What is held does not grow with what was done."""

    async def slow_items():
        for item in range(number):
            yield f"app-{item}"

    async def work(item):
        return item

    number = sweep("items of a job whose memory is measured")
    items = slow_items() if is_async else (f"app-{item}" for item in range(number))
    # What is under way at a moment takes more or less: the least of some moments is compared.
    early = range(3_000, 3_500, 50)
    late = range(number - 1_000, number - 500, 50)
    held: dict[int, int] = {}
    with ExitStack() as measured:
        async with bulk.map(work, items, concurrency=50) as outcomes:
            async for outcome in outcomes:
                if outcome.index == 1_000:
                    memory = measured.enter_context(traced())
                if outcome.index in early or outcome.index in late:
                    held[outcome.index] = memory.held
            peak = memory.peak
    assert outcomes.summary.done == number
    before, after = min(held[n] for n in early), min(held[n] for n in late)
    assert after < before + 20_000, "four bytes for each item would be too much"
    assert peak < 1_000_000
