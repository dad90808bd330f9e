"""The right credential on each request, and one new token however many were refused."""

import base64
import json

import anyio
import attrs
import pytest
import trio
from anyio.lowlevel import checkpoint
from api_facts import OPERATIONS
from core.fakes import Body, Script, answer, jwt, request, virtual
from tables import each

from scalingo_async._core.operation import API, Auth
from scalingo_async.credentials import BearerToken
from scalingo_async.errors import (
    APITimeoutError,
    AuthenticationError,
    ScalingoError,
)
from scalingo_async.middleware.authentication.exchange import EXCHANGE, LOGIN
from scalingo_async.middleware.authentication.middleware import Authentication
from scalingo_async.middleware.authentication.replay import Replay
from scalingo_async.middleware.authentication.sources import TokenSources
from scalingo_async.middleware.authentication.token_cache import StaticToken, TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.error_mapping import ErrorMapping
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.request import Phase, Response
from scalingo_async.types import Secret


class Platform:
    """Exchanges tokens, and answers 401 to those that it does not accept."""

    def __init__(self, accepts=lambda number: True):
        self.accepts = accepts
        self.exchanges = 0
        self.sent = []
        self.failure = None

    async def exchange(self):
        self.exchanges += 1
        number = self.exchanges
        for _ in range(3):
            await checkpoint()
        if self.failure:
            raise self.failure
        return Secret(jwt(iat=0, exp=3600, jti=number))

    async def __call__(self, request):
        token = request.headers["authorization"]
        self.sent.append(token)
        number = next(n for n in range(9) if token == f"Bearer {jwt(iat=0, exp=3600, jti=n)}")
        for _ in range(2):
            await checkpoint()
        return answer(200 if self.accepts(number) else 401, {"error": "no"})


def chain(platform, source=None, *, retries=True):
    source = source or TokenCache(platform.exchange)
    limiter = Limiter(RateLimit(10_000), max_in_flight=10_000)
    return compose(
        [
            ErrorMapping(), *([Retry()] if retries else []), Replay(),
            RateLimiting(lambda request: limiter), Authentication(lambda request: source),
        ],
        platform,
    )  # fmt: skip


async def flood(number, call):
    outcomes = []

    async def one():
        try:
            outcomes.append((await call(request())).status_code)
        except ScalingoError as error:
            outcomes.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(one)
    return outcomes


@pytest.mark.anyio
async def test_a_thousand_first_calls_make_one_exchange():
    platform = Platform()
    assert await flood(1000, chain(platform)) == [200] * 1000
    assert (platform.exchanges, len(platform.sent)) == (1, 1000)


@pytest.mark.anyio
async def test_a_hundred_401s_make_one_exchange_and_each_is_sent_twice():
    platform = Platform(lambda number: number > 1)
    cache = TokenCache(platform.exchange)
    await cache.get()
    assert await flood(100, chain(platform, cache)) == [200] * 100
    assert (platform.exchanges, len(platform.sent)) == (2, 200)
    assert len(set(platform.sent)) == 2


def test_calls_around_the_expiry_of_a_token_see_no_401():
    async def main():
        now, exchanges, refused = trio.current_time, [], []

        async def exchange():
            await anyio.sleep(0.03)
            exchanges.append(now())
            return Secret(jwt(iat=now(), exp=now() + 60))

        async def end(request):
            await anyio.sleep(0.01)
            claims = request.headers["authorization"].split(".")[1]
            expiry = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
            if now() > expiry:
                refused.append(now())
            return answer(401 if now() > expiry else 200)

        call = chain(end, TokenCache(exchange, clock=now, wall=now))
        await call(request())

        async def later(seconds):
            await anyio.sleep(seconds)
            assert (await call(request())).status_code == 200

        async with anyio.create_task_group() as group:
            for index in range(1000):
                group.start_soon(later, 50 + index / 50)
        assert refused == []
        assert len(exchanges) == 2, exchanges

    virtual(main)


@pytest.mark.anyio
async def test_a_second_401_is_raised():
    platform = Platform(lambda number: False)
    sent = request()
    with pytest.raises(AuthenticationError) as caught:
        await chain(platform)(sent)
    assert caught.value.retries_taken == 0
    assert (platform.exchanges, len(platform.sent)) == (2, 2)
    assert sent.state.reauthenticated


@pytest.mark.anyio
async def test_an_app_that_answers_401_to_a_good_token_costs_one_exchange_a_minute():
    now = 0.0
    platform = Platform(lambda number: False)
    cache = TokenCache(platform.exchange, clock=lambda: now)
    call = chain(platform, cache)
    errors = await flood(100, call)
    assert {type(error) for error in errors} == {AuthenticationError}
    first = platform.exchanges
    assert first == 2
    for _ in range(20):
        await flood(5, call)
    assert platform.exchanges == first
    assert len(platform.sent) == 200 + 100
    now = 61.0
    await flood(5, call)
    assert platform.exchanges == first + 1


@pytest.mark.anyio
async def test_a_late_401_for_an_old_token_does_not_clear_the_new_one():
    platform = Platform(lambda number: number > 1)
    cache = TokenCache(platform.exchange)
    call = chain(platform, cache)
    released = anyio.Event()
    late = []

    async def slow(request):
        response = await platform(request)
        if request.headers.get("x-slow") and not late:
            late.append(request.headers["authorization"])
            await released.wait()
        return response

    slow_call = chain(slow, cache)
    async with anyio.create_task_group() as group:
        group.start_soon(slow_call, request().with_headers({"x-slow": "1"}))
        while not late:
            await checkpoint()
        await call(request())
        assert platform.exchanges == 2
        new = cache.peek()
        released.set()
    assert cache.peek() is new
    assert platform.exchanges == 2


@pytest.mark.anyio
async def test_a_dead_auth_host_is_one_error_for_all():
    platform = Platform()
    platform.failure = APITimeoutError("no answer", sent=True, phase="read")
    errors = await flood(1000, chain(platform))
    assert {(type(e), e.message, e.sent, e.phase) for e in errors} == {
        (APITimeoutError, "no answer", False, "authentication")
    }
    assert (platform.exchanges, platform.sent) == (1, [])


@pytest.mark.anyio
async def test_a_revoked_credential_is_one_clear_error():
    platform = Platform()
    platform.failure = AuthenticationError("revoked", status_code=401)
    with pytest.raises(AuthenticationError, match="revoked"):
        await chain(platform)(request())
    assert (platform.exchanges, platform.sent) == (1, [])


@pytest.mark.anyio
async def test_a_ready_made_token_is_not_replayed():
    token = Secret(jwt(iat=0, exp=3600, jti=1))
    platform = Platform(lambda number: False)
    with pytest.raises(AuthenticationError):
        await chain(platform, StaticToken(token))(request())
    assert len(platform.sent) == 1


@pytest.mark.anyio
@each("auth", Auth)
async def test_only_bearers_and_addon_tokens_are_attached(auth):
    end = Script(401)
    source = StaticToken(Secret("token"))
    sent = request(facts={"auth": auth})
    await Authentication(lambda request: source)(sent, end)
    attached = auth in {Auth.BEARER, Auth.ADDON}
    assert end.requests[0].headers.get("authorization") == ("Bearer token" if attached else None)
    assert "authorization" not in sent.headers


@pytest.mark.anyio
@each(("api", "expected"), [(API.ABSOLUTE, "Basic OnRva2Vu"), (API.AUTH, None)])
async def test_a_terminal_has_the_token_as_a_password(api, expected):
    end = Script(200)
    source = StaticToken(Secret("token"))
    sent = request(facts={"auth": Auth.BASIC, "api": api})
    await Authentication(lambda request: source)(sent, end)
    assert end.requests[0].headers.get("authorization") == expected


@pytest.mark.anyio
@each(("api", "refused"), [(API.DATABASE, True), (API.REGIONAL, False)])
async def test_a_bad_request_may_be_a_refusal_at_one_api_only(api, refused):
    source = TokenCache(Platform().exchange)
    body = Body(b'{"error": ', b'"unauthorized"}')
    sent = request(facts={"api": api})
    response = await Authentication(lambda request: source)(sent, Script(Response(400, body=body)))
    assert sent.state.replay is refused
    # What was read of the stream stays with the answer, and nobody reads it twice.
    assert response.body is (None if refused else body)
    assert response.content == (b'{"error": "unauthorized"}' if refused else b"")


@pytest.mark.anyio
async def test_a_call_that_waits_for_its_token_says_so():
    phases = []

    class Source(StaticToken):
        def peek(self):
            phases.append(sent.state.phase)

    sent = request()
    await Authentication(lambda request: Source(Secret("token")))(sent, Script(200))
    assert phases == [Phase.AUTHENTICATION]


def test_an_addons_token_is_for_what_asks_for_one_and_names_an_addon():
    sources = TokenSources(BearerToken("token"), None, None)
    for auth, subject in ((Auth.ADDON, None), (Auth.BEARER, ("app", "ad-1"))):
        sent = attrs.evolve(request(facts={"auth": auth}), subject=subject)
        assert isinstance(sources.of(sent), StaticToken)


@pytest.mark.anyio
async def test_each_request_has_the_token_of_its_source():
    asked = []

    def source_for(request):
        asked.append(request.subject)
        return StaticToken(Secret(f"token-{len(asked)}"))

    end = Script(200)
    authentication = Authentication(source_for)
    for _ in range(2):
        await authentication(request(), end)
    assert [sent.headers["authorization"] for sent in end.requests] == [
        "Bearer token-1", "Bearer token-2",
    ]  # fmt: skip


@pytest.mark.anyio
async def test_a_refused_stream_is_closed_before_the_replay():
    bodies = [Body(b"x"), Body(b"y")]
    calls = []

    async def end(request):
        calls.append([body.closed for body in bodies])
        return Response(401 if len(calls) == 1 else 200, body=bodies[len(calls) - 1])

    source = TokenCache(Platform().exchange)
    response = await compose([Replay(), Authentication(lambda request: source)], end)(request())
    assert (response.status_code, response.body) == (200, bodies[1])
    assert calls == [[0, 0], [1, 0]]


@pytest.mark.anyio
@each("statuses", [[503, 401, 200], [401, 503, 200], [401, 503, 401, 200]])
async def test_every_attempt_may_be_replayed(statuses):
    """A token can expire between two attempts of a call."""
    end = Script(*statuses)

    source = TokenCache(Platform().exchange)
    call = compose([Retry(uniform=lambda low, high: 0.0), Replay(),
                    Authentication(lambda request: source)], end)  # fmt: skip
    sent = request()
    assert (await call(sent)).status_code == 200
    assert (sent.state.retries_taken, end.calls) == (1, len(statuses))


@pytest.mark.anyio
async def test_a_cancelled_call_leaves_the_exchange_to_others():
    platform = Platform()
    call = chain(platform)
    outcomes = []

    async def one(scope):
        with scope:
            outcomes.append((await call(request())).status_code)

    scopes = [anyio.CancelScope() for _ in range(40)]
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            for scope in scopes:
                group.start_soon(one, scope)
            while not platform.exchanges:
                await checkpoint()
            for scope in scopes[::2]:
                scope.cancel()
    assert outcomes == [200] * sum(not scope.cancelled_caught for scope in scopes)
    assert len(outcomes) >= 20
    assert platform.exchanges <= 2


def test_the_exchanges_are_called_as_the_facts_call_them():
    for exchange, name in ((LOGIN, "tokens.login"), (EXCHANGE, "tokens.exchange")):
        assert (exchange.id, exchange.method) == (name, OPERATIONS[name]["method"])
