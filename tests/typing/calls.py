"""What type checkers make of calls. Nothing here runs: mypy and pyright read it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, assert_type

from scalingo_async import (
    APIToken,
    AsyncClient,
    ClientOptions,
    DeploymentFailedError,
    Handler,
    LogEvents,
    Middleware,
    OneOffResult,
    OperationFailedError,
    OperationTimeoutError,
    Page,
    Paginator,
    PendingOperation,
    RateLimitStatus,
    RawResponse,
    Request,
    RequestOptions,
    Response,
    Secret,
    Terminal,
    Timeout,
    UserPassword,
)
from scalingo_async.models import (
    Addon,
    App,
    Container,
    ContainerType,
    Database,
    DatabaseBackup,
    DatabaseBackupRestoration,
    DatabaseFeatureChange,
    DatabaseOperation,
    DatabaseUpgrade,
    DedicatedDatabase,
    Deployment,
    Domain,
    Event,
    LogsArchive,
    LogsUrl,
    Operation,
    PaginationMeta,
    ProviderApp,
    Token,
    User,
    Variable,
)
from scalingo_async.resources.databases.handle import DatabaseHandle
from scalingo_async.types import JSONValue
from scalingo_async.webhooks import WebhookReceiver


async def making_clients() -> None:
    client = AsyncClient("tk-us-token", region="osc-fr1", timeout=5, rate_limit="60/60s")
    assert_type(client, AsyncClient)
    assert_type(AsyncClient(credential=APIToken("tk"), rate_limit=None), AsyncClient)
    assert_type(AsyncClient(credential=UserPassword("a", "b", otp="1")), AsyncClient)
    assert_type(AsyncClient.from_env(cli_login=True, timeout=Timeout(read=None)), AsyncClient)
    assert_type(client.with_options(max_retries=0, deadline=None), AsyncClient)
    assert_type(client.region("osc-secnum-fr1"), AsyncClient)
    assert_type(client.rate_limit, RateLimitStatus | None)
    async with client as entered:
        assert_type(entered, AsyncClient)
    options: ClientOptions = {"timeout": None, "rate_limit": (60, 60.0), "headers": {"a": "b"}}
    client.with_options(**options)

    AsyncClient(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AsyncClient(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.with_options(region="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def calling(client: AsyncClient) -> None:
    assert_type(await client.users.self(), User)
    assert_type(await client.tokens.create(name="n", otp="123456"), Token)
    assert_type(await client.tokens.exchange(Secret("tk")), Secret)
    app = await client.apps.get("my-app", timeout=5, deadline=None, max_retries=0, max_wait=1)
    assert_type(app, App)
    assert_type(await client.apps.create(name="my-app", dry_run=True), App)
    assert_type(await client.apps.update("my-app", force_https=None), App)
    assert_type(await client.apps.delete("my-app", current_name="my-app"), None)
    assert_type(await client.apps.run("my-app", command="ls"), Container)
    assert_type(await client.variables.create("my-app", name="A", value=Secret("v")), Variable)
    assert_type(
        await client.variables.bulk_update("my-app", variables={"A": "v"}), Sequence[Variable]
    )
    assert_type(await client.addons.create("a", addon_provider_id="p", plan_id="q"), Addon)
    assert_type(await client.databases.get("my-app", "ad-1"), Database)
    assert_type(await client.databases.backups.create("my-app", "ad-1"), DatabaseBackup)
    assert_type(await client.domains.create("my-app", name="n"), Domain)
    assert_type(await client.deployments.output("my-app", "d-1"), str)
    assert_type(await client.logs.get_url("my-app"), LogsUrl)
    assert_type(await client.operations.get("my-app", "op-1"), Operation)
    options: RequestOptions = {"timeout": 5, "headers": {"x-name": "value"}}
    assert_type(await client.apps.get("my-app", **options), App)

    await client.apps.get()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.apps.get(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.apps.get("a", tries=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.apps.get("a", timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.apps.create("my-app")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def calling_with_secrets(client: AsyncClient, receiver: WebhookReceiver) -> None:
    """Methods whose arguments are concealed keep their types."""
    assert_type(await client.variables.create("a", name="A", value="v", timeout=5), Variable)
    create = client.variables.create
    raw = await client.with_raw_response(create)("a", name="A", value="v", max_retries=0)
    assert_type(raw, RawResponse[Variable])
    assert_type(await client.apps.run("a", command="ls", env={"A": "v"}), Container)
    assert_type(await client.one_offs.run("a", "ls", input=b"x", files=["x"]), OneOffResult)
    async with client.one_offs.terminal("a", "ls", env={"A": "v"}) as terminal:
        assert_type(terminal, Terminal)
    assert_type(client.logs.stream_sse(Secret("https://…")), LogEvents)
    assert_type(client.provider_apps.list(username="u", password="p"), Paginator[ProviderApp])
    assert_type(await client.request("GET", "/apps", query={"page": 1}), Response)
    assert_type(await receiver.receive({}, b"", secret="s"), Event | None)
    assert_type(receiver.admit({}, secret=Secret("s")), None)

    await client.variables.create("a", name="A")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.variables.create("a", name="A", value=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.variables.create("a", name="A", value="v", tries=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.logs.stream_sse(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    receiver.admit({}, "s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def listing(client: AsyncClient) -> None:
    listed = client.apps.list()
    assert_type(listed, Paginator[App])
    page = await listed
    assert_type(page, Page[App])
    assert_type(page[0], App)
    assert_type(page[:2], list[App])
    assert_type(page.items, list[App])
    assert_type(page.meta, PaginationMeta | None)
    assert_type(await page.next(), Page[App] | None)
    assert_type(await listed.collect(limit=5), list[App])
    assert_type(listed.pages(max_pages=2), AsyncIterator[Page[App]])
    async for app in listed:
        assert_type(app, App)
    async for deployment in client.deployments.list("my-app", per_page=5):
        assert_type(deployment, Deployment)
    assert_type(await client.containers.types.list("my-app"), Page[ContainerType])
    assert_type(client.logs.archives.list("my-app", cursor="c"), Paginator[LogsArchive])


async def operating(client: AsyncClient) -> None:
    started = await client.apps.restart("my-app", scope=["web"])
    assert_type(started, PendingOperation[None])
    assert_type(await started.wait(timeout=5), Operation | None)
    scaled = await client.apps.scale("my-app", containers=[{"name": "web", "amount": 2}])
    assert_type(scaled, PendingOperation[list[ContainerType]])
    assert_type(scaled.value, list[ContainerType])
    assert_type(await client.operations.get_by_url("https://…"), Operation)


async def waiting(client: AsyncClient) -> None:
    deployment = await client.deployments.create("my-app", source_url="https://…")
    assert_type(await deployment.wait(), Deployment)
    assert_type(await deployment.wait(timeout=None, on_progress=print), Deployment)
    addon = await client.addons.update("my-app", "ad-1", plan_id="p")
    assert_type(await addon.wait(timeout=5), Addon)
    database = client.database("my-app", "ad-1")
    assert_type(await (await database.get()).wait(), Database)
    backup = await (await database.backups.create()).wait()
    assert_type(backup, DatabaseBackup)
    assert_type(await (await database.backups.restore(backup.id)).wait(), DatabaseBackupRestoration)
    assert_type(await (await database.enable_feature(name="f")).wait(), DatabaseFeatureChange)
    upgrade = await database.upgrade()
    assert_type(upgrade, DatabaseUpgrade)
    assert_type(await upgrade.wait(), DatabaseOperation)
    assert_type(await database.operations.get_by_url("https://…"), DatabaseOperation)
    assert_type(await (await client.operations.get("a", "op-1")).wait(), Operation)
    made = await client.dedicated_databases.get("my-database")
    assert_type(await made.wait(), DedicatedDatabase)
    async for item in client.deployments.list("my-app"):
        assert_type(await item.wait(), Deployment)

    def show(state: Deployment) -> None:
        assert_type(state, Deployment)

    await deployment.wait(on_progress=show)
    await addon.wait(on_progress=show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await addon.wait(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await deployment.wait(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def failing(
    failed: OperationFailedError[Addon],
    deployment: DeploymentFailedError,
    late: OperationTimeoutError[DatabaseBackup],
    any_of_them: OperationFailedError,
) -> None:
    assert_type(failed.thing, Addon)
    assert_type(failed.operation, Operation | None)
    assert_type(late.thing, DatabaseBackup)
    assert_type((late.looks, late.held), tuple[int, float])
    assert_type(any_of_them.thing, Any)
    assert_type(deployment.thing, Deployment)
    assert_type(deployment.deployment, Deployment)
    assert_type(deployment.output, str)
    error: OperationFailedError[Deployment] = deployment
    assert_type(error.thing, Deployment)
    wider: OperationFailedError[Deployment | Addon] = deployment
    failing(failed, deployment, late, wider)

    print(failed.thing.nonsense)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    failing(deployment, deployment, late, failed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def catching(addon: Addon, deployment: Deployment) -> None:
    try:
        await addon.wait()
    except DeploymentFailedError as error:
        print(error.thing.status)
        assert_type(error.thing, Deployment)
    except OperationFailedError as error:
        # Which of all things it is nobody knows here.
        print(error.thing.status)
        failed: Addon = error.thing
        print(failed.status)
        if isinstance(error.thing, Deployment):
            assert_type(error.thing, Deployment)
    except OperationTimeoutError as error:
        print(error.thing.status, error.looks)
    try:
        await deployment.wait()
    except* OperationFailedError as group:
        for each in group.exceptions:
            print(each)


async def looking_at_answers(client: AsyncClient) -> None:
    get = client.with_raw_response(client.apps.get)
    raw = await get("my-app", timeout=5)
    assert_type(raw, RawResponse[App])
    assert_type(raw.value, App)
    assert_type(raw.request_id, str | None)
    listed = await client.with_raw_response(client.apps.list)()
    assert_type(listed, RawResponse[Page[App]])
    response = await client.request("GET", "/apps", query={"page": 1}, json={"a": [1, None]})
    assert_type(response, Response)

    await get(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def counting(request: Request, call_next: Handler) -> Response:
    return await call_next(request)


def extending() -> Sequence[Middleware]:
    AsyncClient("tk", middlewares=[counting])
    return [counting]


def models(app: App, variable: Variable) -> None:
    assert_type(app.name, str)
    assert_type(variable.value, str)
    assert_type(app.extra["new"], JSONValue)
    status: Literal["pending", "running", "done", "error"] | str = Operation(
        id="op-1", status="done"
    ).status
    assert_type(status, str)


AwaitableOf = Callable[[Mapping[str, str]], Awaitable[App]]


async def finding(client: AsyncClient) -> None:
    domains = client.domains.list("my-app")
    assert_type(await domains.find(name="www.example.com"), Domain | None)
    assert_type(await domains.find(name="www.example.com", required=False), Domain | None)
    assert_type(await domains.find(name="www.example.com", required=True), Domain)
    assert_type(await domains.first(), Domain | None)
    assert_type(await domains.first(lambda domain: domain.canonical), Domain | None)
    assert_type(await domains.first(lambda domain: domain.canonical, required=True), Domain)
    assert_type(await client.databases.find("my-app", "redis"), DatabaseHandle)
    assert_type(
        await client.databases.find("my-app", "redis", required=False), DatabaseHandle | None
    )
    assert_type(await client.addons.find("my-app", "redis"), Addon | None)
    assert_type(await client.addons.find("my-app", "redis", required=True), Addon)
    database = client.database("my-app", "ad-1")
    assert_type(await database.backups.latest(status="done"), DatabaseBackup | None)
    assert_type(await client.apps.create(name="my-app", stack="scalingo-24", project="shop"), App)
    assert_type(await client.addons.create("my-app", provider="redis", plan="starter-512"), Addon)
    async for drain in client.log_drains.list("my-app"):
        await client.log_drains.delete("my-app", drain)
