"""What type checkers make of streams, files and bulk work. Nothing here runs."""

from functools import partial
from pathlib import Path
from typing import assert_never, assert_type

from scalingo_async import (
    AppRef,
    AsyncClient,
    DeploymentEvent,
    DeploymentLog,
    DeploymentStarted,
    DeploymentStatus,
    DeploymentStream,
    DeployProgress,
    LogLine,
    LogStream,
    OneOffResult,
    Page,
    PendingOperation,
    Progress,
    RawResponse,
    Terminal,
    bulk,
)
from scalingo_async.models import (
    Addon,
    App,
    Container,
    ContainerType,
    Deployment,
    Domain,
    LogsArchive,
)


async def following(client: AsyncClient) -> None:
    stream = client.logs.stream("my-app", n=10, filter="web", via="sse")
    assert_type(stream, LogStream)
    async with stream as lines:
        assert_type(lines, LogStream)
        assert_type(await anext(lines), LogLine)
        async for line in lines:
            assert_type(line.message, str)
        assert_type(lines.reconnects, int)
    assert_type(await client.logs.lines("my-app"), list[LogLine])
    assert_type(client.databases.stream_logs("my-app", "ad-1"), LogStream)
    shop = client.database("my-app", "ad-1")
    assert_type(shop.stream_logs(n=5), LogStream)
    assert_type(await shop.log_lines(), list[LogLine])

    client.logs.stream("my-app", via="ftp")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.logs.stream("my-app", 10)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def deploying(client: AsyncClient) -> None:
    def show(progress: DeployProgress) -> None:
        assert_type(progress.done, int)

    deployment = await client.deployments.deploy("my-app", Path("shop"), on_progress=show)
    assert_type(deployment, Deployment)
    assert_type(await client.deployments.deploy("my-app", branch="main"), Deployment)
    async with client.deployments.follow("my-app", deployment.id) as events:
        assert_type(events, DeploymentStream)
        assert_type(events.status, str | None)
        async for event in events:
            assert_type(event, DeploymentEvent)
            match event:
                case DeploymentStarted(deployment=started):
                    assert_type(started, Deployment)
                case DeploymentLog(content=text):
                    assert_type(text, str)
                case DeploymentStatus(status=status):
                    assert_type(status, str)
                case _:
                    assert_never(event)


async def running(client: AsyncClient) -> None:
    result = await client.one_offs.run("my-app", ["echo", "hello"], check=True, env={"A": "1"})
    assert_type(result, OneOffResult)
    assert_type(result.exit_code, int | None)
    assert_type(result.output, bytes)
    assert_type(result.container, Container)
    async with client.one_offs.terminal("my-app", "bash", columns=80, rows=24) as terminal:
        assert_type(terminal, Terminal)
        assert_type(await terminal.receive(), bytes)
        assert_type(await terminal.send(b"exit\n"), None)
        async for data in terminal:
            assert_type(data, bytes)
        assert_type(await terminal.wait(), int)

    await client.one_offs.run("my-app")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def transferring(client: AsyncClient, archive: LogsArchive) -> None:
    def show(progress: Progress) -> None:
        assert_type(progress.fraction, float | None)

    shop = client.database("my-app", "ad-1")
    assert_type(await shop.backups.download("b-1", "x.tar.gz", on_progress=show), Path)
    assert_type(await client.logs.archives.download(archive, Path("x"), resume=True), Path)
    assert_type(await client.billing.invoices.download("i-1", "x.pdf"), Path)
    source = await client.sources.create()
    assert_type(await client.sources.upload(source.upload_url, "x.tar.gz"), None)

    await shop.backups.download("b-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def resized(app: App, *, size: str) -> int:
    return len(app.name + size)


async def in_bulk(client: AsyncClient, names: list[str], apps: list[App]) -> None:
    report = await bulk.map(client.apps.get, names, journal="apps.jsonl", dry_run=False)
    assert_type(report, bulk.Report[str, App])
    assert_type(report[0].unwrap(), App)
    assert_type(report.summary.done, int)
    async with bulk.map(client.apps.get, names) as outcomes:
        async for outcome in outcomes:
            assert_type(outcome, bulk.Outcome[str, App])
            assert_type(outcome.value, App | None)
            assert_type(outcome.error, Exception | None)
    async for app in bulk.all_apps(client):
        assert_type(app, App)
        assert_type(app.ref, AppRef)
        assert_type(app.ref.region, str | None)
    assert_type(bulk.estimate(500, client), float)
    assert_type(bulk.estimate(apps, client, wait=True, requests_per_item=2.5), float)

    await bulk.map(client.apps.get, [1, 2])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]


async def over_apps(client: AsyncClient, apps: list[App], refs: list[AppRef]) -> None:
    """A method takes apps where it takes a name; what it returns keeps its type."""
    restarted = await bulk.map(client.apps.restart, apps)
    assert_type(restarted, bulk.Report[App, PendingOperation[None]])
    some = await bulk.map(client.apps.restart, apps, scope=["web"], wait=30.0, concurrency=3)
    assert_type(some, bulk.Report[App, PendingOperation[None]])
    listed = await bulk.map(client.domains.list, bulk.all_apps(client))
    assert_type(listed, bulk.Report[App, Page[Domain]])
    got = await bulk.map(client.apps.get, client.apps.list())
    assert_type(got, bulk.Report[App, App])
    assert_type(await bulk.map(client.apps.get, refs), bulk.Report[AppRef, App])
    raw = await bulk.map(client.with_raw_response(client.apps.get), apps)
    assert_type(raw, bulk.Report[App, RawResponse[App]])
    with_scope = await bulk.map(partial(client.apps.restart, scope=["web"]), apps)
    assert_type(with_scope, bulk.Report[App, PendingOperation[None]])
    assert_type(await bulk.map(resized, apps, size="M"), bulk.Report[App, int])
    async with client.bulk(wait=True) as job:
        of_job = await job.map(client.apps.restart, apps, scope=["web"])
        assert_type(of_job, bulk.Report[App, PendingOperation[None]])
        assert_type(await job.map(resized, apps, size="M"), bulk.Report[App, int])
        assert_type(await job.map(client.apps.get, refs), bulk.Report[AppRef, App])
        await job.map(resized, apps, size=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


async def with_lambdas(client: AsyncClient, names: list[str], apps: list[App]) -> None:
    types = await bulk.map(lambda name: client.containers.types.list(name), names)
    assert_type(types, bulk.Report[str, Page[ContainerType]])
    got = await bulk.map(lambda app: client.apps.get(app.ref), apps, journal="apps.jsonl")
    assert_type(got, bulk.Report[App, App])
    named = await bulk.map(lambda app: client.domains.list(app.name), bulk.all_apps(client))
    assert_type(named, bulk.Report[App, Page[Domain]])
    pairs = await bulk.map(lambda pair: client.addons.get(*pair), [("app", "addon")])
    assert_type(pairs, bulk.Report[tuple[str, str], Addon])
    async with client.bulk() as job:
        of_job = await job.map(lambda name: client.containers.types.list(name), names)
        assert_type(of_job, bulk.Report[str, Page[ContainerType]])
        async for outcome in job.map(lambda app: client.apps.get(app.ref), apps):
            assert_type(outcome, bulk.Outcome[App, App])
