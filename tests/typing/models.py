"""What type checkers make of attributes. Nothing here runs: mypy and pyright read it."""

from datetime import datetime
from typing import assert_type

from scalingo_async import AsyncClient
from scalingo_async.models import (
    Addon,
    AddonSummary,
    App,
    AppProject,
    AppSummary,
    ChildApp,
    DatabaseFeature,
    EventUser,
)


async def what_is_always_there(client: AsyncClient) -> None:
    app = await client.apps.get("my-app")
    assert_type(app.id, str)
    assert_type(app.name, str)
    assert_type(app.region, str)
    assert_type(app.created_at, datetime)
    assert_type(app.updated_at, datetime)
    assert_type(app.url, str)
    assert_type(app.git_url, str)
    assert_type(app.owner.email, str)
    assert_type(app.links.deployments_stream, str)
    print(app.region, app.force_https, app.created_at.tzinfo)

    addon = await client.addons.get("my-app", "ad-1")
    assert_type(addon.app_id, str)
    print(addon.status.upper())
    assert_type(addon.plan.name, str)
    assert_type(addon.addon_provider.id, str)

    project = await client.projects.get("pr-1")
    assert_type(project.owner.username, str)
    assert_type(project.created_at.year, int)
    alert = await client.alerts.get("my-app", "al-1")
    assert_type(alert.limit, float)
    assert_type(alert.disabled, bool)
    database = await client.databases.get("my-app", "ad-1")
    assert_type(database.features, list[DatabaseFeature])
    assert_type(database.periodic_backups_scheduled_at, list[int])
    for container in await client.containers.list("my-app"):
        assert_type(container.created_at, datetime)
        assert_type(container.type_index, int)
    async for event in client.events.list("my-app"):
        assert_type(event.user, EventUser | None)
        if event.user is not None:
            assert_type(event.user.username, str)


async def what_may_be_missing(client: AsyncClient) -> None:
    app = await client.apps.get("my-app")
    assert_type(app.project, AppProject | None)
    assert_type(app.last_deployed_at, datetime | None)
    print(app.last_deployed_at.year)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def about(app: AppSummary) -> str:
    return f"{app.name} ({app.id})"


async def short_forms(client: AsyncClient) -> None:
    print(about(await client.apps.get("my-app")))
    async for child in client.apps.children.list("my-app"):
        assert_type(child, ChildApp)
        assert_type(child.parent_app_name, str)
        print(about(child))
        print(child.owner)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    one_off = await client.apps.run("my-app", command="date")
    assert_type(one_off.app, AppSummary | None)
    assert_type((await client.logs.get_url("my-app")).app, AppSummary | None)
    database = await client.dedicated_databases.get("my-db")
    assert_type(database.app, AppSummary | None)
    assert_type(database.addon, Addon | None)
    for usage in await client.billing.usage():
        for row in usage.addon_usages or []:
            assert_type(row.addon, AddonSummary)
            assert_type(row.addon.plan.name, str)


def is_whole(app: AppSummary) -> bool:
    return isinstance(app, App) and app.owner.email != ""
