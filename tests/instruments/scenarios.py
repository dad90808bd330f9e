"""Scenarios: what programs do with a client, each with the route that matters, on a scripted platform.

    CALLS["apps.restart"] = (
        "POST /v1/apps/my-app/restart",
        lambda c, w: c.apps.restart("my-app"),
    )

Such a line is all that a new feature needs to be hunted for canaries, and cancelled at each of its
ticks. What it asks for that nobody has scripted is added to `script`. Methods that perform one
operation need no line: everything of theirs is made up of the facts about the API (surface.py).
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from api_facts import answer_to, sample_of
from cryptography.fernet import Fernet

from instruments.canaries import (
    ADDON_TOKEN,
    BEARER,
    COOKIE,
    INVITATION,
    NEW_BEARER,
    NEW_TOKEN,
    OTP,
    PASSWORD,
    TLS_KEY,
    URL_TOKEN,
    VALUE,
)
from instruments.scripted_server import Wire, terminal, websocket
from scalingo_async import (
    APIStatusError,
    AsyncClient,
    OneOffFailedError,
    OperationFailedError,
    WebhookReceiver,
    bulk,
)
from scalingo_async.integrations import redis_scripts
from scalingo_async.integrations.fastapi import RequestIdMiddleware
from scalingo_async.integrations.opentelemetry import Telemetry
from scalingo_async.integrations.redis import RedisLimiters, RedisSeenEvents, RedisTokens

NOW = "2030-01-02T03:04:05Z"
APP = sample_of("App", full=False) | {"id": "app-1", "name": "my-app"}
VARIABLE = {"id": "v-1", "name": "SECRET", "value": VALUE}
ADDON = sample_of("Addon", full=False) | {"id": "ad-1"}
EVENT = {
    "id": "e-1",
    "created_at": NOW,
    "type": "edit_variables",
    "type_data": {"new_vars": [{"name": "SECRET", "value": VALUE}], "updated_vars": [VARIABLE]},
}


OPERATION = "675bf2409307d58e1b1bc595"
DEPLOYMENT = "123e4567-e89b-12d3-a456-426655440000"


def script(wire: Wire) -> None:
    """Script a platform whose secrets are known."""
    cookie = {"set-cookie": f"session={COOKIE}"}
    token = {"token": {"id": "t-1", "name": "n", "token": NEW_TOKEN, "created_at": NOW}}
    wire.on("POST /v1/tokens/exchange", (200, {"token": BEARER}), (200, {"token": NEW_BEARER}))
    wire.on("POST /v1/tokens", (201, token, cookie))
    wire.on("PATCH /v1/tokens/t-1/renew", (200, token))
    wire.on("GET /v1/apps/my-app", (200, {"app": APP}, cookie))
    wire.on("GET /v1/apps", (200, {"apps": [APP]}))
    wire.on("GET /v1/apps/my-app/variables", (200, {"variables": [VARIABLE, VARIABLE]}))
    wire.on("POST /v1/apps/my-app/variables", (201, {"variable": VARIABLE}, cookie))
    wire.on("PUT /v1/apps/my-app/variables", (200, {"variables": [VARIABLE]}))
    wire.on("PATCH /v1/apps/my-app/variables/v-1", (200, {"variable": VARIABLE}))
    wire.on("GET /v1/apps/my-app/events", (200, {"events": [EVENT]}))
    wire.on(
        "POST /v1/apps/my-app/addons/ad-1/token",
        (200, {"addon": {**ADDON, "token": ADDON_TOKEN}}),
    )
    sso = {"addon": {**ADDON, "sso_url": f"{wire.url}/sso?token={URL_TOKEN}"}}
    wire.on("GET /v1/apps/my-app/addons/ad-1/sso", (200, sso))
    wire.on("GET /api/databases/ad-1", (200, answer_to("databases.get")))
    archive = {"download_url": f"https://backups.example.com/1?token={URL_TOKEN}"}
    wire.on("GET /api/databases/ad-1/backups/b-1/archive", (200, archive))
    wire.on("GET /v1/apps/my-app/logs", (200, {"logs_url": f"{wire.url}/logs?token={URL_TOKEN}"}))
    event = b'data: {"event": "log", "log": "line\\n"}\n\n'
    wire.on("GET /logs", (200, event, cookie))
    invited = json.loads(answer_to("collaborators.create"))
    link = f"https://d.example.com/apps/collaboration?token={INVITATION}"
    invited["collaborator"]["invitation_link"] = link
    wire.on("POST /v1/apps/my-app/collaborators", (201, invited))
    wire.on("GET /v1/apps/collaboration", (200, {"app": APP}))
    wire.on("POST /v1/apps/my-app/domains", (201, {"domain": sample_of("Domain", full=False)}))
    wire.on(
        "POST /v1/apps/my-app/restart",
        (
            202,
            b"",
            {"location": f"{wire.url}/v1/apps/my-app/operations/op-1?token={URL_TOKEN}"},
        ),
    )
    wire.on("POST /v1/apps/my-app/deployments", (201, answer_to("deployments.create")))
    _on_streams(wire)


def _on_streams(wire: Wire) -> None:
    """Script what streams, files and what takes a while are made of."""
    ws = wire.url.replace("http", "ws")
    place = f"{wire.url}/one-offs/1?token={URL_TOKEN}"
    signed = f"{wire.url}/file?signature={URL_TOKEN}"
    row = {"id": OPERATION, "created_at": NOW, "type": "start_one_off"}
    data = {"start_one_off_data": {"attach_url": place}}
    done = {"operation": {**row, "status": "done", **data}}
    operations = "GET /v1/apps/my-app/operations"
    started = json.loads(answer_to("apps.run"))
    started["container"].update(id="c-1", attach_url=None)
    started["operation"] = OPERATION
    started["operation_url"] = f"{wire.url}/v1/apps/my-app/operations/{OPERATION}"
    wire.on("POST /v1/apps/my-app/run", (202, started))
    wire.on(f"{operations}/{OPERATION}", (200, done))
    wire.on(f"{operations}/done", (200, done))
    failed = {"operation": {**row, "status": "error", "error": "no"}}
    wire.on(f"{operations}/failed", (200, failed))
    wire.on("CONNECT /one-offs/1", terminal(b"hello\r\n"))
    wire.on("POST /one-offs/1/files", (201, b""))
    wire.on("PUT /one-offs/1", (200, b""))
    wire.on("GET /one-offs/1/wait", (200, {"exit_code": 3}))
    wire.on("DELETE /v1/apps/my-app/containers/c-1", (204, b""))
    stream = {"links": {"deployments_stream": f"{ws}/deployments/my-app"}}
    wire.on("GET /v1/apps/streamed", (200, {"app": {**APP, **stream}}))
    deployment = json.loads(answer_to("deployments.get"))["deployment"]
    deployment.update(id=DEPLOYMENT, status="building")
    wire.on("GET /v1/apps/streamed/deployments", (200, {"deployments": [deployment]}))
    wire.on(f"GET /v1/apps/streamed/deployments/{DEPLOYMENT}", (200, {"deployment": deployment}))
    ended = {"type": "status", "id": DEPLOYMENT, "data": {"status": "success"}}
    wire.on("GET /deployments/my-app", websocket({"type": "ping"}, ended))
    event = {"event": "log", "log": "line\n"}
    wire.on("GET /v1/apps/by-websocket/logs", (200, {"logs_url": f"{wire.url}/ws?t={URL_TOKEN}"}))
    wire.on("GET /ws", websocket({"event": "ping", "timestamp": NOW}, event))
    wire.on("GET /file", (302, b"", {"location": f"/there?signature={URL_TOKEN}"}))
    wire.on("GET /there", (200, b"content", {"etag": '"1"', "set-cookie": f"s={COOKIE}"}))
    wire.on("PUT /file", (200, b""))
    wire.on("GET /api/databases/ad-1/backups/b-2/archive", (200, {"download_url": signed}))
    wire.on("GET /v1/account/invoices/i-1/download", (302, b"", {"location": signed}))
    source = {"source": {"upload_url": signed, "download_url": signed}}
    wire.on("POST /v1/sources", (201, source))


Scenario = Callable[[AsyncClient, Wire], Awaitable[Any]]


async def count_of(lines: Awaitable[list[Any]]) -> int:
    """Return how many lines there are."""
    return len(await lines)


async def first_of(stream: Any, refused: tuple[type[Exception], ...] | type[Exception] = ()) -> Any:
    """Return the first thing that comes out of a stream."""
    with suppress(refused):
        async with stream:
            return await anext(stream)


async def all_of(stream: Any) -> Any:
    """Return all that comes out of a stream, and the stream."""
    async with stream as opened:
        return [stream, opened, [each async for each in opened if not isinstance(each, bytes)]]


def a_directory(wire: Wire) -> Path:
    """Return a directory that can be deployed."""
    folder = wire.folder / "code"
    folder.mkdir(exist_ok=True)
    (folder / "Procfile").write_text("web: true\n", encoding="utf-8")
    return folder


def run_one_off(client: AsyncClient, *, check: bool = False) -> Awaitable[Any]:
    return client.one_offs.run(
        "my-app",
        "true",
        env={"SECRET": VALUE},
        input=PASSWORD,
        files=[("a", NEW_TOKEN.encode())],
        check=check,
        timeout=0.5,
        start_timeout=0.5,
    )


CALLS: dict[str, tuple[str, Scenario]] = {
    "a read": ("GET /v1/apps/my-app", lambda c, w: c.apps.get("my-app")),
    "a list": ("GET /v1/apps", lambda c, w: c.apps.list()),
    "a raw answer": (
        "POST /v1/apps/my-app/variables",
        lambda c, w: c.with_raw_response(c.variables.create)("my-app", name="SECRET", value=VALUE),
    ),
    "a call without a method": (
        "POST /v1/apps/my-app/variables",
        lambda c, w: c.request(
            "POST", "/apps/my-app/variables", json={"variable": {"name": "A", "value": VALUE}}
        ),
    ),
    "a query without a method": (
        "GET /v1/apps/collaboration",
        lambda c, w: c.request("GET", "/apps/collaboration", query={"token": INVITATION}),
    ),
    "variables.list": (
        "GET /v1/apps/my-app/variables",
        lambda c, w: c.variables.list("my-app"),
    ),
    "variables.create": (
        "POST /v1/apps/my-app/variables",
        lambda c, w: c.variables.create("my-app", name="SECRET", value=VALUE),
    ),
    "variables.bulk_update": (
        "PUT /v1/apps/my-app/variables",
        lambda c, w: c.variables.bulk_update("my-app", variables={"SECRET": VALUE}),
    ),
    "variables.update": (
        "PATCH /v1/apps/my-app/variables/v-1",
        lambda c, w: c.variables.update("my-app", "v-1", value=VALUE),
    ),
    "events.list": ("GET /v1/apps/my-app/events", lambda c, w: c.events.list("my-app")),
    "tokens.create": (
        "POST /v1/tokens",
        lambda c, w: c.tokens.create(name="n", otp=OTP),
    ),
    "tokens.login": (
        "POST /v1/tokens",
        lambda c, w: c.tokens.login("user", PASSWORD, name="n", otp=OTP),
    ),
    "tokens.renew": ("PATCH /v1/tokens/t-1/renew", lambda c, w: c.tokens.renew("t-1")),
    "tokens.exchange": (
        "POST /v1/tokens/exchange",
        lambda c, w: c.tokens.exchange(NEW_TOKEN),
    ),
    "addons.token": (
        "POST /v1/apps/my-app/addons/ad-1/token",
        lambda c, w: c.addons.token("my-app", "ad-1"),
    ),
    "addons.sso": (
        "GET /v1/apps/my-app/addons/ad-1/sso",
        lambda c, w: c.addons.sso("my-app", "ad-1"),
    ),
    "databases.get": (
        "GET /api/databases/ad-1",
        lambda c, w: c.databases.get("my-app", "ad-1"),
    ),
    "databases.backups.archive_url": (
        "GET /api/databases/ad-1/backups/b-1/archive",
        lambda c, w: c.databases.backups.archive_url("my-app", "ad-1", "b-1"),
    ),
    "logs.get_url": ("GET /v1/apps/my-app/logs", lambda c, w: c.logs.get_url("my-app")),
    "logs.dump": (
        "GET /logs",
        lambda c, w: c.logs.dump(f"{w.url}/logs?token={URL_TOKEN}", n=5),
    ),
    # What the log says is the caller's business.
    "logs.lines": ("GET /logs", lambda c, w: count_of(c.logs.lines("my-app"))),
    "logs.stream": (
        "GET /logs",
        # The server knows no websockets: both kinds of stream are tried.
        lambda c, w: first_of(c.logs.stream("my-app", silence=0.05)),
    ),
    "logs.stream_websocket": (
        "GET /logs",
        lambda c, w: first_of(
            c.logs.stream_websocket(f"{w.url}/logs?token={URL_TOKEN}", silence=0.05),
            refused=APIStatusError,
        ),
    ),
    "sources.create": ("POST /v1/sources", lambda c, w: c.sources.create()),
    "deployments.create": (
        "POST /v1/apps/my-app/deployments",
        lambda c, w: c.deployments.create(
            "my-app", source_url=f"https://up.example.com/?signature={URL_TOKEN}"
        ),
    ),
    "collaborators.create": (
        "POST /v1/apps/my-app/collaborators",
        lambda c, w: c.collaborators.create("my-app", email="a@example.com"),
    ),
    "collaborators.accept": (
        "GET /v1/apps/collaboration",
        lambda c, w: c.collaborators.accept(INVITATION),
    ),
    "domains.create": (
        "POST /v1/apps/my-app/domains",
        lambda c, w: c.domains.create("my-app", name="n.example.com", tlskey=TLS_KEY),
    ),
    "apps.restart": ("POST /v1/apps/my-app/restart", lambda c, w: c.apps.restart("my-app")),
    # -- streams
    "logs.stream, a websocket": (
        "GET /ws",
        lambda c, w: first_of(c.logs.stream("by-websocket", silence=0.05)),
    ),
    "logs.stream_websocket, accepted": (
        "GET /ws",
        lambda c, w: all_of(c.logs.stream_websocket(f"{w.url}/ws?t={URL_TOKEN}", silence=0.05)),
    ),
    "logs.stream_sse": (
        "GET /logs",
        lambda c, w: all_of(c.logs.stream_sse(f"{w.url}/logs?token={URL_TOKEN}", silence=0.05)),
    ),
    "deployments.stream": (
        "GET /deployments/my-app",
        lambda c, w: all_of(
            c.deployments.stream(f"ws{w.url[4:]}/deployments/my-app", silence=0.05)
        ),
    ),
    "deployments.follow": (
        "GET /deployments/my-app",
        lambda c, w: all_of(c.deployments.follow("streamed", DEPLOYMENT, silence=0.05)),
    ),
    "deployments.follow, the app": (
        "GET /v1/apps/streamed",
        lambda c, w: all_of(c.deployments.follow("streamed", silence=0.05)),
    ),
    # -- files
    "deployments.deploy": (
        "PUT /file",
        lambda c, w: c.deployments.deploy("my-app", a_directory(w)),
    ),
    "deployments.deploy, the URL": (
        "POST /v1/apps/my-app/deployments",
        lambda c, w: c.deployments.deploy("my-app", source_url=f"{w.url}/f?s={URL_TOKEN}"),
    ),
    "sources.upload": (
        "PUT /file",
        lambda c, w: c.sources.upload(f"{w.url}/file?signature={URL_TOKEN}", b"content"),
    ),
    "sources.download": (
        "GET /there",
        lambda c, w: c.sources.download(f"{w.url}/file?signature={URL_TOKEN}", w.folder),
    ),
    "sources.download, the first half": (
        "GET /file",
        lambda c, w: c.sources.download(f"{w.url}/file?signature={URL_TOKEN}", w.folder),
    ),
    "logs.archives.download": (
        "GET /there",
        lambda c, w: c.logs.archives.download(
            f"{w.url}/file?signature={URL_TOKEN}", w.folder / "log", resume=True, overwrite=True
        ),
    ),
    "databases.backups.download": (
        "GET /there",
        lambda c, w: c.databases.backups.download("my-app", "ad-1", "b-2", w.folder),
    ),
    "databases.backups.download, the URL": (
        "GET /api/databases/ad-1/backups/b-2/archive",
        lambda c, w: c.databases.backups.download("my-app", "ad-1", "b-2", w.folder),
    ),
    "billing.invoices.download": (
        "GET /there",
        lambda c, w: c.billing.invoices.download("i-1", w.folder),
    ),
    "billing.invoices.download, the URL": (
        "GET /v1/account/invoices/i-1/download",
        lambda c, w: c.billing.invoices.download("i-1", w.folder),
    ),
    # -- one-off containers
    "one_offs.run": ("POST /v1/apps/my-app/run", lambda c, w: run_one_off(c)),
    "one_offs.run, the operation": (
        f"GET /v1/apps/my-app/operations/{OPERATION}",
        lambda c, w: run_one_off(c),
    ),
    "one_offs.run, the file": ("POST /one-offs/1/files", lambda c, w: run_one_off(c)),
    "one_offs.run, the terminal": ("CONNECT /one-offs/1", lambda c, w: run_one_off(c)),
    "one_offs.run, its end": (
        "GET /one-offs/1/wait",
        # The exit code is 3.
        lambda c, w: run_one_off(c, check=True),
    ),
    "one_offs.terminal": (
        "CONNECT /one-offs/1",
        lambda c, w: all_of(
            c.one_offs.terminal("my-app", "bash", env={"A": VALUE}, columns=80, rows=25)
        ),
    ),
    "one_offs.attach": (
        "CONNECT /one-offs/1",
        lambda c, w: all_of(c.one_offs.attach(f"{w.url}/one-offs/1?token={URL_TOKEN}")),
    ),
    "one_offs.resize": (
        "PUT /one-offs/1",
        lambda c, w: c.one_offs.resize(
            f"{w.url}/one-offs/1?token={URL_TOKEN}", width=80, height=25
        ),
    ),
    "one_offs.upload_file": (
        "POST /one-offs/1/files",
        lambda c, w: c.one_offs.upload_file(
            f"{w.url}/one-offs/1?token={URL_TOKEN}", VALUE.encode(), name="a"
        ),
    ),
    "one_offs.wait": (
        "GET /one-offs/1/wait",
        lambda c, w: c.one_offs.wait(f"{w.url}/one-offs/1?token={URL_TOKEN}", timeout=0.05),
    ),
    # -- what takes a while
    "operations.wait": (
        "GET /v1/apps/my-app/operations/done",
        lambda c, w: c.operations.pending("my-app", "done").wait(timeout=0.2),
    ),
    "operations.wait, a failure": (
        "GET /v1/apps/my-app/operations/failed",
        lambda c, w: c.operations.pending("my-app", "failed").wait(timeout=0.2),
    ),
    # -- many at a time
    "bulk.map": (
        "POST /v1/apps/my-app/variables",
        lambda c, w: bulk.map(
            c.variables.create,
            ["my-app"],
            name="SECRET",
            value=VALUE,
            journal=w.folder / "journal.jsonl",
            # Those that an earlier outcome left in doubt.
            on_unknown=lambda item: False,
        ),
    ),
}

FAILING: dict[str, type[Exception]] = {
    "one_offs.run, its end": OneOffFailedError,
    "operations.wait, a failure": OperationFailedError,
}
"""Those whose success is an error."""

FEW = {
    name: CALLS[name]
    for name in (
        "a call without a method",
        "a raw answer",
        "a read",
        "collaborators.accept",
        "databases.get",
        "logs.dump",
        "one_offs.run, the terminal",
        "deployments.stream",
        "sources.download",
        "tokens.login",
        "variables.create",
    )
}
"""One of each kind, where it does not matter what was asked."""


# -- what has machinery of its own, besides ------------------------------------------------------

Machinery = Callable[[AsyncClient, Any], Awaitable[Any]]
WAITED = ("building", "starting", "success")
WEBHOOK = "a-webhook-secret-of-some-length"
POSTED = json.dumps({"id": "e-1", "type": "run", "created_at": NOW}).encode()


async def _in_its_block(client: AsyncClient, wire: Any) -> None:
    async with client:
        await client.apps.get("my-app")


async def _closed(client: AsyncClient, wire: Any) -> None:
    await client.apps.get("my-app")
    await client.aclose()


async def _page_by_page(client: AsyncClient, wire: Any) -> None:
    page = await client.events.list("paged")
    assert page.has_next
    assert len(await page.next() or []) == 1
    assert await client.events.list("paged").first() is not None
    assert await client.events.list("paged").find(id="e-2") is not None
    assert len([event async for event in client.events.list("paged")]) == 2


async def _a_whole_account(client: AsyncClient, wire: Any) -> int:
    async with bulk.inventory(client, apps=["my-app"]) as account:
        return len([entry async for entry in account])


async def _an_account_in_a_journal(client: AsyncClient, wire: Any) -> int:
    journal = wire.folder / "account.jsonl"
    async with bulk.inventory(
        client, apps=["my-app"], variables=False, ordered=False, journal=journal
    ) as account:
        return len([entry async for entry in account])


async def _half_a_job(client: AsyncClient, wire: Any) -> Any:
    async with bulk.map(client.apps.get, ["my-app"] * 9, concurrency=3) as outcomes:
        return await anext(outcomes)


async def _a_job_of_a_client(client: AsyncClient, wire: Any) -> Any:
    async with client.bulk(concurrency=2) as job:
        return [outcome async for outcome in job.map(client.apps.get, ["my-app"] * 3)]


async def _keys_of_a_terminal(client: AsyncClient, wire: Any) -> Any:
    async with client.one_offs.attach(f"{wire.url}/one-offs/1?token={URL_TOKEN}") as terminal:
        await terminal.send(PASSWORD.encode())
        await terminal.interrupt()
        await terminal.quit()
        await terminal.suspend()
        await terminal.resize(80, 25)
        await terminal.send_eof()
        said = await terminal.receive()
        assert await terminal.wait() == 3
        await terminal.aclose()
        return said


async def _a_webhook(client: AsyncClient, wire: Any) -> None:
    receiver = WebhookReceiver(WEBHOOK)
    handled: list[Any] = []

    async def body() -> AsyncIterator[bytes]:
        await wire.tick()
        yield POSTED

    async def handler(event: Any) -> None:
        await wire.tick()
        handled.append(event)

    event = await receiver.receive({}, body(), secret=WEBHOOK)
    assert event is not None
    await receiver.forget(event)
    assert await receiver.deliver(handler, {}, body(), secret=WEBHOOK) is not None
    assert await receiver.deliver(handler, {}, body(), secret=WEBHOOK) is None
    assert len(handled) == 1


async def _waits(client: AsyncClient, wire: Any) -> Any:
    found = await client.deployments.get("waited", "d-1")
    return await found.wait(timeout=60)


async def _waits_for_an_upgrade(client: AsyncClient, wire: Any) -> Any:
    upgrade = await client.databases.upgrade("my-app", "ad-1")
    return await upgrade.wait(timeout=60)


class _Redis:
    """Answers scripts as Redis does when nobody else is there, after a tick."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire
        self._answers: dict[str, Any] = {
            redis_scripts.ACQUIRE.digest: [b"go", b"epoch", 1, 0],
            redis_scripts.RELEASE.digest: [1, 0],
            redis_scripts.TOKEN_GET.digest: [b"lead"],
        }

    async def execute_command(self, *args: Any) -> Any:
        raise NotImplementedError

    async def evalsha(self, digest: str, *args: Any) -> Any:
        await self._wire.tick()
        return self._answers.get(digest, 1)


async def _shares_by_redis(client: AsyncClient, wire: Any) -> None:
    redis: Any = _Redis(wire)
    seen = RedisSeenEvents(redis)
    assert await seen.add("e-1")
    await seen.discard("e-1")
    sharing = wire.client(
        limiters=RedisLimiters(redis), token_store=RedisTokens(redis, Fernet.generate_key())
    )
    async with sharing:
        await sharing.apps.get("my-app")


async def _traced(client: AsyncClient, wire: Any) -> None:
    async with wire.client(middlewares=[Telemetry()]) as traced:
        await traced.apps.get("my-app")


async def _a_request_id(client: AsyncClient, wire: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await client.apps.get("my-app")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Any:
        raise NotImplementedError

    async def send(message: Any) -> None:
        await wire.tick()

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await RequestIdMiddleware(app)(scope, receive, send)


MORE: dict[str, Machinery] = {
    "addons.find": lambda c, w: c.addons.find("my-app", "text"),
    "addons.providers.find_plan": lambda c, w: c.addons.providers.find_plan("text", "text"),
    "apps.exists": lambda c, w: c.apps.exists("my-app"),
    "databases.backups.latest": lambda c, w: c.databases.backups.latest("my-app", "ad-1"),
    "databases.find": lambda c, w: c.databases.find("with-one", "text"),
    "databases.log_lines": lambda c, w: count_of(c.databases.log_lines("my-app", "ad-1")),
    "databases.stream_logs": lambda c, w: first_of(
        c.databases.stream_logs("my-app", "ad-1", via="sse", silence=0.05)
    ),
    "deployments.latest": lambda c, w: c.deployments.latest("my-app"),
    "events.types.by_name": lambda c, w: c.events.types.by_name("text"),
    "notification_platforms.find": lambda c, w: c.notification_platforms.find("text"),
    "regions.names": lambda c, w: c.regions.names(),
    "variables.as_dict": lambda c, w: c.variables.as_dict("my-app"),
    "variables.set": lambda c, w: c.variables.set("my-app", {"SECRET": VALUE, "B": NEW_TOKEN}),
    # -- the client
    "client.check": lambda c, w: c.check(),
    "client.aclose": _closed,
    "async with client": _in_its_block,
    "pages": _page_by_page,
    "wait": _waits,
    "wait, an upgrade": _waits_for_an_upgrade,
    "a terminal": _keys_of_a_terminal,
    # -- many at a time
    "bulk.inventory": _a_whole_account,
    "bulk.inventory, with a journal": _an_account_in_a_journal,
    "bulk.map, half of it": _half_a_job,
    "client.bulk": _a_job_of_a_client,
    # -- beside the client
    "webhooks": _a_webhook,
    "Redis": _shares_by_redis,
    "Telemetry": _traced,
    "RequestIdMiddleware": _a_request_id,
}
"""On a platform in memory alone (platform.py)."""

ON_ASYNCIO = {"Redis"}
"""Those of libraries that know asyncio alone."""

SCENARIOS: dict[str, Machinery] = {**{name: call for name, (_, call) in CALLS.items()}, **MORE}
"""All of them, by name."""


def script_more(platform: Any) -> None:
    """Script what those ask for."""
    script(platform)
    events = [{**EVENT, "id": f"e-{number}"} for number in (1, 2)]
    first = {"current_page": 1, "next_page": 2, "total_pages": 2, "total_count": 2}
    second = {"current_page": 2, "next_page": None, "total_pages": 2, "total_count": 2}

    def page(request: Any) -> Any:
        number = 1 if "page=2" in request.url else 0
        position = (first, second)[number]
        return 200, {"events": [events[number]], "meta": {"pagination": position}}

    platform.asked["GET /v1/apps/paged/events"] = page
    platform.on("GET /v1/apps/with-one/addons", (200, {"addons": [ADDON]}))
    region = sample_of("Region", full=True) | {"name": "osc-fr1"}
    places = dict.fromkeys(("api", "database_api"), platform.url)
    platform.on("GET /v1/regions", (200, {"regions": [{**region, **places}]}))
    logs = {"url": f"{platform.url}/logs?token={URL_TOKEN}"}
    platform.on("GET /api/databases/ad-1/logs", (200, logs))
    deployment = json.loads(answer_to("deployments.get"))["deployment"] | {"id": "d-1"}
    platform.on(
        "GET /v1/apps/waited/deployments/d-1",
        *[(200, {"deployment": {**deployment, "status": status}}) for status in WAITED],
    )
    operation = json.loads(answer_to("databases.operations.get"))["operation"]
    platform.on(
        "GET /api/operations/text",
        (200, {"operation": {**operation, "status": "done"}}),
    )
