"""What an answer lacks that a helper would go on with: Go writes `""`, and the answer is to blame."""

import io
import json
import tarfile
from datetime import UTC, datetime

import pytest
from api_facts import OPERATIONS, FakeTransport, answer_to, arguments, client_of, method_of
from core.test_every_model import ALL
from tables import each

from scalingo_async import (
    AsyncClient,
    Headers,
    OperationTimeoutError,
    Response,
    ResponseDecodeError,
    UntrustedURLError,
    UserPassword,
    webhooks,
)
from scalingo_async.bulk import inventory
from scalingo_async.errors import WebhookUnverifiedError
from scalingo_async.models.base import Waitable
from scalingo_async.streams.deployment_events import news_of, read_frame
from scalingo_async.waiting import polling

pytestmark = pytest.mark.anyio

ABSENT = ["", None]
"""The two ways to write nothing; `None` may be refused where the text is always there."""


class Answers(FakeTransport):
    """Answers each operation with a sample, changed as a test wants it."""

    def __init__(self, changes=None, headers=None):
        super().__init__()
        self.changes = {"addons.token": put("addon", "token", "addon-token"), **(changes or {})}
        self.headers = headers or {}
        self.asked = []

    async def send(self, request):
        id_ = request.endpoint.id
        self.asked.append(id_)
        headers = Headers(self.headers.get(id_, {}))
        if id_ == "billing.invoices.download":
            return Response(302, headers)
        if id_ not in OPERATIONS:
            return Response(200, headers)
        content = answer_to(id_, full=False)
        if id_ in self.changes:
            body = json.loads(content)
            self.changes[id_](body)
            content = json.dumps(body).encode()
        return Response(200, headers, content)


def put(*path_and_value):
    """Make a change of an answer: `put("app", "links", {...})`."""
    *path, last, value = path_and_value

    def change(body):
        for step in path:
            body = body[step]
        body[last] = value

    return change


async def entered(stream):
    async with stream as events:
        async for _ in events:
            pass


def archive(folder):
    path = folder / "app.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("app/Procfile"), io.BytesIO())
    return path


async def newest_deployment(client, tmp_path):
    await entered(client.deployments.follow("app"))


async def backup(client, tmp_path):
    await client.databases.backups.download("app", "ad-1", "b-1", tmp_path / "b")


async def invoice(client, tmp_path):
    await client.billing.invoices.download("i-1", tmp_path / "i")


async def logs_archive(client, tmp_path):
    (found, *_) = await client.logs.archives.list("app")
    await client.logs.archives.download(found, tmp_path / "l")


async def database_archive(client, tmp_path):
    (found, *_) = await client.databases.logs_archives("app", "ad-1")
    await client.logs.archives.download(found, tmp_path / "l")


async def other_region(client, tmp_path):
    (found, *_) = await client.regions.names()
    await client.region(found).apps.list()


async def upgrade(client, tmp_path):
    await (await client.databases.upgrade("app", "ad-1")).wait()


GOING_ON = {
    "a one-off container": (
        lambda client, _: client.one_offs.run("app", "ls"),
        "apps.run",
        lambda value: put("operation", value),
    ),
    "a terminal": (
        lambda client, _: entered(client.one_offs.terminal("app", "ls")),
        "apps.run",
        lambda value: put("operation", value),
    ),
    "a place to attach to": (
        lambda client, _: client.one_offs.run("app", "ls"),
        "operations.get",
        lambda value: (
            lambda body: body["operation"].update(
                status="done", start_one_off_data={"attach_url": value}
            )
        ),
    ),
    "a stream of deployments": (
        lambda client, _: entered(client.deployments.follow("app", "d-1")),
        "apps.get",
        lambda value: put("app", "links", {"deployments_stream": value}),
    ),
    "the newest deployment": (
        newest_deployment,
        "deployments.list",
        lambda value: put("deployments", 0, "id", value),
    ),
    "the lines of a log": (
        lambda client, _: client.logs.lines("app"),
        "logs.get_url",
        lambda value: put("logs_url", value),
    ),
    "the log of an app": (
        lambda client, _: entered(client.logs.stream("app")),
        "logs.get_url",
        lambda value: put("logs_url", value),
    ),
    "the lines of a database's log": (
        lambda client, _: client.databases.log_lines("app", "ad-1"),
        "databases.logs_url",
        lambda value: put("url", value),
    ),
    "the log of a database": (
        lambda client, _: entered(client.databases.stream_logs("app", "ad-1")),
        "databases.logs_url",
        lambda value: put("url", value),
    ),
    "an archive of logs": (
        logs_archive,
        "logs.archives.list",
        lambda value: put("archives", 0, "url", value),
    ),
    "a database's archive of logs": (
        database_archive,
        "databases.logs_archives",
        lambda value: put("archives", 0, "url", value),
    ),
    "a backup": (
        backup,
        "databases.backups.archive_url",
        lambda value: put("download_url", value),
    ),
    "an upload": (
        lambda client, folder: client.deployments.deploy("app", archive(folder)),
        "sources.create",
        lambda value: put("source", "upload_url", value),
    ),
    "an uploaded source": (
        lambda client, folder: client.deployments.deploy("app", archive(folder)),
        "sources.create",
        lambda value: put("source", "download_url", value),
    ),
    "an upgrade": (
        upgrade,
        "databases.upgrade",
        lambda value: put("operation_id", value),
    ),
    "another region": (
        other_region,
        "regions.list",
        lambda value: (
            lambda body: [region.update(api=value, name="osc-x") for region in body["regions"]]
        ),
    ),
    "another region's databases": (
        other_region,
        "regions.list",
        lambda value: (
            lambda body: [
                region.update(api="https://api.x.scalingo.com", database_api=value, name="osc-x")
                for region in body["regions"]
            ]
        ),
    ),
    "an addon's token": (
        lambda client, _: client.databases.get("app", "ad-1"),
        "addons.token",
        lambda value: put("addon", "token", value),
    ),
    "variables to delete": (
        lambda client, _: client.variables.set("app", {}, delete=["text"]),
        "variables.list",
        lambda value: put("variables", 0, "id", value),
    ),
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.0)


@each("name", GOING_ON)
@each("value", ABSENT)
async def test_the_answer_is_to_blame(name, value, tmp_path):
    call, id_, change = GOING_ON[name]
    transport = Answers({id_: change(value)})
    async with client_of(transport) as client:
        with pytest.raises(ResponseDecodeError) as caught:
            await call(client, tmp_path)
    assert caught.value.path not in {None, ""}
    assert transport.asked[-1] in {id_, "containers.stop", "variables.list"}


async def test_a_file_that_is_nowhere(tmp_path):
    for headers in ({}, {"location": ""}):
        async with client_of(Answers(headers={"billing.invoices.download": headers})) as client:
            with pytest.raises(ResponseDecodeError):
                await client.billing.invoices.download_url("i-1")
            with pytest.raises(ResponseDecodeError):
                await invoice(client, tmp_path)


async def test_a_redirect_to_nowhere(tmp_path):
    there = {"location": "https://files.example.com/i.pdf"}

    class Elsewhere(Answers):
        async def send(self, request):
            if request.url.startswith("https://files.example.com"):
                self.asked.append("file")
                return Response(302, Headers({"location": ""}))
            return await super().send(request)

    transport = Elsewhere(headers={"billing.invoices.download": there})
    async with client_of(transport) as client:
        with pytest.raises(ResponseDecodeError, match="Location is empty"):
            await invoice(client, tmp_path)
    assert transport.asked == ["billing.invoices.download", "file"]


CREDENTIALS = {
    "tokens.exchange": ({"api_token": "tk-us-aaaaaaaa"}, put("token", "")),
    "tokens.login": ({"credential": UserPassword("me", "password")}, put("token", "token", "")),
}


@each("id_", CREDENTIALS)
async def test_a_token_that_is_none(id_):
    settings, change = CREDENTIALS[id_]
    transport = Answers({id_: change})
    async with AsyncClient(
        transport=transport, rate_limit=None, max_retries=0, **settings
    ) as client:
        with pytest.raises(ResponseDecodeError):
            await client.apps.get("app")
    assert transport.asked == [id_]


async def test_an_exchange_that_gives_no_token():
    async with client_of(Answers({"tokens.exchange": put("token", "")})) as client:
        with pytest.raises(ResponseDecodeError):
            await client.tokens.exchange("tk-us-aaaaaaaa")


# -- the other place that names it -----------------------------------------------------------------

URL = "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-7"
PLACES = {
    "operation": ({"operation": "op-7", "operation_url": ""}, {}),
    "operation_url": ({"operation": "", "operation_url": URL}, {}),
    "operation_url alone": ({"operation_url": f"{URL}/?x=1"}, {}),
    "Location": ({"operation": "", "operation_url": ""}, {"location": URL}),
    "Location alone": ({}, {"location": URL}),
    "first of all": ({"operation": "op-7", "operation_url": f"{URL}8"}, {"location": f"{URL}9"}),
}


@each("place", PLACES)
async def test_the_operation_of_a_one_off_container_has_three_places(place):
    body, headers = PLACES[place]
    transport = Answers({"apps.run": lambda answer: answer.update(body)}, {"apps.run": headers})
    async with client_of(transport) as client:
        container = await client.apps.run("app", command="ls")
        assert container.operation_id == "op-7"
        with pytest.raises(OperationTimeoutError, match="operation op-7 of app"):
            await client.one_offs.run("app", "ls", start_timeout=0.05)


@each("first", ["", None])
async def test_a_place_to_attach_to_that_was_named_at_once(first):
    """The platform used to say it with the container."""
    there = {"attach_url": "https://127.0.0.1:1/elsewhere", "operation": "op-7"}
    done = {"status": "done", "start_one_off_data": {"attach_url": first}}
    changes = {
        "apps.run": lambda answer: answer.update(there),
        "operations.get": lambda answer: answer["operation"].update(done),
    }
    async with client_of(Answers(changes)) as client:
        # It is looked at, and is nowhere that a credential may go to.
        with pytest.raises(UntrustedURLError, match=r"127\.0\.0\.1"):
            await client.one_offs.run("app", "ls")


async def test_a_restart_that_names_no_operation_was_done_at_once():
    for headers in ({}, {"location": ""}):
        async with client_of(Answers(headers={"apps.restart": headers})) as client:
            started = await client.apps.restart("app")
            assert (started.id, started.done, await started.wait()) == (None, True, None)


async def test_the_operation_of_an_upgrade_has_two_places():
    there = {"location": "https://db-api.osc-fr1.scalingo.com/api/operations/op-7"}
    transport = Answers(
        {"databases.upgrade": put("operation_id", "")}, {"databases.upgrade": there}
    )
    async with client_of(transport) as client:
        assert (await client.databases.upgrade("app", "ad-1")).operation_id == "op-7"


# -- ids -------------------------------------------------------------------------------------------

WAITED_FOR = {
    "addons.get": "addon",
    "addons.update": "addon",
    "addons.resume": "addon",
    "databases.backups.get": "database_backup",
    "databases.backups.restore": None,
    "databases.operations.get": "operation",
    "databases.pitr_restore": "operation",
    "dedicated_databases.get": "database",
    "deployments.get": "deployment",
    "operations.get": "operation",
}


@each("id_", WAITED_FOR)
@each("bad", ["", "a/b", ".."])
async def test_what_has_no_id_can_not_be_asked_for_again(id_, bad):
    root = WAITED_FOR[id_]
    transport = Answers({id_: put(root, "id", bad) if root else put("id", bad)})
    async with client_of(transport) as client:
        ids, rest = arguments(client, id_)
        found = await method_of(client, id_)(*ids, **rest)
        assert isinstance(found, Waitable)
        with pytest.raises(ResponseDecodeError, match=r"\$\.id") as caught:
            await found.wait(timeout=60)
    assert caught.value.path == "$.id"


def test_every_kind_that_is_waited_for_is_tried():
    tried = {OPERATIONS[id_]["response"]["model"] for id_ in WAITED_FOR}
    # These are asked for by the ids of the call.
    tried |= {"Database", "DatabaseFeatureChange"}
    assert tried == {name for name, kind in ALL.items() if issubclass(kind, Waitable)} - {
        "Waitable"
    }


async def test_apps_without_an_id_go_by_their_name():
    seen = []

    class Apps(Answers):
        async def send(self, request):
            seen.append(request.url.partition("?")[0].rpartition("/v1")[2])
            return await super().send(request)

    change = {"apps.list": lambda body: [
        app.update(id="", name=name, region="", owner={"id": "text", "username": "u", "email": "e"})
        for app, name in zip(body["apps"], ("one", "two"), strict=True)
    ], "collaborators.list_all": put("collaborators", 0, "app_id", "")}  # fmt: skip
    async with (
        client_of(Apps(change)) as client,
        inventory(client, apps=client.apps.list(), concurrency=1) as account,
    ):
        found = [entry async for entry in account]
    assert [entry.errors for entry in found] == [{}, {}]
    assert {"/apps/one/domains", "/apps/two/domains"} <= set(seen)
    assert not any(entry.collaborators for entry in found)


def test_a_frame_without_an_id_is_about_whatever_is_followed():
    for data, kind in (({"content": "x"}, "log"), ({"status": "building"}, "status")):
        frame = json.dumps({"id": "", "type": kind, "data": data})
        assert news_of(read_frame(frame)).deployment_id is None


@each(("about", "asked"), [
    ({"app_id": "", "project_id": ""}, "events.list_for_user"),
    ({"app_id": "", "project_id": "pr-1"}, "events.list_for_project"),
    ({"app_id": "app-1", "project_id": ""}, "events.get"),
])  # fmt: skip
async def test_an_event_about_nothing_is_looked_for_in_the_account(about, asked):
    now = datetime.now(UTC).isoformat()
    event = {"id": "ev-1", "type": "new_app", "created_at": now, "user": None, **about}
    transport = Answers()
    receiver = webhooks.WebhookReceiver("s" * 16)
    async with client_of(transport) as client:
        with pytest.raises(WebhookUnverifiedError):
            await receiver.receive(
                {"content-type": "application/json"},
                json.dumps(event).encode(),
                secret="s" * 16,
                check_back=client,
            )
    assert transport.asked[0] == asked
