"""A client in a FastAPI application: one for its life, errors mapped, webhooks, request ids."""

import asyncio
import json
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
import trio
from asgi_support import running
from fastapi import APIRouter, FastAPI, Request, Response
from sandbox_client import client_of

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    WebhookReceiver,
    current_request_id,
)
from scalingo_async.integrations.fastapi import (
    Client,
    RequestIdMiddleware,
    add_error_handlers,
    client_lifespan,
    get_client,
    webhook_router,
)
from scalingo_async.models import Event
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.asyncio

SECRET = "aWebhookSecretOfSomeLength"

api = APIRouter()


@api.get("/apps/{name}")
async def show(name: str, client: Client) -> dict:
    app = await client.apps.get(name)
    return {"name": app.name, "client": id(client), "request": current_request_id()}


@api.get("/raise")
async def fail() -> None:
    raise RateLimitError("theMessageCanary", retry_after=7.5, body="theBodyCanary")


@api.get("/group")
async def group(client: Client) -> None:
    async with anyio.create_task_group() as outer:
        outer.start_soon(in_a_group, client, "no-such-app")


async def in_a_group(client: AsyncClient, *names: str) -> None:
    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(client.apps.get, name)


@api.get("/mixed")
async def mixed() -> None:
    raise ExceptionGroup("mixed", [NotFoundError("no"), ValueError("a bug")])


@api.get("/wait")
async def max_wait(client: Client) -> float | None:
    return client.max_wait


@api.get("/bug")
async def bug() -> None:
    raise ConfigurationError("a bug")


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None)


def service(sandbox: Sandbox, then=None, **statuses) -> FastAPI:
    app = FastAPI(lifespan=client_lifespan(lambda: client_of(sandbox, max_retries=0), then=then))
    add_error_handlers(app, **statuses)
    app.include_router(api)
    return app


async def test_one_client_serves_all_requests_and_is_closed_at_the_end(sandbox):
    app = service(sandbox)
    name = sandbox.apps()[0].name
    async with running(app) as http:
        answers = [await http.get(f"/apps/{name}") for _ in range(3)]
        client = app.state.scalingo_client
        assert not client.closed
    assert [a.json()["name"] for a in answers] == [name] * 3
    assert {a.json()["client"] for a in answers} == {id(client)}
    assert client.closed
    assert sandbox.exchanges == 1
    assert not hasattr(app.state, "scalingo_client")


async def test_a_lifespan_of_ones_own_runs_within(sandbox):
    seen: list[object] = []

    @asynccontextmanager
    async def own(app: FastAPI):
        client: AsyncClient = app.state.scalingo_client
        seen.append(len(await client.apps.list()))
        yield {"greeting": "hello"}
        seen.append(client.closed)

    app = service(sandbox, then=own)

    @app.get("/greeting")
    async def greeting(request: Request, client: Client) -> str:
        return f"{request.state.greeting} {client.closed}"

    async with running(app) as http:
        assert (await http.get("/greeting")).json() == "hello False"
    assert seen == [2, False]

    @asynccontextmanager
    async def plain(app: FastAPI):
        yield

    async with running(service(sandbox, then=plain)) as http:
        assert (await http.get(f"/apps/{sandbox.apps()[0].name}")).status_code == 200


async def test_applications_that_are_mounted_have_the_client_too(sandbox):
    outer = service(sandbox)
    inner = FastAPI()
    inner.include_router(api)
    outer.mount("/inner", inner)
    async with running(outer) as http:
        answer = await http.get(f"/inner/apps/{sandbox.apps()[0].name}")
    assert answer.status_code == 200


async def test_without_a_lifespan_the_error_says_what_to_do():
    app = FastAPI()
    app.include_router(api)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        with pytest.raises(ConfigurationError, match="lifespan=client_lifespan"):
            await http.get("/apps/x")


async def test_groups_of_one_kind_are_answered_as_one_error(sandbox):
    app = service(sandbox)
    async with running(app) as http:
        missing, mixed = await http.get("/group"), await http.get("/mixed")
    assert (missing.status_code, missing.json()["detail"]) == (404, "The resource does not exist.")
    assert mixed.status_code == 500

    async def own(_: Request, error: Exception) -> Response:
        return Response(status_code=418)

    app = FastAPI(exception_handlers={ExceptionGroup: own})
    add_error_handlers(app)
    app.include_router(api)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/mixed")).status_code == 418


async def test_requests_do_not_stand_in_line_for_long():
    sandbox = Sandbox(apps=1, rate_limit=None)
    for settings, given, found in (
        ({}, {}, 5.0),
        ({}, {"max_wait": 2.0}, 2.0),
        ({}, {"max_wait": None}, None),
        ({"max_wait": 30.0}, {}, 30.0),
    ):
        made = client_of(sandbox, **settings)
        app = FastAPI(lifespan=client_lifespan(lambda made=made: made, **given))
        app.include_router(api)
        async with running(app) as http:
            assert (await http.get("/wait")).json() == found
        assert made.closed
    limited = client_of(sandbox, rate_limit=(1, 60.0))
    app = FastAPI(lifespan=client_lifespan(lambda: limited))
    add_error_handlers(app)
    app.include_router(api)
    async with running(app) as http:
        name = sandbox.apps()[0].name
        assert (await http.get(f"/apps/{name}")).status_code == 200
        late = await http.get(f"/apps/{name}")
        assert late.status_code == 503
        assert 50 < int(late.headers["retry-after"]) <= 60


async def test_errors_become_answers(sandbox):
    async with running(service(sandbox)) as http:
        missing = await http.get("/apps/no-such-app")
        sandbox.inject("apps.get", status=500, body={"error": "theBodyCanary"})
        broken = await http.get(f"/apps/{sandbox.apps()[0].name}")
        refused = await http.get("/raise")
        bug = await http.get("/bug")
        bad = await http.get("/apps/%2E%2E")
    assert (missing.status_code, missing.json()["detail"]) == (404, "The resource does not exist.")
    assert broken.status_code == 502
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "8")
    assert bug.status_code == 500
    assert bad.status_code in {400, 404}
    for answer in (missing, broken, refused, bug):
        assert "Canary" not in answer.text
    assert missing.headers["content-type"] == "application/problem+json"


async def test_answers_can_be_changed(sandbox):
    app = service(sandbox, statuses={NotFoundError: 410})
    async with running(app) as http:
        assert (await http.get("/apps/no-such-app")).status_code == 410
    with pytest.raises(ConfigurationError):
        add_error_handlers(FastAPI(), {NotFoundError: 200})


async def test_a_deadline_is_a_504(sandbox):
    app = service(sandbox)

    @app.get("/slow")
    async def slow(client: Client) -> None:
        sandbox.inject("apps.list", delay=30)
        await client.apps.list(deadline=0.05)

    async with running(app) as http:
        assert (await http.get("/slow")).status_code == 504


# -- request ids --------------------------------------------------------------------------------


async def test_a_request_id_goes_through(sandbox):
    app = service(sandbox)
    app.add_middleware(RequestIdMiddleware)
    path = f"/apps/{sandbox.apps()[0].name}"
    async with running(app) as http:
        given = await http.get(path, headers={"X-Request-ID": "from-outside"})
        new = await http.get(path)
        bad = await http.get(path, headers={"X-Request-ID": "not an id"})
        twice = await http.get(path, headers=[("X-Request-ID", "a"), ("X-Request-ID", "b")])
        missing = await http.get("/apps/none", headers={"X-Request-ID": "lost"})
    assert given.headers["x-request-id"] == given.json()["request"] == "from-outside"
    assert missing.headers["x-request-id"] == "lost"
    ids = [a.headers["x-request-id"] for a in (new, bad, twice)]
    assert [len(i) for i in ids] == [32] * 3
    assert len(set(ids)) == 3
    sent = [r.headers["x-request-id"] for r in sandbox.requests if r.operation == "apps.get"]
    assert sent == ["from-outside", *ids, "lost"]
    assert current_request_id() is None


async def test_ids_from_outside_need_not_be_trusted(sandbox):
    app = RequestIdMiddleware(service(sandbox), trust=False)
    async with running(app) as http:
        answer = await http.get("/apps/none", headers={"X-Request-ID": "from-outside"})
        replaced = answer.headers.get_list("x-request-id")
    assert len(replaced) == 1
    assert len(replaced[0]) == 32


async def test_an_id_of_the_application_is_replaced():
    async def app(scope, receive, send):
        headers = [(b"X-Request-Id", b"own"), (b"x", b"y")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=RequestIdMiddleware(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        answer = await http.get("/", headers={"x-request-id": "outer"})
    assert answer.headers.get_list("x-request-id") == ["outer"]
    assert answer.headers["x"] == "y"


# -- webhooks -----------------------------------------------------------------------------------

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
            raise NotFoundError("the database lost it")

    app = service(sandbox)
    app.include_router(webhook_router(WebhookReceiver(SECRET, max_body=1000), handler))
    path = f"/webhooks/scalingo/{SECRET}"
    async with running(app) as http:
        statuses = [(await http.post(path, json=EVENT)).status_code for _ in range(3)]
        wrong = await http.post("/webhooks/scalingo/guess", json=EVENT)
        large = await http.post(path, json={**EVENT, "type_data": "x" * 1000})
        form = await http.post(path, data={"a": "b"})
        empty = await http.post(path, content=b"", headers={"content-type": "application/json"})
        got = await http.get(path)
        schema = (await http.get("/openapi.json")).json()
    assert statuses == [404, 204, 204]
    assert [event.type for event in events] == ["restart", "restart"]
    assert [a.status_code for a in (wrong, large, form, empty, got)] == [404, 413, 415, 400, 405]
    assert wrong.json()["detail"] == "The resource does not exist."
    assert not [p for p in schema["paths"] if "webhook" in p]


async def test_webhooks_that_check_back(sandbox):
    events: list[Event] = []

    async def handler(event: Event) -> None:
        events.append(event)

    app = service(sandbox)
    receiver = WebhookReceiver(SECRET)
    app.include_router(webhook_router(receiver, handler, path="/hook/", check_back=True))
    async with running(app) as http:
        real = (await app.state.scalingo_client.events.list(sandbox.apps()[0].name))[0]
        sent = {**EVENT, "id": real.id, "type": real.type, "app_id": real.app_id}
        good = await http.post(f"/hook/{SECRET}", json=sent)
        forged = await http.post(f"/hook/{SECRET}", json={**sent, "id": "forged"})
        sandbox.inject("events.get", status=503, times=None)
        away = await http.post(f"/hook/{SECRET}", json={**sent, "id": "another"})
    assert (good.status_code, forged.status_code, away.status_code) == (204, 403, 502)
    assert events == [real]


async def test_a_body_without_an_end_is_not_read():
    read: list[int] = []

    async def endless():
        while True:
            read.append(1)
            await anyio.lowlevel.checkpoint()
            yield b" " * 600

    async def handler(event: Event) -> None:
        raise AssertionError("no event came")

    app = FastAPI()
    app.include_router(webhook_router(WebhookReceiver(SECRET, max_body=1000), handler))

    async def receive():
        return {"type": "http.request", "body": await anext(body), "more_body": True}

    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    body = endless()
    path = f"/webhooks/scalingo/{SECRET}"
    await app(
        {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        },
        receive,
        send,
    )
    await body.aclose()
    assert sent[0]["status"] == 413
    assert len(read) == 2
    assert json.loads(sent[1]["body"])["status"] == 413


async def test_the_client_is_found_by_hand(sandbox):
    app = service(sandbox)

    @app.get("/by-hand")
    async def by_hand(request: Request) -> bool:
        return get_client(request) is app.state.scalingo_client

    async with running(app) as http:
        assert (await http.get("/by-hand")).json() is True


async def test_a_server_may_run_it_on_trio(sandbox):
    """As hypercorn does: a client, errors out of groups, and request ids."""

    async def main() -> None:
        name = sandbox.apps()[0].name
        app = service(sandbox)
        async with running(RequestIdMiddleware(app)) as http:
            answer = await http.get(f"/apps/{name}", headers={"X-Request-ID": "of-the-caller"})
            assert (answer.json()["name"], answer.json()["request"]) == (name, "of-the-caller")
            client = app.state.scalingo_client
            assert (await http.get("/group")).status_code == 404
            assert (await http.get("/raise")).headers["retry-after"] == "8"
        assert client.closed
        assert sandbox.exchanges == 1

    await asyncio.to_thread(trio.run, main)
