"""Restarts, scaling and one-off containers."""

import pytest

pytestmark = pytest.mark.anyio


async def test_a_restart_is_an_operation_that_runs_and_ends(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"
    before = {row["id"]: row for row in (await api.ok("GET", f"{path}/ps"))["containers"]}
    answer = await api.send("POST", f"{path}/restart", {"scope": None})
    assert (answer.status_code, answer.content) == (202, b"")
    location = answer.headers["location"]
    assert location.startswith(f"http://localhost/v1/apps/{deployed.id}/operations/")
    seen = []
    for _ in range(5):
        operation = (await api.ok("GET", location))["operation"]
        app = (await api.ok("GET", path))["app"]
        seen.append((operation["status"], operation["finished_at"] is None, app["status"]))
        clock.advance(0.125)
    assert seen == [
        ("pending", True, "restarting"),
        ("running", True, "restarting"),
        ("running", True, "restarting"),
        ("running", True, "restarting"),
        ("done", False, "running"),
    ]
    after = {row["id"]: row for row in (await api.ok("GET", f"{path}/ps"))["containers"]}
    assert not set(before) & set(after)
    assert [row["label"] for row in before.values()] == [row["label"] for row in after.values()]
    event = (await api.events(deployed.id))[0]
    assert event["type_data"] == {"scope": [], "addon_name": None, "reason": "user_restart"}


async def test_a_restart_may_be_of_some_containers(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"

    async def ids():
        rows = (await api.ok("GET", f"{path}/ps"))["containers"]
        return {row["label"]: row["id"] for row in rows}

    deployed.formation["web"].amount = 1
    await api.ok("POST", f"{path}/scale", {"containers": [{"name": "web", "amount": 2}]})
    clock.advance(10)
    before = await ids()
    await api.send("POST", f"{path}/restart", {"scope": ["web-1"]})
    await api.send("POST", f"{path}/restart", {"scope": "worker"})
    clock.advance(10)
    after = await ids()
    changed = {label for label in before if before[label] != after[label]}
    assert changed == {"web-1", "worker-1"}
    for scope in (["wrong"], ["web", "wrong"], ["web-9"]):
        answer = await api.send("POST", f"{path}/restart", {"scope": scope})
        text = f"'{scope[-1]}' → no such process type"
        assert (answer.status_code, answer.json()) == (422, {"errors": {"scope": [text]}})
    assert (await api.send("POST", f"{path}/restart", {"scope": {}})).status_code == 202
    assert (await api.send("POST", f"{path}/restart", {"scope": {"a": 1}})).status_code == 422


async def test_two_restarts_at_once_do_not_double_the_containers(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"
    count = len(deployed.containers)
    for _ in range(3):
        await api.send("POST", f"{path}/restart")
        clock.advance(0.2)
    clock.advance(10)
    assert len((await api.ok("GET", f"{path}/ps"))["containers"]) == count
    assert (await api.ok("GET", path))["app"]["status"] == "running"


async def test_scaling_changes_the_containers(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"
    body = {"containers": [{"name": "web", "amount": 3, "size": "L"}]}
    answer = await api.send("POST", f"{path}/scale", body)
    assert answer.status_code == 202
    rows = {row["name"]: row for row in answer.json()["containers"]}
    assert (rows["web"]["amount"], rows["web"]["size"]) == (3, "L")
    assert rows["worker"]["amount"] == 1
    assert (await api.ok("GET", path))["app"]["status"] == "scaling"
    clock.advance(1)
    operation = (await api.ok("GET", answer.headers["location"]))["operation"]
    assert (operation["status"], operation["type"]) == ("done", "scale")
    running = (await api.ok("GET", f"{path}/ps"))["containers"]
    assert [row["label"] for row in running] == ["web-1", "web-2", "web-3", "worker-1"]
    assert {row["container_size"]["name"] for row in running if row["type"] == "web"} == {"L"}
    assert {row["state"] for row in running} == {"running"}
    event = (await api.events(deployed.id))[0]
    assert event["type_data"]["containers"] == {"web": "3:L", "worker": "1:S"}
    await api.ok("POST", f"{path}/scale", {"containers": [{"name": "web", "amount": 0}]})
    clock.advance(1)
    running = (await api.ok("GET", f"{path}/ps"))["containers"]
    assert [row["label"] for row in running] == ["worker-1"]


@pytest.mark.parametrize(
    ("row", "status", "body"),
    [
        ({"name": "clock", "amount": 1}, 404, {"resource": "container_type", "error": "not found"}),
        ({"amount": 1}, 422, None),
        ({"name": "web"}, 422, None),
        ({"name": "web", "amount": "2"}, 422, None),
        ({"name": "web", "amount": True}, 422, None),
        ({"name": "web", "amount": -1}, 422, None),
        ({"name": "web", "amount": 11}, 422, None),
        ({"name": "web", "amount": 1, "size": "XXS"}, 404, None),
        ("web:1", 422, None),
    ],
)
async def test_scaling_to_what_cannot_be_changes_nothing(api, deployed, row, status, body):
    path = f"/v1/apps/{deployed.name}"
    before = await api.ok("GET", f"{path}/containers")
    rows = [{"name": "worker", "amount": 3}, row]
    answer = await api.send("POST", f"{path}/scale", {"containers": rows})
    assert answer.status_code == status
    assert body is None or answer.json() == body
    assert await api.ok("GET", f"{path}/containers") == before


async def test_an_app_that_was_never_deployed_scales_at_once(api, app):
    path = f"/v1/apps/{app['name']}"
    answer = await api.send("POST", f"{path}/scale", {"containers": [{"name": "web", "amount": 2}]})
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert [row["amount"] for row in answer.json()["containers"]] == [2]
    unknown = {"containers": [{"name": "worker", "amount": 1}]}
    answer = await api.send("POST", f"{path}/scale", unknown)
    refused = {"resource": "container_type", "error": "not found"}
    assert (answer.status_code, answer.json()) == (404, refused)
    assert (await api.ok("GET", f"{path}/ps"))["containers"] == []
    assert (await api.send("POST", f"{path}/scale", {})).status_code == 422


async def test_the_formation_that_is_there_is_no_change(api, deployed):
    path = f"/v1/apps/{deployed.name}/scale"
    rows = [{"name": row.name, "amount": row.amount} for row in deployed.formation.values()]
    refused = {"error": "no change in containers formation"}
    for same in (rows[:1], rows, [row | {"size": ""} for row in rows], []):
        answer = await api.send("POST", path, {"containers": same})
        assert (answer.status_code, answer.json()) == (400, refused)
    rows[0]["amount"] += 1
    assert (await api.send("POST", path, {"containers": rows})).status_code == 202


async def test_an_app_without_containers_is_stopped(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"

    async def scale(amount):
        rows = [{"name": name, "amount": amount} for name in deployed.formation]
        await api.ok("POST", f"{path}/scale", {"containers": rows})
        meanwhile = (await api.ok("GET", path))["app"]["status"]
        clock.advance(10)
        return meanwhile, (await api.ok("GET", path))["app"]["status"]

    assert await scale(0) == ("scaling", "stopped")
    await api.send("POST", f"{path}/restart", {})
    clock.advance(10)
    assert (await api.ok("GET", path))["app"]["status"] == "stopped"
    await api.ok("POST", f"{path}/deployments", {"deployment": {"source_url": "https://x.io/a"}})
    clock.advance(10)
    assert (await api.ok("GET", path))["app"]["status"] == "stopped"
    assert await scale(1) == ("scaling", "running")


async def test_a_type_has_ten_containers_at_most(api, deployed):
    wanted = {"containers": [{"name": "web", "amount": 11}]}
    answer = await api.send("POST", f"/v1/apps/{deployed.name}/scale", wanted)
    words = "can't scale over 10 containers, contact us at support@scalingo.com if you need more"
    assert (answer.status_code, answer.json()) == (
        422,
        {"errors": {"container-web-amount": [words]}},
    )


async def test_a_one_off_container_can_be_attached_to_when_its_operation_is_done(
    api, deployed, clock
):
    path = f"/v1/apps/{deployed.name}"
    assert (await api.send("POST", f"{path}/run", {"command": " "})).status_code == 422
    body = await api.ok("POST", f"{path}/run", {"command": "bash", "size": "L"})
    assert body["operation_url"].endswith(body["operation"])
    assert body["container"]["label"] == "one-off-1"
    operation = (await api.ok("GET", body["operation_url"]))["operation"]
    assert "attach_url" not in operation["start_one_off_data"]
    clock.advance(1)
    operation = (await api.ok("GET", body["operation_url"]))["operation"]
    assert operation["type"] == "start-one-off"
    attach_url = operation["start_one_off_data"]["attach_url"]
    assert attach_url.endswith(body["container"]["id"])
    labels = [row["label"] for row in (await api.ok("GET", f"{path}/ps"))["containers"]]
    assert "one-off-1" in labels


async def test_a_detached_one_off_does_its_work_and_is_gone(api, deployed, clock):
    path = f"/v1/apps/{deployed.name}"
    await api.ok("POST", f"{path}/run", {"command": "echo done", "detached": True})
    clock.advance(1)
    labels = [row["label"] for row in (await api.ok("GET", f"{path}/ps"))["containers"]]
    assert "one-off-1" not in labels
    url = (await api.ok("GET", f"{path}/logs"))["logs_url"]
    answer = await api.send("GET", f"{url}&filter=one-off-1")
    assert "$ echo done" in answer.text


async def test_a_one_off_container_can_be_stopped(api, path, clock):
    where = f"{path}/containers"
    first, second = [
        (await api.ok("POST", f"{path}/run", {"command": "bash"}))["container"] for _ in range(2)
    ]
    # By id, while it still boots, and by label, when it runs.
    assert (await api.send("POST", f"{where}/{first['id']}/stop", {})).status_code == 202
    clock.advance(0.5)
    assert (await api.send("POST", f"{where}/{second['label']}/stop")).status_code == 202
    (row,) = (await api.ok("GET", f"{path}/ps"))["containers"]
    assert (row["id"], row["state"]) == (second["id"], "stopping")
    clock.advance(0.5)
    assert (await api.ok("GET", f"{path}/ps"))["containers"] == []
    answer = await api.send("POST", f"{where}/{first['id']}/stop")
    assert answer.json() == {"resource": "container", "error": "not found"}


async def test_only_one_off_containers_can_be_stopped_but_all_can_get_a_signal(api, deployed):
    where = f"/v1/apps/{deployed.id}/containers/web-1"
    assert (await api.send("POST", f"{where}/stop")).status_code == 400
    assert (await api.send("POST", f"{where}/kill", {"signal": "SIGUSR2"})).status_code == 204
    assert "SIGUSR2" in deployed.logs[-1].text
    for signal in ("SIGKILL", None):
        answer = await api.send("POST", f"{where}/kill", {"signal": signal})
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {"signal"})
    assert next(row for row in deployed.containers if row.label == "web-1").state == "running"
