"""Projects, their way to another owner, and their private networks."""

import pytest

from .account_samples import join, shared_project, signed_in
from .shapes import check_event

pytestmark = pytest.mark.anyio


async def latest(api, project_id):
    """Return the type and the payload of what happened in a project last."""
    event = (await api.ok("GET", f"/v1/projects/{project_id}/events"))["events"][0]
    check_event(event)
    return event["type"], event["type_data"]


async def test_projects_come_change_and_go(sandbox, api):
    first = (await api.ok("GET", "/v1/projects"))["projects"]
    assert [(row["name"], row["default"]) for row in first] == [("default", True)]
    one = (await api.ok("POST", "/v1/projects", {"project": {"name": "one"}}))["project"]
    where = f"/v1/projects/{one['id']}"
    assert (one["default"], one["owner"]["id"]) == (False, sandbox.user.id)
    assert await latest(api, one["id"]) == ("new_project", {"default": False})
    body = {"project": {"name": "uno", "default": True}}
    await api.ok("PATCH", where, {"project": {"name": "one"}})
    assert (await latest(api, one["id"]))[0] == "new_project"
    changed = (await api.ok("PATCH", where, body))["project"]
    assert changed == (await api.ok("GET", where))["project"]
    assert await latest(api, one["id"]) == (
        "edit_project",
        {
            "updated_values": [
                {"name": "name", "value": "uno", "old_value": "one"},
                {"name": "default", "value": True, "old_value": False},
            ]
        },
    )
    rows = (await api.ok("GET", "/v1/projects"))["projects"]
    assert [(row["name"], row["default"]) for row in rows] == [("default", False), ("uno", True)]
    app = (await api.ok("POST", "/v1/apps", {"app": {"name": "an-example-app"}}))["app"]
    assert app["project"] == {"id": one["id"], "name": "uno"}
    body = {"project": {"name": "two", "default": True}}
    two = (await api.ok("POST", "/v1/projects", body))["project"]
    assert (await api.send("DELETE", where)).status_code == 409
    body = {"app": {"project_id": two["id"]}}
    await api.ok("PATCH", f"/v1/apps/{app['id']}", body)
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await api.send("DELETE", where)).json() == {"resource": "project", "error": "not found"}
    rows = (await api.ok("GET", "/v1/events", params={"per_page": 5}))["events"]
    assert ("delete_project", {"project_id": one["id"]}) in [
        (row["type"], row["type_data"]) for row in rows
    ]
    await api.ok("DELETE", f"/v1/apps/{app['id']}", params={"current_name": "an-example-app"})
    assert (await api.send("DELETE", f"/v1/projects/{two['id']}")).status_code == 409


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": ""}, {"name": ["can't be blank"]}),
        ({"name": None}, {"name": ["can't be blank"]}),
        ({"name": "taken"}, {"name": ["has already been taken"]}),
        ({"name": "x", "default": None}, {"default": ["should be a boolean"]}),
    ],
)
async def test_what_a_project_can_not_be(api, fields, errors):
    await api.ok("POST", "/v1/projects", {"project": {"name": "taken"}})
    mine = (await api.ok("POST", "/v1/projects", {"project": {"name": "mine"}}))["project"]
    for method, path in (("POST", "/v1/projects"), ("PATCH", f"/v1/projects/{mine['id']}")):
        answer = await api.send(method, path, {"project": fields})
        assert (answer.status_code, answer.json()) == (422, {"errors": errors})
    assert (await api.ok("GET", f"/v1/projects/{mine['id']}"))["project"] == mine


async def test_the_default_is_moved_and_not_given_up(sandbox, api):
    first = (await api.ok("GET", "/v1/projects"))["projects"][0]
    where = f"/v1/projects/{first['id']}"
    answer = await api.send("PATCH", where, {"project": {"default": False}})
    assert list(answer.json()["errors"]) == ["default"]
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    assert [row["id"] for row in (await guest.ok("GET", "/v1/projects"))["projects"]] != [
        first["id"]
    ]
    for method in ("GET", "DELETE"):
        assert (await guest.send(method, where)).status_code == 404


async def test_a_project_goes_to_somebody_who_works_on_all_of_it(sandbox, api):
    project_id, heir = await shared_project(sandbox, api)
    where = f"/v1/projects/{project_id}"
    invitations = f"{where}/transfer_invitations"
    await api.ok("PATCH", where, {"project": {"name": "shared", "default": True}})
    owners = (await api.ok("GET", f"{where}/eligible_new_owners"))["eligible_new_owners"]
    assert owners == [{"user_id": heir.id, "user_name": "heir"}]
    theirs = await signed_in(sandbox, heir)
    assert (await theirs.get(where)).status_code == 404
    assert (await theirs.get(f"{where}/eligible_new_owners")).status_code == 404
    body = {"transfer_invitation": {"invited_user_id": heir.id}}
    row = (await api.ok("POST", invitations, body))["transfer_invitation"]
    assert (row["status"], row["invited_user_name"]) == ("pending", "heir")
    assert (await latest(api, project_id))[0] == "new_project_transfer_invitation"
    assert (await api.send("POST", invitations, body)).status_code == 409
    one = f"{invitations}/{row['id']}"
    for client in (api, theirs):
        assert (await client.ok("GET", one))["transfer_invitation"] == row
        assert (await client.ok("GET", invitations))["transfer_invitations"] == [row]
    assert (await api.send("POST", f"{one}/accept")).status_code == 403
    assert (await theirs.send("POST", f"{one}/cancel")).status_code == 403
    stranger = await signed_in(sandbox, sandbox.add_user("stranger@example.com"))
    assert (await stranger.get(one)).status_code == 404

    accepted = (await theirs.ok("POST", f"{one}/accept", {}))["transfer_invitation"]
    assert accepted["status"] == "accepted"
    found = (await theirs.ok("GET", where))["project"]
    assert (found["owner"]["id"], found["default"]) == (heir.id, False)
    assert (await api.get(where)).status_code == 404
    rows = (await api.ok("GET", "/v1/projects"))["projects"]
    assert [(row["name"], row["default"]) for row in rows] == [("default", True)]
    app = sandbox.get_app("shared-app")
    assert (app.owner, app.project.owner) == (heir, heir)
    assert [row.user for row in app.collaborators.values()] == [sandbox.user]
    body = await theirs.ok("GET", f"{where}/events")
    assert [row["type"] for row in body["events"][:2]] == [
        "transfer_app",
        "accept_project_transfer_invitation",
    ]
    assert body["events"][1]["type_data"]["inviter"]["id"] == sandbox.user.id
    assert (await theirs.send("POST", f"{one}/accept")).status_code == 409


@pytest.mark.parametrize(
    ("verb", "status", "by_heir"), [("decline", "declined", True), ("cancel", "canceled", False)]
)
async def test_invitations_that_come_to_nothing(sandbox, api, verb, status, by_heir):
    project_id, heir = await shared_project(sandbox, api)
    invitations = f"/v1/projects/{project_id}/transfer_invitations"
    body = {"transfer_invitation": {"invited_user_id": heir.id}}
    row = (await api.ok("POST", invitations, body))["transfer_invitation"]
    client = await signed_in(sandbox, heir) if by_heir else api
    closed = await client.ok("POST", f"{invitations}/{row['id']}/{verb}")
    assert closed["transfer_invitation"]["status"] == status
    assert (await latest(api, project_id))[0] == f"{verb}_project_transfer_invitation"
    for wanted, count in ((None, 0), ("pending", 0), (status, 1), ("all", 1)):
        params = {} if wanted is None else {"status": wanted}
        listed = await api.ok("GET", invitations, params=params)
        assert len(listed["transfer_invitations"]) == count
    assert (await client.send("POST", f"{invitations}/{row['id']}/{verb}")).status_code == 409
    assert (await api.send("POST", invitations, body)).status_code == 201


async def test_an_invitation_lasts_three_days(sandbox, api, clock):
    project_id, heir = await shared_project(sandbox, api)
    invitations = f"/v1/projects/{project_id}/transfer_invitations"
    body = {"transfer_invitation": {"invited_user_id": heir.id}}
    row = (await api.ok("POST", invitations, body))["transfer_invitation"]
    clock.advance(3 * 86_400)
    await api.sign_in()
    theirs = await signed_in(sandbox, heir)
    answer = await theirs.send("POST", f"{invitations}/{row['id']}/accept")
    assert (answer.status_code, answer.json()["error"]) == (409, "The invitation has expired")
    assert (await api.ok("GET", invitations))["transfer_invitations"] == []
    assert (await api.send("POST", invitations, body)).status_code == 201


async def test_who_stops_collaborating_can_not_take_over(sandbox, api):
    project_id, heir = await shared_project(sandbox, api)
    invitations = f"/v1/projects/{project_id}/transfer_invitations"
    body = {"transfer_invitation": {"invited_user_id": heir.id}}
    row = (await api.ok("POST", invitations, body))["transfer_invitation"]
    body = {"app": {"name": "one-more-app", "project_id": project_id}}
    app = (await api.ok("POST", "/v1/apps", body))["app"]["id"]
    theirs = await signed_in(sandbox, heir)
    failed = await theirs.ok("POST", f"{invitations}/{row['id']}/accept")
    assert failed["transfer_invitation"]["status"] == "failed"
    assert failed["transfer_invitation"]["status_reason"]
    assert (await latest(api, project_id))[0] == "accept_project_transfer_invitation_error"
    assert sandbox.get_app("shared-app").owner is sandbox.user
    for user_id in (heir.id, sandbox.user.id, "us-nobody"):
        body = {"transfer_invitation": {"invited_user_id": user_id}}
        answer = await api.send("POST", invitations, body)
        assert list(answer.json()["errors"]) == ["invited_user_id"]
    join(sandbox, app, heir)
    body = {"transfer_invitation": {"invited_user_id": heir.id}}
    assert (await api.send("POST", invitations, body)).status_code == 201


async def test_nobody_is_eligible_for_an_empty_project(sandbox, api):
    project = (await api.ok("POST", "/v1/projects", {"project": {"name": "empty"}}))["project"]
    body = await api.ok("GET", f"/v1/projects/{project['id']}/eligible_new_owners")
    assert body == {"eligible_new_owners": []}


async def test_an_app_that_is_given_away_leaves_the_project(sandbox, api):
    project_id, heir = await shared_project(sandbox, api)
    body = {"app": {"owner": heir.email}}
    app = (await api.ok("PATCH", "/v1/apps/shared-app", body))["app"]
    assert app["project"]["id"] != project_id
    assert sandbox.get_app("shared-app").project.owner is heir
    assert (await api.send("DELETE", f"/v1/projects/{project_id}")).status_code == 204


async def test_containers_have_names_and_addresses_in_a_private_network(sandbox, api, deployed):
    project = f"/v1/projects/{deployed.project.id}"
    network = await api.ok("GET", f"{project}/private_network")
    running = sum(len(app.containers) for app in sandbox.apps())
    assert network["used_ips_count"] == len(set(network["used_ips"])) == running
    shown = (await api.ok("GET", f"/v1/apps/{deployed.id}"))["app"]
    assert shown["private_networks_ids"] == [network["id"]]
    names = f"/v1/apps/{deployed.id}/private_network_domain_names"
    found = (await api.ok("GET", names))["domain_names"]
    zone = f"{deployed.uuid}.{network['id']}.private-network.internal."
    labels = [row.rpartition("-") for row in sorted(row.label for row in deployed.containers)]
    assert found["data"] == [f"{index}.{kind}.{zone}" for kind, _, index in labels]
    meta = found["meta"]
    assert (meta["prev_page"], meta["next_page"], meta["per_page"]) == (1, 1, 20)
    params = {"page": 2, "per_page": 1}
    second = (await api.ok("GET", names, params=params))["domain_names"]
    assert second["data"] == found["data"][1:2]
    total = len(found["data"])
    assert second["meta"] == {
        "current_page": 2,
        "prev_page": 1,
        "next_page": min(3, total),
        "total_pages": total,
        "total_count": total,
        "per_page": 1,
    }
    await api.ok(
        "POST", f"/v1/apps/{deployed.id}/scale", {"containers": [{"name": "web", "amount": 0}]}
    )
    found = (await api.ok("GET", names, params={"per_page": 100}))["domain_names"]
    assert all(".worker." in name for name in found["data"])
    assert found["meta"]["per_page"] == 50
