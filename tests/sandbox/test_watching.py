"""Alerts, autoscalers, log drains, measures, cron tasks, and what there is to choose from."""

import pytest

from scalingo_async.sandbox.world.cron_jobs import CronJob

from .bare_client import Api, latest_event
from .shapes import check_model

pytestmark = pytest.mark.anyio

ALERT = {"container_type": "web", "metric": "cpu", "limit": 0.8}
SCALER = {
    "container_type": "web",
    "min_containers": 2,
    "max_containers": 4,
    "metric": "rpm_per_container",
    "target": 150,
}


async def refused(api, method, path, body, status=422):
    answer = await api.send(method, path, body)
    assert answer.status_code == status, answer.text
    return answer.json().get("errors", answer.json())


async def test_an_alert_comes_changes_and_goes(api, path, clock):
    where = f"{path}/alerts"
    (notifier,) = (await api.ok("GET", f"{path}/notifiers"))["notifiers"]
    ids = [notifier["id"]]
    # The Go client sends "0s" when it was given nothing.
    fields = ALERT | {"remind_every": "0s", "duration_before_trigger": 180_000_000_000}
    alert = (await api.ok("POST", where, {"alert": fields}))["alert"]
    assert alert.items() >= fields.items()
    kind, data = await latest_event(api)
    assert (kind, data["limit_text"]) == ("new_alert", "80%")
    clock.advance(5)
    changed = await api.ok("PATCH", f"{where}/{alert['id']}", {"alert": {"limit": 0.5}})
    assert changed["alert"]["limit"] == 0.5
    assert changed["alert"]["updated_at"] > alert["updated_at"]
    # The Go client has no root key here, and writes the interval in nanoseconds.
    bare = {"remind_every": 330_000_000_000, "notifiers": ids, "disabled": True}
    changed = (await api.ok("PUT", f"{where}/{alert['id']}", bare))["alert"]
    assert (changed["remind_every"], changed["notifiers"]) == ("5m30s", ids)
    (listed,) = (await api.ok("GET", where))["alerts"]
    assert listed == changed | {"deleted_at": "0001-01-01T00:00:00.000Z"}
    assert (await api.send("DELETE", f"{where}/{alert['id']}")).status_code == 204
    assert await latest_event(api) == ("delete_alert", {"container_type": "web", "metric": "cpu"})
    assert (await api.ok("GET", where))["alerts"] == []
    answer = await api.get(f"{where}/{alert['id']}")
    assert answer.json() == {"resource": "alert", "error": "not found"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, None),
        ("", None),
        ("1h30m", "1h30m"),
        (0, "0s"),
        (59_000_000_000, "59s"),
        (3_600_000_000_000, "1h0m0s"),
        (3_723_500_000_000, "1h2m3.5s"),
    ],
)
async def test_reminders_are_written_as_go_does(api, path, given, shown):
    body = {"alert": ALERT | {"remind_every": given}}
    assert (await api.ok("POST", f"{path}/alerts", body))["alert"]["remind_every"] == shown


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"container_type", "metric", "limit"}),
        (ALERT | {"metric": "heat", "limit": "high"}, {"metric", "limit"}),
        (ALERT | {"container_type": "clock", "disabled": "yes"}, {"container_type", "disabled"}),
        (ALERT | {"remind_every": "often", "notifiers": [1]}, {"remind_every", "notifiers"}),
        (ALERT | {"notifiers": ["Default 'some-example-app' notifier"]}, {"notifiers"}),
        (ALERT | {"duration_before_trigger": 1.5}, {"duration_before_trigger"}),
    ],
)
async def test_a_wrong_alert_is_told_all_that_is_wrong(api, path, fields, wrong):
    assert set(await refused(api, "POST", f"{path}/alerts", {"alert": fields})) == wrong
    assert (await api.ok("GET", f"{path}/alerts"))["alerts"] == []


async def test_an_autoscaler_comes_changes_and_goes(api, path):
    where = f"{path}/autoscalers"
    # The Go client posts the whole of its struct.
    body = {"autoscaler": SCALER | {"id": "", "app_id": "", "disabled": False}}
    scaler = (await api.ok("POST", where, body))["autoscaler"]
    assert scaler.items() >= SCALER.items()
    kind, data = await latest_event(api)
    assert (kind, data["min_containers"], data["target_text"]) == ("new_autoscaler", "2", "150 rpm")
    errors = await refused(api, "POST", where, body)
    assert errors == {"container_type": ["has already been taken"]}
    where = f"{where}/{scaler['id']}"
    for method, body in (
        ("PATCH", {"autoscaler": {"target": 99.5}}),
        ("PUT", {"autoscaler": {"max_containers": 9, "container_type": "clock"}}),
        ("PATCH", {"disabled": True}),
    ):
        await api.ok(method, where, body)
    errors = await refused(api, "PATCH", where, {"autoscaler": {"min_containers": 10, "target": 0}})
    assert set(errors) == {"max_containers"}
    changed = (await api.ok("GET", where))["autoscaler"]
    wanted = scaler | {"target": 99.5, "max_containers": 9, "disabled": True}
    assert changed | {"updated_at": ""} == wanted | {"updated_at": ""}
    assert (await latest_event(api))[0] == "edit_autoscaler"
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await latest_event(api))[0] == "delete_autoscaler"
    assert (await api.get(where)).json()["resource"] == "autoscaler"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"container_type", "min_containers", "max_containers", "metric", "target"}),
        (
            SCALER | {"min_containers": 0, "max_containers": 11},
            {"min_containers", "max_containers"},
        ),
        (SCALER | {"min_containers": 5, "max_containers": 4}, {"max_containers"}),
        (SCALER | {"container_type": "none", "target": True}, {"container_type", "target"}),
    ],
)
async def test_a_wrong_autoscaler_is_told_all_that_is_wrong(api, path, fields, wrong):
    body = {"autoscaler": fields}
    assert set(await refused(api, "POST", f"{path}/autoscalers", body)) == wrong
    assert (await api.ok("GET", f"{path}/autoscalers"))["autoscalers"] == []


async def test_log_drains_are_named_by_their_url(api, path):
    where = f"{path}/log_drains"
    fields = {"type": "papertrail", "host": "logs.org", "port": "1", "token": "", "url": ""}
    first = (await api.ok("POST", where, {"drain": fields}))["drain"]
    assert first == {"url": "papertrail://logs.org:1"}
    assert await latest_event(api) == ("new_log_drain", first)
    second = {"drain": {"type": "elk", "url": "https://elk.org"}}
    await api.ok("POST", where, second)
    assert await refused(api, "POST", where, second) == {"url": ["has already been taken"]}
    assert [row["url"] for row in (await api.ok("GET", where))["drains"]] == [
        "papertrail://logs.org:1",
        "https://elk.org",
    ]
    # The official page has the URL in the body, the Go client in the query.
    assert (await api.send("DELETE", where, {"url": "https://elk.org"})).status_code == 204
    assert (await api.send("DELETE", where, params=first)).status_code == 204
    assert await latest_event(api) == ("delete_log_drain", first)
    assert (await api.ok("GET", where))["drains"] == []
    assert (await api.send("DELETE", where, params=first)).json()["resource"] == "log_drain"
    assert (await refused(api, "DELETE", where, {}, 400)) == {"error": "url is required"}


async def test_measures_are_the_same_for_the_same_moment(api, deployed, clock):
    where = f"/v1/apps/{deployed.id}/stats"
    stats = (await api.ok("GET", where))["stats"]
    assert {row["id"] for row in stats} == {row.label for row in deployed.containers}
    assert all(row["memory_usage"] < row["memory_limit"] for row in stats)
    assert (await api.ok("GET", where))["stats"] == stats
    before = await api.ok("GET", f"{where}/memory/web", params={"since": 2})
    assert [row["time"] for row in before] == sorted(row["time"] for row in before)
    clock.advance(300)
    after = await api.ok("GET", f"{where}/memory/web", params={"since": 2})
    assert after[:-5] == before[5:]
    assert after != before
    (last,) = await api.ok("GET", f"{where}/memory/web", params={"since": 2, "last": "true"})
    assert last == after[-1]
    one = await api.ok("GET", f"{where}/memory/web/1", params={"since": 2})
    assert [row["time"] for row in one] == [row["time"] for row in after]
    requests = await api.ok("GET", f"{where}/router", params={"status_code": "all"})
    errors = await api.ok("GET", f"{where}/router/web", params={"status_code": "5XX"})
    assert sum(row["value"] for row in errors) < sum(row["value"] for row in requests)
    long = await api.ok("GET", f"{where}/requests", params={"since": 72, "statistics_type": "p95"})
    assert len(requests) <= 240
    assert len(long) <= 240


async def test_nothing_was_measured_before_an_app_ran(api, path):
    assert (await api.ok("GET", f"{path}/stats"))["stats"] == []
    assert await api.ok("GET", f"{path}/stats/router") == []
    assert await api.ok("GET", f"{path}/stats/cpu/web") == []


@pytest.mark.parametrize(
    ("where", "status", "answer"),
    [
        ("cpu", 400, {"error": "'container' should be defined"}),
        ("heat", 400, {"error": "unknown metric 'heat'"}),
        ("heat/recommended_value", 400, {"error": "unknown metric 'heat'"}),
        ("cpu/recommended_value", 400, {"error": "'container_type' should be defined"}),
        ("cpu/recommended_value?container_type=web", 200, None),
        ("cpu/recommended_value?container_type=clock", 404, None),
        ("cpu/clock", 404, {"resource": "container_type", "error": "not found"}),
        ("cpu/web/99", 404, {"resource": "container", "error": "not found"}),
        ("router?status_code=6XX", 400, None),
        ("router?since=73", 400, None),
        ("router?since=0", 400, None),
        ("router?since=x", 400, None),
    ],
)
async def test_questions_about_measures(api, deployed, where, status, answer):
    got = await api.get(f"/v1/apps/{deployed.id}/stats/{where}")
    assert got.status_code == status
    assert answer is None or got.json() == answer


async def test_what_there_is_to_choose_from_needs_no_token(sandbox, api, path):
    async with Api(sandbox) as stranger:
        for name, model in (
            ("stacks", "Stack"),
            ("container_sizes", "ContainerSize"),
            ("metrics", "MetricType"),
        ):
            rows = (await stranger.ok("GET", f"/v1/features/{name}"))[name]
            for row in rows:
                check_model(row, model)
            assert rows
        prices = (await stranger.ok("GET", "/v1/features/container_sizes"))["container_sizes"]
        assert [row["hourly_price"] for row in prices] == [10, 20, 40, 80, 160, 320]
    for app, status in (("some-example-app", 200), ("none", 404)):
        answer = await api.get("/v1/features/container_sizes", params={"app_id": app})
        assert answer.status_code == status
    # What a metric is about decides whether it needs a container type.
    for metric in (await api.ok("GET", "/v1/features/metrics"))["metrics"]:
        answer = await api.get(f"{path}/stats/{metric['id']}/recommended_value")
        assert answer.status_code == (400 if metric["type"] == "global" else 200)


async def test_the_tasks_of_an_app_say_when_they_run_next(sandbox, api, path, deployed):
    assert await api.ok("GET", f"{path}/cron_tasks") == {"jobs": None}
    body = await api.ok("GET", f"/v1/apps/{deployed.id}/cron_tasks")
    assert body["deployment_id"] == deployed.last_deployment_id
    (job,) = body["jobs"]
    # It is the ninth of October 2025, 8:53; the last deployment was in the night.
    assert job["last_execution_date"] == "2025-10-09T05:00:00.000Z"
    assert job["next_execution_date"] == "2025-10-10T05:00:00.000Z"
    assert job["command"].startswith("0 5 * * * ")
    deployed.cron_jobs += [CronJob("30 9 * * * report"), CronJob("*/10 * * * * poll", "S")]
    _, later, often = (await api.ok("GET", f"/v1/apps/{deployed.id}/cron_tasks"))["jobs"]
    assert later == {
        "command": "30 9 * * * report",
        "last_execution_date": None,
        "next_execution_date": "2025-10-09T09:30:00.000Z",
    }
    assert often == {"command": "*/10 * * * * poll", "size": "S"}
