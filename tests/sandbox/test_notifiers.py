"""Notifiers, the platforms that they write to and the kinds of events that they know."""

import pytest

from scalingo_async.sandbox import ManualClock, Sandbox

from .bare_client import Api, latest_event

pytestmark = pytest.mark.anyio

WEBHOOK = "5982f145d48c3600273ef08a"
EMAIL = "59c52ac27651ce002c1d4620"
HOOK = {
    "platform_id": WEBHOOK,
    "name": "hook",
    "active": True,
    "type_data": {"webhook_url": "https://example.com/hook"},
}


async def test_every_app_is_born_with_a_notifier(sandbox, api, path):
    rows = (await api.ok("GET", f"{path}/notifiers"))["notifiers"]
    assert [(row["name"], row["type"], row["active"]) for row in rows] == [
        ("Default 'some-example-app' notifier", "email", True)
    ]
    assert rows[0]["type_data"] == {"user_ids": [sandbox.user.id], "emails": []}
    assert rows[0]["created_at"] == (await api.ok("GET", path))["app"]["created_at"]
    assert (await api.ok("GET", f"{path}/notifiers"))["notifiers"] == rows
    other = f"/v1/apps/{sandbox.apps()[0].id}/notifiers"
    assert (await api.ok("GET", other))["notifiers"][0]["id"] != rows[0]["id"]
    assert (await api.send("DELETE", f"{path}/notifiers/{rows[0]['id']}")).status_code == 204
    assert (await api.ok("GET", f"{path}/notifiers"))["notifiers"] == []


async def test_the_first_notifier_has_the_name_that_the_app_was_born_with(api, path):
    names = {"current_name": "some-example-app", "new_name": "another-example-app"}
    await api.ok("POST", f"{path}/rename", names)
    (row,) = (await api.ok("GET", f"{path}/notifiers"))["notifiers"]
    assert (row["name"], row["app"]) == (
        "Default 'some-example-app' notifier",
        "another-example-app",
    )


# The documentation's example has the root in the plural.
@pytest.mark.parametrize("root", ["notifier", "notifiers"])
async def test_notifiers_come_change_and_go(api, path, root):
    types = {
        row["name"]: row["id"] for row in (await api.ok("GET", "/v1/event_types"))["event_types"]
    }
    answer = await api.send("POST", f"{path}/notifiers", {root: HOOK})
    row = answer.json()["notifier"]
    assert (answer.status_code, row["type"], row["app"]) == (201, "webhook", "some-example-app")
    assert row["selected_event_ids"] == []
    where = f"{path}/notifiers/{row['id']}"
    # The Ruby client says PUT; names of event types are the older way to choose them.
    for method, change, field in (
        ("PATCH", {"name": "other", "active": False}, {"name": "other", "active": False}),
        ("PUT", {"selected_event_ids": [types["app_deployed"]]}, None),
        ("PATCH", {"selected_events": ["app_crashed"]}, None),
        ("PATCH", {"type_data": {"webhook_url": "https://example.com/2"}}, None),
        ("PATCH", {"selected_event_ids": []}, {"selected_event_ids": []}),
    ):
        changed = (await api.ok(method, where, {root: change}))["notifier"]
        if "selected_events" in change:
            field = {"selected_event_ids": [types["app_crashed"]]}
        row |= field or change
        assert changed == row | {"updated_at": changed["updated_at"]}
    assert (await api.ok("GET", where))["notifier"] == changed
    kind, data = await latest_event(api)
    assert (kind, data["notifier_name"], data["platform_name"]) == (
        "edit_notifier",
        "other",
        "webhook",
    )
    sent = await api.send("POST", f"{where}/test")
    assert (sent.status_code, sent.content) == (200, b"")
    assert sent.headers["content-type"] == "text/plain; charset=utf-8"
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await latest_event(api))[0] == "delete_notifier"
    for method, target in (("GET", where), ("POST", f"{where}/test"), ("PATCH", where)):
        gone = await api.send(method, target)
        assert (gone.status_code, gone.json()) == (404, {"resource": "base", "error": "not found"})


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        (
            {"name": None, "active": None},
            {"name": ["can't be blank"], "active": ["can't be blank"]},
        ),
        ({"active": "yes"}, {"active": ["should be a boolean"]}),
        ({"selected_event_ids": ["none"]}, {"selected_event_ids": ["is invalid"]}),
        ({"selected_events": ["deployment"]}, {"selected_event_ids": ["is invalid"]}),
        ({"type_data": None}, {"webhook_url": ["can't be blank"]}),
        ({"type_data": {"webhook_url": "ftp://x"}}, {"webhook_url": ["is invalid"]}),
        (
            {"platform_id": EMAIL, "type_data": {"user_ids": ["us-nobody"]}},
            {"user_ids": ["should be collaborators of the application"]},
        ),
    ],
)
async def test_notifiers_that_will_not_do(api, path, change, errors):
    answer = await api.send("POST", f"{path}/notifiers", {"notifier": HOOK | change})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})
    assert len((await api.ok("GET", f"{path}/notifiers"))["notifiers"]) == 1


async def test_a_notifier_needs_a_platform(api, path):
    for fields in ({"name": "x", "active": True}, HOOK | {"platform_id": "none"}):
        answer = await api.send("POST", f"{path}/notifiers", {"notifier": fields})
        assert (answer.status_code, answer.json()["resource"]) == (404, "notification_platform")


async def test_an_email_notifier_keeps_what_is_not_sent(sandbox, api, path):
    row = (await api.ok("GET", f"{path}/notifiers"))["notifiers"][0]
    body = {"notifier": {"type_data": {"emails": ["ops@example.com"]}}}
    changed = (await api.ok("PATCH", f"{path}/notifiers/{row['id']}", body))["notifier"]
    assert changed["type_data"] == {"user_ids": [sandbox.user.id], "emails": ["ops@example.com"]}


async def test_platforms_and_event_types_are_for_everybody(sandbox):
    async with Api(sandbox) as nobody:
        platforms = (await nobody.ok("GET", "/v1/notification_platforms"))["notification_platforms"]
        assert {row["name"] for row in platforms} == {"email", "slack", "webhook", "rocket_chat"}
        for row in platforms:
            found = await nobody.ok("GET", f"/v1/notification_platforms/{row['id']}")
            assert found == {"notification_platform": row}
            for name, rows in ((row["name"], [row]), ("sms", [])):
                params = {"name": name}
                found = await nobody.ok("GET", "/v1/notification_platforms/search", params=params)
                assert found == {"notification_platforms": rows}
        assert (await nobody.get("/v1/notification_platforms/search")).status_code == 400
        assert (await nobody.get("/v1/notification_platforms/none")).status_code == 404
        types = (await nobody.ok("GET", "/v1/event_types"))["event_types"]
        categories = (await nobody.ok("GET", "/v1/event_categories"))["event_categories"]
    assert len({row["id"] for row in types}) == len({row["name"] for row in types}) == 51
    assert {row["category_id"] for row in types} == {row["id"] for row in categories}
    assert [row["position"] for row in categories] == list(range(1, 9))
    assert platforms[0]["available_event_ids"] == [row["id"] for row in types]


async def test_one_event_is_shown(api, path):
    events = await api.events("some-example-app")
    for event in events:
        assert (await api.ok("GET", f"{path}/events/{event['id']}"))["event"] == event
    other = (await api.ok("GET", "/v1/events"))["events"][-1]["id"]
    assert (await api.get(f"{path}/events/{other}")).json()["resource"] == "event"


async def test_looking_at_notifiers_and_invoices_changes_no_ids():
    created = []
    for looks in (0, 1):
        sandbox = Sandbox(apps=2, rate_limit=None, clock=ManualClock())
        async with Api(sandbox) as api:
            await api.sign_in()
            for path in (
                f"/v1/apps/{sandbox.apps()[0].id}/notifiers",
                "/v1/account/invoices",
            ) * looks:
                await api.ok("GET", path)
            body = {"app": {"name": "one-more"}}
            created.append((await api.ok("POST", "/v1/apps", body))["app"]["id"])
    assert created[0] == created[1]
