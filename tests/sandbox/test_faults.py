"""What goes wrong on demand."""

import anyio
import httpx
import pytest

from scalingo_async.sandbox import ConnectionCut, Sandbox

from .bare_client import Api

pytestmark = pytest.mark.anyio

NEW = {"app": {"name": "brand-new"}}


async def test_a_status_for_some_requests(sandbox, api):
    fault = sandbox.inject("apps.get", status=503, times=2)
    path = f"/v1/apps/{sandbox.apps()[0].name}"
    statuses = [(await api.get(path)).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert fault.hits == 2
    assert sandbox.count("apps.get") == 1
    assert [row.fault for row in sandbox.requests[-3:]] == ["status", "status", None]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, '{"error":"Internal error occured, we\'re on it!"}'),
        (401, '{"error":"Not authenticated"}'),
        (429, "Retry later"),
    ],
)
async def test_the_usual_bodies(sandbox, api, status, text):
    sandbox.inject("apps.list", status=status)
    answer = await api.get("/v1/apps")
    assert (answer.status_code, answer.text) == (status, text)


async def test_bodies_and_headers_of_ones_own(sandbox, api):
    sandbox.inject("*", status=429, headers={"Retry-After": "7"}, body={"error": "slow", "code": 1})
    answer = await api.get("/v1/apps")
    assert answer.json() == {"error": "slow", "code": 1}
    assert answer.headers["retry-after"] == "7"
    for body, kind in (("text", "text/plain; charset=utf-8"), (b"\0", "application/octet-stream")):
        sandbox.inject("apps.list", body=body)
        answer = await api.get("/v1/apps")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


async def test_patterns_offsets_and_removal(sandbox, api):
    app = sandbox.apps()[0].id
    fault = sandbox.inject("variables.*", status=500, times=None, after=1)
    paths = [f"/v1/apps/{app}/variables"] * 3 + [f"/v1/apps/{app}"]
    assert [(await api.get(path)).status_code for path in paths] == [200, 500, 500, 200]
    fault.remove()
    fault.remove()
    assert (await api.get(paths[0])).status_code == 200
    assert fault.hits == 2
    sandbox.inject("*", status=500, times=None)
    sandbox.clear_faults()
    assert (await api.get(paths[0])).status_code == 200


async def test_the_oldest_fault_goes_first(sandbox, api):
    sandbox.inject("apps.list", status=500)
    sandbox.inject("apps.*", status=502)
    statuses = [(await api.get("/v1/apps")).status_code for _ in range(3)]
    assert statuses == [500, 502, 200]


async def test_what_stands_in_front_of_the_platform_costs_nothing(clock):
    sandbox = Sandbox(apps=0, rate_limit="1/60s", clock=clock)
    sandbox.inject("*", kind="html", after=1)
    async with Api(sandbox) as api:
        await api.sign_in()
        answer = await api.send("POST", "/v1/apps", NEW)
        assert (answer.status_code, answer.headers["content-type"]) == (
            502,
            "text/html; charset=utf-8",
        )
        assert answer.text.startswith("<html>")
        assert sandbox.apps() == []
        assert (await api.send("POST", "/v1/apps", NEW)).status_code == 201


async def test_garbage_comes_after_the_work(sandbox, api):
    sandbox.inject("apps.create", kind="garbage")
    answer = await api.send("POST", "/v1/apps", NEW)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
    assert sandbox.get_app("brand-new")


async def test_a_delay_delays(sandbox, api):
    sandbox.inject("apps.list", delay=60)
    with anyio.move_on_after(0.01) as scope:
        await api.get("/v1/apps")
    assert scope.cancelled_caught
    sandbox.inject("apps.list", delay=0.01, status=504)
    before = anyio.current_time()
    assert (await api.get("/v1/apps")).status_code == 504
    assert anyio.current_time() - before >= 0.01


async def test_latency(sandbox, api):
    sandbox.settings.latency = 60
    with anyio.move_on_after(0.01) as scope:
        await api.get("/v1/apps")
    assert scope.cancelled_caught


@pytest.mark.parametrize(
    ("kind", "executed"), [("close_before", False), ("close_after", True), ("half_body", True)]
)
async def test_cut_in_process(sandbox, api, kind, executed):
    sandbox.inject("apps.create", kind=kind)
    with pytest.raises(ConnectionCut):
        await api.send("POST", "/v1/apps", NEW)
    assert sandbox.requests[-1].executed is executed
    assert sandbox.requests[-1].fault == kind
    assert ("brand-new" in {app.name for app in sandbox.apps()}) is executed
    assert (await api.get("/v1/apps")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "executed", "message"),
    [
        ("close_before", False, "without sending a response"),
        ("close_after", True, "without sending a response"),
        ("half_body", True, r"received \d+ bytes, expected"),
    ],
)
async def test_cut_over_a_socket(kind, executed, message, caplog):
    sandbox = Sandbox(apps=2, rate_limit=None)
    async with sandbox.serve(), Api(sandbox, over_socket=True) as api:
        await api.sign_in()
        sandbox.inject("apps.create", kind=kind)
        with pytest.raises(httpx.RemoteProtocolError, match=message):
            await api.send("POST", "/v1/apps", NEW)
        assert sandbox.requests[-1].executed is executed
        assert ("brand-new" in {app.name for app in sandbox.apps()}) is executed
        assert (await api.get("/v1/apps")).status_code == 200
    assert [row for row in caplog.records if row.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "wrong",
    [{}, {"kind": "nonsense"}, {"status": 500, "times": 0}, {"delay": -1}, {"kind": "delay"}],
)
def test_a_fault_that_says_nothing_is_an_error(sandbox, wrong):
    with pytest.raises(ValueError, match=r"needs a status|Unknown fault|negative"):
        sandbox.inject("apps.get", **wrong)


async def test_an_operation_a_deployment_and_a_backup_can_fail(sandbox, api, clock):
    app = next(row for row in sandbox.apps() if row.addons)
    sandbox.fail_next_operation("no more memory")
    sandbox.fail_next_deployment("crashed-error")
    sandbox.fail_next_backup()
    restarted = await api.send("POST", f"/v1/apps/{app.id}/restart")
    body = {"deployment": {"source_url": "https://example.com/a.tgz"}}
    deployed = await api.ok("POST", f"/v1/apps/{app.id}/deployments", body)
    addon_id = next(iter(app.addons))
    headers = {"Authorization": f"Bearer {await api.addon_token(app.id, addon_id)}"}
    await api.ok("POST", f"/api/databases/{addon_id}/backups", headers=headers)
    clock.advance(10)
    operation = (await api.ok("GET", restarted.headers["location"]))["operation"]
    assert (operation["status"], operation["error"]) == ("error", "no more memory")
    path = f"/v1/apps/{app.id}/deployments/{deployed['deployment']['id']}"
    assert (await api.ok("GET", path))["deployment"]["status"] == "crashed-error"
    backups = await api.ok("GET", f"/api/databases/{addon_id}/backups", headers=headers)
    assert backups["database_backups"][0]["status"] == "error"
    events = await api.events(app.id)
    assert "database_backup_failed" in {event["type"] for event in events[:3]}
    again = await api.send("POST", f"/v1/apps/{app.id}/restart")
    clock.advance(10)
    operation = (await api.ok("GET", again.headers["location"]))["operation"]
    assert operation["status"] == "done"
