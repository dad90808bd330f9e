"""The chain as a whole under random faults: nothing is done twice that must not be."""

import random

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from core.fakes import answer, jwt, request, virtual
from sweeps import sweep
from tables import each

from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ScalingoError,
)
from scalingo_async.middleware.authentication.middleware import Authentication
from scalingo_async.middleware.authentication.replay import Replay
from scalingo_async.middleware.authentication.token_cache import TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.deadline import Deadline
from scalingo_async.middleware.error_mapping import ErrorMapping
from scalingo_async.middleware.logging import Logging
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.types import Secret

pytestmark = pytest.mark.slow


class World:
    """A platform with faults drawn at random, and the client's own chain in front of it."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.succeeded = self.retried = 0
        self.executed = {}
        self.attempts = {}
        self.exchanges = 0
        self.valid = set()
        self.limiter = Limiter(
            RateLimit(20, 10.0), clock=trio.current_time, uniform=self.random.uniform
        )
        cache = TokenCache(self.exchange, clock=trio.current_time)
        self.chain = compose(
            [
                ErrorMapping(), Deadline(), Retry(uniform=self.random.uniform), Replay(),
                RateLimiting(lambda request: self.limiter), Authentication(lambda request: cache),
                Logging(),
            ],
            self.send,
        )  # fmt: skip

    async def exchange(self):
        await anyio.sleep(self.random.uniform(0, 0.1))
        if self.random.random() < 0.03:
            raise APIConnectionError("no exchange", sent=False, phase="connect")
        self.exchanges += 1
        token = jwt(iat=0, exp=self.random.choice([0.5, 30, 3600]), jti=self.exchanges)
        self.valid.add(f"Bearer {token}")
        return Secret(token)

    def execute(self, request):
        name = request.headers["name"]
        self.executed[name] = self.executed.get(name, 0) + 1

    async def send(self, request):
        name = request.headers["name"]
        self.attempts[name] = self.attempts.get(name, 0) + 1
        request.state.phase = "connect"
        await anyio.sleep(self.random.uniform(0, 0.05))
        fault = self.random.choice(
            ["none"] * 8
            + ["refused", "pool", "429", "expired", "lost before", "lost after",
             "timeout before", "timeout after", "502 before", "502 after", "503 after", "500 after",
             "408 before", "422", "404"]
        )  # fmt: skip
        if fault in {"refused", "pool"}:
            raise APIConnectionError(fault, sent=False, phase="connect")
        request.state.phase = "read"
        if fault == "expired":
            self.valid.discard(request.headers["authorization"])
        if request.headers["authorization"] not in self.valid:
            return answer(401)
        if fault.endswith("after") or fault == "none":
            self.execute(request)
        await anyio.sleep(self.random.uniform(0, 0.05))
        if fault.startswith("lost"):
            raise APIConnectionError("lost", sent=True, phase="read")
        if fault.startswith("timeout"):
            raise APITimeoutError("slow", sent=True, phase="read")
        return answer(200 if fault in {"none", "expired"} else int(fault[:3]))

    async def call(self, index):
        """Make one call, and compare what it says with what was done."""
        method = self.random.choice(["GET", "PUT", "DELETE", "POST", "PATCH"])
        idempotent = self.random.choice([None, None, False, True])
        retries = self.random.choice([0, 1, 2, 5])
        deadline = self.random.choice([None, None, 0.05, 3.0])
        sent = request(
            method, facts={"idempotent": idempotent}, max_retries=retries, deadline=deadline
        ).with_headers({"name": str(index)})
        await anyio.sleep(self.random.uniform(0, 10))
        error = None
        with anyio.move_on_after(self.random.choice([1e9, 1e9, 0.07])) as scope:
            try:
                await self.chain(sent)
            except ScalingoError as raised:
                error = raised
        done = self.executed.get(str(index), 0)
        what = f"seed {self.seed}, {method}, idempotent={idempotent}, {error!r}: done {done} times"
        if not (idempotent or (idempotent is None and method in {"GET", "PUT", "DELETE"})):
            assert done <= 1, what
        assert self.attempts.get(str(index), 0) <= 2 * (retries + 1), what
        if isinstance(error, APIConnectionError) and not error.sent:
            assert done == 0, f"{what}, although surely not sent"
        self.retried += sent.state.retries_taken
        if not scope.cancelled_caught and error is None:
            self.succeeded += 1
            # A delete that finds nothing after a lost answer has reached its end.
            assert done or method == "DELETE", what


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(4))
def test_nothing_is_done_twice_in_ten_thousand_calls_with_random_faults(part):
    async def main():
        succeeded = retried = 0
        worlds = sweep("worlds with random faults")
        for seed in range(part * 50, part * 50 + worlds):
            world = World(seed)
            async with anyio.create_task_group() as group:
                for index in range(50):
                    group.start_soon(world.call, index)
            assert (world.limiter.status().waiting, world.limiter._in_flight) == (0, 0)
            succeeded += world.succeeded
            retried += world.retried
        assert succeeded > 8 * worlds
        assert retried > 4 * worlds

    virtual(main)


@pytest.mark.anyio
@each("tick", range(40))
async def test_cancelling_at_any_tick_leaves_everything_usable(tick):
    exchanges = 0

    async def exchange():
        nonlocal exchanges
        exchanges += 1
        for _ in range(3):
            await checkpoint()
        return Secret(jwt(iat=0, exp=3600, jti=exchanges))

    limiter = Limiter(RateLimit(1000), max_in_flight=2)
    cache = TokenCache(exchange)
    sends = 0

    async def end(request):
        nonlocal sends
        sends += 1
        number = sends
        for _ in range(4):
            await checkpoint()
        return answer({1: 401, 2: 503}.get(number, 200))

    chain = compose(
        [
            ErrorMapping(), Deadline(), Retry(uniform=lambda low, high: 0.0), Replay(),
            RateLimiting(lambda request: limiter), Authentication(lambda request: cache),
        ],
        end,
    )  # fmt: skip
    scopes = [anyio.CancelScope() for _ in range(6)]

    async def call(scope):
        with scope:
            await chain(request(deadline=1000.0))

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            for scope in scopes:
                group.start_soon(call, scope)
            for _ in range(tick):
                await checkpoint()
            for scope in scopes[:5]:
                scope.cancel()
        for _ in range(4):
            assert (await chain(request())).status_code == 200
    assert (limiter.status().waiting, limiter._in_flight) == (0, 0)
    assert cache._under_way is None
    assert exchanges <= 4
