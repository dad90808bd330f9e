"""One budget for a call: it never takes longer, and says where it was."""

import anyio
import attrs
import pytest
import trio
from core.fakes import Body, Script, answer, request, virtual
from tables import each

from scalingo_async.errors import (
    APIConnectionError,
    DeadlineExceededError,
    NotFoundError,
    ScalingoError,
)
from scalingo_async.middleware.authentication.middleware import Authentication
from scalingo_async.middleware.authentication.replay import Replay
from scalingo_async.middleware.authentication.token_cache import TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.deadline import Deadline
from scalingo_async.middleware.error_mapping import ErrorMapping
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry, RetryPolicy
from scalingo_async.request import Response
from scalingo_async.types import Secret


def chain(end, *, exchange=None, limit=None):
    """The client's own order of middlewares, on the virtual clock."""

    async def ready():
        return Secret("token")

    cache = TokenCache(exchange or ready, clock=trio.current_time)
    limiter = limit or Limiter(RateLimit(), clock=trio.current_time)
    return compose(
        [
            ErrorMapping(), Deadline(), Retry(RetryPolicy(base=100, cap=100), lambda low, high: high),
            Replay(), RateLimiting(lambda request: limiter), Authentication(lambda request: cache),
        ],
        end,
    )  # fmt: skip


def phase(name, *, status=200, seconds=1e6):
    async def end(request):
        request.state.phase = name
        await anyio.sleep(seconds)
        return answer(status)

    return end


async def hang():
    await anyio.sleep_forever()


async def full():
    limit = Limiter(RateLimit(1, 1e6), clock=trio.current_time)
    await limit.acquire()
    return limit


CASES = {
    "pool": (phase("pool"), {}, False),
    "connect": (phase("connect"), {}, False),
    "write": (phase("write"), {}, True),
    "read": (phase("read"), {}, True),
    "authentication": (phase("read"), {"exchange": hang}, False),
    "rate limit": (phase("read"), {"limit": full}, False),
    "retry": (phase("read", status=503, seconds=1), {}, True),
}


@each("where", CASES)
@each("limit", [0.5, 7.0])
def test_a_call_never_outlasts_its_deadline_and_says_where_it_was(where, limit):
    async def main():
        end, options, sent = CASES[where]
        options = dict(options)
        if "limit" in options:
            options["limit"] = await options["limit"]()
        start = trio.current_time()
        with pytest.raises(DeadlineExceededError) as caught:
            await chain(end, **options)(request(deadline=limit))
        assert trio.current_time() - start == pytest.approx(limit)
        expected = "read" if where == "retry" and limit < 1 else where
        error = caught.value
        assert error.phase == expected
        assert error.sent is sent
        assert f"its deadline of {limit:g} s; it was at: {expected}" in str(error)
        assert (error.method, error.url) == ("GET", "https://api.example.com/v1/apps/my-app")

    virtual(main)


def test_what_an_earlier_attempt_may_have_done_is_remembered():
    async def main():
        for first, sent in ((APIConnectionError("lost", sent=True), True),
                            (APIConnectionError("lost", sent=False), False)):  # fmt: skip
            outcomes = iter([first])

            async def end(request, outcomes=outcomes):
                for error in outcomes:
                    raise error
                request.state.phase = "connect"
                await hang()

            with pytest.raises(DeadlineExceededError) as caught:
                await chain(end)(request("PUT", deadline=150))
            assert (caught.value.phase, caught.value.sent) == ("connect", sent)
            assert caught.value.retries_taken == 1

    virtual(main)


def test_many_calls_with_a_dead_auth_host_end_in_time():
    async def main():
        exchanges = 0

        async def exchange():
            nonlocal exchanges
            exchanges += 1
            await anyio.sleep(3)
            raise APIConnectionError("down", sent=False, phase="connect")

        call = chain(
            phase("read"), exchange=exchange, limit=Limiter(RateLimit(2000), max_in_flight=2000)
        )
        errors = []

        async def one():
            try:
                await call(request(deadline=10))
            except ScalingoError as error:
                errors.append((type(error), error.message, error.phase, error.sent))

        async with anyio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(one)
        assert set(errors) == {(APIConnectionError, "down", "authentication", False)}
        assert (len(errors), exchanges) == (1000, 1)
        assert trio.current_time() == pytest.approx(3)

    virtual(main)


def test_a_refused_stream_that_trickles_does_not_outlast_the_deadline():
    async def trickle():
        await anyio.sleep(0.6)

    async def main():
        for deadline, took in ((2.0, 2.0), (None, 5.0), (60.0, 5.0)):
            body = Body(b'{"error": "not found"}', *[trickle] * 1000)
            start = trio.current_time()
            with pytest.raises(NotFoundError, match="not found"):
                await chain(Script(Response(404, body=body)))(
                    attrs.evolve(request(deadline=deadline), stream=True)
                )
            assert trio.current_time() - start == pytest.approx(took)
            assert body.closed == 1

    virtual(main)


@pytest.mark.anyio
async def test_without_a_deadline_there_is_none():
    assert (await Deadline()(request(), Script(200))).status_code == 200
    assert (await Deadline()(request(deadline=5.0), Script(200))).status_code == 200


@pytest.mark.anyio
async def test_a_callers_own_scope_is_not_taken_for_the_deadline():
    with anyio.CancelScope() as scope:
        scope.cancel()
        await Deadline()(request(deadline=1e9), phase("read"))
    assert scope.cancelled_caught
    with pytest.raises(DeadlineExceededError, match="at: the start"):
        await Deadline()(request(deadline=0), lambda request: anyio.sleep_forever())


def test_cleaning_up_may_take_its_time_but_the_error_stays():
    async def slow_to_close(request):
        request.state.phase = "read"
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.25)

    async def main():
        start = trio.current_time()
        with pytest.raises(DeadlineExceededError):
            await chain(slow_to_close)(request(deadline=3))
        assert trio.current_time() - start == pytest.approx(3.25)

    virtual(main)


def test_an_answer_at_the_last_moment_is_an_answer():
    async def late(request):
        with anyio.CancelScope(shield=True):
            await anyio.sleep(4)
        return answer(200)

    async def main():
        response = await chain(late)(request(deadline=3))
        assert response.status_code == 200

    virtual(main)
