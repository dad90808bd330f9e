"""The rate limit: never too many, first in first out, and what a 429 does to everybody."""

import math
import random
from bisect import bisect_left, bisect_right
from contextlib import suppress
from functools import partial
from itertools import pairwise

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from core.fakes import Body, Script, answer, request, virtual
from tables import each

from scalingo_async._core.operation import API
from scalingo_async._core.tracing import TRACE, Trace
from scalingo_async.errors import (
    APIConnectionError,
    AuthenticationError,
    InvalidArgumentError,
    RateLimitError,
)
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.rate_limit.limiters import is_limited
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.middleware.rate_limit.window import Limiter, _Waiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.request import Phase, Response


class Server:
    """Counts what comes in and refuses what is too much, by a sliding or by an aligned window."""

    def __init__(self, limit=60, window=60.0, *, aligned=False, latency=(0.01, 0.05), seed=1):
        self.limit, self.window, self.aligned = limit, window, aligned
        self.random = random.Random(seed)
        self.latency = latency
        self.arrivals, self.counted, self.refused = [], [], []

    async def __call__(self, request):
        request.state.phase = "read"
        await anyio.sleep(self.random.uniform(*self.latency))
        now = anyio.current_time()
        self.arrivals.append(now)
        refuses = self._counted(now) >= self.limit
        (self.refused if refuses else self.counted).append(now)
        await anyio.sleep(self.random.uniform(*self.latency))
        return answer(429 if refuses else 200)

    def _counted(self, now):
        """How many were let in, in the window that it is now; they are in order."""
        if self.aligned:
            window = partial(lambda width, at: at // width, self.window)
            return len(self.counted) - bisect_left(self.counted, window(now), key=window)
        return len(self.counted) - bisect_right(self.counted, now - self.window)

    @property
    def worst(self):
        """The most arrivals in any window."""
        return most_within(self.arrivals, self.window)


def most_within(times, span):
    """Return the most that happened in any span of time."""
    times = sorted(times)
    return max(bisect_left(times, at + span) - bisect_left(times, at) for at in times)


def limiter(requests=60, window=60.0, **options):
    return Limiter(RateLimit(requests, window), **{"clock": anyio.current_time, **options})


def limiting(limiter_):
    return RateLimiting(lambda request: limiter_)


async def flood(number, handler, **options):
    """Send many at once; returns the order in which they were answered."""
    order, errors = [], []

    async def one(index):
        sent = request(**options)
        sent.headers._items["index"] = str(index)
        try:
            response = await handler(sent)
        except RateLimitError as error:
            errors.append(error)
        else:
            assert response.status_code == 200
            order.append(index)

    async with anyio.create_task_group() as group:
        for index in range(number):
            group.start_soon(one, index)
            await checkpoint()
    return order, errors


def test_a_thousand_callers_are_never_too_many():
    async def main():
        server = Server()
        start = trio.current_time()
        await flood(1000, compose([limiting(limiter())], server))
        took = trio.current_time() - start
        assert server.worst <= 60, f"{server.worst} requests in 60 s"
        assert server.refused == []
        assert 960 <= took <= 960 * 1.02, f"took {took} s, the optimum is 960 s"

    virtual(main)


def test_they_leave_in_the_order_in_which_they_came():
    async def main():
        left = []

        async def end(request):
            left.append(int(request.headers["index"]))
            await anyio.sleep(0.01)
            return answer(200)

        await flood(300, compose([limiting(limiter())], end))
        assert left == list(range(300))

    virtual(main)


@pytest.mark.parametrize("aligned", [True, False])
def test_no_alignment_of_the_servers_window_gives_a_429(aligned):
    for offset in range(0, 60, 1 if aligned else 20):

        async def main(offset=offset):
            await anyio.sleep(offset + 0.123)
            server = Server(aligned=aligned, seed=offset)
            await flood(75, compose([limiting(limiter())], server))
            assert server.refused == [], f"offset {offset}"

        virtual(main)


def test_a_slow_server_is_not_overrun_either():
    async def main():
        server = Server(latency=(0.0, 20.0), seed=5)
        await flood(300, compose([limiting(limiter(max_in_flight=60))], server))
        assert server.worst <= 60
        assert server.refused == []

    virtual(main)


@pytest.mark.parametrize("aligned", [True, False])
def test_two_programs_that_share_an_account_succeed_in_the_end(aligned):
    arrived = refused = 0
    for seed in range(4):

        async def main(seed=seed):
            uniform = random.Random(seed).uniform
            server = Server(aligned=aligned, seed=seed)
            returns = []

            def program():
                limit = limiter(uniform=uniform)

                async def end(request):
                    if limit.status().closed:
                        returns.append(trio.current_time())
                    return await server(request)

                return compose([Retry(uniform=uniform), limiting(limit)], end)

            async with anyio.create_task_group() as group:
                for _ in range(2):
                    group.start_soon(flood, 300, program())
            most = most_within(returns, 0.1)
            assert most <= 3, f"{most} came back together"
            return len(server.arrivals), len(server.refused)

        counts = virtual(main)
        arrived, refused = arrived + counts[0], refused + counts[1]
    assert 0 < refused <= 0.1 * arrived, f"{refused} of {arrived} requests were refused"


def test_cancelling_half_of_the_queue_loses_no_place():
    async def main():
        server = Server(latency=(0.01, 0.01))
        limit = limiter()
        chain = compose([limiting(limit)], server)
        scopes, served = [], []

        async def one(index):
            with anyio.CancelScope() as scope:
                scopes.append(scope)
                await chain(request())
                served.append(index)

        start = trio.current_time()
        async with anyio.create_task_group() as group:
            for index in range(400):
                group.start_soon(one, index)
            await anyio.sleep(30)
            assert limit.status().waiting == 340
            for scope in scopes[60::2]:
                scope.cancel()
            await checkpoint()
            await anyio.sleep(0.001)
            assert limit.status().waiting == 170
        assert len(served) == 60 + 170
        assert trio.current_time() - start < 3 * 60 * 1.02, "230 calls need three more windows"
        assert limit.status().waiting == 0
        assert limit.status().used <= 60
        assert server.worst <= 60

    virtual(main)


@pytest.mark.anyio
@each("seed", range(10))
async def test_random_cancellation_leaves_the_queue_in_order(seed):
    """One place that goes from hand to hand: whoever drops it, somebody gets it."""
    limit = limiter(1000, 1000.0, max_in_flight=1)
    chance = random.Random(seed)
    scopes = [anyio.CancelScope() for _ in range(60)]
    outcomes = []

    async def end(request):
        for _ in range(chance.randrange(3)):
            await checkpoint()
        return answer(200)

    chain = compose([limiting(limit)], end)

    async def one(scope):
        with scope:
            await chain(request())
            outcomes.append("served")
            return
        outcomes.append("cancelled")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            for scope in scopes:
                group.start_soon(one, scope)
            while len(outcomes) < 60:
                chance.choice(scopes).cancel()
                for _ in range(chance.randrange(4)):
                    await checkpoint()
    assert len(outcomes) == 60
    status = limit.status()
    assert (status.waiting, limit._in_flight) == (0, 0)
    assert (await chain(request())).status_code == 200


@pytest.mark.anyio
@each("low", [False, True])
async def test_a_newcomer_does_not_take_the_place_of_one_who_was_woken(low):
    limit = limiter(max_in_flight=1)
    order = []

    async def waiter():
        await limit.acquire(low=low)
        order.append("waited")
        limit.answered()

    async with anyio.create_task_group() as group:
        await limit.acquire()
        group.start_soon(waiter)
        await anyio.wait_all_tasks_blocked()
        limit.answered()
        await limit.acquire(low=low)
        order.append("came later")
    assert order == ["waited", "came later"]


def labelled(index, **options):
    sent = request(**options)
    sent.headers._items["index"] = str(index)
    return sent


def leaving(order):
    """What ends a chain: notes the order in which requests leave."""

    async def end(request):
        order.append(request.headers["index"])
        await anyio.sleep(0.001)
        return answer(200)

    return end


def test_calls_of_low_priority_let_others_pass_three_times_in_a_row():
    async def main():
        order = []
        chain = compose([limiting(limiter(1, 1.0))], leaving(order))
        await chain(labelled("first"))
        async with anyio.create_task_group() as group:
            for index in range(4):
                group.start_soon(chain, labelled(f"l{index}", priority="low"))
                await checkpoint()
            for index in range(9):
                group.start_soon(chain, labelled(f"n{index}"))
                await checkpoint()
        assert " ".join(order[1:]) == "n0 n1 n2 l0 n3 n4 n5 l1 n6 n7 n8 l2 l3"

    virtual(main)


def test_a_steady_stream_of_others_does_not_starve_calls_of_low_priority():
    async def main():
        order = []
        chain = compose([limiting(limiter(4, 1.0))], leaving(order))

        async def busy():
            for _ in range(100):
                await chain(labelled("n"))

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(busy)
            await anyio.sleep(0.5)
            for index in range(50):
                group.start_soon(chain, labelled(index, priority="low"))
                await checkpoint()
        low = [n for n, index in enumerate(order) if index != "n"]
        assert [order[n] for n in low] == [str(index) for index in range(50)]
        gaps = {after - before for before, after in pairwise(low)}
        assert gaps == {4}, "one turn in four is theirs"

    virtual(main)


def test_the_priority_of_bulk_work_is_low_unless_a_call_says_otherwise():
    async def main():
        order = []
        chain = compose([limiting(limiter(1, 1.0))], leaving(order))
        await chain(labelled("first"))

        async def bulk(index, **options):
            TRACE.set(Trace())
            await chain(labelled(index, **options))

        async with anyio.create_task_group() as group:
            group.start_soon(bulk, "b0")
            await checkpoint()
            group.start_soon(partial(bulk, "b1", priority="normal"))
            await checkpoint()
            group.start_soon(chain, labelled("n"))
        assert order[1:] == ["b1", "n", "b0"]

    virtual(main)


def test_calls_of_low_priority_leave_a_place_free_for_whoever_comes():
    async def main():
        limit = limiter()
        chain = compose([limiting(limit)], leaving([]))
        async with anyio.create_task_group() as group:
            for _ in range(100):
                group.start_soon(chain, labelled("l", priority="low"))
            await anyio.sleep(30)
            assert (limit.status().used, limit.status().waiting) == (59, 41)
            assert limit.status().wait == 0.0
            await chain(labelled("n", max_wait=0))
            assert trio.current_time() < 30.01
            with pytest.raises(RateLimitError, match=r"within max_wait=20 s"):
                await chain(labelled("l", priority="low", max_wait=20))
            assert trio.current_time() < 30.01, "there is no place for it, and that is known"
            await anyio.sleep_until(60.5)
            # The 59 that came free, and the one that is in use until 90.
            assert limit.status().waiting == 0
            assert limit.forecast(17) == 0.0
            assert limit.forecast(18) == pytest.approx(29.5, abs=0.1)

    virtual(main)


def test_max_wait_holds_although_a_place_is_left_free():
    async def main():
        limit = limiter(max_in_flight=60)
        late = anyio.Event()

        async def end(request):
            if request.headers["index"] == "late":
                await late.wait()
            return answer(200)

        chain = compose([limiting(limit)], end)
        for _ in range(58):
            await chain(labelled("l", priority="low"))
        async with anyio.create_task_group() as group:
            group.start_soon(chain, labelled("late", priority="low"))
            await anyio.sleep(1)
            # The oldest comes free at 60; a call that waits longer than that is told in time.
            group.start_soon(chain, labelled("n"))
            await anyio.sleep(1)
            start = trio.current_time()
            with pytest.raises(RateLimitError):
                await chain(labelled("l", priority="low", max_wait=50))
            assert trio.current_time() == start
            late.set()

    virtual(main)


def test_max_wait_counts_those_who_pass():
    async def main():
        limit = limiter(1, 10.0)
        chain = compose([limiting(limit)], leaving([]))
        await chain(labelled("first"))
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(chain, labelled("n"))
                await checkpoint()
            for _ in range(2):
                group.start_soon(chain, labelled("l", priority="low"))
            await anyio.sleep(0.001)
            assert limit.status().waiting == 5
            # Two of low priority and three others are in front.
            with pytest.raises(RateLimitError):
                await chain(labelled("l", priority="low", max_wait=59))
            group.start_soon(chain, labelled("l", priority="low", max_wait=70.1))
            await anyio.sleep(0.001)
            # In front: three, and one of low priority that comes before the fourth.
            with pytest.raises(RateLimitError):
                await chain(labelled("n", max_wait=49))
            group.start_soon(chain, labelled("n", max_wait=50))

    virtual(main)


@pytest.mark.parametrize("used", [0, 1, 30, 58, 59, 60])
@pytest.mark.parametrize("requests", [1, 59, 60, 121])
def test_a_forecast_is_when_the_last_call_of_low_priority_leaves(requests, used):
    """Whatever the others have left of the window, and up to three windows ahead."""
    room = requests - requests // 60
    for count in (1, room - 1, room, room + 1, 2 * room, 2 * room + 1, 3 * room):

        async def main(count=count):
            limit = limiter(requests, 60.0)
            chain = compose([limiting(limit)], Script(200))
            for _ in range(min(used, requests)):
                await chain(request())
                await anyio.sleep(0.5)
            start = trio.current_time()
            forecast = limit.forecast(count)
            async with anyio.create_task_group() as group:
                for _ in range(count):
                    group.start_soon(chain, request(priority="low"))
            assert forecast == pytest.approx(trio.current_time() - start, abs=0.1), count

        virtual(main)


def test_a_forecast_knows_that_nothing_is_sent_after_a_429():
    async def main():
        limit = limiter(10, 60.0, uniform=lambda low, high: 20.0)
        await compose([limiting(limit)], Script(429))(request())
        assert limit.forecast(1) == pytest.approx(20)

    virtual(main)


def test_a_forecast_counts_those_who_wait_already():
    async def main():
        limit = limiter(2, 60.0)
        chain = compose([limiting(limit)], Script(200))
        await chain(request())
        await anyio.sleep(10)
        await chain(request())
        assert limit.forecast(1) == pytest.approx(50)
        async with anyio.create_task_group() as group:
            group.start_soon(chain, request())
            # Not a checkpoint: which task goes first is for trio to say.
            await anyio.sleep(1)
            assert limit.forecast(1) == pytest.approx(59)

    virtual(main)


def test_a_forecast_counts_what_waits_in_front_and_what_was_sent():
    async def main():
        limit = limiter(10, 60.0)
        assert limit.forecast(0) == 0.0
        assert limit.forecast(10) == 0.0
        assert limit.forecast(11) == pytest.approx(60)
        assert limit.forecast(500) == pytest.approx(49 * 60)
        chain = compose([limiting(limit)], leaving([]))
        for _ in range(5):
            await chain(labelled("x"))
        assert (limit.forecast(5), limit.forecast(6)) == (0.0, pytest.approx(60, abs=0.1))

    virtual(main)


@pytest.mark.anyio
@each("seed", range(10))
async def test_random_cancellation_leaves_both_lines_in_order(seed):
    limit = limiter(1000, 1000.0, max_in_flight=1)
    chance = random.Random(seed)
    scopes = [anyio.CancelScope() for _ in range(60)]
    outcomes, order = [], []

    async def end(request):
        order.append(request.headers["index"])
        for _ in range(chance.randrange(3)):
            await checkpoint()
        return answer(200)

    chain = compose([limiting(limit)], end)

    async def one(index, scope):
        level = "low" if index % 2 else "normal"
        with scope:
            await chain(labelled(index, priority=level))
            outcomes.append("served")
            return
        outcomes.append("cancelled")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            for index, scope in enumerate(scopes):
                group.start_soon(one, index, scope)
                await checkpoint()
            while len(outcomes) < 60:
                chance.choice(scopes).cancel()
                for _ in range(chance.randrange(4)):
                    await checkpoint()
    assert len(outcomes) == 60
    for level in (0, 1):
        served = [int(index) for index in order if int(index) % 2 == level]
        assert served == sorted(served)
    assert (limit.status().waiting, limit._in_flight) == (0, 0)
    assert (await chain(labelled("x"))).status_code == 200


@pytest.mark.anyio
async def test_first_in_first_out_on_a_real_clock():
    limit = Limiter(RateLimit(5, 0.02))
    server = Script(200)
    await flood(23, compose([limiting(limit)], server))
    assert [int(sent.headers["index"]) for sent in server.requests] == list(range(23))


@each("retry_after", [None, "40", "0", "nonsense", "100000"])
def test_after_a_429_all_wait_and_one_is_sent_first(retry_after):
    async def main():
        silence = {"40": 40.0, "100000": 120.0}.get(retry_after, 20.0)
        limit = limiter(uniform=lambda low, high: 20.0)
        sent = []
        refusing = True

        async def end(request):
            request.state.phase = "read"
            sent.append(trio.current_time())
            await anyio.sleep(1.0)
            if not refusing:
                return answer(200)
            return answer(429, **({"retry_after": retry_after} if retry_after else {}))

        chain = compose([limiting(limit)], end)
        start = trio.current_time()
        assert (await chain(request())).status_code == 429
        assert limit.status().closed
        refusing = False
        async with anyio.create_task_group() as group:
            for _ in range(200):
                group.start_soon(chain, request())
            await anyio.sleep(silence - 0.5)
            assert len(sent) == 1, "all wait"
            assert limit.status().waiting == 200
            assert limit.status().wait == pytest.approx(0.5)
            await anyio.sleep(1.0)
            assert len(sent) == 2, "one goes first"
            assert limit.status().closed
            await anyio.sleep(1.0)
            assert not limit.status().closed
            await anyio.sleep(20.0)
            assert limit.status().used == 60, "then the rest, more and more at a time"
            by_second = [sum(int(at) == int(sent[1]) + n for at in sent) for n in range(20)]
            assert by_second == [1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 10, 3, 0, 0, 0, 0, 0]
        assert sent[1] - start == pytest.approx(1.0 + silence)

    virtual(main)


def test_a_probe_that_is_refused_closes_the_gate_again():
    async def main():
        limit = limiter(uniform=lambda low, high: 20.0)
        server = Script(429, 429, 200)
        chain = compose([Retry(), limiting(limit)], server)
        start = trio.current_time()
        assert (await chain(request())).status_code == 200
        assert trio.current_time() - start == pytest.approx(40)

    virtual(main)


@each("fate", ["cancelled", "lost", "unsent"])
def test_a_probe_without_an_answer_proves_nothing(fate):
    async def main():
        limit = limiter(uniform=lambda low, high: 20.0)
        sent = 0

        async def end(request):
            nonlocal sent
            sent += 1
            request.state.phase = "read"
            if sent == 1:
                return answer(429)
            await anyio.sleep(1.0)
            if sent == 2 and fate != "cancelled":
                raise APIConnectionError("lost", sent=fate == "lost")
            return answer(200)

        chain = compose([limiting(limit)], end)
        await chain(request())

        async def probe():
            with anyio.move_on_after(20.5):
                with suppress(APIConnectionError):
                    await chain(request())

        async with anyio.create_task_group() as group:
            group.start_soon(probe)
            await anyio.sleep(0.1)
            for _ in range(50):
                group.start_soon(chain, request())
            await anyio.sleep(21.2)
            assert limit.status().closed
            assert sent == 3, "the next one is a probe again"
        assert sent == 52
        assert not limit.status().closed

    virtual(main)


def test_requests_that_were_under_way_do_not_open_the_gate():
    async def main():
        limit = limiter(uniform=lambda low, high: 20.0)
        statuses = iter([429, 200, 200, 429, 200])

        async def end(request):
            await anyio.sleep(1.0 if (status := next(statuses)) == 429 else 3.0)
            return answer(status)

        chain = compose([limiting(limit)], end)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(chain, request())
            await anyio.sleep(4.0)
            assert limit.status().closed
            assert limit.status().wait == pytest.approx(17.0)

    virtual(main)


@each(
    ("error", "phase", "used"),
    [
        (APIConnectionError("x", sent=False), "read", 0),
        (APIConnectionError("x", sent=True), "read", 1),
        (AuthenticationError("no token"), "authentication", 0),
        (ValueError("a bug"), "connect", 0),
        (ValueError("a bug"), "write", 1),
        (KeyboardInterrupt(), "pool", 0),
    ],
)
@pytest.mark.anyio
async def test_what_did_not_leave_does_not_count(error, phase, used):
    limit = limiter()

    async def end(request):
        request.state.phase = phase
        raise error

    with pytest.raises(type(error)):
        await limiting(limit)(request(), end)
    assert limit.status().used == used
    assert limit._in_flight == 0


def test_max_wait_is_raised_before_anything_is_sent():
    async def main():
        limit = limiter(5, 60.0)
        server = Script(200)
        chain = compose([limiting(limit)], server)
        for _ in range(5):
            await chain(request())
        await anyio.sleep(10)
        start = trio.current_time()
        with pytest.raises(
            RateLimitError, match=r"within max_wait=49 s: it takes 50\.0 s"
        ) as caught:
            await chain(request(max_wait=49))
        assert (trio.current_time(), server.calls) == (start, 5)
        assert caught.value.retry_after == pytest.approx(50)
        assert caught.value.status_code is None
        assert (await chain(request(max_wait=50))).status_code == 200
        assert trio.current_time() - start == pytest.approx(50)

    virtual(main)


def test_max_wait_counts_those_who_came_before():
    async def main():
        limit = limiter(5, 60.0)
        server = Script(200)
        chain = compose([limiting(limit)], server)
        start = trio.current_time()
        async with anyio.create_task_group() as group:
            for _ in range(15):
                group.start_soon(chain, request())
            await anyio.sleep(1)
            assert limit.estimate() == pytest.approx(179)
            with pytest.raises(RateLimitError):
                await chain(request(max_wait=178))
            group.start_soon(chain, request(max_wait=180))
        assert server.calls == 16
        assert trio.current_time() - start == pytest.approx(180)

    virtual(main)


def test_max_wait_holds_when_the_wait_turns_out_longer():
    async def main():
        limit = limiter(5, 60.0)

        async def slow(request):
            await anyio.sleep(10)
            return answer(200)

        chain = compose([limiting(limit)], slow)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(chain, request())
            await checkpoint()
            assert limit.estimate() == 0.0
            group.start_soon(chain, request())
            await anyio.sleep(1)
            # All five are under way: a place comes free a window after the first answer.
            assert limit.estimate() == pytest.approx(60)
            assert (limit.status().used, limit.status().remaining) == (5, 0)
            start = trio.current_time()
            with pytest.raises(RateLimitError, match="it was not sent"):
                await chain(request(max_wait=65))
            assert trio.current_time() - start == pytest.approx(65)
            assert limit.status().waiting == 0

    virtual(main)


def test_max_wait_does_not_count_waiting_for_answers():
    async def main():
        limit = limiter(3, 60.0, max_in_flight=1)

        async def slow(request):
            await anyio.sleep(10)
            return answer(200)

        chain = compose([limiting(limit)], slow)
        outcomes = []

        async def one():
            try:
                await chain(request(max_wait=0))
                outcomes.append(trio.current_time())
            except RateLimitError:
                outcomes.append("refused")

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(one)
                await checkpoint()
        assert outcomes == ["refused", 10, 20, 30], "three fit in the window, the fourth does not"

    virtual(main)


def test_max_wait_is_over_when_the_gate_closes_meanwhile():
    async def main():
        limit = limiter(max_in_flight=1, uniform=lambda low, high: 20.0)

        async def refusing(request):
            await anyio.sleep(10)
            return answer(429)

        chain = compose([limiting(limit)], refusing)
        async with anyio.create_task_group() as group:
            group.start_soon(chain, request())
            await anyio.sleep(0.001)
            with pytest.raises(RateLimitError, match=r"it takes 20\.0 s more"):
                await chain(request(max_wait=5))
            assert trio.current_time() == pytest.approx(10)

    virtual(main)


def test_max_wait_is_for_all_attempts_together():
    async def main():
        limit = limiter(uniform=lambda low, high: 20.0)
        chain = compose([Retry(), limiting(limit)], Script(429))
        sent = request(max_wait=30)
        start = trio.current_time()
        with pytest.raises(RateLimitError, match="it was not sent again") as caught:
            await chain(sent)
        assert trio.current_time() - start == pytest.approx(20)
        assert caught.value.retry_after == pytest.approx(20)
        assert sent.state.waited == pytest.approx(20)

    virtual(main)


def test_where_the_limit_stands():
    async def main():
        limit = limiter(3, 60.0)
        assert limit.status() == RateLimitStatus(3, 60.0, 0, 0, 0.0, closed=False)
        assert limit.status().remaining == 3
        chain = compose([limiting(limit)], Script(200))
        for _ in range(3):
            await chain(request())
            await anyio.sleep(1)
        status = limit.status()
        assert (status.used, status.remaining, status.wait) == (3, 0, pytest.approx(57))
        await anyio.sleep(57)
        assert limit.status().used == 2
        assert RateLimitStatus(3, 60.0, 4, 0, 0.0, closed=False).remaining == 0

    virtual(main)


@each("start", [0.0, 0.1, 1 / 3, 12345.678, 1e9 + 0.7])
def test_rounding_gives_no_place_out_twice(start):
    """`a + 60 - now` and `now - 60 - a` are not rounded alike."""

    async def main():
        server = Server(latency=(0.001, 0.0123), seed=3)
        await flood(
            400, compose([limiting(limiter(clock=lambda: start + trio.current_time()))], server)
        )
        assert server.worst <= 60

    virtual(main)


@pytest.mark.anyio
async def test_a_request_without_a_limiter_goes_on_at_once():
    end = Script(429)
    sent = request(max_wait=0)
    assert (await RateLimiting(lambda request: None)(sent, end)).status_code == 429
    assert not sent.state.refused_by_limit


def test_the_limit_is_that_of_the_platform_by_default():
    assert RateLimit() == RateLimit(60, 60.0)


def test_signed_urls_do_not_count():
    assert is_limited(request())
    assert is_limited(request(facts={"api": API.DATABASE}))
    assert not is_limited(request(facts={"api": API.ABSOLUTE}))


@each(
    ("value", "expected"),
    [
        (None, None),
        (RateLimit(5, 2.0), RateLimit(5, 2.0)),
        ((5, 2), RateLimit(5, 2.0)),
        ("60/60s", RateLimit(60, 60.0)),
        (" 60/2.5 ", RateLimit(60, 2.5)),
    ],
)
def test_limits(value, expected):
    assert RateLimit.of(value) == expected


@each(
    "value",
    [
        "", "60", "60/s", "-1/60", "60/-1", "1e9/60", "60/60m", "6" * 20 + "/1", "0/60", "60/0s",
        (60,), (60, 1, 2), [60, 60], 60, {}, (0, 60), (-1, 60), (True, 60), (1.5, 60), ("60", 60),
        (60, 0), (60, -1), (60, math.nan), (60, math.inf), (60, "60"), (60, None),
    ],
)  # fmt: skip
def test_bad_limits(value):
    with pytest.raises(InvalidArgumentError, match="rate_limit"):
        RateLimit.of(value)


def test_what_a_request_learns_of_its_limiter():
    async def main():
        one = limiter(2)
        phases = []

        async def end(request):
            phases.append(request.state.phase)
            return answer(429, retry_after="7") if len(phases) == 2 else answer(200)

        sent = request()
        await limiting(one)(sent, end)
        assert (phases, sent.state.held) == ([Phase.RATE_LIMIT], 0.0)
        await limiting(one)(sent, end)
        assert sent.state.held == pytest.approx(7.0)

    virtual(main)


@each(("asked", "silence"), [(None, 15.0), (7.0, 7.0), (1000.0, 120.0)])
def test_how_long_nothing_is_sent_after_a_429(asked, silence):
    async def main():
        drawn = []

        def uniform(low, high):
            drawn.append((low, high))
            return low

        one = limiter(uniform=uniform)
        await one.acquire()
        one.refused(asked)
        assert drawn == ([(15.0, 30.0)] if asked is None else [])
        assert one.estimate() == pytest.approx(silence)
        assert one.status().closed

    virtual(main)


def test_turns_are_counted_for_bulk_work():
    async def main():
        one, trace = limiter(), Trace()
        TRACE.set(trace)
        for _ in range(3):
            await limiting(one)(request(), Script(200))
        assert trace.turns == {one: 3}

    virtual(main)


@each(("attempts", "said"), [(1, "it was not sent"), (2, "it was not sent again")])
def test_a_call_that_runs_out_of_patience_says_whether_it_was_sent(attempts, said):
    async def main():
        one = limiter(1, window=0.9)
        await limiting(one)(request(), Script(200))
        sent = request(max_wait=5.0)
        sent.state.attempts = attempts
        # All of its patience is gone: what is left is none, however short the wait would be.
        sent.state.waited = 5.0
        with pytest.raises(RateLimitError) as caught:
            await limiting(one)(sent, Script(200))
        assert caught.value.message.endswith(said)
        assert caught.value.retry_after == pytest.approx(0.9)

    virtual(main)


@pytest.mark.anyio
async def test_an_answer_is_closed_when_the_call_ends_at_the_limiter():
    closed = []

    class Slow(Limiter):
        async def release(self, outcome, retry_after=None):
            await anyio.sleep_forever()

    class Streamed(Body):
        async def aclose(self):
            await checkpoint()
            closed.append(1)

    slow = Slow(RateLimit(2))
    end = Script(Response(200, body=Streamed(b"x")))
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(limiting(slow), request(), end)
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    assert closed == [1]


def test_an_estimate_counts_those_in_both_lines_and_forgets_what_is_over():
    async def main():
        one = limiter(1)
        await limiting(one)(request(), Script(200))
        async with anyio.create_task_group() as group:
            group.start_soon(one.acquire)
            group.start_soon(partial(one.acquire, low=True))
            await anyio.wait_all_tasks_blocked()
            assert one.estimate() == pytest.approx(180.0)
            group.cancel_scope.cancel()
        await anyio.sleep(100)
        other = limiter(1)
        await limiting(other)(request(), Script(200))
        await anyio.sleep(100)
        assert other.estimate(1) == pytest.approx(60.0)
        await limiting(other)(request(), Script(200))
        await anyio.sleep(100)
        assert other.forecast(2) == pytest.approx(60.0)

    virtual(main)


def test_how_limiters_and_wrong_limits_are_called():
    assert repr(limiter(7)) == "<Limiter RateLimit(requests=7, window=60.0)>"
    with pytest.raises(InvalidArgumentError, match=r"^rate_limit must be a pair"):
        RateLimit.of(7)


def test_a_place_that_comes_free_in_a_second_is_not_free_now():
    async def main():
        one = limiter(1, 1.0)
        assert await one.acquire() == 0.0
        one.answered()
        assert await one.acquire(0.0) is None

    virtual(main)


def test_how_long_a_call_has_waited_is_told():
    async def main():
        await anyio.sleep(1000)
        one = limiter(1)
        assert await one.acquire() == 0.0
        one.answered()
        await anyio.sleep(20)
        assert await one.acquire() == pytest.approx(40.0)

    virtual(main)


def test_a_call_that_three_have_passed_takes_the_place_that_is_left_free():
    async def main():
        one = limiter(60, 60.0, max_in_flight=60)
        left = []

        async def leave(name, low):
            await one.acquire(low=low)
            left.append((name, anyio.current_time()))
            one.answered()

        for _ in range(60):
            await one.acquire()
            one.answered()
            await anyio.sleep(0.5)
        async with anyio.create_task_group() as group:
            for name in ("low", "n0", "n1", "n2", "n3"):
                group.start_soon(leave, name, name == "low")
                await anyio.wait_all_tasks_blocked()
        # From 60 on a place comes free each half of a second.
        assert [name for name, _ in left] == ["n0", "n1", "n2", "low", "n3"]
        assert [at for _, at in left] == pytest.approx([60.0, 60.5, 61.0, 61.5, 62.0])

    virtual(main)


@each("passed", range(4))
def test_how_many_go_before_a_call_is_what_then_happens(passed):
    for normal, low in [(n, m) for n in range(9) for m in range(5)]:
        one = limiter()
        one._passed = passed if low else 0
        one._waiters.extend(_Waiter(low=False) for _ in range(normal))
        one._low.extend(_Waiter(low=True) for _ in range(low))
        lines = {False: list(one._waiters), True: list(one._low)}
        expected = {
            waiter: one._ahead(index, low=which)
            for which, line in lines.items()
            for index, waiter in enumerate(line)
        }
        for turn in range(normal + low):
            waiter = one._first()
            assert expected[waiter] == turn, (normal, low, waiter.low)
            # What `acquire` does once it is their turn.
            one._passed = 0 if waiter.low or not one._low else one._passed + 1
            (one._low if waiter.low else one._waiters).remove(waiter)


def test_who_has_less_than_a_second_of_patience_left_waits_for_it():
    async def main():
        one = limiter(1, 0.5)
        await one.acquire()
        one.answered()
        assert await one.acquire(0.9) == pytest.approx(0.5)

    virtual(main)


@pytest.mark.anyio
async def test_an_answer_right_at_the_end_of_the_silence_opens_the_gate():
    now = [0.0]
    one = limiter(clock=lambda: now[0])
    await one.acquire()
    one.refused(4.0)
    for now[0], closed in ((2.0, True), (4.0, False)):
        one._in_flight += 1
        one.answered()
        assert one.status().closed is closed


def test_a_place_long_after_the_end_of_ones_patience_is_not_waited_for():
    async def main():
        one = limiter(max_in_flight=1, uniform=lambda low, high: 0.8)
        await one.acquire()
        async with anyio.create_task_group() as group:

            async def refuse():
                await anyio.sleep(0.4)
                one.refused()

            group.start_soon(refuse)
            assert await one.acquire(0.5) is None
            assert anyio.current_time() == pytest.approx(0.5)

    virtual(main)


def test_an_estimate_is_for_a_call_that_lets_nobody_pass():
    async def main():
        one = limiter()
        for _ in range(59):
            await one.acquire()
            one.answered()
        assert one.estimate() == 0.0
        assert one.estimate(low=True) == pytest.approx(60.0)

    virtual(main)
