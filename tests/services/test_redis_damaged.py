"""What others may have put into Redis: never a foreign error, never a wait without end."""

import itertools
from collections.abc import Awaitable, Callable

import anyio
import pytest
from cryptography.fernet import Fernet
from redis import exceptions
from redis.asyncio import Redis
from redis_server import RedisServer

from scalingo_async import RateLimit, Secret, SharedStateError, SharedToken
from scalingo_async.integrations.redis import RedisLimiters, RedisSeenEvents, RedisTokens

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

KEY = Fernet.generate_key()

VALUES = [
    b"",
    b"\xff\xfe\x00not text",
    "caf\u00e9\u0663".encode(),
    b"nan",
    b"inf",
    b"-inf",
    b"-1",
    b"1e308",
    b"9" * 400,
    b"0x10",
    b"[]",
    b'{"token": 1}',
    b"x" * 2_000_000,
]
SCORES = ["inf", "-inf", "1e308", "-1e308", "9e15", "0"]


async def as_string(redis: Redis, key: bytes, value: bytes) -> None:
    await redis.delete(key)
    await redis.set(key, value)


async def as_list(redis: Redis, key: bytes) -> None:
    await redis.delete(key)
    await redis.rpush(key, b"\xff", b"1")


async def as_stream(redis: Redis, key: bytes) -> None:
    await redis.delete(key)
    await redis.xadd(key, {b"\xff": b"\xff"})


async def field(redis: Redis, key: bytes, name: bytes, value: bytes) -> None:
    await redis.hset(key, name, value)


async def member(redis: Redis, key: bytes, score: str) -> None:
    for number in range(30):
        await redis.execute_command("ZADD", key, score, b"\xff\xfe%d" % number)


async def everlasting(redis: Redis, key: bytes) -> None:
    await redis.persist(key)


async def damages(redis: Redis) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
    """Return each way to damage each key that is there."""
    found: list[tuple[str, Callable[[], Awaitable[None]]]] = []

    def add(name: str, damage: Callable[..., Awaitable[None]], *args: object) -> None:
        found.append((name, lambda: damage(redis, *args)))

    for key in sorted([key async for key in redis.scan_iter("*")]):
        kind = (await redis.type(key)).decode()
        add(f"{key!r} is a list", as_list, key)
        add(f"{key!r} is a stream", as_stream, key)
        add(f"{key!r} stays for ever", everlasting, key)
        for value in VALUES:
            add(f"{key!r} is {value[:20]!r}", as_string, key, value)
        if kind == "hash":
            for name, value in itertools.product(sorted(await redis.hkeys(key)), VALUES):
                add(f"{name!r} of {key!r} is {value[:20]!r}", field, key, name, value)
        if kind == "zset":
            for score in SCORES:
                add(f"{key!r} has others at {score}", member, key, score)
    return found


async def sweep(
    redis: Redis, prepare: Callable[[], Awaitable[None]], use: Callable[[str], Awaitable[None]]
) -> int:
    """Damage each key in each way, and see what becomes of those who use it."""
    await redis.flushall()
    await prepare()
    every = await damages(redis)
    for name, damage in every:
        for policy in ("local", "refuse"):
            await redis.flushall()
            await prepare()
            await damage()
            try:
                with anyio.fail_after(20):
                    await use(policy)
            except SharedStateError:
                assert policy == "refuse", name
            except BaseException as error:
                error.add_note(f"{name}, on_failure={policy!r}")
                raise
    return len(every)


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("decoded", [False, True])
async def test_the_limiter(server: RedisServer, redis: Redis, decoded, gated):
    limit = RateLimit(20, 5.0)
    async with server.client(decode_responses=decoded) as mine, server.client() as other:

        def limiter_of(redis: Redis, policy: str):
            limiters = RedisLimiters(redis, on_failure=policy, pause=60.0, lease=5.0)
            return limiters.get("key", limit, 10)

        async def prepare() -> None:
            first = limiter_of(other, "refuse")
            for _ in range(3):
                assert await first.acquire() is not None
            await first.release("answered")
            if gated:
                # A wait for an answer of somebody else would be no wait for a damage.
                await first.release("refused", 0.001)
                await first.release("unsent")
            else:
                # Somebody waits, whose limit is less.
                waiting = RedisLimiters(other).get("key", RateLimit(1, 5.0), 10)
                assert await waiting._take() is not None
            keys = [key async for key in redis.scan_iter("*")]
            assert len(keys) == (2 if gated else 5)
            (state,) = [key for key in keys if key.endswith(b":state")]
            assert await redis.hexists(state, "gate") == gated

        async def use(policy: str) -> None:
            limiter = limiter_of(mine, policy)
            try:
                # A wait that nobody can tell the end of is no wait of a second or two.
                if await limiter.acquire(1.0) is not None:
                    await limiter.release("answered")
            finally:
                # What was told in vain remains for later; it is no error of the call.
                limiter._open.append("lease")
                await limiter.release("refused")

        assert await sweep(redis, prepare, use) > 100


@pytest.mark.parametrize("decoded", [False, True])
async def test_the_tokens(server: RedisServer, redis: Redis, decoded):
    exchanges = 0

    async def exchange() -> SharedToken:
        nonlocal exchanges
        exchanges += 1
        return SharedToken(Secret("theFreshToken"), 3600.0)

    async with server.client(decode_responses=decoded) as mine:

        async def prepare() -> None:
            store = RedisTokens(redis, KEY)
            await store.get("a", exchange, refused=None)
            (held,) = [key async for key in redis.scan_iter("*:held")]
            # Somebody exchanges a newer one at the moment.
            await redis.set(held.replace(b":held", b":lock"), "somebody", px=3_000_000)

        async def use(policy: str) -> None:
            store = RedisTokens(mine, KEY, on_failure=policy, lock=0.2, pause=60.0)
            token = await store.get("a", exchange, refused=None)
            assert token.token == Secret("theFreshToken")
            assert 0 < token.lifetime <= 3600.0

        assert await sweep(redis, prepare, use) > 50


@pytest.mark.parametrize("decoded", [False, True])
async def test_the_events(server: RedisServer, redis: Redis, decoded):
    async with server.client(decode_responses=decoded) as mine:

        async def prepare() -> None:
            await RedisSeenEvents(redis).add("a")

        async def use(policy: str) -> None:
            seen = RedisSeenEvents(mine, on_failure=policy, pause=60.0)
            assert isinstance(await seen.add("a"), bool)
            await seen.discard("a")

        assert await sweep(redis, prepare, use) > 10


async def test_a_lock_that_nobody_gives_back_is_not_waited_for(redis: Redis):
    async def exchange() -> SharedToken:
        return SharedToken(Secret("theFreshToken"), 3600.0)

    await RedisTokens(redis, KEY).get("a", exchange, refused=None)
    (held,) = [key async for key in redis.scan_iter("*:held")]
    lock = held.replace(b":held", b":lock")
    for forever in (None, 10**9):
        await redis.delete(held)
        await redis.set(lock, "somebody else's", px=forever)
        with anyio.fail_after(20):
            with pytest.raises(SharedStateError):
                await RedisTokens(redis, KEY, on_failure="refuse").get("a", exchange, refused=None)
            found = await RedisTokens(redis, KEY).get("a", exchange, refused=None)
        assert found.token == Secret("theFreshToken")


async def test_a_place_in_the_queue_of_somebody_who_never_was_holds_nobody_up(redis: Redis):
    limiter = RedisLimiters(redis).get("key", RateLimit(1, 0.05), 10)
    assert await limiter.acquire() is not None
    await limiter.release("answered")
    for part in ("queue", "alive"):
        for score in ("-inf", "inf", "0"):
            (state,) = [key async for key in redis.scan_iter("*:state")]
            key = state.replace(b":state", b":" + part.encode())
            await redis.execute_command("ZADD", key, score, b"\xffghost")
            with anyio.fail_after(20):
                assert await limiter.acquire() is not None
            await limiter.release("answered")


async def test_a_token_that_stays_for_ever_is_exchanged(redis: Redis):
    names = itertools.count(1)

    async def exchange() -> SharedToken:
        return SharedToken(Secret(f"t{next(names)}"), 3600.0)

    store = RedisTokens(redis, KEY)
    await store.get("a", exchange, refused=None)
    (held,) = [key async for key in redis.scan_iter("*:held")]
    await redis.persist(held)
    assert (await store.get("a", exchange, refused=None)).token == Secret("t2")
    await redis.pexpire(held, 10**12)
    assert (await store.get("a", exchange, refused=None)).token == Secret("t3")
    assert 0 < await redis.pttl(held) <= 3_600_000
    assert (await store.get("a", exchange, refused=None)).token == Secret("t3")


async def test_a_user_of_redis_without_rights_is_one_that_cannot_use_it(
    server: RedisServer, redis: Redis
):
    await redis.execute_command("ACL", "SETUSER", "weak", "on", ">pw", "~*", "+@connection")
    async with server.client(username="weak", password="pw") as weak:
        limiter = RedisLimiters(weak, on_failure="refuse").get("key", RateLimit(), 10)
        with pytest.raises(SharedStateError) as caught:
            await limiter.acquire()
    assert not isinstance(caught.value.__cause__, exceptions.RedisError)
