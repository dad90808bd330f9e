"""Organizations: whom they belong to, what happened to them and what belongs to them."""

import pytest

from .bare_client import Api

pytestmark = pytest.mark.anyio

WHERE = "/auth/v1/organizations"


async def create(api, name="Example"):
    return (await api.ok("POST", WHERE, {"organization": {"name": name}}))["organization"]


async def test_an_organization_is_made_and_renamed(sandbox, api, clock):
    (first,) = (await api.ok("GET", WHERE))["organizations"]
    made = await create(api, "Ma Société")
    assert (made["name"], made["slug"]) == ("Ma Société", "ma-soci-t")
    assert (await api.ok("GET", WHERE))["organizations"] == [first, made]
    for wrong in ({"name": ""}, {}, {"name": "ma soci t"}):
        answer = await api.send("POST", WHERE, {"organization": wrong})
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {"name"})
    clock.advance(5)
    path = f"{WHERE}/{made['id']}"
    renamed = {"organization": {"name": "My Company"}}
    assert (await api.ok("PATCH", path, renamed))["organization"] == made | renamed["organization"]
    await api.ok("PATCH", path, renamed)
    body = await api.ok("GET", f"{path}/events", params={"per_page": 1})
    (event,) = body["events"]
    assert (event["event_name"], event["changes"]) == (
        "organization.update",
        {"name": ["Ma Société", "My Company"]},
    )
    assert event["actor"]["username"] == sandbox.user.username
    assert event["target"] == {"id": made["id"], "type": "organization"}
    assert body["meta"]["pagination"]["total_count"] == 2


async def test_an_organization_is_its_owners(sandbox, api):
    made = await create(api)
    path = f"{WHERE}/{made['id']}"
    scope = {"scope": "read:organization"}
    assert await api.ok("GET", f"{path}/can", params=scope) == {"can": True}
    assert (await api.send("GET", f"{path}/can")).status_code == 400
    async with Api(sandbox, sandbox.add_user("b@example.com").api_token) as other:
        await other.sign_in()
        assert await other.ok("GET", f"{path}/can", params=scope) == {"can": False}
        for method, where in (("PATCH", path), ("GET", f"{path}/events")):
            answer = await other.send(method, where, {"organization": {"name": "x"}})
            assert answer.json() == {"resource": "organization", "error": "not found"}


async def test_a_project_belongs_to_an_organization_with_all_that_is_in_it(api, path):
    name = (await api.ok("GET", path))["app"]["name"]
    made = await create(api)
    project = {"name": "shop", "organization_id": made["id"]}
    project = (await api.ok("POST", "/v1/projects", {"project": project}))["project"]
    elsewhere = {"project": {"name": "none", "organization_id": "none"}}
    assert (await api.send("POST", "/v1/projects", elsewhere)).json()["resource"] == "organization"
    await api.ok("PATCH", path, {"app": {"project_id": project["id"]}})
    invited = {"collaborator": {"email": "new@example.com"}}
    await api.ok("POST", f"{path}/collaborators", invited)
    database = {"technology": "postgresql-ng", "plan": "postgresql-dr-starter-4096"}
    body = {"database": {**database, "name": "a-database", "project_id": project["id"]}}
    await api.ok("POST", "/v1/databases", body)

    async def ids(where, root, organization):
        params = {"organization_id": organization}
        return {row["name"] for row in (await api.ok("GET", where, params=params))[root]}

    assert await ids("/v1/projects", "projects", made["id"]) == {"shop"}
    assert await ids("/v1/apps", "apps", made["id"]) == {name, "a-database"}
    assert await ids("/v1/databases", "databases", made["id"]) == {"a-database"}
    for where, root in (("/v1/projects", "projects"), ("/v1/databases", "databases")):
        assert await ids(where, root, "another") == set()
    params = {"organization_id": made["id"]}
    (row,) = (await api.ok("GET", "/v1/collaborators", params=params))["collaborators"]
    assert row["email"] == "new@example.com"
    other = await create(api, "Other")
    moved = {"project": {"organization_id": other["id"]}}
    await api.ok("PATCH", f"/v1/projects/{project['id']}", moved)
    assert await ids("/v1/apps", "apps", made["id"]) == set()
    assert await ids("/v1/apps", "apps", other["id"]) == {name, "a-database"}
