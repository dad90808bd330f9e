"""The rate limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalingo_async.sandbox import RateLimit, Sandbox
from scalingo_async.sandbox.server.rate_limit import FixedWindows, SlidingWindows

from .bare_client import Api, bearer


@pytest.mark.parametrize(
    ("text", "requests", "seconds"),
    [
        ("60/60s", 60, 60),
        ("60/m", 60, 60),
        (" 5 / 2min ", 5, 120),
        ("20/500ms", 20, 0.5),
        ("1/1.5s", 1, 1.5),
        ("7/h", 7, 3600),
    ],
)
def test_limits_are_read(text, requests, seconds):
    assert RateLimit.parse(text) == RateLimit(requests, seconds)


@pytest.mark.parametrize("text", [None, "none", " None "])
def test_no_limit(text):
    assert RateLimit.parse(text) is None


@pytest.mark.parametrize("text", ["", "60", "60/", "a/b", "0/60s", "1/0s", "-1/60s", "60/60d"])
def test_a_wrong_limit_is_an_error(text):
    with pytest.raises(ValueError, match="rate limit"):
        Sandbox(apps=0, rate_limit=text)


STEPS = st.lists(st.floats(0, 5), max_size=60)


@given(STEPS, st.booleans())
def test_no_window_holds_more_than_the_limit(steps, count_refused):
    windows = SlidingWindows(RateLimit(3, 4.0), count_refused)
    now, admitted = 1000.0, []
    for step in steps:
        now += step
        if windows.admit("key", now):
            admitted.append(now)
    for moment in admitted:
        assert sum(moment - 4.0 < other <= moment for other in admitted) <= 3


@given(STEPS)
def test_a_free_place_is_given(steps):
    windows = SlidingWindows(RateLimit(3, 4.0))
    now, admitted = 1000.0, []
    for step in steps:
        now += step
        recent = [moment for moment in admitted if moment > now - 4.0]
        assert windows.admit("key", now) == (len(recent) < 3)
        if len(recent) < 3:
            admitted.append(now)


def test_fixed_windows_begin_at_the_tick():
    windows = FixedWindows(RateLimit(2, 10.0))
    times = [18, 19, 19.9, 20, 21, 22]
    assert [windows.admit("key", moment) for moment in times] == [1, 1, 0, 1, 1, 0]


def test_refused_requests_may_count_as_well():
    windows = SlidingWindows(RateLimit(1, 10.0), count_refused=True)
    assert [windows.admit("key", moment) for moment in (0, 5, 11, 16, 27)] == [1, 0, 0, 0, 1]


@pytest.mark.anyio
async def test_the_default_is_the_platforms(clock):
    sandbox = Sandbox(apps=1, clock=clock)
    async with Api(sandbox) as api:
        await api.sign_in()
        for _ in range(60):
            assert (await api.get("/v1/apps")).status_code == 200
        answer = await api.get("/v1/apps")
        assert answer.status_code == 429
        assert answer.text == "Retry later"
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "retry-after" not in answer.headers
        assert sandbox.refused == 1
        assert sandbox.count("apps.list") == 60
        assert sandbox.count("apps.list", executed=False) == 61
        # The other APIs, and exchanges, have their own.
        assert (await api.get("/auth/v1/users/self")).status_code == 200
        await api.exchange()
        clock.advance(60)
        assert (await api.get("/v1/apps")).status_code == 200
        assert sandbox.max_requests_in_window(60) == 61
        assert sandbox.max_requests_in_window(0.001) == 61


@pytest.mark.anyio
async def test_the_limit_is_each_api_tokens_own(clock):
    sandbox = Sandbox(apps=1, rate_limit="2/60s", clock=clock)
    app = sandbox.apps()[0]
    addon_id = next(iter(app.addons))
    async with Api(sandbox) as api:
        await api.sign_in()
        token = bearer(await api.addon_token(app.id, addon_id))
        await api.sign_in()  # a new bearer of the same API token is no way around
        second = await api.ok("POST", "/auth/v1/tokens", {"token": {"name": "second"}})
        assert (await api.get("/v1/apps")).status_code == 200
        assert (await api.get("/v1/apps")).status_code == 429
        for status in (200, 200, 429):
            answer = await api.get(f"/api/databases/{addon_id}", headers=token)
            assert answer.status_code == status
        async with Api(sandbox, second["token"]["token"]) as other:
            await other.sign_in()
            assert (await other.get("/v1/apps")).status_code == 200
        assert (await api.send("GET", "/osc-secnum-fr1/v1/apps")).status_code == 200
        # Nobody in particular asks here.
        for _ in range(4):
            headers = {"Authorization": "Bearer wrong"}
            assert (await api.get("/v1/apps", headers=headers)).status_code == 401
    assert sandbox.refused == 2


@pytest.mark.anyio
async def test_fixed_windows_let_twice_as_many_pass_around_a_tick(clock):
    sandbox = Sandbox(apps=0, rate_limit="3/10s", limit_kind="fixed", clock=clock)
    clock.advance(9 - clock.time() % 10)
    async with Api(sandbox) as api:
        await api.sign_in()
        statuses = [(await api.get("/v1/apps")).status_code for _ in range(4)]
        clock.advance(1)
        statuses += [(await api.get("/v1/apps")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429] * 2
    assert sandbox.max_requests_in_window(10) == 8
