"""What a new sandbox has in it, what it remembers, and that chance plays no part."""

import time

import pytest

from scalingo_async.sandbox import ManualClock, Sandbox
from scalingo_async.sandbox.behaviour.validation import check_app_name

from .bare_client import Api


async def everything(seed, clock):
    """What a client can see of a sandbox's first region."""
    sandbox = Sandbox(apps=4, seed=seed, rate_limit=None, clock=clock)
    async with Api(sandbox) as api:
        await api.sign_in()
        seen = [sandbox.api_token, sandbox.user.password]
        seen.append((await api.get("/v1/apps")).text)
        seen.append((await api.get("/v1/events", params={"per_page": 100})).text)
        created = await api.send("POST", "/v1/apps", {"app": {"name": "one-more"}})
        seen.append((created.text, created.headers["x-request-id"]))
    return seen


@pytest.mark.anyio
async def test_the_same_seed_gives_the_same_sandbox():
    first = await everything(1, ManualClock())
    assert await everything(1, ManualClock()) == first
    other = await everything(2, ManualClock())
    assert all(left != right for left, right in zip(first, other, strict=True))


@pytest.mark.anyio
async def test_traffic_does_not_change_what_is_created_later():
    created = []
    for visits in (0, 5):
        sandbox = Sandbox(apps=2, rate_limit=None, clock=ManualClock())
        async with Api(sandbox) as api:
            await api.sign_in()
            for _ in range(visits):
                await api.sign_in()
                await api.ok("GET", f"/v1/apps/{sandbox.apps()[0].id}/logs")
            body = {"app": {"name": "one-more"}}
            created.append((await api.ok("POST", "/v1/apps", body))["app"]["id"])
    assert created[0] == created[1]


@pytest.mark.parametrize(("apps", "second"), [(0, 0), (4, 0), (25, 5), (500, 100)])
def test_how_many_apps_there_are(apps, second):
    before = time.process_time()
    sandbox = Sandbox(apps=apps)
    assert time.process_time() - before < 2
    assert len(sandbox.apps()) == len({app.name for app in sandbox.apps()}) == apps
    assert len(sandbox.apps("osc-secnum-fr1")) == second
    for app in sandbox.apps():
        assert check_app_name(app.name, taken=False)


def test_the_beginning_is_varied():
    sandbox = Sandbox(apps=25, clock=ManualClock())
    apps = sandbox.apps()
    assert {app.status for app in apps} == {"new", "running"}
    assert all(app.variables and app.collaborators and app.events for app in apps)
    assert {len(app.addons) for app in apps} == {0, 1, 2}
    assert {len(app.domains) for app in apps} == {0, 1, 2}
    running = [app for app in apps if app.status == "running"]
    assert all(app.containers and app.deployments and app.logs for app in running)
    for app in running:
        expected = {row.name: row.amount for row in app.formation.values()}
        found = [container.type for container in app.containers]
        assert {name: found.count(name) for name in expected} == expected
        assert next(reversed(app.deployments)) == app.last_deployment_id
    for app in apps:
        dates = [event.created_at for event in app.events]
        assert dates == sorted(dates)
        assert dates[-1] < sandbox.clock.time()


def test_regions_are_of_ones_choice():
    sandbox = Sandbox(apps=5, regions=("one", "two", "three"))
    assert sandbox.region == "one"
    assert [len(sandbox.apps(name)) for name in ("one", "two", "three")] == [5, 1, 1]
    assert repr(sandbox) == "<Sandbox in process apps={'one': 5, 'two': 1, 'three': 1}>"
    with pytest.raises(ValueError, match="at least one region"):
        Sandbox(regions=())
    with pytest.raises(ValueError, match="negative"):
        Sandbox(apps=-1)
    with pytest.raises(KeyError):
        sandbox.apps("four")


@pytest.mark.anyio
async def test_requests_are_remembered_without_secrets(sandbox, api):
    token = api.http.headers["Authorization"].partition(" ")[2]
    app = sandbox.apps()[0]
    await api.ok(
        "POST", f"/v1/apps/{app.id}/variables", {"variable": {"name": "A", "value": "hush"}}
    )
    url = (await api.ok("GET", f"/v1/apps/{app.id}/logs"))["logs_url"]
    await api.get(f"{url}&n=1", headers={"Authorization": ""})
    await api.get("/v1/nowhere")
    rows = sandbox.requests
    assert [(row.operation, row.authorization, row.status) for row in rows] == [
        ("tokens.exchange", "basic", 200),
        ("variables.create", "bearer", 201),
        ("logs.get_url", "bearer", 200),
        ("logs.dump", None, 200),
        ("", "bearer", 404),
    ]
    assert rows[3].query["token"] == "…"
    assert rows[3].query["n"] == "1"
    assert rows[1].headers["content-type"] == "application/json"
    assert (rows[1].method, rows[1].api, rows[1].region) == ("POST", "regional", "osc-fr1")
    assert rows[1].path == f"/v1/apps/{app.id}/variables"
    shown = repr(rows)
    assert "hush" not in shown
    assert token not in shown
    assert sandbox.api_token not in shown
    assert url.partition("token=")[2].partition("&")[0] not in shown
    sandbox.forget_requests()
    assert (sandbox.requests, sandbox.count()) == ([], 0)


@pytest.mark.anyio
async def test_counts_are_of_what_was_carried_out(sandbox, api):
    path = f"/v1/apps/{sandbox.apps()[0].id}"
    await api.ok("GET", path)
    await api.get("/v1/apps/none-at-all")
    await api.send("POST", f"{path}/restart", {"scope": ["wrong"]})
    await api.send("POST", f"{path}/restart")
    assert sandbox.count("apps.get") == 1
    assert sandbox.count("apps.get", executed=False) == 2
    assert sandbox.count("apps.*") == 2
    assert sandbox.count("apps.restart") == 1
    assert sandbox.count() == 3
    assert sandbox.count("nothing") == 0


@pytest.mark.anyio
async def test_state_can_be_looked_at_and_changed(sandbox, api):
    app = sandbox.get_app(sandbox.apps()[0].name)
    assert app is sandbox.get_app(app.id)
    app.limits["git-repository-size"] = 1000
    app.status = "crashed"
    shown = (await api.ok("GET", f"/v1/apps/{app.id}"))["app"]
    assert (shown["status"], shown["limits"]) == ("crashed", {"git-repository-size": 1000})
    with pytest.raises(KeyError):
        sandbox.get_app("none-at-all")
