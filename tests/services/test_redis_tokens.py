"""Tokens that processes share: one exchange, encrypted, and replaced once when refused."""

import itertools
import logging
from contextlib import AsyncExitStack
from hashlib import sha256

import anyio
import pytest
from cryptography.fernet import Fernet
from redis_server import RedisServer
from sandbox_client import at_once, client_of, served

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    RateLimit,
    Secret,
    ServerError,
    SharedStateError,
    SharedToken,
)
from scalingo_async.integrations.redis import RedisLimiters, RedisTokens
from scalingo_async.sandbox import Sandbox

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

KEY = Fernet.generate_key()


@pytest.fixture
def sandbox():
    return Sandbox(apps=3, rate_limit=None)


class Exchange:
    """Gives tokens `t1`, `t2`… out, each good for as long as it is told."""

    def __init__(self, lifetime: float = 3600.0) -> None:
        self.lifetime = lifetime
        self.made = itertools.count(1)
        self.number = 0
        self.hold: anyio.Event | None = None
        self.started = anyio.Event()

    async def __call__(self) -> SharedToken:
        self.number = next(self.made)
        number = self.number
        self.started.set()
        if self.hold is not None:
            await self.hold.wait()
        return SharedToken(Secret(f"theTokenCanary{number}"), self.lifetime)


async def test_clients_in_many_processes_make_one_exchange(server: RedisServer, sandbox):
    async with AsyncExitStack() as stack:
        clients: list[AsyncClient] = []
        for _ in range(8):
            redis = await stack.enter_async_context(server.client())
            client = client_of(sandbox, token_store=RedisTokens(redis, KEY))
            clients.append(await stack.enter_async_context(client))
        results = await at_once(*(client.apps.list for client in clients * 3))
        assert [len(page) for page in results] == [3] * 24
        assert sandbox.exchanges == 1

        sandbox.expire_bearers()
        results = await at_once(*(client.apps.list for client in clients * 3))
        assert [len(page) for page in results] == [3] * 24
        assert sandbox.exchanges == 2


async def test_tokens_of_addons_are_shared_too(server: RedisServer, sandbox):
    for _ in range(2):
        async with (
            server.client() as redis,
            client_of(sandbox, token_store=RedisTokens(redis, KEY)) as client,
        ):
            pairs = [
                (row.name, addon.id)
                for row in sandbox.apps()
                async for addon in client.addons.list(row.name)
            ]
            for app, addon in pairs:
                await client.databases.get(app, addon)
    assert sandbox.count("addons.token") == len(pairs) > 0


async def test_nothing_can_be_read_in_redis(redis):
    exchange = Exchange()
    found = await RedisTokens(redis, KEY).get("the account", exchange, refused=None)
    assert found.token.reveal() == "theTokenCanary1"
    everything = []
    async for key in redis.scan_iter("*"):
        everything += [key, await redis.dump(key), str(await redis.hgetall(key)).encode()]
    assert len(everything) == 3
    assert b"Canary" not in b"".join(everything)
    assert b"the account" not in b"".join(everything)


async def test_the_rest_of_a_tokens_life_is_told(redis):
    exchange = Exchange(lifetime=100.0)
    store = RedisTokens(redis, KEY)
    assert (await store.get("a", exchange, refused=None)).lifetime == 100.0
    (key,) = [key async for key in redis.scan_iter("*:held")]
    await redis.pexpire(key, 40_000)
    found = await RedisTokens(redis, KEY).get("a", exchange, refused=None)
    assert 39 < found.lifetime <= 40
    await redis.pexpire(key, 1)
    await anyio.sleep(0.01)
    assert (await store.get("a", exchange, refused=None)).token == Secret("theTokenCanary2")


async def test_a_token_is_gone_a_little_before_it_expires(redis):
    for lifetime, left in ((3600.0, 3540.0), (60.0, 59.0)):
        store = RedisTokens(redis, KEY, prefix=f"p{lifetime}")
        await store.get("a", Exchange(lifetime), refused=None)
        (key,) = [key async for key in redis.scan_iter(f"*p{lifetime}*")]
        assert left * 1000 - 5000 < await redis.pttl(key) <= left * 1000


async def test_a_refused_token_is_replaced_only_if_it_is_still_the_stored_one(redis):
    exchange = Exchange()
    one, two = RedisTokens(redis, KEY), RedisTokens(redis, KEY)
    old = (await one.get("a", exchange, refused=None)).token
    new = (await one.get("a", exchange, refused=old)).token
    assert new != old
    # It learns late that the old one was refused.
    assert (await two.get("a", exchange, refused=old)).token == new
    assert exchange.number == 2


async def test_keys_can_be_changed(redis):
    old, new = Fernet.generate_key(), Secret(Fernet.generate_key().decode())
    exchange = Exchange()
    first = (await RedisTokens(redis, old).get("a", exchange, refused=None)).token
    both = RedisTokens(redis, [new, old.decode()])
    assert (await both.get("a", exchange, refused=None)).token == first
    # Who has the new one alone can't read it, and replaces it.
    alone = RedisTokens(redis, new)
    second = (await alone.get("a", exchange, refused=None)).token
    assert second != first
    assert (await both.get("a", exchange, refused=None)).token == second
    assert exchange.number == 2


async def test_what_was_moved_to_another_account_is_not_believed(redis):
    exchange = Exchange()
    store = RedisTokens(redis, KEY)
    await store.get("a", exchange, refused=None)
    (key,) = [key async for key in redis.scan_iter("*:held")]
    content = await redis.hgetall(key)
    second = (await store.get("b", exchange, refused=None)).token
    (other,) = [found async for found in redis.scan_iter("*:held") if found != key]
    await redis.hset(other, mapping=content)
    third = (await store.get("b", exchange, refused=None)).token
    assert third not in {second, Secret("theTokenCanary1")}
    await redis.hset(other, mapping={"mark": "x", "box": "garbage"})
    assert (await store.get("b", exchange, refused=None)).token == Secret("theTokenCanary4")


async def test_a_leader_that_fails_leaves_the_lock_to_the_next(redis):
    exchange = Exchange()

    async def failing() -> SharedToken:
        await exchange()
        raise ServerError("the platform is out of order")

    store = RedisTokens(redis, KEY)
    with pytest.raises(ServerError):
        await store.get("a", failing, refused=None)
    with anyio.fail_after(5):
        assert (await store.get("a", exchange, refused=None)).token == Secret("theTokenCanary2")


async def test_a_leader_that_is_cancelled_leaves_the_lock_to_the_next(redis):
    exchange = Exchange()
    exchange.hold = anyio.Event()
    found: list[SharedToken] = []

    async def leading(scope: anyio.CancelScope) -> None:
        with scope:
            await RedisTokens(redis, KEY).get("a", exchange, refused=None)

    async def waiting() -> None:
        found.append(await RedisTokens(redis, KEY).get("a", exchange, refused=None))

    async with anyio.create_task_group() as tasks:
        scope = anyio.CancelScope()
        tasks.start_soon(leading, scope)
        await exchange.started.wait()
        tasks.start_soon(waiting)
        await anyio.wait_all_tasks_blocked()
        assert exchange.number == 1
        exchange.hold = None
        scope.cancel()
    assert [token.token for token in found] == [Secret("theTokenCanary2")]
    assert not [key async for key in redis.scan_iter("*:lock")]


async def test_a_leader_that_died_is_waited_for_as_long_as_its_lock_lasts(redis):
    exchange = Exchange()
    dead = RedisTokens(redis, KEY, lock=0.2)
    # It takes the lock, and is never heard of again.
    tag = f"{{scalingo_async:token:{sha256(b'a').hexdigest()[:32]}}}"
    reply = await dead._ask((f"{tag}:held", f"{tag}:lock"), "dead", "")
    assert reply.kind == "lead"
    found = await RedisTokens(redis, KEY).get("a", exchange, refused=None)
    assert found.token == Secret("theTokenCanary1")


async def test_waiting_for_another_process_is_said_once(redis, caplog):
    dead = RedisTokens(redis, KEY, lock=1.8)
    tag = f"{{scalingo_async:token:{sha256(b'a').hexdigest()[:32]}}}"
    assert (await dead._ask((f"{tag}:held", f"{tag}:lock"), "dead", "")).kind == "lead"
    with caplog.at_level(logging.INFO, "scalingo_async"):
        await RedisTokens(redis, KEY).get("a", Exchange(), refused=None)
    assert [record.getMessage() for record in caplog.records] == [
        "waiting for another process that is exchanging a token"
    ]


async def test_a_leader_that_comes_too_late_does_not_replace_what_came_after(redis):
    slow, quick = Exchange(), Exchange()
    slow.hold = anyio.Event()
    quick.made = itertools.count(100)
    late: list[SharedToken] = []

    async def leading() -> None:
        late.append(await RedisTokens(redis, KEY, lock=0.1).get("a", slow, refused=None))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(leading)
        await slow.started.wait()
        store = RedisTokens(redis, KEY)
        assert (await store.get("a", quick, refused=None)).token == Secret("theTokenCanary100")
        slow.hold.set()
    assert late[0].token == Secret("theTokenCanary1"), "it is good for the late one itself"
    assert (await store.get("a", quick, refused=None)).token == Secret("theTokenCanary100")


# -- without Redis ------------------------------------------------------------------------------


async def test_alone_each_process_exchanges_for_itself(server: RedisServer, sandbox, caplog):
    async with server.client() as redis:
        server.stop()
        store = RedisTokens(redis, KEY, timeout=0.1)
        async with client_of(sandbox, token_store=store) as client:
            await client.apps.list()
            await client.apps.list()
            sandbox.expire_bearers()
            await client.apps.list()
    assert sandbox.exchanges == 2
    assert caplog.text.count("Redis can't be used") == 1
    assert [r.levelno for r in caplog.records if "Redis" in r.message] == [logging.WARNING]


async def test_one_that_hangs_delays_nobody_for_long(server: RedisServer, sandbox):
    async with server.client() as redis:
        server.freeze()
        store = RedisTokens(redis, KEY, timeout=0.1)
        async with client_of(sandbox, token_store=store) as client:
            with anyio.fail_after(5):
                await client.apps.list()
        server.thaw()


async def test_it_may_refuse_instead(server: RedisServer, sandbox):
    async with server.client() as redis:
        server.stop()
        store = RedisTokens(redis, KEY, timeout=0.1, on_failure="refuse")
        async with client_of(sandbox, token_store=store) as client:
            with pytest.raises(SharedStateError):
                await client.apps.list()
    assert not sandbox.requests


async def test_it_may_go_away_while_somebody_exchanges(server: RedisServer):
    exchange = Exchange()
    async with server.client() as redis:
        store = RedisTokens(redis, KEY, timeout=0.1)

        async def slow() -> SharedToken:
            server.stop()
            return await exchange()

        assert (await store.get("a", slow, refused=None)).token == Secret("theTokenCanary1")


@pytest.mark.parametrize(
    "key", ["", "short", b"\xff" * 44, [], ["x" * 44], Secret("no key either")]
)
async def test_keys_that_are_none_are_refused(redis, key):
    with pytest.raises(ConfigurationError, match="key") as caught:
        RedisTokens(redis, key)
    assert "no key either" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="lock"):
        RedisTokens(redis, KEY, lock=0)


async def test_limiter_and_tokens_against_a_limit_that_is_real(server: RedisServer):
    """Four processes, a platform that allows 20 requests in half a second: no refusal."""
    sandbox = Sandbox(apps=3, rate_limit="20/500ms")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(served(sandbox))
        clients: list[AsyncClient] = []
        for _ in range(4):
            redis = await stack.enter_async_context(server.client())
            client = client_of(
                sandbox,
                rate_limit=RateLimit(20, 0.5),
                limiters=RedisLimiters(redis),
                token_store=RedisTokens(redis, KEY),
            )
            clients.append(await stack.enter_async_context(client))
        results = await at_once(*(client.apps.list for client in clients * 25))
    assert [len(page) for page in results] == [3] * 100
    assert sandbox.refused == 0
    assert sandbox.exchanges == 1
