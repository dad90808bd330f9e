"""What the docstrings of `Middleware` and `Handler` promise, sentence by sentence."""

import attrs
import pytest
from sandbox_client import client_of, served

from scalingo_async import (
    APIConnectionError,
    AuthenticationError,
    NotFoundError,
    RateLimitError,
    Request,
    Response,
    ServerError,
)
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


class Spy:
    """Notes what passes: requests, answers and exceptions."""

    def __init__(self):
        self.requests: list[Request] = []
        self.answers: list[Response] = []
        self.seen: list[tuple[str, int | str]] = []

    async def __call__(self, request, call_next):
        self.requests.append(request)
        try:
            response = await call_next(request)
        except Exception as error:
            self.seen.append((request.endpoint.id, type(error).__name__))
            raise
        assert response.request is None
        self.answers.append(response)
        self.seen.append((request.endpoint.id, response.status_code))
        return response


@pytest.fixture
def sandbox():
    return Sandbox(apps=2)


async def test_it_runs_once_per_attempt_and_sees_any_status(sandbox):
    spy = Spy()
    sandbox.inject("apps.list", status=503)
    sandbox.inject("apps.list", kind="close_before")
    async with client_of(sandbox, middlewares=[spy]) as client:
        await client.apps.list()
        with pytest.raises(NotFoundError):
            await client.apps.get("no-such-app")
    assert spy.seen == [
        ("apps.list", 503),
        ("apps.list", "APIConnectionError"),
        ("apps.list", 200),
        ("apps.get", 404),
    ]
    first, second, third, _ = spy.requests
    assert first is second is third


async def test_a_request_has_no_credential_on_its_way_in_and_when_it_is_kept(sandbox):
    spy = Spy()
    async with served(sandbox), client_of(sandbox, middlewares=[spy]) as client:
        await client.one_offs.run(sandbox.apps()[0].name, "echo hello")
    assert [r.endpoint.id for r in spy.requests if r.upgrade] == ["one_offs.attach"]
    for request, response in zip(spy.requests, spy.answers, strict=True):
        assert "authorization" not in request.headers
        assert response.request is not None
        assert "authorization" not in response.request.headers
        assert response.request.state is request.state


async def test_a_renewed_token_is_part_of_the_same_attempt(sandbox):
    spy = Spy()
    async with client_of(sandbox, middlewares=[spy]) as client:
        await client.apps.list()
        sandbox.expire_bearers()
        await client.apps.list()
    assert spy.seen == [("apps.list", 200)] * 2
    assert sandbox.exchanges == 2


async def test_calls_of_the_client_itself_pass_but_for_the_exchange(sandbox):
    spy = Spy()
    region = list(sandbox.world.regions)[-1]
    async with client_of(sandbox, middlewares=[spy]) as client:
        with pytest.raises(NotFoundError):
            await client.databases.get(sandbox.apps()[0].name, "ad-no-such-addon")
        await client.region(region).apps.list()
    passed = [request.endpoint.id for request in spy.requests]
    assert passed == ["databases.get", "addons.token", "regions.list", "apps.list"]
    assert sandbox.exchanges == 1


async def test_its_own_answer_is_judged_like_any_other(sandbox):
    given = iter([Response(503), Response(500), Response(404), Response(201, content=b'{"app":1}')])

    async def answer(request, call_next):
        return next(given)

    async with client_of(sandbox, middlewares=[answer]) as client:
        with pytest.raises(ServerError):
            await client.apps.create(name="a")
        with pytest.raises(NotFoundError):
            await client.apps.list()
    assert sandbox.requests == []


async def test_the_next_attempt_begins_with_the_request_as_it_was(sandbox):
    urls = []

    async def elsewhere(request, call_next):
        urls.append(request.url)
        return await call_next(attrs.evolve(request, url=f"{request.url}/no-such-app"))

    sandbox.inject("apps.get", status=503)
    async with client_of(sandbox, middlewares=[elsewhere]) as client:
        with pytest.raises(NotFoundError):
            await client.apps.list()
    assert len(urls) == 2
    assert len(set(urls)) == 1


@pytest.mark.parametrize(
    ("fault", "settings", "error", "sent"),
    [
        ({"operation": "tokens.exchange", "status": 401}, {}, AuthenticationError, None),
        ({"operation": "tokens.exchange", "kind": "close_before"}, {}, APIConnectionError, False),
        ({"operation": "apps.list", "kind": "close_before"}, {}, APIConnectionError, True),
        (None, {"rate_limit": (1, 60), "max_wait": 0}, RateLimitError, None),
    ],
)
async def test_what_call_next_may_raise(sandbox, fault, settings, error, sent):
    spy = Spy()
    if fault is not None:
        sandbox.inject(times=None, **fault)
    async with client_of(sandbox, middlewares=[spy], max_retries=0, **settings) as client:
        with pytest.raises(error) as caught:
            for _ in range(2):
                await client.apps.list()
    assert spy.seen[-1] == ("apps.list", error.__name__)
    assert getattr(caught.value, "sent", None) is sent
    assert sent is not None or caught.value.status_code in {401, None}


async def test_a_connection_error_that_it_raises_goes_to_the_retries(sandbox):
    problems = iter([APIConnectionError("no", sent=False), None])

    async def moody(request, call_next):
        if (problem := next(problems)) is not None:
            raise problem
        return await call_next(request)

    async with client_of(sandbox, middlewares=[moody]) as client:
        assert len(await client.apps.list()) == 2
