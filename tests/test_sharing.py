"""The seams at which processes share: a limiter and a token store of somebody else's."""

import math
import time

import anyio
import jwt as pyjwt
import pytest
from core.fakes import Body, request
from sandbox_client import client_of

from scalingo_async import (
    AsyncClient,
    BearerToken,
    Limiter,
    NotFoundError,
    RateLimiter,
    RateLimitError,
    RateLimiters,
    RateLimitStatus,
    Request,
    Response,
    Secret,
    ServerError,
    SharedStateError,
    SharedToken,
    TokenStore,
    UserPassword,
)
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    return Sandbox(apps=3, rate_limit=None)


class Counting:
    """A limiter that lets everything through, and notes what becomes of it."""

    def __init__(self, wait: float | None = 0.0) -> None:
        self.wait = wait
        self.asked: list[float] = []
        self.outcomes: list[tuple[str, float | None]] = []

    async def acquire(self, patience: float = math.inf, *, low: bool = False) -> float | None:
        self.asked.append(patience)
        return self.wait

    async def release(self, outcome: str, retry_after: float | None = None) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.lowlevel.checkpoint()
        self.outcomes.append((outcome, retry_after))

    def estimate(self) -> float:
        return 12.5

    def forecast(self, requests: int) -> float:
        return 0.0

    def status(self) -> RateLimitStatus:
        return RateLimitStatus(60, 60.0, len(self.asked), 0, 0.0, closed=False)


class Limiters:
    def __init__(self, limiter: RateLimiter) -> None:
        self.limiter = limiter
        self.keys: list[tuple[str, RateLimit, int]] = []

    def get(self, key: str, limit: RateLimit, max_in_flight: int) -> RateLimiter:
        self.keys.append((key, limit, max_in_flight))
        return self.limiter


def check_protocols(limiter: Limiter) -> tuple[RateLimiter, RateLimiters]:
    """Read by type checkers: the limiter in memory is one of many."""
    return limiter, Limiters(limiter)


async def test_a_limiter_is_asked_and_told(sandbox):
    limiter = Counting()
    limiters = Limiters(limiter)
    given = {"rate_limit": (30, 60), "max_retries": 0, "max_connections": 7}
    async with client_of(sandbox, limiters=limiters, **given) as client:
        await client.apps.list()
        await client.with_options(max_wait=3.0).apps.list()
        sandbox.inject("apps.list", status=429, headers={"Retry-After": "7"})
        with pytest.raises(RateLimitError):
            await client.apps.list()
        sandbox.inject("apps.list", status=503)
        with pytest.raises(ServerError):
            await client.apps.list()
        assert client.rate_limit is not None
        assert client.rate_limit.used == 4
    assert limiter.asked == [math.inf, 3.0, math.inf, math.inf]
    assert limiter.outcomes == [
        ("answered", None),
        ("answered", None),
        ("refused", 7.0),
        ("answered", None),
    ]
    ((key, limit, in_flight),) = limiters.keys
    assert (limit, in_flight) == (RateLimit(30, 60), 7)
    assert key.endswith(" http://localhost/v1")
    assert sandbox.api_token not in key


async def test_a_client_has_limiters_of_its_own_unless_it_is_given_others(sandbox):
    async with client_of(sandbox, rate_limit=(30, 60), max_connections=7) as client:
        await client.apps.list()
        assert client.rate_limit is not None
        assert (client.rate_limit.limit, client.rate_limit.used) == (30, 1)


async def test_a_limiter_may_refuse(sandbox):
    limiter = Counting(wait=None)
    async with client_of(sandbox, rate_limit=(60, 60), limiters=Limiters(limiter)) as client:
        with pytest.raises(RateLimitError, match=r"12\.5 s"):
            await client.apps.list(max_wait=1)
    assert not limiter.outcomes


async def test_a_call_that_is_cancelled_gives_its_place_back(sandbox):
    limiter = Counting()
    async with client_of(sandbox, rate_limit=(60, 60), limiters=Limiters(limiter)) as client:
        await client.apps.list()
        sandbox.inject("apps.list", delay=30)
        with anyio.move_on_after(0.05):
            await client.apps.list()
    assert [outcome for outcome, _ in limiter.outcomes] == ["answered", "lost"]


async def test_accounts_have_keys_of_their_own(sandbox):
    keys: set[str] = set()
    password = {"credential": UserPassword("user", "pw")}
    other = {"credential": UserPassword("user", "another pw")}
    for settings in (
        {"api_token": "tk-us-1"},
        {"api_token": "tk-us-2"},
        {"credential": BearerToken("tk-us-3")},
        password,
        other,
    ):
        limiters = Limiters(Counting())
        async with AsyncClient(limiters=limiters, **settings) as client:
            assert client.rate_limit
        keys |= {key for key, *_ in limiters.keys}
    assert len(keys) == 4, "a changed password is the same account"


# -- tokens -------------------------------------------------------------------------------------


class InADict:
    """A token store of one process, which several clients share."""

    def __init__(self) -> None:
        self.tokens: dict[str, tuple[Secret, float]] = {}
        self.refused: list[bool] = []

    async def get(self, key, exchange, *, refused) -> SharedToken:
        self.refused.append(refused is not None)
        held = self.tokens.get(key)
        if held is None or held[0] == refused:
            fresh = await exchange()
            held = self.tokens[key] = (fresh.token, time.monotonic() + fresh.lifetime)
        return SharedToken(held[0], held[1] - time.monotonic())


def check_store(store: InADict) -> TokenStore:
    return store


async def test_clients_share_one_exchange(sandbox):
    store = InADict()
    for _ in range(3):
        async with client_of(sandbox, token_store=store) as client:
            await client.apps.list()
            await client.with_options(max_retries=0).apps.list()
    assert sandbox.exchanges == 1
    assert store.refused == [False] * 3
    ((key, (token, until)),) = store.tokens.items()
    assert sandbox.api_token not in key
    # Other versions of the package share it, too.
    assert key.endswith(" bearer")
    claims = pyjwt.decode(token.reveal(), options={"verify_signature": False})
    assert until - time.monotonic() <= claims["exp"] - claims["iat"]


async def test_a_token_that_is_refused_is_replaced_once_for_all(sandbox):
    store = InADict()
    async with (
        client_of(sandbox, token_store=store) as first,
        client_of(sandbox, token_store=store) as second,
    ):
        await first.apps.list()
        await second.apps.list()
        sandbox.expire_bearers()
        await first.apps.list()
        await second.apps.list()
    assert sandbox.exchanges == 2
    assert store.refused == [False, False, True, True]


async def test_the_rest_of_its_life_is_counted_by_the_store(sandbox):
    class Old(InADict):
        async def get(self, key, exchange, *, refused) -> SharedToken:
            found = await super().get(key, exchange, refused=refused)
            return SharedToken(found.token, 0.0)

    store = Old()
    async with client_of(sandbox, token_store=store) as client:
        await client.apps.list()
        await client.apps.list()
    assert store.refused == [False, True], "a token without a life is not kept"


async def test_tokens_of_addons_are_shared_too(sandbox):
    store = InADict()
    for _ in range(2):
        async with client_of(sandbox, token_store=store) as client:
            for row in sandbox.apps():
                async for addon in client.addons.list(row.name):
                    await client.databases.get(row.name, addon.id)
    assert sandbox.count("addons.token") == len(store.tokens) - 1 > 0


async def test_the_token_of_an_addon_is_shared_whatever_is_known_of_its_app(sandbox):
    store = InADict()
    app = next(app for app in sandbox.apps() if app.addons)
    (addon, *_) = app.addons.values()
    for seen in (True, False, True):
        async with client_of(sandbox, token_store=store) as client:
            if seen:
                await client.apps.list()
            await client.databases.get(app.name, addon.id)
            if seen:
                await client.databases.get(app.id, addon.id)
    assert sandbox.count("addons.token") == 1
    assert len(store.tokens) == 2
    # One that is refused is replaced once for all, by either spelling.
    async with (
        client_of(sandbox, token_store=store) as first,
        client_of(sandbox, token_store=store) as second,
    ):
        for client in (first, second):
            await client.apps.list()
            await client.databases.get(app.name, addon.id)
        sandbox.expire_bearers()
        for client in (first, second):
            for spelling in (app.id, app.name):
                await client.databases.get(spelling, addon.id)
    assert sandbox.count("addons.token") == 2


async def test_a_stale_name_fails_its_own_call_alone_while_a_store_is_asked(sandbox):
    asked, come = anyio.Event(), anyio.Event()

    class Slow(InADict):
        async def get(self, key, exchange, *, refused) -> SharedToken:
            if key.endswith(addon.id):
                asked.set()
                await come.wait()
            return await super().get(key, exchange, refused=refused)

    app = next(app for app in sandbox.apps() if app.addons)
    (addon, *_) = app.addons.values()
    results = {}
    async with (
        client_of(sandbox, token_store=Slow()) as client,
        client_of(sandbox) as elsewhere,
        anyio.create_task_group() as tasks,
    ):
        name, id_ = app.name, app.id
        await client.apps.list()
        await elsewhere.apps.rename(name, new_name="another-name", current_name=name)

        async def get(spelling):
            try:
                results[spelling] = (await client.databases.get(spelling, addon.id)).app_name
            except NotFoundError as error:
                results[spelling] = type(error)

        tasks.start_soon(get, id_)
        await asked.wait()
        # The name leads to the same cache, and is an app's no more.
        tasks.start_soon(get, name)
        await anyio.wait_all_tasks_blocked()
        come.set()
    assert results[id_] == "another-name"


async def test_a_store_that_is_away_fails_the_call(sandbox):
    class Away:
        async def get(self, key, exchange, *, refused) -> SharedToken:
            raise SharedStateError("the store is away")

    async with client_of(sandbox, token_store=Away()) as client:
        with pytest.raises(SharedStateError) as caught:
            await client.apps.list()
    assert caught.value.method == "GET"
    assert not sandbox.requests


async def test_a_stream_is_closed_when_a_limiter_is_interrupted():
    class Interrupted(Counting):
        async def release(self, outcome: str, retry_after: float | None = None) -> None:
            raise RuntimeError("interrupted")

    body = Body(b"the answer")

    async def call_next(sent: Request) -> Response:
        return Response(200, body=body)

    limiting = RateLimiting(lambda request: Interrupted())
    with pytest.raises(RuntimeError, match="interrupted"):
        await limiting(request(), call_next)
    assert body.closed == 1
