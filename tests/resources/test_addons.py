"""`client.addons`: found by provider, plans by name."""

import pytest
from tables import each

from .answers import Answer, client_with

pytestmark = pytest.mark.anyio


@each(
    ("wanted", "found"),
    [("PostgreSQL", "ad-1"), ("postgresql", "ad-1"), ("redis® oss", "ad-2"), ("mysql", None)],
)
async def test_an_addon_is_found_by_its_provider(wanted: str, found: str | None):
    answer = Answer(
        {
            "addons": [
                {"id": "ad-0"},
                {"id": "ad-1", "addon_provider": {"id": "postgresql", "name": "PostgreSQL"}},
                {"id": "ad-2", "addon_provider": {"id": "redis", "name": "Redis® OSS"}},
            ]
        }
    )
    async with client_with(answer) as client:
        addon = await client.addons.find("my-app", wanted)
    assert (addon.id if addon else None) == found
    assert answer.count == 1


@each("name", ["postgresql-starter-512", "starter-512", "huge"])
async def test_a_plan_is_found_by_its_name(name: str):
    answer = Answer(
        {"plans": [{"id": "p1", "name": "postgresql-starter-512", "display_name": "Starter 512M"}]}
    )
    async with client_with(answer) as client:
        plan = await client.addons.providers.find_plan("postgresql", name)
    assert (plan.id if plan else None) == (None if name == "huge" else "p1")
