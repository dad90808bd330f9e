"""`client.notifiers`: active unless it is said otherwise."""

import json

import pytest
from api_facts import answer_to
from platform_routes import connected


@pytest.mark.anyio
async def test_a_notifier_is_active_unless_it_is_said_otherwise(platform):
    platform.answers("notifiers.create", answer_to("notifiers.create"))
    async with connected() as client:
        settings = {"webhook_url": "https://example.com/?token=t", "emails": ["a@b.c"]}
        await client.notifiers.create("a", platform_id="p", name="n", type_data=settings)
    (request,) = platform.requests
    assert json.loads(request.content)["notifier"] == {
        "platform_id": "p",
        "name": "n",
        "active": True,
        "type_data": settings,
    }
