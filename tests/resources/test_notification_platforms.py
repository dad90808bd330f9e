"""`client.notification_platforms`: found by name."""

import pytest

from .answers import Answer, client_with

pytestmark = pytest.mark.anyio


async def test_a_notification_platform_is_found_by_its_name():
    answer = Answer(
        {
            "notification_platforms": [
                {
                    "id": "n1",
                    "name": "slack",
                    "display_name": "Slack",
                    "logo_url": "",
                    "description": "",
                    "available_event_ids": None,
                }
            ]
        }
    )
    async with client_with(answer) as client:
        platform = await client.notification_platforms.find("slack")
        assert platform is not None
        assert platform.id == "n1"
        assert await client.notification_platforms.find("pigeon") is None
