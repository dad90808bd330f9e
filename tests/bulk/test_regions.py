"""Bulk work over several regions: each app is worked on where it is, whichever way it is given."""

import json
from functools import partial

import pytest
from api_facts import made
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of
from tables import each
from twins import HERE, NAME, THERE, restarts, twin_sandbox

from scalingo_async import AppRef, InvalidArgumentError, PendingOperation, bulk
from scalingo_async.bulk.journal import key_of
from scalingo_async.models import App
from scalingo_async.sandbox import LoopClock

pytestmark = pytest.mark.anyio

ONCE = {HERE: 1, THERE: 1}


@pytest.fixture
def sandbox():
    return twin_sandbox(clock=LoopClock())


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


async def everything(client):
    return [app async for app in bulk.all_apps(client)]


async def test_the_program_that_restarted_one_app_twice_and_the_other_never(sandbox, client):
    names = [app.name async for app in bulk.all_apps(client)]
    report = await bulk.map(client.apps.restart, names)
    assert report.summary.done == len(names) == 6
    assert restarts(sandbox) == ONCE


WAYS = {
    "apps": lambda app: app,
    "refs": lambda app: app.ref,
    "names": lambda app: app.name,
    "ids": lambda app: app.id,
}


async def restart_name(client, name: str):
    return await client.apps.restart(name)


FORMS = {
    "method": lambda client: client.apps.restart,
    "method of a client elsewhere": lambda client: client.region(THERE).apps.restart,
    "partial": lambda client: partial(client.apps.restart, scope=["web"]),
    "raw": lambda client: client.with_raw_response(client.apps.restart),
    "lambda": lambda client: lambda app: client.apps.restart(app),
    "a function that wants a str": lambda client: partial(restart_name, client),
}


@each("form", FORMS)
@each("way", WAYS)
async def test_every_idiom(way, form):
    sandbox = twin_sandbox()
    async with client_of(sandbox) as client:
        items = [WAYS[way](app) async for app in bulk.all_apps(client)]
        if form == "lambda":
            # It gets what it is given.
            items = [getattr(item, "ref", item) for item in items]
        report = await bulk.map(FORMS[form](client), items)
        report.raise_for_failures()
        assert [outcome.item for outcome in report] == items
        assert restarts(sandbox) == ONCE


@VIRTUAL
@each(
    "call",
    [
        lambda client, app: client.apps.restart(app.ref),
        lambda client, app: client.apps.restart(app.name),
        lambda client, app: client.apps.restart(app=app.id, scope=["web"]),
    ],
)
async def test_a_lambda_over_apps(call):
    sandbox = twin_sandbox(clock=LoopClock())
    async with client_of(sandbox) as client:
        apps = await everything(client)
        async with client.bulk(wait=True) as job:
            report = await job.map(lambda app: call(client, app), apps)
        report.raise_for_failures()
        assert restarts(sandbox) == ONCE


async def test_an_async_generator_and_a_list_of_the_client(sandbox, client):
    async with bulk.map(client.apps.restart, bulk.all_apps(client)) as outcomes:
        found = [outcome.item.region async for outcome in outcomes]
    assert sorted(set(found)) == [HERE, THERE]
    assert restarts(sandbox) == ONCE
    await bulk.map(client.apps.restart, client.apps.list())
    await bulk.map(client.apps.restart, client.region(THERE).apps.list())
    assert restarts(sandbox) == {HERE: 2, THERE: 2}


@VIRTUAL
async def test_the_values_know_where_they_are(client):
    apps = [app for app in await everything(client) if app.name == NAME]
    report = await bulk.map(client.apps.get, apps)
    assert [outcome.unwrap().id for outcome in report] == [app.id for app in apps]
    report = await bulk.map(client.apps.restart, apps, wait=True)
    for outcome, region in zip(report, (HERE, THERE), strict=True):
        operation = outcome.unwrap()
        assert isinstance(operation, PendingOperation)
        assert operation.app.region == region
        assert operation.operation.status == "done"


async def test_items_of_each_region_are_read_at_that_region_s_limit(sandbox):
    async with client_of(sandbox, rate_limit=(60, 60.0)) as client:
        apps = await everything(client)
        before = {r: client.region(r).rate_limit.used for r in (HERE, THERE)}
        await bulk.map(client.domains.list, apps)
        used = {r: client.region(r).rate_limit.used - before[r] for r in (HERE, THERE)}
        assert used == {HERE: 5, THERE: 1}


# -- journals ------------------------------------------------------------------------------------


def test_keys_tell_regions_apart():
    app = made(App, id="6343eccf7aff7c0001fe0a12", name="shop", region=THERE)
    assert key_of(app) == key_of(app.ref) == app.id
    assert key_of(AppRef("shop", region=HERE)) == "shop@osc-fr1"
    assert key_of(AppRef("shop", region=THERE)) == "shop@osc-secnum-fr1"
    assert key_of(AppRef("shop")) == key_of("shop") == "shop"
    assert key_of(AppRef(app.id, region=THERE)) == app.id, "an id is one's own everywhere"


async def test_a_journal_over_two_regions_is_resumed(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    apps = await everything(client)
    twins = [app for app in apps if app.name == NAME]
    await bulk.map(client.apps.restart, twins[:1], journal=path)
    assert restarts(sandbox) == {HERE: 1, THERE: 0}
    # The others, given in other ways; what was done is known in each of them.
    for items in (apps, [app.ref for app in apps], [app.name for app in apps]):
        report = await bulk.map(client.apps.restart, items, journal=path)
        report.raise_for_failures()
        assert restarts(sandbox) == ONCE
    assert report.summary.skipped == len(apps)


async def test_two_refs_of_one_name_are_two_items_of_a_journal(sandbox, client, tmp_path):
    path = tmp_path / "restart.jsonl"
    refs = [AppRef(NAME, region=HERE), AppRef(NAME, region=THERE)]
    await bulk.map(client.apps.restart, refs[1:], journal=path)
    await bulk.map(client.apps.restart, refs, journal=path)
    assert restarts(sandbox) == ONCE
    keys = {json.loads(line).get("key") for line in path.read_text().splitlines()}
    assert keys == {None, f"{NAME}@{HERE}", f"{NAME}@{THERE}"}
    # Apps whose ids are known are the same ones.
    report = await bulk.map(client.apps.restart, bulk.all_apps(client), journal=path)
    assert {o.item.region for o in report if o.status == "skipped"} == {HERE, THERE}
    assert restarts(sandbox) == ONCE


async def test_a_journal_of_plain_names_is_continued(sandbox, client, tmp_path):
    """They were those of the client's own region, so nothing of the other region was done."""
    path = tmp_path / "restart.jsonl"
    await bulk.map(client.apps.restart, [NAME], journal=path)
    there = client.region(THERE).apps.list()
    report = await bulk.map(client.apps.restart, there, journal=path)
    assert report.summary.skipped == 0
    assert restarts(sandbox) == ONCE
    for items in (bulk.all_apps(client), await everything(client)):
        report = await bulk.map(client.apps.restart, items, journal=path)
        assert restarts(sandbox) == ONCE
    assert report.summary.skipped == 6


async def test_plain_names_of_a_function_that_says_no_region(sandbox, client, tmp_path):
    async def restart(app):
        await client.apps.restart(getattr(app, "ref", app))

    path = tmp_path / "restart.jsonl"
    await bulk.map(restart, [NAME], journal=path)
    (own,) = [app async for app in client.apps.list() if app.name == NAME]
    report = await bulk.map(restart, [own], journal=path)
    assert report[0].status == "skipped", "there is one app by that name only"
    # Which of the two it was can't be told by the name: none is left out on that ground.
    report = await bulk.map(restart, await everything(client), journal=path)
    assert report.summary.skipped == 0
    assert restarts(sandbox)[THERE] == 1


# -- estimates -----------------------------------------------------------------------------------


async def test_an_estimate_takes_the_slowest_region():
    sandbox = twin_sandbox()
    async with client_of(sandbox, rate_limit=(60, 60.0), transport=None) as client:
        here = [AppRef(f"a-{n}", region=HERE) for n in range(70)]
        there = [AppRef(f"a-{n}", region=THERE) for n in range(50)]
        assert bulk.estimate(120, client) == 120.0
        assert bulk.estimate([*here, *there], client) == 60.0
        assert bulk.estimate(there, client) == 0.0
        assert bulk.estimate(["a"] * 70, client) == 60.0
        assert (
            bulk.estimate([made(App, id=str(r), name=str(r), region=THERE) for r in here], client)
            == 60.0
        )
        assert bulk.estimate([], client) == bulk.estimate(0, client) == 0.0
        # Restart and wait: two requests or more.
        assert bulk.estimate(45, client) == 0.0
        assert bulk.estimate(45, client, wait=True) == 60.0
        assert bulk.estimate(there, client, wait=5.0) == 60.0
        assert bulk.estimate(45, client, requests_per_item=4.5) == 180.0
        assert bulk.estimate(there, client, wait=True, requests_per_item=0.5) == 0.0


@each(
    ("wrong", "message"),
    [
        ({"requests": -1}, "requests must be"),
        ({"requests": True}, "requests must be"),
        ({"requests": "web-api"}, "items must be"),
        ({"requests": None}, "requests must be"),
        ({"requests": 1.5}, "requests must be"),
        ({"requests": {"a": 1}}, "items must be"),
        ({"wait": "yes"}, "wait must be True, False or a number of seconds"),
        ({"wait": -1}, "wait must be a number of seconds, more than 0"),
        ({"requests_per_item": -1}, "requests_per_item must be"),
        ({"requests_per_item": "2"}, "requests_per_item must be"),
        ({"requests_per_item": float("nan")}, "requests_per_item must be"),
    ],
)
async def test_an_estimate_refuses_what_can_t_be(client, wrong, message):
    with pytest.raises(InvalidArgumentError, match=message):
        bulk.estimate(**{"requests": 1, **wrong}, client=client)


async def test_an_estimate_leaves_the_items_to_the_job(client):
    apps = await everything(client)
    for once in ((app for app in apps), iter(apps), map(str, apps)):
        with pytest.raises(InvalidArgumentError, match="would leave none for the job"):
            bulk.estimate(once, client)
        assert len(list(once)) == len(apps)


async def test_the_first_eta_is_that_of_the_client_whose_method_it_is(anyio_backend):
    sandbox = twin_sandbox()
    async with client_of(sandbox, rate_limit=(60, 60.0)) as client:
        here = [AppRef(f"a-{n}", region=HERE) for n in range(70)]
        there = [AppRef(f"a-{n}", region=THERE) for n in range(50)]
        for function in (
            client.apps.restart,
            client.with_raw_response(client.apps.restart),
            partial(client.apps.restart, scope=["web"]),
        ):
            assert bulk.map(function, here).progress.eta == 60.0
            assert bulk.map(function, there).progress.eta == 0.0
            assert bulk.map(function, [*here, *there]).progress.eta == 60.0
            assert bulk.map(function, there, wait=True).progress.eta == 60.0
            assert bulk.map(function, ["a"] * 70, wait=True).progress.eta == 120.0
            # In another region, plain names are names there.
        assert bulk.map(client.region(THERE).apps.restart, ["a"] * 70).progress.eta == 60.0
        assert client.bulk(wait=True).map(client.apps.restart, there).progress.eta == 60.0
        assert client.bulk().map(lambda app: client.apps.restart(app), here).progress.eta == 60.0
        assert bulk.map(lambda app: client.apps.restart(app), here).progress.eta is None
        assert bulk.map(client.apps.restart, iter(here), total=70).progress.eta == 60.0
        # What counts on no limit, and what counts on the limit of another API.
        assert bulk.map(client.logs.dump, ["https://x.scalingo.com/"] * 70).progress.eta == 0.0
        for _ in range(40):
            await client.apps.get(NAME)
        assert bulk.map(client.keys.get, ["k"] * 50).progress.eta == 0.0


# -- waiting -------------------------------------------------------------------------------------


@VIRTUAL
async def test_restarts_of_two_regions_are_waited_for_where_they_are():
    sandbox = twin_sandbox(clock=LoopClock())
    async with client_of(sandbox) as client:
        report = await bulk.map(client.apps.restart, bulk.all_apps(client), wait=True)
        report.raise_for_failures()
        regions = {r.region for r in sandbox.requests if r.operation == "operations.get"}
        assert regions == {HERE, THERE}
        assert all(outcome.requests >= 2 for outcome in report)
