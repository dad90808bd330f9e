"""What is inside of databases: users, actions, maintenances, logs, measures, the catalogue."""

import gzip
import ssl

import pytest

from .bare_client import Api, bearer
from .database_api import DatabaseApi
from .shapes import check_model

pytestmark = pytest.mark.anyio


@pytest.fixture
async def old(sandbox, api):
    """The database of an app of the beginning, which has a past."""
    app = next(row for row in sandbox.apps() if row.addons)
    return await DatabaseApi.of(api, app.id, next(iter(app.addons)))


# What the actions of each engine do: (name, parameters, result).
ACTIONS = {
    "mysql": [
        ("create-database", {"database_name": "shop"}, {"name": "shop", "protected": False}),
        ("create-database", {"database_name": "shop"}, ("database shop already exists",)),
        ("reset-database", {"database_name": "shop"}, None),
        ("delete-database", {"database_name": "shop"}, None),
        ("reset-database", {"database_name": "shop"}, ("database shop does not exist",)),
        ("delete-database", {}, ("database_name is required",)),
        ("set-sqlmode", "ANSI", None),
        ("get-sqlmode", None, "ANSI"),
        ("set-sqlmode", {}, ("params should be a string",)),
        ("pg-list-queries", None, ("this database has no such action",)),
    ],
    "mongodb": [
        ("create-database", {"database_name": "shop"}, {"name": "shop", "protected": False}),
        ("get-sqlmode", None, ("this database has no such action",)),
    ],
    "postgresql": [
        ("pg-cancel-query", {"pid": 2000}, None),
        ("pg-terminate-query", {"pid": 2001}, None),
        ("pg-terminate-query", {"pid": 2001}, ("there is no process 2001",)),
        ("pg-cancel-query", {"pid": "x"}, ("there is no process x",)),
        ("pg-stat-statements-list", None, ("pg_stat_statements is not enabled",)),
        ("pg-stat-statements-reset", None, ("pg_stat_statements is not enabled",)),
        ("pg-stat-statements-enable", {}, None),
        ("pg-stat-statements-enable", {}, None),
        ("list-databases", {}, ("this database has no such action",)),
    ],
    "influxdb": [
        ("add-retention-policy", {"name": "month", "duration": "30d", "default": True}, None),
        (
            "add-retention-policy",
            {"name": "month", "duration": "1d"},
            ("retention policy month already exists",),
        ),
        (
            "list-retention-policies",
            None,
            [
                {"name": "autogen", "duration": "0", "default": False},
                {"name": "month", "duration": "30d", "default": True},
            ],
        ),
        ("del-retention-policy", {"name": "month"}, None),
        ("del-retention-policy", {"name": "month"}, ("there is no retention policy month",)),
    ],
    "redis": [("list-databases", None, ("this database has no such action",))],
}


@pytest.mark.parametrize("engine", ACTIONS)
async def test_actions(api, path, engine):
    database = await DatabaseApi.make(api, engine)
    for name, params, result in ACTIONS[engine]:
        assert await database.act(name, params) == result, name
    for wrong in ({}, {"action_name": ""}, {"action_name": ["list-databases"]}):
        answer = await database.send("POST", "action", {"params": {}} | wrong)
        assert answer.json() == {"errors": {"action_name": ["missing field"]}}


async def test_actions_that_list(api, path):
    mysql = await DatabaseApi.make(api, "mysql")
    (own,) = await mysql.act("list-databases")
    check_model(own, "DatabaseLogical")
    answer = await mysql.act("delete-database", {"database_name": own["name"]})
    assert answer == (f"database {own['name']} is protected",)
    postgresql = await DatabaseApi.make(api, "postgresql")
    for row in await postgresql.act("list-extensions"):
        check_model(row, "DatabaseExtension")
    await postgresql.act("pg-terminate-query", {"pid": 2001})
    await postgresql.act("pg-cancel-query", {"pid": 2000})
    (query,) = await postgresql.act("pg-list-queries")
    assert (query["pid"], query["state"]) == (2000, "idle")
    await postgresql.act("pg-stat-statements-enable")
    check_model(query, "DatabaseQuery")
    (statement,) = await postgresql.act("pg-stat-statements-list")
    check_model(statement, "DatabaseStatement")
    await postgresql.act("pg-stat-statements-reset")
    assert await postgresql.act("pg-stat-statements-list") == []


async def test_users_come_and_go(api, path):
    database = await DatabaseApi.make(api, "postgresql")
    (own,) = (await database.ok("GET", "users"))["database-users"]
    assert own["protected"]
    made = await database.ok(
        "POST",
        "users",
        {"database_user": {"name": "metabase", "read_only": True, "password": None}},
    )
    made = made["database_user"]
    check_model(made, "DatabaseUser")
    # The Go client sends who the database is, too; the body may come without its root key.
    secret = "p" * 24
    given = {"password": secret, "password_confirmation": secret}
    second = {"database_id": database.addon_id, "name": "second-user", "read_only": False, **given}
    assert "password" not in (await database.ok("POST", "users", second))["database_user"]
    rows = (await database.ok("GET", "users"))["database-users"]
    assert [row["name"] for row in rows] == [own["name"], "metabase", "second-user"]
    assert not any("password" in row for row in rows)
    reset = (await database.ok("POST", "users/metabase/reset_password"))["database_user"]
    assert reset["password"] != made["password"]
    body = {"database_user": given}
    assert (await database.ok("PATCH", "users/metabase", body))["database_user"]["read_only"]
    answer = await database.send("PATCH", "users/metabase", {"database_user": {}})
    assert answer.json() == {"errors": {"password": ["can't be blank"]}}
    assert (await database.send("DELETE", "users/metabase")).status_code == 204
    answer = await database.send("DELETE", "users/metabase")
    assert answer.json() == {"resource": "database_user", "error": "not found"}
    for method, where in (("PATCH", ""), ("DELETE", ""), ("POST", "/reset_password")):
        answer = await database.send(method, f"users/{own['name']}{where}", body)
        assert (answer.status_code, answer.json()) == (400, {"error": "this user is protected"})
    redis = await DatabaseApi.make(api, "redis")
    assert (await redis.send("GET", "users")).status_code == 400


async def test_the_sandbox_knows_the_passwords(sandbox, api, path):
    database = await DatabaseApi.make(api, "mysql")
    addon = sandbox.get_app("some-example-app").addons[database.addon_id]

    def known(name):
        return addon.database.inside.users[name].password

    # The shortest and the longest name there is.
    for name, password in (("sixsix", None), ("n" * 32, "p" * 64)):
        given = {"password": password, "password_confirmation": password}
        body = {"database_user": {"name": name, **given}}
        made = (await database.ok("POST", "users", body))["database_user"]
        assert made["read_only"] is False
        assert known(name) == (password or made["password"])
    reset = await database.ok("POST", "users/sixsix/reset_password")
    assert known("sixsix") == reset["database_user"]["password"]
    given = {"password": "q" * 24, "password_confirmation": "q" * 24}
    await database.ok("PUT", "users/sixsix", {"database_user": given})
    assert known("sixsix") == "q" * 24
    assert "qqq" not in repr(addon)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": None}, {"name"}),
        ({"name": "short"}, {"name"}),
        ({"name": "n" * 33}, {"name"}),
        ({"name": "-metabase"}, {"name"}),
        ({"name": "meta--base"}, {"name"}),
        ({"name": "Metabase"}, {"name"}),
        ({"password": "p" * 23, "password_confirmation": "p" * 23}, {"password"}),
        ({"password": "p" * 65, "password_confirmation": "p" * 65}, {"password"}),
        ({"password": "p" * 24}, {"password_confirmation"}),
    ],
)
async def test_a_wrong_user_is_refused(api, path, fields, wrong):
    database = await DatabaseApi.make(api, "mysql")
    body = {"database_user": {"name": "metabase"} | fields}
    answer = await database.send("POST", "users", body)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, wrong)
    assert len((await database.ok("GET", "users"))["database-users"]) == 1


async def test_a_maintenance_has_been_and_one_is_to_come(old, api, path):
    body = await old.ok("GET", "maintenance")
    assert [row["status"] for row in body["maintenance"]] == ["scheduled", "done"]
    first = body["maintenance"][0]
    assert first["database_id"] == await old.show("id")
    assert await old.ok("GET", f"maintenance/{first['id']}") == first
    second = await old.ok("GET", "maintenance", params={"page": 2, "per_page": 1})
    assert second["maintenance"] == body["maintenance"][1:]
    assert second["meta"]["pagination"]["prev_page"] == 1
    answer = await old.send("GET", "maintenance/none")
    assert answer.json() == {"resource": "maintenance", "error": "not found"}
    new = await DatabaseApi.make(api, "redis")
    assert len((await new.ok("GET", "maintenance"))["maintenance"]) == 1


async def test_a_look_inside_changes_nothing_for_others(sandbox, old, api):
    before = sandbox.world.ids.random.getstate()
    await old.ok("GET", "maintenance")
    await old.ok("GET", "logs_archives")
    assert sandbox.world.ids.random.getstate() == before


async def test_logs_of_a_database_are_read_like_those_of_an_app(sandbox, old, clock):
    url = (await old.ok("GET", "logs"))["url"]
    async with Api(sandbox) as stranger:
        answer = await stranger.get(f"{url}&n=3")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.count("\n") == 3
        assert "[db-node-1] checkpoint" in answer.text
        await old.ok("POST", "upgrade")
        clock.advance(1)
        assert "upgrade finished" in (await stranger.get(f"{url}&n=1")).text
        assert (await stranger.get(url.replace("token=", "token=x"))).status_code == 401
        by_page = await old.ok("GET", "logs_archives", params={"page": 2})
        first = await old.ok("GET", "logs_archives")
        assert (len(first["archives"]), first["has_more"]) == (10, True)
        rest = await old.ok("GET", "logs_archives", params={"cursor": first["next_cursor"]})
        assert (rest["has_more"], rest["next_cursor"]) == (False, "")
        assert [row["from"] for row in rest["archives"]] == [
            row["from"] for row in by_page["archives"]
        ]
        content = (await stranger.get(first["archives"][0]["url"])).content
        assert len(content) == first["archives"][0]["size"]
        assert gzip.decompress(content)
        await old.api.send("DELETE", f"/v1/apps/{old.app}/addons/{old.addon_id}")
        assert (await stranger.get(url)).json()["resource"] == "database"


async def test_measures_of_a_database(api, old, clock):
    body = await old.ok("GET", "metrics")
    check_model(body, "DatabaseMetrics")
    (status,) = await old.ok("GET", "instances_status")
    assert list(body["instances_metrics"]) == [status["id"]]
    for metric in ("cpu", "memory", "swap", "disk", "diskio"):
        ways = (f"metrics/{metric}", f"instances/{status['id']}/metrics/{metric}")
        whole, one = [
            (await old.ok("GET", way, params={"since": 1}))[f"{metric}_metrics"] for way in ways
        ]
        assert len(whole) == 60
        assert whole == one
        last = await old.ok("GET", ways[0], params={"last": "true", "since": 1})
        assert last[f"{metric}_metrics"] == whole[-1:]
    assert (await old.send("GET", "metrics/heat")).status_code == 400
    assert (await old.send("GET", "instances/none/metrics/cpu")).status_code == 404


async def test_whether_a_database_is_well(api, path, clock):
    search = await DatabaseApi.make(api, "elasticsearch")
    assert await search.ok("POST", "ping", {}) == {"ok": 0}
    clock.advance(1)
    assert await search.ok("POST", "ping", {}) == {"ok": 1}
    assert await search.ok("GET", "lag") == {"lag": 0}
    health = await search.ok("GET", "health")
    check_model(health, "DatabaseHealth")
    assert health["status"] == "green"
    await search.ok("POST", "upgrade")
    assert (await search.ok("GET", "instances_status"))[0]["status"] == "upgrading"
    redis = await DatabaseApi.make(api, "redis")
    assert (await redis.send("GET", "health")).json() == {"error": "not supported by Redis® OSS"}


@pytest.mark.parametrize(
    ("engine", "own"),
    [
        ("postgresql", {"first_pitr_backup", "postgresql_config"}),
        ("redis", set()),
        ("mongodb", set()),
    ],
)
async def test_some_engines_have_more_to_show(api, path, engine, own):
    database = await DatabaseApi.make(api, engine)
    shown = (await database.ok("GET"))["database"]
    check_model(shown, "Database")
    assert {"first_pitr_backup", "postgresql_config"} & set(shown) == own
    assert bool(shown["mongo_repl_set_name"]) == (engine == "mongodb")


async def test_the_catalogue_of_databases(sandbox, api, old):
    types = (await old.ok("GET", "/database_types"))["database_types"]
    names = {row["name"] for row in types}
    assert names == {"postgresql", "redis", "mysql", "mongodb", "influxdb", "elasticsearch"}
    for row in types:
        assert (await old.ok("GET", f"/database_types/{row['id']}"))["database_type"] == row
    plan = (await old.ok("GET", "plan"))["plan"]
    params = {"type": await old.show("type_name")}
    for name in (plan["name"], plan["id"]):
        assert (await old.ok("GET", f"/plans/{name}", params=params))["plan"] == plan
    for where, status in (
        ("/database_types/none", 404),
        ("/database_type_versions/none", 404),
        ("/plans/none?type=redis", 404),
        (f"/plans/{plan['name']}?type=mongodb", 404),
        (f"/plans/{plan['name']}", 400),
    ):
        assert (await old.send("GET", where)).status_code == status, where
    async with Api(sandbox) as stranger:
        certificate = (await stranger.get("/api/ca_certificate")).text
        context = ssl.create_default_context(cadata=certificate)
        assert len(context.get_ca_certs()) == 1
        assert (await stranger.get("/api/database_types")).status_code == 400
    wrong = bearer("wrong")
    assert (await api.get("/api/database_types", headers=wrong)).status_code == 400
