"""A whole account in the fewest requests."""

import pytest
from sandbox_client import client_of
from twins import HERE, NAME, THERE, twin_sandbox

from scalingo_async import (
    AppRef,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    bulk,
)
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    return Sandbox(apps=10, rate_limit=None)


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


async def test_the_apps_of_all_regions(sandbox, client):
    found = [app async for app in bulk.all_apps(client)]
    expected = [app.name for region in sandbox.world.regions for app in sandbox.apps(region)]
    assert sorted(app.name for app in found) == sorted(expected)
    assert {app.region for app in found} == {"osc-fr1", "osc-secnum-fr1"}
    assert sandbox.count("*") - sandbox.count("tokens.exchange") == 3
    sandbox.forget_requests()
    async for _ in bulk.all_apps(client):
        break
    assert sandbox.count("*") == 1, "the list of regions is kept, and regions are asked in turn"


async def test_a_region_that_is_closed_is_left_out(sandbox, client):
    sandbox.inject("apps.list", status=403, body={"code": "region_disabled"})
    found = [app async for app in bulk.all_apps(client)]
    assert {app.region for app in found} == {"osc-secnum-fr1"}
    sandbox.inject("apps.list", status=403, body={"code": "something_else"})
    with pytest.raises(PermissionDeniedError):
        _ = [app async for app in bulk.all_apps(client)]


async def test_regions_by_name(client):
    found = [app async for app in bulk.all_apps(client, regions=["osc-secnum-fr1"])]
    assert {app.region for app in found} == {"osc-secnum-fr1"}


def parts(entry):
    return {
        "variables": sorted(row.name for row in entry.variables),
        "domains": sorted(row.name for row in entry.domains),
        "addons": sorted(row.id for row in entry.addons),
        "containers": sorted(row.name for row in entry.containers),
        "collaborators": sorted(row.id for row in entry.collaborators),
    }


async def test_an_account_as_a_tree(sandbox, client):
    """All of it: by default it is the account that is read, and not a region of it."""
    async with bulk.inventory(client) as account:
        assert account.requests == 4 * 12 + 2, "collaborators come in one request for each region"
        assert account.seconds == 0.0
        assert sandbox.count("apps.list") == 2
        assert sandbox.count("users.self") == 1
        sandbox.forget_requests()
        entries = [entry async for entry in account]
    assert sandbox.count("*") == 50, "as many as it said"
    assert [entry.app.name for entry in entries] == [app.name for app in account.apps]
    assert {entry.app.region for entry in entries} == {"osc-fr1", "osc-secnum-fr1"}
    for entry in entries:
        app = sandbox.get_app(entry.app.name, entry.app.region)
        assert parts(entry) == {
            "variables": sorted(row.name for row in app.variables.values()),
            "domains": sorted(row.name for row in app.domains.values()),
            "addons": sorted(app.addons),
            "containers": sorted(app.formation),
            "collaborators": sorted(app.collaborators),
        }
        assert entry.errors == {}
    assert any(entry.collaborators for entry in entries)


async def test_one_region_of_an_account(sandbox, client):
    async with bulk.inventory(client, apps=client.apps.list()) as account:
        assert account.requests == 4 * 10 + 1
        sandbox.forget_requests()
        entries = [entry async for entry in account]
    assert sandbox.count("*") == 41
    assert {entry.app.region for entry in entries} == {"osc-fr1"}


async def test_names_are_found_in_whatever_region_has_them(sandbox, client):
    (there, *_) = sandbox.apps("osc-secnum-fr1")
    here = sandbox.apps()[0]
    wanted = [there.name, here.id, AppRef(there.id, region="osc-secnum-fr1")]
    async with bulk.inventory(client, apps=wanted) as account:
        entries = [entry async for entry in account]
    assert [entry.app.id for entry in entries] == [there.id, here.id, there.id]
    assert [entry.app.region for entry in entries] == [
        "osc-secnum-fr1",
        "osc-fr1",
        "osc-secnum-fr1",
    ]
    assert all(not entry.errors for entry in entries)
    with pytest.raises(InvalidArgumentError, match=f"there is no app '{there.name}' in osc-fr1"):
        async with bulk.inventory(client, apps=[AppRef(there.name, region="osc-fr1")]):
            pass


async def test_a_name_that_two_regions_have_is_refused():
    sandbox = twin_sandbox()
    here, there = (sandbox.get_app(NAME, region) for region in (HERE, THERE))
    async with client_of(sandbox) as client:
        for name in (NAME, AppRef(NAME)):
            with pytest.raises(InvalidArgumentError) as caught:
                async with bulk.inventory(client, apps=[name]):
                    pass
            write = f"AppRef('{NAME}', region=...)"
            for part in (f"2 apps '{NAME}',", HERE, THERE, here.id, there.id, write):
                assert part in str(caught.value)
        refs = [AppRef(NAME, region=THERE), AppRef(NAME, region=HERE)]
        async with bulk.inventory(client, apps=refs) as account:
            assert [entry.app.id async for entry in account] == [there.id, here.id]


async def test_a_part_of_some_apps(sandbox, client):
    names = [app.name for app in sandbox.apps()][:3]
    wanted = {"domains": False, "addons": False, "containers": False, "collaborators": False}
    async with bulk.inventory(client, apps=names, **wanted) as account:
        assert account.requests == 3
        entries = [entry async for entry in account]
    assert [entry.app.name for entry in entries] == names
    assert all(entry.domains is None and entry.collaborators is None for entry in entries)
    assert sandbox.count("users.self") == 0
    assert sandbox.count("collaborators.list_all") == 0


async def test_over_all_regions(sandbox, client):
    async with bulk.inventory(client, apps=bulk.all_apps(client)) as account:
        assert account.requests == 4 * 12 + 2
        sandbox.forget_requests()
        entries = [entry async for entry in account]
    assert sandbox.count("*") == account.requests
    assert {entry.app.region for entry in entries} == {"osc-fr1", "osc-secnum-fr1"}
    assert all(not entry.errors for entry in entries)


async def test_the_apps_of_others_take_a_request_each(sandbox, client):
    other = sandbox.add_user("other@example.com", username="other")
    mine = sandbox.apps()[0].name
    people = await client.collaborators.list(mine)
    invited = await client.collaborators.create(mine, email="other@example.com", is_limited=False)
    async with client_of(sandbox, api_token=other.api_token) as theirs:
        token = invited.invitation_link.rpartition("=")[2]
        await theirs.collaborators.accept(token)
        async with bulk.inventory(theirs) as account:
            assert account.requests == 5
            (entry,) = [entry async for entry in account]
    assert entry.app.name == mine
    assert len(entry.collaborators) == len(people) + 1
    assert sandbox.count("collaborators.list_all") == 0


async def test_what_can_not_be_read_does_not_end_it(sandbox, client):
    names = [app.name for app in sandbox.apps()][:3]
    sandbox.inject("domains.list", status=404, body={"error": "gone"}, after=1)
    async with bulk.inventory(client, apps=names, concurrency=1) as account:
        entries = [entry async for entry in account]
    assert [entry.domains is None for entry in entries] == [False, True, False]
    assert isinstance(entries[1].errors["domains"], NotFoundError)
    assert entries[1].addons is not None


async def test_apps_that_are_not_there(client):
    with pytest.raises(InvalidArgumentError, match="there is no app 'no-such-app'"):
        async with bulk.inventory(client, apps=["no-such-app"]):
            pass
    with pytest.raises(InvalidArgumentError, match="apps must be a list"):
        async with bulk.inventory(client, apps="my-app"):
            pass


async def test_an_inventory_may_be_left_at_any_time(sandbox, client):
    async with bulk.inventory(client, concurrency=2) as account:
        async for _ in account:
            break
    assert sandbox.count("*") < 30


async def test_an_inventory_shows_no_values(sandbox, client):
    app = sandbox.apps()[0].name
    await client.variables.create(app, name="PASSWORD", value="canary")
    async with bulk.inventory(client, apps=[app]) as account:
        (entry,) = [entry async for entry in account]
    assert "canary" in {variable.value for variable in entry.variables}
    assert "canary" not in repr(entry)


async def test_how_long_it_takes(sandbox):
    async with client_of(sandbox, rate_limit="60/60s") as limited:
        async with bulk.inventory(limited) as account:
            assert account.requests == 50
            assert account.seconds == 0.0
            for _ in range(30):
                await limited.apps.get(account.apps[0].id)
            assert 50 < account.seconds <= 60, "what counts is the slowest region"
