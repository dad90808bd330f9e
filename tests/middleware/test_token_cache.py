"""Tokens: exchanged once however many ask, whoever is cancelled, whatever fails."""

import base64
import json
import math

import anyio
import pytest
from anyio.lowlevel import checkpoint
from core.fakes import jwt
from hypothesis import given
from hypothesis import strategies as st
from tables import each

from scalingo_async.errors import APIConnectionError, AuthenticationError
from scalingo_async.middleware.authentication.lifetime import DEFAULT_LIFETIME, lifetime_of
from scalingo_async.middleware.authentication.token_cache import (
    StaticToken,
    TokenCache,
    TokenCaches,
)
from scalingo_async.types import Secret

HOUR = 3600.0
NOW = 1_700_000_000.0


class Clock:
    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


class Exchange:
    """Hands out numbered tokens; takes a few turns of the event loop for it."""

    def __init__(self, lifetime=HOUR, *, ticks=3, failure=None):
        self.calls = 0
        self.lifetime = lifetime
        self.ticks = ticks
        self.failure = failure

    async def __call__(self):
        self.calls += 1
        number = self.calls
        for _ in range(self.ticks):
            await checkpoint()
        if self.failure is not None:
            raise self.failure
        return Secret(jwt(iat=0, exp=self.lifetime, jti=number))


async def together(number, function, *args):
    """Call a function many times at once; returns the results and the errors."""
    results = []

    async def one():
        try:
            results.append(await function(*args))
        except Exception as error:
            results.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(one)
    return results


@pytest.mark.anyio
async def test_a_thousand_first_calls_make_one_exchange():
    exchange = Exchange()
    cache = TokenCache(exchange)
    tokens = await together(1000, cache.get)
    assert exchange.calls == 1
    assert len(tokens) == 1000
    assert set(tokens) == {cache.peek()}


@pytest.mark.anyio
async def test_a_token_is_kept_until_a_twelfth_or_five_minutes_are_left():
    clock, exchange = Clock(), Exchange()
    cache = TokenCache(exchange, clock=clock)
    assert cache.peek() is None
    first = await cache.get()
    clock.now += HOUR - 301
    assert await cache.get() is first
    clock.now += 2
    assert cache.peek() is None
    assert await cache.get() != first
    assert exchange.calls == 2
    short = TokenCache(Exchange(120), clock=clock)
    await short.get()
    clock.now += 109
    assert short.peek() is not None
    clock.now += 2
    assert short.peek() is None


@pytest.mark.anyio
async def test_while_one_refreshes_early_the_others_go_on_with_the_old_token():
    clock, exchange = Clock(), Exchange(ticks=50)
    cache = TokenCache(exchange, clock=clock)
    old = await cache.get()
    clock.now += HOUR - 200
    tokens = await together(100, cache.get)
    assert exchange.calls == 2
    assert tokens.count(old) == 99
    clock.now += HOUR - 30
    assert old not in await together(100, cache.get)
    assert exchange.calls == 3


@pytest.mark.anyio
async def test_a_refresh_that_fails_early_leaves_the_old_token_in_use():
    clock, exchange = Clock(), Exchange()
    cache = TokenCache(exchange, clock=clock)
    old = await cache.get()
    exchange.failure = APIConnectionError("down")
    clock.now += HOUR - 200
    assert set(await together(50, cache.get)) == {old}
    assert await cache.get() == old
    assert exchange.calls == 2, "one second's failures are not repeated"
    clock.now += 1.5
    assert await cache.get() == old
    assert exchange.calls == 3
    clock.now += 170
    with pytest.raises(APIConnectionError, match="down"):
        await cache.get()


@pytest.mark.anyio
@each("tick", range(20))
async def test_a_cancelled_leader_hangs_nobody(tick):
    exchange = Exchange(ticks=15)
    cache = TokenCache(exchange)
    tokens = []

    async def waiter():
        tokens.append(await cache.get())

    leading = anyio.CancelScope()

    async def leader():
        with leading:
            await cache.get()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(leader)
            while not exchange.calls:
                await checkpoint()
            for _ in range(100):
                group.start_soon(waiter)
            for _ in range(tick):
                await checkpoint()
            leading.cancel()
    assert len(tokens) == 100
    assert len(set(tokens)) == 1
    assert exchange.calls == (2 if leading.cancelled_caught else 1)
    assert await cache.get() == tokens[0]


@pytest.mark.anyio
@each("tick", range(6))
async def test_cancelling_waiters_cancels_nobody_else(tick):
    exchange = Exchange(ticks=8)
    cache = TokenCache(exchange)
    tokens = []
    scopes = [anyio.CancelScope() for _ in range(50)]

    async def waiter(scope):
        with scope:
            tokens.append(await cache.get())

    async with anyio.create_task_group() as group:
        group.start_soon(waiter, anyio.CancelScope())
        while not exchange.calls:
            await checkpoint()
        for scope in scopes:
            group.start_soon(waiter, scope)
        for _ in range(tick):
            await checkpoint()
        for scope in scopes[::2]:
            scope.cancel()
    assert exchange.calls == 1
    assert len(tokens) == 1 + 25 + sum(not scope.cancelled_caught for scope in scopes[::2])


@pytest.mark.anyio
async def test_a_dead_auth_host_is_asked_once_and_all_get_the_same_error():
    clock = Clock()
    exchange = Exchange(failure=APIConnectionError("down", phase="connect", sent=False))
    cache = TokenCache(exchange, clock=clock)
    errors = await together(1000, cache.get)
    errors += await together(100, cache.get)
    assert exchange.calls == 1
    assert {type(error) for error in errors} == {APIConnectionError}
    assert {error.message for error in errors} == {"down"}
    assert len({id(error) for error in errors}) == 1100, "each caller has an exception of its own"
    clock.now += 1.1
    exchange.failure = None
    await together(10, cache.get)
    assert exchange.calls == 2
    assert cache.peek() is not None


@pytest.mark.anyio
async def test_a_revoked_token_is_one_error_for_all():
    exchange = Exchange(failure=AuthenticationError("revoked", status_code=401))
    errors = await together(100, TokenCache(exchange).get)
    assert exchange.calls == 1
    assert {(type(error), error.status_code) for error in errors} == {(AuthenticationError, 401)}


class PeculiarError(Exception):
    """One that can't be copied."""

    def __init__(self, *, why):
        super().__init__(why)


@pytest.mark.anyio
async def test_a_failure_of_any_kind_is_shared():
    for failure in (ZeroDivisionError("of a store"), PeculiarError(why="x"), OSError(5, "x")):
        clock = Clock()
        exchange = Exchange(failure=failure)
        cache = TokenCache(exchange, clock=clock)
        errors = await together(200, cache.get) + await together(10, cache.get)
        assert exchange.calls == 1, failure
        assert {(type(error), error.args) for error in errors} == {(type(failure), failure.args)}
        clock.now += 0.99
        await together(1, cache.get)
        assert exchange.calls == 1
        clock.now += 0.01
        exchange.failure = None
        await together(10, cache.get)
        assert exchange.calls == 2
        # Until then the token that is held does: the refresh is what failed.
        exchange.failure = failure
        clock.now += HOUR - 300
        assert await cache.get() == await cache.get()
        assert exchange.calls == 3


@pytest.mark.anyio
async def test_what_ends_the_program_is_not_shared():
    exchange = Exchange(failure=KeyboardInterrupt())
    cache = TokenCache(exchange)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            await cache.get()
    assert exchange.calls == 2


@pytest.mark.anyio
@pytest.mark.parametrize("lifetime", [1.0, 30.0, 59.0, 60.0, 61.0, 600.0, HOUR, 2 * HOUR])
async def test_when_a_token_is_refreshed_and_when_it_is_not_used_any_more(lifetime):
    """To the moment, for tokens of less than a minute as well."""
    early, late = min(300.0, lifetime / 12), min(60.0, lifetime / 60)
    clock = Clock(now=0.0)
    exchange = Exchange(lifetime)
    cache = TokenCache(exchange, clock=clock)
    first = await cache.get()
    exchange.failure = APIConnectionError("down")
    for now, calls, usable in (
        (lifetime - early - 1e-6, 1, True),
        (lifetime - early, 2, True),
        (lifetime - late - 1e-6, 3, True),
        (lifetime - late, 4, False),
    ):
        clock.now = now
        # What failed lately is over.
        cache._failure = None
        if usable:
            assert await cache.get() == first
        else:
            with pytest.raises(APIConnectionError):
                await cache.get()
        assert exchange.calls == calls, now


@pytest.mark.anyio
async def test_how_long_a_refusal_and_a_failure_are_remembered():
    clock = Clock(now=0.0)
    exchange = Exchange()
    cache = TokenCache(exchange, clock=clock)
    token = await cache.get()
    cache.note_fresh_refusal(Secret("another"))
    cache.note_fresh_refusal(token)
    clock.now = 60.0 - 1e-6
    assert not cache.invalidate(token)
    clock.now = 60.0
    assert cache.invalidate(token)
    exchange.failure = APIConnectionError("down")
    assert len(await together(1, cache.get)) == 1
    for now, calls in ((61.0 - 1e-6, 2), (61.0, 3)):
        clock.now = now
        await together(1, cache.get)
        assert exchange.calls == calls


@each(
    ("claims", "expected"),
    [
        ({"exp": NOW + 1, "iat": NOW}, 1),
        ({"exp": NOW + 0.5, "iat": NOW}, 0.5),
        ({"exp": NOW + 59, "iat": NOW}, 59),
        ({"exp": NOW + 59, "iat": NOW + 30}, 29),
        ({"exp": NOW + 7}, 7),
        ({"exp": NOW + 24 * HOUR, "iat": NOW}, 24 * HOUR),
        ({"exp": NOW + 24 * HOUR - 1, "iat": NOW}, 24 * HOUR - 1),
        ({"exp": NOW + 24 * HOUR + 1, "iat": NOW}, 24 * HOUR),
        ({"exp": 0, "iat": -30}, 30),
        ({"exp": NOW, "iat": 0}, 24 * HOUR),
        ({"exp": True, "iat": 0}, 3000.0),
        ({"exp": NOW + 9, "iat": False}, 9),
    ],
)  # fmt: skip
def test_lifetimes(claims, expected):
    assert lifetime_of(jwt(**claims), NOW) == expected


def test_the_longest_token_that_is_looked_into():
    head, payload, signature = jwt(exp=NOW + 60, iat=NOW).split(".")
    longest = f"{head}.{payload}.{signature}".ljust(64 * 1024, "x")
    assert lifetime_of(longest, NOW) == 60
    assert lifetime_of(f"{longest}x", NOW) == DEFAULT_LIFETIME
    assert DEFAULT_LIFETIME == 3000.0


@pytest.mark.anyio
async def test_a_refused_token_is_forgotten_only_if_it_is_still_the_one():
    exchange = Exchange()
    cache = TokenCache(exchange)
    old = await cache.get()
    assert cache.invalidate(old)
    assert cache.peek() is None
    assert cache.invalidate(old), "one yet to be exchanged"
    new = await cache.get()
    assert cache.invalidate(old), "a late 401: there is a newer one"
    assert cache.peek() is new
    assert exchange.calls == 2


@pytest.mark.anyio
async def test_a_vindicated_token_is_not_exchanged_for_a_minute():
    clock, exchange = Clock(), Exchange()
    cache = TokenCache(exchange, clock=clock)
    old = await cache.get()
    cache.invalidate(old)
    cache.note_fresh_refusal(old)
    new = await cache.get()
    cache.note_fresh_refusal(old)
    assert cache.invalidate(new), "only the token itself can be vindicated"
    new = await cache.get()
    cache.note_fresh_refusal(new)
    assert not cache.invalidate(new)
    assert cache.peek() is new
    clock.now += 61
    assert cache.invalidate(new)
    assert cache.peek() is None
    await cache.get()
    assert cache.invalidate(cache.peek()), "a new token starts anew"


@each("jump", [-2 * HOUR, -HOUR, HOUR, 2 * HOUR])
@each("issued", [True, False])
@pytest.mark.anyio
async def test_jumps_of_the_wall_clock_cost_no_exchanges(jump, issued):
    wall = Clock(1_700_000_000.0)
    calls = 0

    async def exchange():
        nonlocal calls
        calls += 1
        await checkpoint()
        # The platform's clock is right, whatever this machine's says.
        claims = {"exp": 1_700_000_000 + 3600}
        return Secret(jwt(**claims, **({"iat": 1_700_000_000} if issued else {})))

    clock = Clock()
    cache = TokenCache(exchange, clock=clock, wall=wall)
    wall.now += jump
    await together(100, cache.get)
    for _ in range(10):
        wall.now -= jump
        clock.now += 60
        await cache.get()
        wall.now += jump
    assert calls == 1


@pytest.mark.anyio
async def test_a_token_of_hardly_any_life_still_serves_those_who_waited():
    exchange = Exchange(1e-9)
    tokens = await together(1000, TokenCache(exchange).get)
    assert exchange.calls == 1
    assert len(set(tokens)) == 1


def test_one_cache_serves_one_event_loop_after_another():
    clock, exchange = Clock(), Exchange()
    cache = TokenCache(exchange, clock=clock)
    held = []
    for backend in ("asyncio", "asyncio", "trio", "asyncio", "trio"):
        held.append(anyio.run(together, 100, cache.get, backend=backend)[0])
        cache.invalidate(held[-1])
    assert exchange.calls == 5
    assert len(set(held)) == 5


def test_a_flight_that_its_event_loop_left_behind_holds_nobody_up():
    exchange = Exchange()
    cache = TokenCache(exchange)
    stuck = cache.get()

    async def begin():
        stuck.send(None)

    anyio.run(begin, backend="trio")
    for backend in ("asyncio", "trio"):
        assert len(set(anyio.run(together, 20, cache.get, backend=backend))) == 1
    assert exchange.calls == 2
    stuck.close()
    assert cache.peek() is not None


@each(
    ("token", "expected"),
    [
        (jwt(exp=NOW + 3600, iat=NOW), 3600),
        (jwt(exp=NOW + 3600), 3600),
        (jwt(exp=5000, iat=1400), 3600),
        (jwt(exp=NOW + 3600.5, iat=NOW), 3600.5),
        (jwt(exp=NOW + 10**9, iat=NOW), 24 * HOUR),
        (jwt(exp=NOW + 3600, iat="yesterday"), 3600),
        # What does not say, or says nonsense, is trusted for fifty minutes.
        (jwt(), DEFAULT_LIFETIME),
        (jwt(iat=NOW), DEFAULT_LIFETIME),
        (jwt(exp=None), DEFAULT_LIFETIME),
        (jwt(exp="3600"), DEFAULT_LIFETIME),
        (jwt(exp=True, iat=False), DEFAULT_LIFETIME),
        (jwt(exp=[1]), DEFAULT_LIFETIME),
        (jwt(exp={}), DEFAULT_LIFETIME),
        (jwt(exp=math.nan), DEFAULT_LIFETIME),
        (jwt(exp=math.inf), DEFAULT_LIFETIME),
        (jwt(exp=10**400), DEFAULT_LIFETIME),
        (jwt(exp=NOW - 3600, iat=NOW), DEFAULT_LIFETIME),
        (jwt(exp=NOW, iat=NOW), DEFAULT_LIFETIME),
        (jwt(exp=0), DEFAULT_LIFETIME),
        (jwt(exp=-1), DEFAULT_LIFETIME),
        ("", DEFAULT_LIFETIME),
        ("tk-us-opaque", DEFAULT_LIFETIME),
        ("..", DEFAULT_LIFETIME),
        ("a.b", DEFAULT_LIFETIME),
        ("a.b.c.d", DEFAULT_LIFETIME),
        ("a.!!!.c", DEFAULT_LIFETIME),
        ("a.é.c", DEFAULT_LIFETIME),
        ("a.\udcff.c", DEFAULT_LIFETIME),
        ("a.W10.c", DEFAULT_LIFETIME),  # []
        ("a.bnVsbA.c", DEFAULT_LIFETIME),  # null
        ("a._w.c", DEFAULT_LIFETIME),  # not UTF-8
        (f"a.{'W1tb' * 15_000}.c", DEFAULT_LIFETIME),  # nested too deep
        (jwt(exp=NOW + 60, pad="x" * 1_000_000), DEFAULT_LIFETIME),
        (jwt(exp=NOW + 60, iat=NOW).rpartition(".")[0] + ".", 60),  # alg=none
    ],
)
def test_lifetimes_of_hostile_tokens(token, expected):
    assert lifetime_of(token, NOW) == expected


_NUMBERS = st.one_of(st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=3))


@given(st.one_of(st.text(), st.builds(lambda e, i: jwt(exp=e, iat=i), _NUMBERS, _NUMBERS)))
def test_any_token_has_a_lifetime(token):
    assert 0 < lifetime_of(token, NOW) <= 24 * HOUR


@pytest.mark.anyio
async def test_a_ready_made_token_stays_as_it_is():
    token = Secret("given")
    source = StaticToken(token)
    assert source.peek() is token
    assert await source.get() is token
    assert not source.invalidate(token)
    source.note_fresh_refusal(token)
    assert source.peek() is token


def test_caches_by_key_forget_the_least_recently_used():
    caches = TokenCaches(limit=2)

    def make():
        return TokenCache(Exchange())

    first, second = caches.get("a", make), caches.get("b", make)
    assert caches.get("a", make) is first
    caches.get("c", make)
    assert len(caches) == 2
    assert caches.get("a", make) is first
    assert caches.get("b", make) is not second


@each("length", range(4))
def test_a_payload_may_have_any_length(length):
    payload = json.dumps({"exp": 60, "iat": 0, "sub": "x" * length}).encode()
    # A JWT has no padding.
    text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    assert lifetime_of(f"e300.{text}.xxxx", NOW) == 60


def test_caches_that_are_of_the_same_thing_become_one():
    caches = TokenCaches()

    def made():
        return TokenCache(anyio.sleep_forever)

    by_name = caches.get("name", made)
    by_name.keep(Secret("first"))
    caches.merge("name", "id", Secret("first"))
    assert caches.get("id", made) is by_name
    again = caches.get("name", made)
    assert again is not by_name
    again.keep(Secret("second"))
    caches.merge("name", "id", Secret("second"))
    assert caches.get("id", made) is by_name
    assert by_name.peek() == Secret("second")
    # One that was forgotten meanwhile takes no other's place.
    caches.merge("name", "other", Secret("third"))
    assert len(caches) == 1


@pytest.mark.anyio
async def test_a_failure_is_that_of_the_spelling_that_was_asked_with():
    """Who gives the app by its id does not fail because a name is another app's now."""
    begun, go_on = anyio.Event(), anyio.Event()
    asked, results = [], {}

    async def exchange():
        asked.append(cache.asked_as)
        if cache.asked_as == "name":
            begun.set()
            await go_on.wait()
            raise AuthenticationError("not there")
        return Secret("a token")

    async def get(spelling, number):
        cache.asked_as = spelling
        try:
            results[spelling, number] = await cache.get()
        except AuthenticationError as error:
            results[spelling, number] = error.message

    cache = TokenCache(exchange)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(get, "name", 0)
        await begun.wait()
        for number in (1, 2):
            tasks.start_soon(get, "name", number)
            tasks.start_soon(get, "id", number)
        await anyio.wait_all_tasks_blocked()
        go_on.set()
    assert {result for (who, _), result in results.items() if who == "name"} == {"not there"}
    assert {result for (who, _), result in results.items() if who == "id"} == {Secret("a token")}
    assert asked == ["name", "id"]


@pytest.mark.anyio
async def test_what_has_just_failed_is_tried_again_with_another_spelling():
    asked = []

    async def exchange():
        asked.append(cache.asked_as)
        if cache.asked_as == "name":
            raise AuthenticationError("not there")
        return Secret("a token")

    cache = TokenCache(exchange)
    for _ in range(2):
        cache.asked_as = "name"
        with pytest.raises(AuthenticationError):
            await cache.get()
    assert asked == ["name"], "what has just failed fails again"
    cache.asked_as = "id"
    token = await cache.get()
    assert token == Secret("a token")
    # What has succeeded meanwhile is no failure any more, in whatever spelling.
    assert cache.invalidate(token)
    cache.asked_as = "name"
    with pytest.raises(AuthenticationError):
        await cache.get()
    assert asked == ["name", "id", "name"]


def test_a_new_token_is_trusted_no_more_than_any_other():
    cache = TokenCache(Exchange())
    old = cache.keep(Secret("old"))
    cache.note_fresh_refusal(old)
    assert not cache.invalidate(old)
    assert cache.invalidate(cache.keep(Secret("new")))
