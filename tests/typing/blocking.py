"""What type checkers make of the blocking client. Nothing here runs: mypy and pyright read it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_type

from scalingo_async import (
    DeploymentLog,
    DeploymentStatus,
    LogLine,
    OneOffResult,
    RateLimitStatus,
    RawResponse,
    Response,
)
from scalingo_async.blocking import (
    Addon,
    Client,
    DatabaseBackup,
    DatabaseHandle,
    DatabaseOperation,
    Deployment,
    DeploymentStarted,
    Operation,
    Outcomes,
    Page,
    Paginator,
    PendingOperation,
    Terminal,
    WebhookReceiver,
    bulk,
)
from scalingo_async.bulk import Outcome, Report
from scalingo_async.models import App, Domain, Event, User, Variable
from scalingo_async.models import Deployment as AnyDeployment


def clients() -> None:
    with Client("tk-us-token", region="osc-fr1", timeout=5) as client:
        assert_type(client, Client)
        assert_type(client.with_options(timeout=3), Client)
        assert_type(client.region("osc-secnum-fr1"), Client)
        assert_type(Client.from_env(), Client)
        assert_type(client.rate_limit, RateLimitStatus | None)
        assert_type(client.closed, bool)
        assert_type(client.close(), None)
        assert_type(client.request("GET", "/apps"), Response)
    Client(tokn="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def calls(client: Client) -> None:
    assert_type(client.apps.get("app"), App)
    assert_type(client.apps.list(), Paginator[App])
    assert_type(client.apps.list().page(), Page[App])
    assert_type(client.apps.list().page().next(), Page[App] | None)
    assert_type(client.apps.list().page().following, Paginator[App] | None)
    assert_type(client.apps.list().collect(limit=3), list[App])
    assert_type(client.apps.list().pages(), Iterator[Page[App]])
    assert_type([app.name for app in client.apps.list()], list[str])
    assert_type(client.apps.exists("app"), bool)
    assert_type(client.users.self(), User)
    assert_type(client.variables.as_dict("app"), dict[str, str])
    assert_type(client.events.list("app").page()[0], Event)
    assert_type(client.domains.get("app", "id"), Domain)
    assert_type(client.with_raw_response(client.apps.get)("app"), RawResponse[App])
    client.apps.get(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.apps.get("app", tiemout=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def waits(client: Client) -> None:
    assert_type(client.apps.restart("app"), PendingOperation[None])
    assert_type(client.apps.restart("app").wait(timeout=5), Operation | None)
    deployment = client.deployments.get("app", "id")
    assert_type(deployment, Deployment)
    assert_type(deployment.wait(), Deployment)
    known: AnyDeployment = deployment
    assert_type(known.status is None, bool)
    assert_type(client.addons.get("app", "id").wait(), Addon)
    assert_type(client.databases.upgrade("app", "id").wait(), DatabaseOperation)


def databases(client: Client) -> None:
    database = client.database("app", "ad-1")
    assert_type(database, DatabaseHandle)
    assert_type(database.backups.create().wait(), DatabaseBackup)
    assert_type(database.backups.get_by_id("backup"), DatabaseBackup)
    assert_type(database.backups.download("backup", Path("x")), Path)
    database.backups.get_by_id()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def streams(client: Client) -> None:
    with client.logs.stream("app") as lines:
        assert_type(next(lines), LogLine)
        for line in lines:
            assert_type(line.message, str)
    with client.deployments.follow("app") as events:
        for event in events:
            assert_type(event, DeploymentStarted | DeploymentLog | DeploymentStatus)
            if isinstance(event, DeploymentStarted):
                assert_type(event.deployment.wait(), Deployment)
    with client.one_offs.terminal("app", "bash") as terminal:
        assert_type(terminal, Terminal)
        assert_type(next(terminal), bytes)
    assert_type(client.one_offs.run("app", "ls"), OneOffResult)


def many(client: Client, names: list[str]) -> None:
    report = bulk.map(client.apps.get, names).report()
    assert_type(report, Report[str, App])

    def id_of(name: str) -> str:
        return client.apps.get(name).id

    outcomes = bulk.map(id_of, names)
    assert_type(outcomes, Outcomes[str, str])
    for outcome in outcomes:
        assert_type(outcome, Outcome[str, str])
    with client.bulk(concurrency=3) as job:
        assert_type(job.map(client.apps.restart, names), Outcomes[str, PendingOperation[None]])
    with bulk.inventory(client) as account:
        assert_type([entry.variables for entry in account], list[tuple[Variable, ...] | None])
    assert_type(bulk.all_apps(client), Iterator[App])


class Remembered:
    def add(self, event_id: str) -> bool:
        return bool(event_id)

    def discard(self, event_id: str) -> None: ...


def webhooks(receiver: WebhookReceiver, headers: Mapping[str, str], client: Client) -> None:
    assert_type(receiver.receive(headers, b"", secret="x", check_back=client), Event | None)
    WebhookReceiver("x", seen=Remembered())
    receiver.deliver(lambda event: print(event.id), headers, b"", secret="x")
