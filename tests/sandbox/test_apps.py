"""Apps, their containers and their operations."""

import pytest

from .bare_client import Api

pytestmark = pytest.mark.anyio

LETTERS = "should contain only lowercap letters, digits and hyphens"


async def kinds(api, app):
    return [event["type"] for event in await api.events(app)]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (None, ["can't be blank"]),
        ("", ["can't be blank"]),
        (17, ["can't be blank"]),
        ("short", ["is too short (minimum is 6 characters)"]),
        ("x" * 49, ["is too long (maximum is 48 characters)"]),
        ("AnotherApp", [LETTERS]),
        ("under_score", [LETTERS]),
        ("naïve-app", [LETTERS]),
        ("line-end\n", [LETTERS]),
        ("-leading", ["can't start with an hyphen"]),
        ("double--hyphen", ["can't contain 2 consecutive hyphens"]),
        (
            "some-example-app--",
            ["can't end with an hyphen", "can't contain 2 consecutive hyphens"],
        ),
    ],
)
@pytest.mark.parametrize("dry", [False, True])
async def test_names_that_will_not_do(sandbox, api, name, wrong, dry):
    headers = {"X-Dry-Run": "true"} if dry else {}
    answer = await api.send("POST", "/v1/apps", {"app": {"name": name}}, headers=headers)
    assert (answer.status_code, answer.json()) == (422, {"errors": {"name": wrong}})
    assert len(sandbox.apps()) == 12


@pytest.mark.parametrize("name", ["sixchr", "a" * 48, "1-2-3-4", "000000"])
async def test_names_that_will_do(sandbox, api, name):
    await api.ok("POST", "/v1/apps", {"app": {"name": name}})
    assert sandbox.get_app(name).name == name


async def test_a_name_is_taken_once_in_a_region(sandbox, api, app):
    again = {"app": {"name": app["name"]}}
    answer = await api.send("POST", "/v1/apps", again)
    assert answer.json() == {"errors": {"name": ["has already been taken"]}}
    async with Api(sandbox, region="osc-secnum-fr1") as other:
        await other.sign_in()
        there = await other.ok("POST", "/v1/apps", again)
    assert there["app"]["region"] == "osc-secnum-fr1"
    assert there["app"]["id"] != app["id"]
    assert sandbox.get_app("some-example-app", "osc-secnum-fr1").id == there["app"]["id"]


async def test_a_dry_run_creates_nothing(sandbox, api):
    body = {"app": {"name": "only-a-thought"}}
    answer = await api.send("POST", "/v1/apps", body, headers={"X-Dry-Run": "true"})
    assert answer.status_code == 201
    assert answer.json()["app"]["name"] == "only-a-thought"
    with pytest.raises(KeyError):
        sandbox.get_app("only-a-thought")
    assert (await api.get("/v1/apps/only-a-thought")).status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "body"),
    [
        (b"", 422, {"errors": {"app": ["missing field"]}}),
        (b'{"name": "unrooted-app"}', 422, {"errors": {"app": ["missing field"]}}),
        (b'{"app": [1]}', 422, {"errors": {"app": ["missing field"]}}),
        (b'{"app": {', 400, None),
        (b"[]", 400, None),
        (b'"\xff"', 400, None),
        (b'"\\ud800"', 400, None),
    ],
)
async def test_bodies_that_make_no_sense(api, content, status, body):
    answer = await api.send("POST", "/v1/apps", content=content)
    assert answer.status_code == status
    if body is None:
        assert answer.json()["error"].startswith("There was a problem in the JSON you submitted")
    else:
        assert answer.json() == body


async def test_a_new_app_is_listed_and_found_by_id_and_name(api, app):
    listed = (await api.ok("GET", "/v1/apps"))["apps"]
    assert len(listed) == 13
    for key in ("id", "name"):
        assert (await api.ok("GET", f"/v1/apps/{app[key]}"))["app"] == app
    assert app in listed
    assert app["status"] == "new"
    assert await kinds(api, app["id"]) == ["new_app"]


async def test_settings_change_in_all_the_forms_that_clients_send(api, app):
    path = f"/v1/apps/{app['name']}"
    for method, body in (
        ("PATCH", {"app": {"force_https": True}}),
        ("PUT", {"app": {"sticky_session": True}}),
        ("PUT", {"router_logs": True}),
    ):
        await api.ok(method, path, body)
    shown = (await api.ok("GET", path))["app"]
    assert [shown[key] for key in ("force_https", "sticky_session", "router_logs")] == [True] * 3
    assert (await kinds(api, app["id"]))[:3] == ["edit_app"] * 3


async def test_a_wrong_setting_changes_nothing(api, app):
    path = f"/v1/apps/{app['name']}"
    for fields, status in (
        ({"force_https": "yes"}, 422),
        ({"force_https": True, "stack_id": "st-none"}, 404),
        ({"force_https": True, "project_id": "pr-none"}, 404),
    ):
        answer = await api.send("PATCH", path, {"app": fields})
        assert answer.status_code == status
    assert (await api.ok("GET", path))["app"] == app


async def test_stacks_and_projects_change(sandbox, api, app):
    from scalingo_async.sandbox.catalogue.stacks import STACKS
    from scalingo_async.sandbox.world.projects import Project

    stack = next(row for row in STACKS.values() if not row.default)
    region = sandbox.world.default_region
    project = Project("pr-other", "other", sandbox.user, default=False, created_at=0)
    region.projects[project.id] = project
    fields = {"stack_id": stack.id, "project_id": project.id}
    changed = (await api.ok("PATCH", f"/v1/apps/{app['id']}", {"app": fields}))["app"]
    assert changed["stack_id"] == stack.id
    assert changed["project"] == {"id": "pr-other", "name": "other"}
    assert (await kinds(api, app["id"]))[:2] == ["update_app_project", "stack_changed"]
    of_project = (await api.ok("GET", "/v1/projects/pr-other/events"))["events"]
    assert [event["type"] for event in of_project] == ["update_app_project"]
    assert (await api.get("/v1/projects/pr-none/events")).status_code == 404


async def test_a_rename_keeps_the_old_name_in_the_past(api, app):
    path = f"/v1/apps/{app['id']}"
    for body, field in (
        ({"new_name": "new-name-1"}, "current_name"),
        ({"current_name": app["id"], "new_name": "new-name-1"}, "current_name"),
        ({"current_name": app["name"]}, "name"),
        ({"current_name": app["name"], "new_name": "x--yyyy"}, "name"),
    ):
        answer = await api.send("POST", f"{path}/rename", body)
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == [field]
    body = {"current_name": app["name"], "new_name": "another-name"}
    renamed = (await api.ok("POST", f"{path}/rename", body))["app"]
    assert (renamed["id"], renamed["name"]) == (app["id"], "another-name")
    assert (await api.get(f"/v1/apps/{app['name']}")).status_code == 404
    await api.ok("PATCH", "/v1/apps/another-name", {"app": {"force_https": True}})
    events = await api.events("another-name")
    assert [(event["type"], event["app_name"]) for event in events] == [
        ("edit_app", "another-name"),
        ("rename_app", "some-example-app"),
        ("new_app", "some-example-app"),
    ]
    await api.ok("POST", "/v1/apps", {"app": {"name": app["name"]}})


async def test_a_deletion_wants_the_name_and_takes_everything_along(sandbox, api, deployed):
    app = deployed
    path = f"/v1/apps/{app.id}"
    for name in (None, "", "wrong", app.id):
        params = {} if name is None else {"current_name": name}
        answer = await api.send("DELETE", path, params=params)
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["current_name"]
    await api.ok("POST", f"{path}/child_apps", {"app": {"name": "little-one"}})
    addon_id = next(iter(app.addons))
    token = await api.addon_token(app.id, addon_id)
    answer = await api.send("DELETE", path, params={"current_name": app.name})
    assert answer.status_code == 204
    for gone in (
        path,
        f"{path}/variables",
        f"/v1/apps/{app.name}",
        "/v1/apps/little-one",
        f"{path}/events",
    ):
        assert (await api.get(gone)).status_code == 404, gone
    headers = {"Authorization": f"Bearer {token}"}
    assert (await api.get(f"/api/databases/{addon_id}", headers=headers)).status_code == 404
    assert len((await api.ok("GET", "/v1/apps"))["apps"]) == 11
    latest = (await api.ok("GET", "/v1/events"))["events"][:2]
    assert [(row["type"], row["app_name"]) for row in latest] == [
        ("delete_app", app.name),
        ("delete_app", "little-one"),
    ]
    domain = {"domain": {"name": "www.free-again.example.com"}}
    await api.ok("POST", f"/v1/apps/{sandbox.apps()[0].id}/domains", domain)


async def test_children_have_a_parent_and_shorter_names(api, app):
    path = f"/v1/apps/{app['name']}/child_apps"
    answer = await api.send("POST", path, {"app": {"name": "x" * 33}})
    assert answer.json() == {"errors": {"name": ["is too long (maximum is 32 characters)"]}}
    for number in range(3):
        await api.ok("POST", path, {"app": {"name": f"child-{number}"}})
    other = {"app": {"name": "child-3", "parent_id": app["id"]}}
    assert (await api.ok("POST", "/v1/apps", other))["app"]["parent_app_name"] == app["name"]
    body = await api.ok("GET", path, params={"page": 2, "per_page": 3})
    assert [row["name"] for row in body["child_apps"]] == ["child-3"]
    assert body["meta"]["pagination"]["total_count"] == 4
    orphan = {"app": {"name": "orphan-app", "parent_id": "none"}}
    assert (await api.send("POST", "/v1/apps", orphan)).status_code == 404


async def test_only_a_collaborator_can_become_the_owner(sandbox, api, deployed):
    path = f"/v1/apps/{deployed.id}"
    new_owner = next(row.user for row in deployed.collaborators.values() if row.user)
    for owner, query in (("x@example.com", {}), (new_owner.email, {"current_name": "wrong"})):
        answer = await api.send("PATCH", path, {"app": {"owner": owner}}, params=query)
        assert answer.status_code == 422
    # The Go client sends neither the query nor the root key that the docs have.
    shown = (await api.ok("PATCH", path, {"owner": new_owner.email}))["app"]
    assert shown["owner"]["email"] == new_owner.email
    assert sandbox.count("apps.transfer") == 1
    rows = (await api.ok("GET", f"{path}/collaborators"))["collaborators"]
    assert sandbox.user.email in {row["email"] for row in rows}
    assert new_owner.email not in {row["email"] for row in rows}
    event = (await api.events(deployed.id))[0]
    assert event["type"] == "transfer_app"
    assert event["type_data"]["old_owner"]["id"] == sandbox.user.id
    async with Api(sandbox, new_owner.api_token) as owner:
        await owner.sign_in()
        answer = await owner.send("DELETE", path, params={"current_name": deployed.name})
        assert answer.status_code == 204


async def test_the_free_trial_may_be_over(sandbox, api, app):
    sandbox.settings.free_trial_exceeded = True
    answer = await api.send("POST", "/v1/apps", {"app": {"name": "one-too-many"}})
    assert answer.status_code == 402
    assert sorted(answer.json()) == ["error", "name", "url"]
    assert answer.json()["name"].endswith("free-trial-exceeded")
    path = f"/v1/apps/{app['id']}/addons"
    for number, status in (("00", 201), ("01", 402)):
        plan = f"5cc45d3e3e6b3b00124900{number}"
        body = {"addon": {"addon_provider_id": "postgresql", "plan_id": plan}}
        assert (await api.send("POST", path, body)).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("GET", "/v1", 404, None),
        ("GET", "/v1/apps/", 404, None),
        ("GET", "/v2/apps", 404, None),
        ("GET", "/v1/nowhere/at/all", 404, None),
        ("GET", "/osc-fr2/v1/apps", 404, None),
        ("GET", "/v1/tokens/exchange", 404, None),
        ("POST", "/v1/users/self", 405, "PATCH, PUT"),
        ("PUT", "/v1/apps", 405, "GET, POST"),
        ("GET", "/auth/v1/tokens/exchange/", 404, None),
        ("DELETE", "/auth/v1/users/self", 405, "GET"),
    ],
)
async def test_routes_that_are_not_there(api, method, path, status, allow):
    answer = await api.send(method, path)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.headers.get("allow") == allow


async def test_names_in_paths_are_decoded_once(api):
    answer = await api.get("/v1/apps/a%2Fb%3Fc")
    assert answer.json() == {"resource": "app", "error": "not found"}
    assert (await api.get("/v1/apps/%2e%2e/variables")).status_code == 404


async def test_head_is_get_without_a_body(api):
    answer = await api.send("HEAD", "/v1/apps")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


async def test_request_ids_and_dates_come_back(api, clock, sandbox):
    answer = await api.get("/v1/apps", headers={"X-Request-ID": "mine"})
    assert answer.headers["x-request-id"] == "mine" == sandbox.requests[-1].request_id
    assert answer.headers["date"] == "Thu, 09 Oct 2025 08:53:20 GMT"
    assert (await api.get("/v1/apps")).headers["x-request-id"] != "mine"
