"""`client.notification_platforms`: found by name."""

import pytest
from platform_routes import connected

pytestmark = pytest.mark.anyio


async def test_a_notification_platform_is_found_by_its_name(platform):
    slack = {
        "id": "n1",
        "name": "slack",
        "display_name": "Slack",
        "logo_url": "",
        "description": "",
        "available_event_ids": None,
    }
    platform.answers("notification_platforms.list", {"notification_platforms": [slack]})
    async with connected() as client:
        found = await client.notification_platforms.find("slack")
        assert found is not None
        assert found.id == "n1"
        assert await client.notification_platforms.find("pigeon") is None
