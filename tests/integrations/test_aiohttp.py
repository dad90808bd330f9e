"""A client in an aiohttp application: one for its life, errors mapped, webhooks, request ids."""

import json
from contextlib import asynccontextmanager

import aiohttp
import anyio
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sandbox_client import client_of, served

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    WebhookReceiver,
    current_request_id,
)
from scalingo_async.integrations.aiohttp import (
    CLIENT,
    client_context,
    client_sharing,
    error_middleware,
    get_client,
    request_id_middleware,
    webhook_routes,
)
from scalingo_async.models import Event
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.asyncio

SECRET = "aWebhookSecretOfSomeLength"
SESSION = web.AppKey("session", aiohttp.ClientSession)

routes = web.RouteTableDef()


@routes.get("/apps/{name}")
async def show(request: web.Request) -> web.Response:
    app = await get_client(request).apps.get(request.match_info["name"])
    return web.json_response({"name": app.name, "request": current_request_id()})


@routes.get("/raise")
async def fail(request: web.Request) -> web.Response:
    raise RateLimitError("theMessageCanary", retry_after=7.5, body="theBodyCanary")


@routes.get("/group")
async def group(request: web.Request) -> web.Response:
    async with anyio.create_task_group() as outer:
        outer.start_soon(in_a_group, get_client(request), "no-such-app")
    raise AssertionError


async def in_a_group(client: AsyncClient, name: str) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.apps.get, name)


@routes.get("/mixed")
async def mixed(request: web.Request) -> web.Response:
    raise ExceptionGroup("mixed", [NotFoundError("no"), ValueError("a bug")])


@routes.get("/bug")
async def bug(request: web.Request) -> web.Response:
    raise ConfigurationError("a bug")


@routes.get("/gone")
async def gone(request: web.Request) -> web.Response:
    raise web.HTTPGone


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None)


def service(sandbox: Sandbox, *middlewares) -> web.Application:
    app = web.Application(middlewares=middlewares or [request_id_middleware(), error_middleware()])
    app.cleanup_ctx.append(client_context(lambda: client_of(sandbox, max_retries=0)))
    app.add_routes(routes)
    return app


@asynccontextmanager
async def running(app: web.Application):
    async with TestClient(TestServer(app)) as http:
        yield http


async def test_one_client_serves_all_requests_and_is_closed_at_the_end(sandbox):
    app = service(sandbox)
    name = sandbox.apps()[0].name
    async with running(app) as http:
        for _ in range(3):
            answer = await http.get(f"/apps/{name}")
            assert (await answer.json())["name"] == name
        client = app[CLIENT]
        assert isinstance(client, AsyncClient)
        assert not client.closed
    assert client.closed
    assert sandbox.exchanges == 1


async def test_applications_within_have_the_client_too(sandbox):
    outer, inner = service(sandbox), web.Application()
    inner.add_routes(routes)
    outer.add_subapp("/inner", inner)
    async with running(outer) as http:
        answer = await http.get(f"/inner/apps/{sandbox.apps()[0].name}")
        assert answer.status == 200


async def test_without_a_context_the_error_says_what_to_do():
    seen: list[str] = []

    @web.middleware
    async def note(request, handler):
        try:
            return await handler(request)
        except ConfigurationError as error:
            seen.append(error.message)
            raise web.HTTPConflict from None

    app = web.Application(middlewares=[note])
    app.add_routes(routes)
    async with running(app) as http:
        assert (await http.get("/apps/x")).status == 409
    assert "cleanup_ctx.append(client_context())" in seen[0]


async def test_the_session_of_the_application_is_shared_and_not_closed(sandbox):
    async def own_session(app: web.Application):
        async with aiohttp.ClientSession() as session:
            app[SESSION] = session
            yield
            assert app[CLIENT].closed
            assert not session.closed

    connections: list[int] = []

    def make(*, transport) -> AsyncClient:
        return client_of(sandbox, transport=transport)

    async with served(sandbox):
        app = web.Application()
        app.cleanup_ctx.extend([own_session, client_sharing(SESSION, make)])
        app.add_routes(routes)
        async with running(app) as http:
            assert (await http.get(f"/apps/{sandbox.apps()[0].name}")).status == 200
            connector = app[SESSION].connector
            assert connector is not None
            connections.append(len(connector._conns))
    assert connections == [1]


async def test_a_session_that_is_not_there_yet_is_missed():
    app = web.Application()
    app.cleanup_ctx.append(client_sharing(SESSION))
    runner = web.AppRunner(app)
    with pytest.raises(ConfigurationError, match="must come first"):
        await runner.setup()
    await runner.cleanup()


async def test_groups_of_one_kind_are_answered_as_one_error(sandbox):
    async with running(service(sandbox)) as http:
        missing, mixed = await http.get("/group"), await http.get("/mixed")
        assert (await missing.json())["detail"] == "The resource does not exist."
    assert (missing.status, mixed.status) == (404, 500)


async def test_requests_do_not_stand_in_line_for_long():
    sandbox = Sandbox(apps=1, rate_limit=None)

    async def own_session(app: web.Application):
        async with aiohttp.ClientSession() as session:
            app[SESSION] = session
            yield

    for settings, given, found in (
        ({}, {}, 5.0),
        ({}, {"max_wait": None}, None),
        ({"max_wait": 30.0}, {"max_wait": 2.0}, 30.0),
    ):

        def make(settings=settings, **transport) -> AsyncClient:
            return client_of(sandbox, **settings, **transport)

        for contexts in (
            [client_context(make, **given)],
            [own_session, client_sharing(SESSION, make, **given)],
        ):
            app = web.Application()
            app.cleanup_ctx.extend(contexts)
            async with running(app):
                assert app[CLIENT].max_wait == found
            assert app[CLIENT].closed


async def test_errors_become_answers(sandbox):
    async with running(service(sandbox)) as http:
        missing = await http.get("/apps/no-such-app")
        sandbox.inject("apps.get", status=500, body={"error": "theBodyCanary"})
        broken = await http.get(f"/apps/{sandbox.apps()[0].name}")
        refused = await http.get("/raise")
        bug = await http.get("/bug")
        gone = await http.get("/gone")
        texts = [await answer.text() for answer in (missing, broken, refused, bug)]
    assert (missing.status, json.loads(texts[0])["detail"]) == (404, "The resource does not exist.")
    assert missing.headers["content-type"] == "application/problem+json"
    assert broken.status == 502
    assert (refused.status, refused.headers["retry-after"]) == (503, "8")
    assert (bug.status, gone.status) == (500, 410)
    assert "Canary" not in "".join(texts)


async def test_answers_can_be_changed(sandbox):
    app = service(sandbox, error_middleware({NotFoundError: 410}))
    async with running(app) as http:
        assert (await http.get("/apps/no-such-app")).status == 410
    with pytest.raises(ConfigurationError):
        error_middleware({NotFoundError: 200})


async def test_a_request_id_goes_through(sandbox):
    app = service(sandbox)
    path = f"/apps/{sandbox.apps()[0].name}"
    async with running(app) as http:
        given = await http.get(path, headers={"X-Request-ID": "from-outside"})
        new = await http.get(path)
        bad = await http.get(path, headers={"X-Request-ID": "not an id"})
        twice = await http.get(path, headers=[("X-Request-ID", "a"), ("X-Request-ID", "b")])
        missing = await http.get("/apps/none", headers={"X-Request-ID": "lost"})
        gone = await http.get("/gone", headers={"X-Request-ID": "gone"})
        assert (await given.json())["request"] == "from-outside"
    assert given.headers["x-request-id"] == "from-outside"
    assert missing.headers["x-request-id"] == "lost"
    assert gone.headers["x-request-id"] == "gone"
    ids = [answer.headers["x-request-id"] for answer in (new, bad, twice)]
    assert [len(i) for i in ids] == [32] * 3
    assert len(set(ids)) == 3
    sent = [r.headers["x-request-id"] for r in sandbox.requests if r.operation == "apps.get"]
    assert sent == ["from-outside", *ids, "lost"]


async def test_ids_from_outside_need_not_be_trusted(sandbox):
    app = service(sandbox, request_id_middleware(trust=False))

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        return response

    app.add_routes([web.get("/stream", stream)])
    async with running(app) as http:
        answer = await http.get("/gone", headers={"X-Request-ID": "from-outside"})
        streamed = await http.get("/stream")
    assert len(answer.headers["x-request-id"]) == 32
    # Its headers were gone before the middleware saw it.
    assert "x-request-id" not in streamed.headers


EVENT = {
    "id": "54dcdd4a73636100011a0000",
    "created_at": "2015-02-12T18:05:14.226+01:00",
    "type": "restart",
    "type_data": {"reason": "user_restart"},
}


async def test_webhooks(sandbox):
    events: list[Event] = []

    async def handler(event: Event) -> None:
        events.append(event)
        if len(events) == 1:
            raise RuntimeError("the database is away")

    app = service(sandbox)
    app.add_routes(webhook_routes(WebhookReceiver(SECRET, max_body=1000), handler))
    path = f"/webhooks/scalingo/{SECRET}"
    async with running(app) as http:
        statuses = [(await http.post(path, json=EVENT)).status for _ in range(3)]
        wrong = await http.post("/webhooks/scalingo/guess", json=EVENT)
        large = await http.post(path, json={**EVENT, "type_data": "x" * 1000})
        form = await http.post(path, data={"a": "b"})
        empty = await http.post(path, data=b"", headers={"content-type": "application/json"})
        got = await http.get(path)
    assert statuses == [500, 204, 204]
    assert [event.type for event in events] == ["restart", "restart"]
    assert [a.status for a in (wrong, large, form, empty, got)] == [404, 413, 415, 400, 405]


async def test_webhooks_that_check_back(sandbox):
    events: list[Event] = []

    async def handler(event: Event) -> None:
        events.append(event)

    app = service(sandbox)
    app.add_routes(webhook_routes(WebhookReceiver(SECRET), handler, path="/hook/", check_back=True))
    async with running(app) as http:
        real = (await app[CLIENT].events.list(sandbox.apps()[0].name))[0]
        sent = {**EVENT, "id": real.id, "type": real.type, "app_id": real.app_id}
        good = await http.post(f"/hook/{SECRET}", json=sent)
        forged = await http.post(f"/hook/{SECRET}", json={**sent, "id": "forged"})
    assert (good.status, forged.status) == (204, 403)
    assert events == [real]


async def test_a_body_without_an_end_is_not_read(sandbox):
    async def endless():
        for _ in range(1000):
            yield b" " * 600
            await anyio.lowlevel.checkpoint()

    async def handler(event: Event) -> None:
        raise AssertionError("no event came")

    app = service(sandbox)
    app.add_routes(webhook_routes(WebhookReceiver(SECRET, max_body=1000), handler))
    async with running(app) as http:
        answer = await http.post(
            f"/webhooks/scalingo/{SECRET}",
            data=endless(),
            headers={"content-type": "application/json"},
        )
        assert answer.status == 413
