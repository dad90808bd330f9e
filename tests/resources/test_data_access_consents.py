"""`client.data_access_consents`: dates that may be left out."""

import json
from datetime import UTC, datetime

import pytest
from api_facts import answer_to
from platform_routes import connected

AWARE = datetime(2030, 1, 2, tzinfo=UTC)


@pytest.mark.anyio
async def test_dates_of_a_consent_may_be_left_out_or_null(platform):
    for method in ("create", "update"):
        platform.also(f"data_access_consents.{method}", answer_to("data_access_consents.create"))
    async with connected() as client:
        await client.data_access_consents.create("a", databases_until=AWARE, containers_until=None)
        await client.data_access_consents.update("a", databases_until=AWARE)
    sent = [json.loads(r.content)["data_access_consent"] for r in platform.requests]
    when = "2030-01-02T00:00:00+00:00"
    assert sent == [
        {"databases_until": when, "containers_until": None},
        {"databases_until": when},
    ]
