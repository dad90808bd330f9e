"""Addons, and the databases and backups behind them."""

import io
import tarfile

import pytest

from .bare_client import Api, bearer, latest_event

pytestmark = pytest.mark.anyio


REDIS = {"addon": {"addon_provider_id": "redis", "plan_id": "5cc45d3e3e6b3b0012491001"}}


async def test_the_catalogue_needs_no_token(sandbox):
    async with Api(sandbox) as stranger:
        providers = (await stranger.ok("GET", "/v1/addon_providers"))["addon_providers"]
        categories = (await stranger.ok("GET", "/v1/addon_categories"))["addon_categories"]
        assert {row["category"]["id"] for row in providers} == {row["id"] for row in categories}
        params = {"category_id": categories[1]["id"]}
        some = (await stranger.ok("GET", "/v1/addon_providers", params=params))["addon_providers"]
        assert 0 < len(some) < len(providers)
        where = "/v1/addon_providers/redis/plans"
        offered = (await stranger.ok("GET", where))["plans"]
        every = (await stranger.ok("GET", where, params={"show_all": "true"}))["plans"]
        assert {row["id"] for row in every if not row["disabled"]} == {row["id"] for row in offered}
        assert len(every) > len(offered)
        answer = await stranger.get("/v1/addon_providers/nothing/plans")
        assert answer.json()["resource"] == "addon_provider"
        assert sandbox.requests[-1].authorization is None


@pytest.mark.parametrize(
    ("fields", "status", "body"),
    [
        ({"addon_provider_id": "redis"}, 400, {"error": "plan_id is required"}),
        ({"plan_id": "x"}, 400, {"error": "addon_provider_id is required"}),
        (
            {"addon_provider_id": "none", "plan_id": "x"},
            404,
            {"resource": "addon_provider", "error": "not found"},
        ),
        (
            {"addon_provider_id": "redis", "plan_id": "5cc45d3e3e6b3b0012490001"},
            404,
            {"resource": "plan", "error": "not found"},
        ),
        (
            {"addon_provider_id": "redis", "plan_id": "5cc45d3e3e6b3b0012491005"},
            404,
            {"resource": "plan", "error": "not found"},
        ),
    ],
)
async def test_addons_that_cannot_be(api, path, fields, status, body):
    answer = await api.send("POST", f"{path}/addons", {"addon": fields})
    assert (answer.status_code, answer.json()) == (status, body)


async def test_an_addon_comes_changes_and_goes(api, path, clock):
    body = await api.ok("POST", f"{path}/addons", REDIS)
    assert body["variables"] == ["SCALINGO_REDIS_URL", "REDIS_URL"]
    assert body["addon"]["status"] == "provisioning"
    where = f"{path}/addons/{body['addon']['id']}"
    clock.advance(1)
    assert (await api.ok("GET", where))["addon"]["status"] == "running"
    second = await api.ok("POST", f"{path}/addons", REDIS)
    assert second["variables"] == []
    assert (await api.send("DELETE", f"{path}/addons/{second['addon']['id']}")).status_code == 204
    rows = (await api.ok("GET", f"{path}/variables", params={"aliases": "false"}))["variables"]
    assert len({row["value"] for row in rows}) == 1
    assert rows[0]["value"].startswith("redis://")
    plan = {"addon": {"plan_id": "5cc45d3e3e6b3b0012491002"}}
    changed = await api.ok("PUT", where, plan)
    assert changed["addon"]["plan"]["name"] == "redis-starter-1024"
    kind, data = await latest_event(api)
    assert (kind, data["old_plan_name"]) == ("upgrade_addon", "redis-starter-512")
    for fields, answer in (
        ({}, (400, {"error": "plan_id is required"})),
        ({"plan_id": "wrong-plan-id"}, (404, {"resource": "plan", "error": "not found"})),
    ):
        got = await api.send("PATCH", where, {"addon": fields})
        assert (got.status_code, got.json()) == answer
    assert (await api.send("POST", f"{where}/resume")).status_code == 400
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await api.get(where)).json() == {"resource": "addon", "error": "not found"}
    assert (await api.ok("GET", f"{path}/variables"))["variables"] == []
    assert (await latest_event(api))[0] == "delete_addon"


async def test_a_database_is_busy_while_its_plan_changes(api, path, clock):
    addon = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]
    token = bearer(await api.addon_token(path.rpartition("/")[2], addon["id"]))
    seen = []
    for _ in range(2):
        for _ in range(2):
            got = await api.ok("GET", f"/api/databases/{addon['id']}", headers=token)
            seen.append(got["database"]["status"])
            clock.advance(1)
        plan = {"addon": {"plan_id": "5cc45d3e3e6b3b0012491002"}}
        await api.ok("PATCH", f"{path}/addons/{addon['id']}", plan)
    assert seen == ["creating", "running", "updating", "running"]


async def test_a_database_whose_plan_changes_early_is_busy_to_the_end(api, path, clock, sandbox):
    half = sandbox.world.settings.operation_time / 2
    addon_id = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]["id"]
    token = bearer(await api.addon_token(path.rpartition("/")[2], addon_id))
    clock.advance(half)
    larger = {"addon": {"plan_id": "5cc45d3e3e6b3b0012491002"}}
    await api.ok("PATCH", f"{path}/addons/{addon_id}", larger)
    states: list[str] = []
    for _ in range(3):
        body = await api.ok("GET", f"/api/databases/{addon_id}", headers=token)
        states.append(body["database"]["status"])
        clock.advance(half)
    assert states == ["updating", "updating", "running"]


async def test_a_backup_that_goes_with_its_addon_tells_nobody(api, path, clock):
    addon_id = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]["id"]
    token = bearer(await api.addon_token(path.rpartition("/")[2], addon_id))
    await api.ok("POST", f"/api/databases/{addon_id}/backups", headers=token)
    assert (await api.send("DELETE", f"{path}/addons/{addon_id}")).status_code == 204
    clock.advance(60)
    assert (await latest_event(api))[0] == "delete_addon"


async def test_log_drains_of_addons_are_named_by_their_url(api, path):
    addon = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]
    where = f"{path}/addons/{addon['id']}/log_drains"
    # The Go client sends every field, unused ones empty.
    fields = {"type": "datadog", "token": "t", "drain_region": "eu", "host": "", "url": ""}
    drain = (await api.ok("POST", where, {"drain": fields}))["drain"]
    assert drain == {"url": "datadog://t?region=eu"}
    syslog = {"type": "syslog", "host": "logs.org", "port": "1", "token": "s"}
    second = (await api.ok("POST", where, {"drain": syslog}))["drain"]
    assert second == {"url": "syslog://:s@logs.org:1"}
    for wrong in ({"type": "none"}, {"type": "elk", "url": ""}, fields):
        assert (await api.send("POST", where, {"drain": wrong})).status_code == 422
    answer = await api.send("DELETE", where, params={"url": drain["url"]})
    assert answer.status_code == 204
    answer = await api.send("DELETE", where, {"url": second["url"]})
    assert answer.status_code == 204
    assert (await api.ok("GET", where))["drains"] == []
    answer = await api.send("DELETE", where, params={"url": drain["url"]})
    assert answer.json()["resource"] == "log_drain"
    assert (await api.send("DELETE", where)).status_code == 400
    other = {"addon": {"addon_provider_id": "watchtower", "plan_id": "5cc45d3e3e6b3b0012499000"}}
    other = (await api.ok("POST", f"{path}/addons", other))["addon"]
    assert (await api.get(f"{path}/addons/{other['id']}/log_drains")).status_code == 400
    token = bearer(await api.addon_token(path.rpartition("/")[2], other["id"]))
    answer = await api.get(f"/api/databases/{other['id']}", headers=token)
    assert answer.json()["resource"] == "database"


async def test_a_backup_is_made_downloaded_and_restored(sandbox, api, path, clock):
    addon = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]
    token = bearer(await api.addon_token(path.rpartition("/")[2], addon["id"]))
    where = f"/api/databases/{addon['id']}/backups"
    backup = (await api.ok("POST", where, headers=token))["database_backup"]
    assert (backup["status"], backup["size"], backup["method"]) == ("scheduled", None, "manual")
    answer = await api.send("POST", where, headers=token)
    assert (answer.status_code, answer.json()) == (400, {"error": "a backup is running"})
    by_id = f"/api/backups/{backup['id']}"
    clock.advance(0.2)
    assert (await api.ok("GET", by_id, headers=token))["database_backup"]["status"] == "running"
    for way in ("archive", "restore"):
        method = "GET" if way == "archive" else "POST"
        answer = await api.send(method, f"{where}/{backup['id']}/{way}", headers=token)
        assert answer.status_code == 400
    clock.advance(0.4)
    done = (await api.ok("GET", f"{where}/{backup['id']}", headers=token))["database_backup"]
    assert done["status"] == "done"
    kind, data = await latest_event(api)
    assert (kind, data["backup_id"]) == ("database_backup_succeeded", backup["id"])
    url = (await api.ok("GET", f"{where}/{backup['id']}/archive", headers=token))["download_url"]
    async with Api(sandbox) as stranger:
        content = (await stranger.get(url)).content
        assert len(content) == done["size"]
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
            assert tar.getnames() == [f"{done['name']}.rdb"]
            assert tar.getmembers()[0].size == sandbox.settings.backup_size
        assert (await stranger.get(url)).content == content
        assert (await stranger.get(url.partition("?")[0])).status_code == 401
        assert (await stranger.get(f"{url}x")).status_code == 401
        clock.advance(3600)
        assert (await stranger.get(url)).status_code == 401
    token = bearer(await api_token_again(api, path, addon))
    restoration = await api.ok("POST", f"{where}/{backup['id']}/restore", headers=token)
    assert restoration["status"] == "scheduled"
    clock.advance(1)
    where = f"/api/databases/{addon['id']}/backup_restorations"
    got = await api.ok("GET", f"{where}/{restoration['id']}", headers=token)
    assert got["backup_restoration"]["status"] == "done"
    assert (await api.get(f"{where}/none", headers=token)).status_code == 404


async def api_token_again(api, path, addon):
    await api.sign_in()
    return await api.addon_token(path.rpartition("/")[2], addon["id"])


async def test_the_backups_of_the_beginning_are_as_large_as_they_say(sandbox, api):
    app = next(row for row in sandbox.apps() if row.addons)
    addon_id = next(iter(app.addons))
    token = bearer(await api.addon_token(app.id, addon_id))
    where = f"/api/databases/{addon_id}/backups"
    backups = (await api.ok("GET", where, headers=token))["database_backups"]
    assert [row["created_at"] for row in backups] == sorted(
        (row["created_at"] for row in backups), reverse=True
    )
    url = await api.ok("GET", f"{where}/{backups[0]['id']}/archive", headers=token)
    assert len((await api.get(url["download_url"])).content) == backups[0]["size"]


async def test_an_addon_has_a_dashboard(api, path):
    addon = (await api.ok("POST", f"{path}/addons", REDIS))["addon"]
    shown = (await api.ok("GET", f"{path}/addons/{addon['id']}/sso"))["addon"]
    assert f"id={addon['resource_id']}&token=" in shown["sso_url"]
