"""Databases on dedicated resources: apps of a kind, with networks of their own."""

import pytest

from .bare_client import Api
from .database_api import DatabaseApi

pytestmark = pytest.mark.anyio

DOCUMENTED = {
    "name": "my-postgres-db",
    "technology": "postgresql-ng",
    "plan": "postgresql-dr-starter-4096",
}
MANAGED = "mr-scalingo-osc-fr1"


async def create(api, body):
    """Ask for a database; what answers is the app behind it, and no database yet."""
    answer = await api.ok("POST", "/v1/databases", body)
    assert (set(answer), answer["database"]) == ({"app", "database"}, {})
    return (await api.ok("GET", f"/v1/databases/{answer['app']['id']}"))["database"]


@pytest.fixture
async def made(api, clock):
    """A dedicated database that runs."""
    made = await create(api, {"database": DOCUMENTED})
    clock.advance(1)
    return made


@pytest.fixture
async def database(api, made):
    (addon,) = (await api.ok("GET", f"/v1/apps/{made['name']}/addons"))["addons"]
    return await DatabaseApi.of(api, made["name"], addon["id"])


@pytest.mark.parametrize(
    "body",
    [
        {"database": DOCUMENTED},
        # The Go client has no root key, and other names.
        {
            "name": "my-postgres-db",
            "addon_provider_id": "postgresql-ng",
            "plan_id": "5cc45d3e3e6b3b0012496000",
            "project_id": "",
            "ip_range": "10.1.0.0/25",
        },
    ],
)
async def test_a_dedicated_database_is_an_app_with_one_addon(sandbox, api, clock, body):
    made = await create(api, body)
    assert made.items() >= DOCUMENTED.items()
    where = f"/v1/apps/{made['name']}"
    app = (await api.ok("GET", where))["app"]
    assert (app["id"], app["flags"]) == (made["id"], {"dedicated-database": True})
    assert app["project"]["id"] == made["project_id"]
    (addon,) = (await api.ok("GET", f"{where}/addons"))["addons"]
    assert addon["status"] == "provisioning"
    clock.advance(1)
    database = await DatabaseApi.of(api, made["id"], addon["id"])
    assert await database.show("status", "type_name") == ("running", "postgresql")
    network = await api.ok("GET", f"/v1/databases/{made['id']}/network_configuration")
    wanted = body.get("ip_range", "10.240.0.0/25")
    assert network["network_configuration"]["ip_range"] == wanted
    events = [row["type"] for row in await api.events(made["id"])]
    assert events == ["new_addon", "new_app"]
    # Renamed and deleted it is as an app.
    names = {"current_name": made["name"], "new_name": "their-postgres-db"}
    await api.ok("POST", f"{where}/rename", names)
    shown = await api.ok("GET", "/v1/databases/their-postgres-db")
    assert shown["database"] == made | {"name": "their-postgres-db"}
    assert (shown["app"]["id"], shown["addon"]["id"]) == (made["id"], addon["id"])
    assert (await api.ok("GET", "/v1/databases"))["databases"] == [shown["database"]]
    dashboard = await api.ok("GET", "/v1/databases", params={"dashboard": "true"})
    assert dashboard["databases"] == [shown]
    params = {"current_name": "their-postgres-db"}
    answer = await api.send("DELETE", "/v1/apps/their-postgres-db", params=params)
    assert answer.status_code == 204
    assert (await api.ok("GET", "/v1/databases"))["databases"] == []


@pytest.mark.parametrize(
    ("fields", "status", "answer"),
    [
        ({"technology": ""}, 422, {"technology"}),
        ({"plan": None}, 422, {"plan"}),
        ({"name": "db"}, 422, {"name"}),
        ({"name": "taken-name"}, 422, {"name"}),
        ({"ip_range": "10.0.0.0/26"}, 422, {"ip_range"}),
        ({"ip_range": "10.0.0.1/24"}, 422, {"ip_range"}),
        ({"technology": "postgresql"}, 404, "addon_provider"),
        ({"plan": "postgresql-starter-512"}, 404, "plan"),
        ({"project_id": "pr-none"}, 404, "project"),
        ({"post_provisioning_configuration": {"app_ids": ["none"]}}, 404, "app"),
    ],
)
async def test_a_wrong_database_is_refused(api, fields, status, answer):
    await api.ok("POST", "/v1/apps", {"app": {"name": "taken-name"}})
    got = await api.send("POST", "/v1/databases", {"database": DOCUMENTED | fields})
    assert got.status_code == status, got.text
    found = set(got.json()["errors"]) if status == 422 else got.json()["resource"]
    assert found == answer
    assert (await api.ok("GET", "/v1/databases"))["databases"] == []
    assert (await api.get(f"/v1/apps/{DOCUMENTED['name']}")).status_code == 404


async def test_what_is_no_dedicated_database_is_not_found(sandbox, api, made, path):
    body = {"error": "Database not found"}
    for name in ("none", "some-example-app"):
        assert (await api.get(f"/v1/databases/{name}")).json() == body
    async with Api(sandbox, sandbox.add_user("other@example.com").api_token) as other:
        await other.sign_in()
        answer = await other.get(f"/v1/databases/{made['id']}")
        assert (answer.status_code, answer.json()) == (404, body)
        assert (await other.ok("GET", "/v1/databases"))["databases"] == []
    sandbox.settings.free_trial_exceeded = True
    another = {"database": DOCUMENTED | {"name": "another-database"}}
    assert (await api.send("POST", "/v1/databases", another)).status_code == 402


async def test_the_catalogue_keeps_dedicated_databases_apart(api, path):
    def ids(rows):
        return {row["id"] for row in rows["addon_providers"]}

    dedicated = await api.ok("GET", "/v1/addon_providers", params={"dedicated": "true"})
    assert ids(dedicated) == {"postgresql-ng"}
    assert "postgresql-ng" not in ids(await api.ok("GET", "/v1/addon_providers"))
    addon = {"addon_provider_id": "postgresql-ng", "plan_id": "5cc45d3e3e6b3b0012496000"}
    answer = await api.send("POST", f"{path}/addons", {"addon": addon})
    assert answer.json()["resource"] == "addon_provider"


async def test_what_is_done_once_a_database_runs(api, path, clock):
    wishes = {"regional_network_access": True, "app_ids": [path.rpartition("/")[2]]}
    body = {"database": DOCUMENTED | {"post_provisioning_configuration": wishes}}
    made = await create(api, body)
    assert (await api.ok("GET", f"{path}/variables"))["variables"] == []
    clock.advance(1)
    (variable,) = (await api.ok("GET", f"{path}/variables"))["variables"]
    assert (variable["name"], variable["value"][:11]) == ("SCALINGO_POSTGRESQL_URL", "postgres://")
    (addon,) = (await api.ok("GET", f"/v1/apps/{made['id']}/addons"))["addons"]
    database = await DatabaseApi.of(api, made["id"], addon["id"])
    (rule,) = (await database.ok("GET", "firewall_rules"))["rules"]
    assert (rule["type"], rule["range_id"]) == ("managed_range", MANAGED)


async def test_firewall_rules_come_change_and_go(api, path, database):
    # JavaScript has a root key, Go has none.
    custom = {"type": "custom_range", "cidr": "203.0.113.0/24", "label": "office"}
    first = (await database.ok("POST", "firewall_rules", {"firewall_rule": custom}))["rule"]
    assert first.items() >= custom.items()
    (known,) = (await database.ok("GET", "/firewall/managed_ranges"))["ranges"]
    assert known["id"] == MANAGED
    managed = {"type": "managed_range", "range_id": MANAGED, "cidr": "", "label": ""}
    second = (await database.ok("POST", "firewall_rules", managed))["rule"]
    changed = await database.ok(
        "PATCH", f"firewall_rules/{first['id']}", {"firewall_rule": {"label": "home"}}
    )
    assert changed["rule"] == first | {"label": "home"}
    rules = (await database.ok("GET", "firewall_rules"))["rules"]
    assert rules == [changed["rule"], second]
    assert (await database.send("DELETE", f"firewall_rules/{first['id']}")).status_code == 204
    answer = await database.send("DELETE", f"firewall_rules/{first['id']}")
    assert answer.json()["resource"] == "firewall_rule"
    for number in range(29):
        body = {"type": "custom_range", "cidr": f"10.0.{number}.0/24"}
        await database.ok("POST", "firewall_rules", body)
    answer = await database.send("POST", "firewall_rules", custom)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"base"})
    shared = await DatabaseApi.make(api, "postgresql")
    assert (await shared.send("GET", "firewall_rules")).status_code == 400


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"type"}),
        ({"type": "any"}, {"type"}),
        ({"type": "custom_range"}, {"cidr"}),
        ({"type": "custom_range", "cidr": "10.0.0"}, {"cidr"}),
        ({"type": "custom_range", "cidr": "10.0.0.0/8", "range_id": MANAGED}, {"range_id"}),
        ({"type": "managed_range"}, {"range_id"}),
        (
            {"type": "managed_range", "range_id": MANAGED, "cidr": "10.0.0.0/8", "label": "x"},
            {"cidr", "label"},
        ),
        ({"type": "managed_range", "range_id": "mr-none"}, None),
    ],
)
async def test_a_wrong_firewall_rule_is_refused(database, fields, wrong):
    answer = await database.send("POST", "firewall_rules", fields)
    if wrong is None:
        assert answer.json() == {"resource": "managed_range", "error": "not found"}
    else:
        assert (answer.status_code, set(answer.json()["errors"])) == (422, wrong)
    assert (await database.ok("GET", "firewall_rules"))["rules"] == []


async def test_networks_are_linked(api, made):
    where = f"/v1/databases/{made['name']}"
    endpoints = (await api.ok("GET", f"{where}/endpoints"))["endpoints"]
    assert [row["type"] for row in endpoints] == ["public-rw", "private-peering-rw"]
    assert {row["database_id"] for row in endpoints} == {made["id"]}
    body = {"outscale_net_peering_id": "pcx-123456789"}
    link = (await api.ok("POST", f"{where}/net_peerings", body))["net_peering"]
    assert (link["status"], link["outscale_net_peering_id"]) == ("active", "pcx-123456789")
    for wrong in (body, {}):
        answer = await api.send("POST", f"{where}/net_peerings", wrong)
        assert set(answer.json()["errors"]) == {"outscale_net_peering_id"}
    assert (await api.ok("GET", f"{where}/net_peerings"))["net_peerings"] == [link]
    where = f"{where}/net_peerings/{link['id']}"
    assert (await api.ok("GET", where))["net_peering"] == link
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await api.get(where)).json()["resource"] == "net_peering"


async def test_endpoints_come_with_the_default_user_when_it_is_asked_for(api, made):
    where = f"/v1/databases/{made['id']}/endpoints"
    bare = (await api.ok("GET", where))["endpoints"]
    params = {"include_default_credentials": "true"}
    public, private = (await api.ok("GET", where, params=params))["endpoints"]
    credentials = public.pop("credentials")
    assert [public, private] == bare
    assert set(credentials) == {"username", "password"}
