"""What people write over and over: variables as a dict, finding things by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sandbox_client import client_of as sandbox_client
from tables import each

from scalingo_async import AsyncClient, Headers, InvalidArgumentError, Request
from scalingo_async.request import Response
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


def calls(sandbox: Sandbox) -> list[str]:
    return [
        record.operation for record in sandbox.requests if record.operation != "tokens.exchange"
    ]


async def test_variables_are_a_dict():
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with sandbox_client(sandbox) as client:
        await client.variables.set(app, {"A": "1", "B": "2"})
        found = await client.variables.as_dict(app)
    assert found["A"] == "1"
    assert found["B"] == "2"


async def test_setting_and_deleting_take_the_fewest_requests():
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with sandbox_client(sandbox) as client:
        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1", "B": "2", "C": "3"})
        assert [v.name for v in changes.updated] == ["A", "B", "C"]
        assert calls(sandbox) == ["variables.bulk_update"]

        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1", "D": "4"}, delete=["B", "MISSING"])
        assert [v.name for v in changes.updated] == ["D"]
        assert changes.deleted == ("B",)
        assert calls(sandbox) == [
            "variables.list",
            "variables.bulk_update",
            "variables.bulk_delete",
        ]

        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1"}, delete=["B"])
        assert (changes.updated, changes.deleted) == ((), ())
        assert calls(sandbox) == ["variables.list"]

        sandbox.forget_requests()
        assert (await client.variables.set(app, {}, delete=["C"])).deleted == ("C",)
        assert calls(sandbox) == ["variables.list", "variables.bulk_delete"]
        left = await client.variables.as_dict(app)
        assert {"A", "D"} <= left.keys()
        assert not {"B", "C"} & left.keys()


@each(
    ("variables", "delete", "said"),
    [
        ({}, [], "nothing to set"),
        ({"A": "1"}, ["A"], "A: to be set and to be deleted"),
        ({"_A": "1"}, [], "_A"),
        ({"A": "1"}, ["B-C"], "B-C"),
        ({"A": "1"}, "BC", "must be names"),
        ({"A": 5}, [], "str"),
    ],
)
async def test_wrong_variables_are_refused_before_anything_is_sent(
    variables: Any, delete: Any, said: str
):
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with sandbox_client(sandbox) as client:
        with pytest.raises(InvalidArgumentError, match=said):
            await client.variables.set("my-app", variables, delete=delete)
    assert list(sandbox.requests) == []


async def test_an_app_exists_or_not():
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with sandbox_client(sandbox) as client:
        assert await client.apps.exists(sandbox.apps()[0].name)
        assert not await client.apps.exists("no-such-app")


class Answer:
    """A transport with one answer."""

    def __init__(self, body: object) -> None:
        self.content = json.dumps(body).encode()
        self.count = 0

    async def send(self, request: Request) -> Response:
        self.count += 1
        return Response(200, Headers(), self.content, request=request)

    async def aclose(self) -> None:
        pass


def client_of(answer: Answer) -> AsyncClient:
    return AsyncClient(bearer_token="bearer", transport=answer, rate_limit=None)


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
    async with client_of(answer) as client:
        addon = await client.addons.find("my-app", wanted)
    assert (addon.id if addon else None) == found
    assert answer.count == 1


@each("name", ["postgresql-starter-512", "starter-512", "huge"])
async def test_a_plan_is_found_by_its_name(name: str):
    answer = Answer(
        {"plans": [{"id": "p1", "name": "postgresql-starter-512", "display_name": "Starter 512M"}]}
    )
    async with client_of(answer) as client:
        plan = await client.addons.providers.find_plan("postgresql", name)
    assert (plan.id if plan else None) == (None if name == "huge" else "p1")


async def test_a_notification_platform_is_found_by_its_name():
    answer = Answer(
        {
            "notification_platforms": [
                {
                    "id": "n1",
                    "name": "slack",
                    "display_name": "Slack",
                    "logo_url": "",
                    "description": None,
                }
            ]
        }
    )
    async with client_of(answer) as client:
        platform = await client.notification_platforms.find("slack")
        assert platform is not None
        assert platform.id == "n1"
        assert await client.notification_platforms.find("pigeon") is None


async def test_event_types_are_found_by_their_names():
    answer = Answer(
        {
            "event_types": [
                {"id": f"t{n}", "category_id": "c", "name": name}
                for n, name in enumerate(("app_deployed", "app_crashed"))
            ]
        }
    )
    async with client_of(answer) as client:
        found = await client.events.types.by_name("app_crashed", "app_deployed")
        assert [kind.id for kind in found] == ["t1", "t0"]
        with pytest.raises(InvalidArgumentError, match="deployment; there are app_crashed"):
            await client.events.types.by_name("deployment")


async def test_a_span_of_hours_is_one_answer_whatever_its_page_data_say():
    pages = {"current_page": 1, "next_page": 2, "total_pages": 9, "total_count": 9}
    event = {"id": "e1", "created_at": "2026-01-01T00:00:00Z", "type": "restart"}
    answer = Answer({"events": [event], "meta": {"pagination": pages}})
    async with client_of(answer) as client:
        assert len(await client.events.list("my-app", from_=5).collect()) == 1
    assert answer.count == 1
