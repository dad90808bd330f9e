"""Databases that are changed: settings, versions, features, ways back in time."""

import pytest

from .bare_client import Api, latest_event
from .database_api import DatabaseApi

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(api, path, clock):
    """A PostgreSQL that runs."""
    database = await DatabaseApi.make(api, "postgresql")
    clock.advance(1)
    return database


@pytest.mark.parametrize(
    ("method", "fields", "key", "value"),
    [
        ("PATCH", {"periodic_backups_enabled": False}, "periodic_backups_enabled", False),
        # The Go client sends one number, JavaScript an array.
        ("PATCH", {"periodic_backups_scheduled_at": 5}, "periodic_backups_scheduled_at", [5]),
        (
            "PUT",
            {"periodic_backups_scheduled_at": [2, 14]},
            "periodic_backups_scheduled_at",
            [2, 14],
        ),
        (
            "PATCH",
            {"maintenance_window": {"weekday_utc": 0}},
            "maintenance_window",
            {"weekday_utc": 0, "starting_hour_utc": 21, "duration_in_hour": 8},
        ),
        (
            "PATCH",
            {"maintenance_window": {"starting_hour_utc": 0, "duration_in_hour": 1}},
            "maintenance_window",
            {"weekday_utc": 3, "starting_hour_utc": 0, "duration_in_hour": 8},
        ),
    ],
)
async def test_settings_change(database, method, fields, key, value):
    before = (await database.ok("GET"))["database"]
    after = (await database.ok(method, "", {"database": fields}))["database"]
    assert after == before | {key: value} == (await database.ok("GET"))["database"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"periodic_backups_scheduled_at": 24}, "periodic_backups_scheduled_at"),
        ({"periodic_backups_scheduled_at": []}, "periodic_backups_scheduled_at"),
        ({"periodic_backups_scheduled_at": [3, "x"]}, "periodic_backups_scheduled_at"),
        ({"periodic_backups_enabled": "no"}, "periodic_backups_enabled"),
        ({"maintenance_window": {"weekday_utc": 7}}, "weekday_utc"),
    ],
)
async def test_wrong_settings_change_nothing(database, fields, wrong):
    before = (await database.ok("GET"))["database"]
    answer = await database.send("PATCH", "", {"database": {"maintenance_window": {}} | fields})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {wrong})
    assert (await database.ok("GET"))["database"] == before


async def test_an_upgrade_goes_to_the_next_version(database, clock):
    current, following = await database.show("version_id", "next_version_id")
    answer = await database.send("POST", "upgrade", {})
    body = answer.json()
    assert (answer.status_code, body["id"]) == (202, following)
    operation_id = body["operation_id"]
    assert answer.headers["location"] == f"http://localhost/api/operations/{operation_id}"
    seen = []
    for _ in range(3):
        by_url = await database.ok("GET", f"/operations/{operation_id}")
        assert by_url == await database.ok("GET", f"operations/{operation_id}")
        state = await database.show("status", "current_operation_id")
        seen.append((by_url["operation"]["status"], *state))
        clock.advance(0.3)
    assert seen == [
        ("pending", "upgrading", operation_id),
        ("running", "upgrading", operation_id),
        ("finished", "running", None),
    ]
    assert await database.show("version_id", "next_version_id") == (following, None)
    version = await database.ok("GET", f"/database_type_versions/{current}")
    assert version["database_type_version"]["next_upgrade"]["id"] == following
    event = {"addon_name": "PostgreSQL", "old_version": "16.8.0-1", "new_version": "16.9.0-1"}
    assert await latest_event(database.api) == ("upgrade_database", event)
    assert (await database.send("POST", "upgrade", {})).status_code == 400


async def test_one_operation_at_a_time_and_some_end_badly(sandbox, database, clock):
    sandbox.fail_next_operation("the disk is full")
    operation_id = (await database.ok("POST", "upgrade"))["operation_id"]
    answer = await database.send("POST", "upgrade")
    assert (answer.status_code, answer.json()) == (400, {"error": "the database is not running"})
    clock.advance(1)
    operation = (await database.ok("GET", f"operations/{operation_id}"))["operation"]
    assert (operation["status"], operation["error"]) == ("error", "the disk is full")
    assert await database.show("status", "readable_version") == ("running", "16.8.0-1")
    assert (await latest_event(database.api))[0] == "new_addon"
    answer = await database.send("GET", "operations/none")
    assert answer.json() == {"resource": "operation", "error": "not found"}


async def test_a_postgresql_goes_back_in_time(database, clock):
    begin = (await database.ok("GET", "pitr/recovery_window"))["recovery_window"]
    clock.advance(1800)
    window = (await database.ok("GET", "pitr/recovery_window"))["recovery_window"]
    assert window["earliest_recoverable_at"] == begin["earliest_recoverable_at"]
    assert window["latest_recoverable_at"] > begin["latest_recoverable_at"]
    for moment in ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "noon", None):
        answer = await database.send("POST", "pitr/restore", {"restore_time": moment})
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {"restore_time"})
    body = {"restore_time": window["earliest_recoverable_at"]}
    operation = (await database.ok("POST", "pitr/restore", body))["operation"]
    assert (operation["type"], await database.show("status")) == ("pitr_restore", "updating")
    clock.advance(1)
    done = (await database.ok("GET", f"operations/{operation['id']}"))["operation"]
    assert (done["status"], await database.show("status")) == ("finished", "running")


async def test_the_window_is_as_long_as_the_plan_says(api, clock, database):
    clock.advance(30 * 86_400)
    for plan, days in ((1, 1), (3, 7)):
        await api.sign_in()
        body = {"addon": {"plan_id": f"5cc45d3e3e6b3b001249000{plan}"}}
        await api.ok("PATCH", f"/v1/apps/{database.app}/addons/{database.addon_id}", body)
        database = await DatabaseApi.of(api, database.app, database.addon_id)
        assert (await database.ok("GET", "plan"))["plan"]["pitr_backup_days"] == days
        window = (await database.ok("GET", "pitr/recovery_window"))["recovery_window"]
        first, last = window["earliest_recoverable_at"], window["latest_recoverable_at"]
        assert int(last[8:10]) - int(first[8:10]) == days


async def test_features_come_and_go(database, clock):
    async def change(method, name):
        if method == "POST":
            answer = await database.send(method, "features", {"feature": {"name": name}})
        else:
            answer = await database.send(method, "features", params={"feature": name})
        return answer.status_code, answer.json()

    assert (await change("POST", "publicly-available"))[0] == 400
    for name in ("force-ssl", "publicly-available"):
        status, body = await change("POST", name)
        assert (status, body["status"]) == (200, "PENDING_TO_ACTIVATE")
        kind, data = await latest_event(database.api)
        assert (kind, data["feature"]) == ("database/add_feature", name)
        clock.advance(1)
    assert await database.show("features") == [
        {"name": "force-ssl", "status": "ACTIVATED"},
        {"name": "publicly-available", "status": "ACTIVATED"},
    ]
    assert (await change("POST", "force-ssl"))[1]["status"] == "ACTIVATED"
    assert (await change("DELETE", "force-ssl"))[0] == 400
    message = {"message": "publicly-available feature has been disabled"}
    assert await change("DELETE", "publicly-available") == (200, message)
    assert (await latest_event(database.api))[0] == "database/remove_feature"
    assert (await database.show("features"))[1]["status"] == "PENDING_TO_REMOVE"
    clock.advance(1)
    assert [row["name"] for row in await database.show("features")] == ["force-ssl"]
    assert (await change("DELETE", "publicly-available"))[0] == 404
    # Only a Redis can keep its data in files.
    assert (await change("POST", "redis-aof"))[0] == 422


async def test_a_feature_may_fail_and_be_tried_again(sandbox, database, clock):
    sandbox.fail_next_operation()
    seen = []
    for _ in range(2):
        # The Go client sends an empty status along.
        body = {"feature": {"name": "force-ssl", "status": ""}}
        await database.ok("POST", "features", body)
        clock.advance(1)
        seen.append((await database.show("features"))[0]["status"])
    assert seen == ["FAILED", "ACTIVATED"]


async def test_a_users_bearer_opens_what_is_theirs_when_it_is_let_in(sandbox, api, database):
    paths = ["/database_types", "/plans/redis-starter-512?type=redis"]
    operation_id = (await database.ok("POST", "upgrade"))["operation_id"]
    backup_id = (await database.ok("POST", "backups"))["database_backup"]["id"]
    own = [f"/operations/{operation_id}", f"/backups/{backup_id}"]
    for path in paths + own:
        assert (await api.get(f"/api{path}")).status_code == 400
    sandbox.settings.bearer_on_database_api = True
    async with Api(sandbox, sandbox.add_user("other@example.com").api_token) as other:
        await other.sign_in()
        for path in paths + own:
            assert (await api.get(f"/api{path}")).status_code == 200
            status = (await other.get(f"/api{path}")).status_code
            assert status == (404 if path in own else 200)
