"""`client.events`: types by name, and spans of hours."""

import pytest
from platform_routes import connected

from scalingo_async import InvalidArgumentError

pytestmark = pytest.mark.anyio


async def test_event_types_are_found_by_their_names(platform):
    types = [
        {"id": f"t{n}", "category_id": "c", "name": name, "description": ""}
        for n, name in enumerate(("app_deployed", "app_crashed"))
    ]
    platform.answers("events.types.list", {"event_types": types})
    async with connected() as client:
        found = await client.events.types.by_name("app_crashed", "app_deployed")
        assert [kind.id for kind in found] == ["t1", "t0"]
        with pytest.raises(InvalidArgumentError, match="deployment; choose from app_crashed"):
            await client.events.types.by_name("deployment")


async def test_a_span_of_hours_is_one_answer_whatever_its_page_data_say(platform):
    pages = {"current_page": 1, "next_page": 2, "total_pages": 9, "total_count": 9}
    event = {"id": "e1", "created_at": "2026-01-01T00:00:00Z", "type": "restart"}
    route = platform.answers("events.list", {"events": [event], "meta": {"pagination": pages}})
    async with connected() as client:
        assert len(await client.events.list("my-app", from_=5).collect()) == 1
    assert route.call_count == 1
