"""`wait`: an item ends when what it began has ended, well or badly."""

import json
from functools import partial

import anyio
import pytest
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of
from tables import each
from twins import NAME, twin_sandbox

from scalingo_async import (
    DeploymentFailedError,
    InvalidArgumentError,
    OperationFailedError,
    OperationTimeoutError,
    PendingOperation,
    RawResponse,
    UnknownOutcomeError,
    bulk,
)
from scalingo_async.models import Addon, Deployment
from scalingo_async.sandbox import LoopClock

pytestmark = [pytest.mark.anyio, VIRTUAL]


@pytest.fixture
def sandbox():
    return twin_sandbox(clock=LoopClock())


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


async def apps_of(client):
    return [app async for app in bulk.all_apps(client)]


def states(path):
    """Return what a journal says, line by line."""
    return [record.get("state") for record in map(json.loads, path.read_text().splitlines())][1:]


async def test_an_item_ends_when_the_platform_has_ended(sandbox, client):
    apps = await apps_of(client)
    accepted = await bulk.map(client.apps.restart, apps)
    assert not any(outcome.unwrap().done for outcome in accepted)
    assert [outcome.requests for outcome in accepted] == [1] * len(apps)
    for wait in (True, 30, 30.0, float("inf")):
        report = await bulk.map(client.apps.restart, apps, wait=wait)
        for outcome in report:
            operation = outcome.unwrap()
            assert isinstance(operation, PendingOperation)
            assert operation.done
            assert outcome.requests >= 2
            assert outcome.duration == pytest.approx(1.0, abs=0.5)


async def test_a_failure_is_the_item_s_own(sandbox, client):
    apps = await apps_of(client)
    sandbox.fail_next_operation()
    report = await bulk.map(client.apps.restart, apps, wait=True)
    assert (report.summary.done, report.summary.failed) == (len(apps) - 1, 1)
    (bad,) = [outcome for outcome in report if not outcome.ok]
    assert isinstance(bad.error, OperationFailedError)
    assert bad.error.operation.status == "error"


async def test_what_does_not_end_in_time_has_failed(client):
    report = await bulk.map(client.apps.restart, await apps_of(client), wait=0.1)
    assert {type(outcome.error) for outcome in report} == {OperationTimeoutError}


async def test_a_model_comes_in_its_final_state(sandbox, client):
    url = "https://github.com/example/shop/archive/main.tar.gz"
    apps = [app for app in await apps_of(client) if app.status == "running"][:2]
    create = partial(client.deployments.create, source_url=url)
    report = await bulk.map(create, apps, wait=True)
    report.raise_for_failures()
    for outcome in report:
        assert isinstance(outcome.value, Deployment)
        assert outcome.value.status == "success"
    sandbox.fail_next_deployment()
    report = await bulk.map(create, apps[:1], wait=True)
    assert isinstance(report[0].error, DeploymentFailedError)


async def restarted_raw(client, app):
    return await client.with_raw_response(client.apps.restart)(app.ref)


async def restarted_twice(client, app):
    return [await client.apps.restart(app.ref), await client.apps.restart(app.ref)]


async def an_addon(client, app):
    return (await client.addons.list(app.ref)).items[:1]


WAITABLE = {
    "method": lambda client: client.apps.restart,
    "raw": lambda client: client.with_raw_response(client.apps.restart),
    "partial": lambda client: partial(client.apps.restart, scope=["web"]),
    "lambda": lambda client: lambda app: client.apps.restart(app.ref),
    "raw of one's own": lambda client: partial(restarted_raw, client),
    "two": lambda client: partial(restarted_twice, client),
    "a list of models": lambda client: partial(an_addon, client),
}


@each("form", WAITABLE)
async def test_whatever_leads_to_it(form):
    sandbox = twin_sandbox(clock=LoopClock())
    async with client_of(sandbox) as client:
        apps = await apps_of(client)
        async with client.bulk(wait=True) as job:
            report = await job.map(WAITABLE[form](client), apps)
        report.raise_for_failures()
        for outcome in report:
            value = outcome.value
            if isinstance(value, RawResponse):
                assert value.status_code == 202
                value = value.value
            for one in value if isinstance(value, list) else [value]:
                assert one.status == "running" if isinstance(one, Addon) else one.done


async def test_nothing_to_wait_for_is_fine_where_nothing_was_changed(sandbox, client):
    async def restart_if_it_runs(app):
        if (await client.apps.get(app.ref)).name == NAME:
            return await client.apps.restart(app.ref)
        return None

    apps = await apps_of(client)
    report = await bulk.map(restart_if_it_runs, apps, wait=True)
    report.raise_for_failures()
    assert {outcome.value is None for outcome in report} == {True, False}


async def forgets(client, app):
    await client.apps.restart(app.ref)


async def reads(client, app):
    return await client.apps.get(app.ref)


@each(("function", "named"), [(forgets, "returned None"), (reads, "returned App")])
async def test_what_can_t_be_waited_for_fails_and_says_so(function, named):
    async with client_of(twin_sandbox(clock=LoopClock())) as client:
        report = await bulk.map(partial(function, client), await apps_of(client), wait=True)
        for outcome in report:
            assert isinstance(outcome.error, InvalidArgumentError)
            assert named in str(outcome.error)
            assert "can't be waited for" in str(outcome.error)


@each(
    "method",
    [
        lambda client: client.apps.get,
        lambda client: client.deployments.reset_cache,
        lambda client: client.apps.exists,
        lambda client: client.deployments.list,
        lambda client: client.variables.list,
        lambda client: client.with_raw_response(client.domains.list),
    ],
)
async def test_methods_that_return_no_such_thing_are_refused_before_anything_is_sent(method):
    sandbox = twin_sandbox(clock=LoopClock())
    async with client_of(sandbox) as client:
        for way in (partial(bulk.map, wait=True), client.bulk(wait=5).map):
            with pytest.raises(InvalidArgumentError, match=r"returns .*, which can't be waited"):
                way(method(client), ["a"])
        bulk.map(method(client), ["a"], wait=False)
        bulk.map(client.deployments.latest, ["a"], wait=True)
    assert sandbox.count("*") == 0


@each("wrong", ["yes", None, 0, -1, float("nan"), [1]])
async def test_other_values_are_refused(wrong):
    async with client_of(twin_sandbox(clock=LoopClock())) as client:
        with pytest.raises(InvalidArgumentError, match="wait must be"):
            bulk.map(client.apps.restart, ["a"], wait=wrong)
        with pytest.raises(InvalidArgumentError, match="wait must be"):
            client.bulk(wait=wrong)


async def test_it_is_an_option_of_the_job(client):
    with pytest.raises(InvalidArgumentError, match=r"write client\.bulk\(wait=\.\.\.\)"):
        client.bulk().map(client.apps.restart, ["a"], wait=True)


async def test_a_dry_run_waits_for_nothing(sandbox, client):
    apps = await apps_of(client)
    sandbox.forget_requests()
    report = await bulk.map(client.apps.restart, apps, wait=True, dry_run=True)
    assert report.summary.planned == len(apps)
    assert sandbox.count("*") == 0


# -- journals ------------------------------------------------------------------------------------


async def test_done_is_written_after_the_end_only(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    (app, *_) = await apps_of(client)
    seen = []
    sandbox.on_request(lambda r: seen.append((r.operation, states(path))))
    await bulk.map(client.apps.restart, [app], journal=path, wait=True)
    assert seen == [("apps.restart", ["started"]), ("operations.get", ["started"])]
    assert states(path) == ["started", "done"]


async def test_a_job_that_is_left_while_it_waits_leaves_doubt(tmp_path):
    path = tmp_path / "restart.jsonl"
    sandbox = twin_sandbox(clock=LoopClock(), operation_time=20)
    async with client_of(sandbox) as client:
        (app, *_) = await apps_of(client)
        with anyio.CancelScope() as scope:
            sandbox.on_request(lambda r: r.operation == "operations.get" and scope.cancel())
            await bulk.map(client.apps.restart, [app], journal=path, wait=True)
        assert scope.cancelled_caught
        assert states(path) == ["started"]
        report = await bulk.map(client.apps.restart, [app], journal=path, wait=True)
        assert isinstance(report[0].error, UnknownOutcomeError)
    assert sandbox.count("apps.restart") == 1


async def test_what_has_failed_is_known_to_have_and_is_done_again(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    (app, *_) = await apps_of(client)
    sandbox.fail_next_operation()
    report = await bulk.map(client.apps.restart, [app], journal=path, wait=True)
    assert isinstance(report[0].error, OperationFailedError)
    report = await bulk.map(client.apps.restart, [app], journal=path, wait=True)
    assert (report[0].status, report[0].attempts) == ("done", 2)


async def test_what_did_not_end_in_time_is_not_known(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    (app, *_) = await apps_of(client)
    await bulk.map(client.apps.restart, [app], journal=path, wait=0.1)
    report = await bulk.map(client.apps.restart, [app], journal=path, wait=True)
    assert report[0].status == "unknown"


async def test_a_failure_in_a_function_of_several_calls_leaves_doubt(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    (app, *_) = await apps_of(client)

    async def both(app):
        await client.variables.create(app.ref, name="A", value="1")
        return await client.apps.restart(app.ref)

    sandbox.fail_next_operation()
    await bulk.map(both, [app], journal=path, wait=True)
    report = await bulk.map(both, [app], journal=path, wait=True)
    assert report[0].status == "unknown"
    assert sandbox.count("variables.create") == 1
