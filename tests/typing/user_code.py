"""Forty expressions that users write most, and what type checkers make of them. Nothing here runs.

What is asked of a call stands in the other files; here are the values that come back, as programs
take them apart, put them into lists and dicts, and hand them to functions of their own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_type

from scalingo_async import (
    APIStatusError,
    AsyncClient,
    NotFoundError,
    OneOffResult,
    Page,
    RateLimitError,
    ScalingoError,
    bulk,
)
from scalingo_async.models import (
    Addon,
    App,
    Collaborator,
    Deployment,
    Domain,
    Operation,
    User,
    Variable,
)


async def apps(client: AsyncClient) -> None:
    app = await client.apps.get("my-app")
    assert_type(app.id, str)
    assert_type(app.name, str)
    assert_type(app.force_https, bool | None)
    assert_type(await client.apps.exists("my-app"), bool)
    page = await client.apps.list()
    assert_type([app.name for app in page], list[str])
    assert_type({app.name: app for app in page}, dict[str, App])
    assert_type([app async for app in client.apps.list() if app.status == "running"], list[App])
    assert_type(next((app for app in page if app.name == "my-app"), None), App | None)
    assert_type(sorted(page, key=lambda app: app.name), list[App])
    assert_type(max(page, key=lambda app: app.name), App)
    assert_type(page[-1].name, str)
    assert_type(len(page), int)


async def around_an_app(client: AsyncClient) -> None:
    variables = await client.variables.list("my-app")
    assert_type({each.name: each.value for each in variables}, dict[str, str])
    assert_type(await client.variables.list("my-app"), Page[Variable])
    assert_type([domain.name async for domain in client.domains.list("my-app")], list[str])
    assert_type(await client.domains.list("my-app"), Page[Domain])
    assert_type(await client.collaborators.list("my-app"), Page[Collaborator])
    assert_type([addon.id async for addon in client.addons.list("my-app")], list[str])
    assert_type(await client.addons.list("my-app"), Page[Addon])
    types = await client.containers.types.list("my-app")
    assert_type({kind.name: kind.amount for kind in types}, dict[str, int])
    assert_type(sum(kind.amount for kind in types), int)


async def work(client: AsyncClient) -> None:
    deployment = await client.deployments.get("my-app", "d-1")
    assert_type(deployment.created_at, datetime)
    assert_type(deployment.duration, timedelta | None)
    assert_type(await client.deployments.latest("my-app"), Deployment | None)
    scaled = await client.apps.scale("my-app", containers={"web": 2})
    assert_type([kind.amount for kind in scaled.value], list[int])
    assert_type((await client.apps.restart("my-app")).done, bool)
    assert_type(await (await client.operations.get("my-app", "op-1")).wait(), Operation)
    result = await client.one_offs.run("my-app", "rails db:migrate")
    assert_type(result, OneOffResult)
    assert_type(result.output.decode(), str)
    assert_type(result.exit_code == 0, bool)


async def failures(client: AsyncClient) -> App | None:
    try:
        return await client.apps.get("my-app")
    except NotFoundError as error:
        assert_type(error.message, str)
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except APIStatusError as error:
        assert_type(error.status_code, int | None)
    except ScalingoError as error:
        assert_type(error.request_id, str | None)
    return None


async def many(client: AsyncClient, apps: Sequence[App]) -> None:
    report = await bulk.map(client.apps.get, [app.name for app in apps])
    assert_type([each.value for each in report if each.ok], list[App | None])
    assert_type({each.item: each.error for each in report}, dict[str, Exception | None])
    assert_type(report.summary.errors, tuple[Exception, ...])


async def account(client: AsyncClient) -> None:
    user = await client.users.self()
    assert_type(user, User)
    assert_type(user.username, str)
    raw = await client.with_raw_response(client.apps.get)("my-app")
    assert_type(raw.headers["x-request-id"], str)
