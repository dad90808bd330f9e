"""`client.addons`: found by provider, plans by name."""

import pytest
from api_facts import sample_of
from platform_routes import Platform, connected
from tables import each

from scalingo_async import NotFoundError

pytestmark = pytest.mark.anyio


@each(
    ("wanted", "found"),
    [("PostgreSQL", "ad-1"), ("postgresql", "ad-1"), ("redis® oss", "ad-2"), ("mysql", None)],
)
async def test_an_addon_is_found_by_its_provider(
    wanted: str, found: str | None, platform: Platform
):
    addons = [
        sample_of("Addon", full=False)
        | {"id": id_, "addon_provider": {"id": provider, "name": name}}
        for id_, provider, name in (
            ("ad-0", "mongo", "MongoDB®"),
            ("ad-1", "postgresql", "PostgreSQL"),
            ("ad-2", "redis", "Redis® OSS"),
        )
    ]
    route = platform.answers("addons.list", {"addons": addons})
    async with connected() as client:
        addon = await client.addons.find("my-app", wanted)
    assert (addon.id if addon else None) == found
    assert route.call_count == 1


@each("name", ["postgresql-starter-512", "starter-512", "huge"])
async def test_a_plan_is_found_by_its_name(name: str, platform: Platform):
    plan = {"id": "p1", "name": "postgresql-starter-512", "display_name": "Starter 512M"}
    platform.answers("addons.providers.plans", {"plans": [plan]})
    async with connected() as client:
        plan = await client.addons.providers.find_plan("postgresql", name)
    assert (plan.id if plan else None) == (None if name == "huge" else "p1")


def no_such_provider(platform: Platform, status: int = 200) -> None:
    """Let the platform know no provider that it is asked for, and list those that there are."""
    known = [{"id": "redis", "name": "Redis"}, {"id": "postgresql", "name": "PostgreSQL"}]
    refusal = {"resource": "addon_provider", "error": "not found"}
    platform.answers("addons.providers.plans", refusal, 404)
    platform.also("addons.providers.list", {"addon_providers": known}, status)


async def test_a_provider_that_is_not_known_is_an_error_that_names_the_others(platform: Platform):
    no_such_provider(platform)
    async with connected() as client:
        with pytest.raises(NotFoundError) as caught:
            await client.addons.providers.find_plan("postgres", "starter-512")
    said = "no addon provider 'postgres'; choose one of postgresql, redis"
    assert caught.value.message == said
    assert said in str(caught.value)
    assert caught.value.resource == "addon_provider"
    assert len(platform.requests) == 2


async def test_the_error_stays_when_nobody_knows_the_others(platform: Platform):
    no_such_provider(platform, status=503)
    async with connected() as client:
        with pytest.raises(NotFoundError, match="addon_provider not found"):
            await client.addons.providers.find_plan("postgres", "starter-512")
