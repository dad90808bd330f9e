"""A whole account in the fewest requests."""

import json
from collections import Counter

import attrs
import pytest
from sandbox_client import client_of
from twins import HERE, NAME, THERE, twin_sandbox

from scalingo_async import (
    AppRef,
    InvalidArgumentError,
    JournalError,
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


# -- resumed ---------------------------------------------------------------------------------------

EACH = ["domains.list", "addons.list", "containers.types.list"]


def asked(sandbox):
    """Count the requests about what belongs to apps, and forget them."""
    wanted = {*EACH, "collaborators.list_all"}
    found = [request.operation for request in sandbox.requests if request.operation in wanted]
    sandbox.forget_requests()
    return Counter(found)


async def test_a_journal_goes_on_with_the_apps_that_are_missing(sandbox, client, tmp_path):
    journal = tmp_path / "journal"
    async with bulk.inventory(client, variables=False) as account:
        whole = [entry async for entry in account]
    sandbox.forget_requests()
    async with bulk.inventory(client, variables=False, journal=journal, concurrency=1) as account:
        assert account.requests == 3 * 12 + 2
        async for entry in account:
            if entry.app.id == account.apps[4].id:
                break
    lines = [json.loads(line) for line in journal.read_text("utf-8").splitlines()[1:]]
    done = {line["key"] for line in lines if line["state"] == "done"}
    assert {app.id for app in account.apps[:5]} <= done
    left = 12 - len(done)
    assert 0 < left < 8
    asked(sandbox)

    shown = []
    resumed = bulk.inventory(client, variables=False, journal=journal, on_progress=shown.append)
    async with resumed as account:
        assert account.requests == 3 * left + 2
        again = [entry async for entry in account]
    assert asked(sandbox) == {**dict.fromkeys(EACH, left), "collaborators.list_all": 2}
    assert (shown[-1].skipped, shown[-1].done, shown[-1].failed) == (len(done), left, 0)
    # The same, but for what is secret.
    secret = [
        attrs.evolve(
            entry,
            collaborators=tuple(
                attrs.evolve(person, invitation_link=None) if entry.app.id in done else person
                for person in entry.collaborators
            ),
        )
        for entry in whole
    ]
    assert again == secret

    # Nothing is missing: nothing is asked for, not even once a region.
    async with bulk.inventory(client, variables=False, journal=journal) as account:
        assert (account.requests, account.seconds) == (0, 0.0)
        assert [entry.app.id async for entry in account] == [entry.app.id for entry in whole]
    assert asked(sandbox) == {}


async def test_what_comes_from_a_journal_knows_its_region(sandbox, client, tmp_path):
    wanted = {"variables": False, "journal": tmp_path / "journal"}
    for _ in range(2):
        async with bulk.inventory(client, **wanted) as account:
            entries = [entry async for entry in account]
        there = [entry for entry in entries if entry.app.region == THERE]
        people = [person for entry in there for person in entry.collaborators]
        assert {person.app_id.region for person in people} == {THERE}


async def test_a_journal_holds_no_secrets(sandbox, client, tmp_path):
    links = {row.token for app in sandbox.apps() for row in app.collaborators.values()}
    assert all(len(link) > 20 for link in links)
    journal = tmp_path / "journal"
    async with bulk.inventory(client, variables=False, journal=journal) as account:
        entries = [entry async for entry in account]
    assert any(person.invitation_link for entry in entries for person in entry.collaborators)
    text = journal.read_text("utf-8")
    assert "guest-0@example.com" in text
    assert not [link for link in links if link in text]
    assert "masked" not in text


async def test_an_app_that_was_read_in_part_is_read_again(sandbox, client, tmp_path):
    sandbox.inject("domains.list", status=403, times=2)
    for failed, requests in [(2, 12), (0, 2)]:
        shown = []
        async with bulk.inventory(
            client,
            variables=False,
            journal=tmp_path / "journal",
            concurrency=1,
            on_progress=shown.append,
        ) as account:
            entries = [entry async for entry in account]
        assert sum("domains" in entry.errors for entry in entries) == failed
        assert sum(entry.domains is None for entry in entries) == failed
        assert all(entry.addons is not None for entry in entries)
        assert shown[-1].failed == failed
        assert asked(sandbox)["domains.list"] == requests


async def test_collaborators_that_can_not_be_read_are_asked_for_once_a_region(sandbox, client):
    sandbox.inject("collaborators.list_all", status=403, times=None)
    async with bulk.inventory(client, variables=False) as account:
        entries = [entry async for entry in account]
    assert all(
        isinstance(entry.errors["collaborators"], PermissionDeniedError) for entry in entries
    )
    assert all(entry.addons is not None for entry in entries)
    assert asked(sandbox)["collaborators.list_all"] == 2


async def test_a_journal_is_of_one_inventory(sandbox, client, tmp_path):
    async def read(**wanted):
        async with bulk.inventory(client, variables=False, **wanted) as account:
            return [entry async for entry in account]

    path = tmp_path / "journal"
    await read(journal=path)
    for other in (
        {"journal": path, "domains": False},
        {"journal": bulk.Journal(path, job="other")},
        {"journal": bulk.Journal(path, parameters={"of": "yesterday"})},
    ):
        with pytest.raises(JournalError):
            await read(**other)
    with pytest.raises(InvalidArgumentError, match="pass variables=False"):
        bulk.inventory(client, journal=path)
    with pytest.raises(InvalidArgumentError, match="omit keep"):
        bulk.inventory(client, variables=False, journal=bulk.Journal(path, keep=str))
    with pytest.raises(InvalidArgumentError, match="path of a file or a Journal"):
        bulk.inventory(client, variables=False, journal=5)


@pytest.mark.parametrize("kept", [None, 5, {"domains": 5}, {"domains": [{}]}, {"people": []}])
async def test_a_journal_that_holds_something_else_is_refused(
    sandbox, client, tmp_path, monkeypatch, kept
):
    path = tmp_path / "journal"
    parts = {"variables": False, "addons": False, "containers": False, "collaborators": False}
    with monkeypatch.context() as older:
        older.setattr("scalingo_async.bulk.accounts._kept", lambda entry: kept)
        async with bulk.inventory(client, **parts, journal=path) as account:
            _ = [entry async for entry in account]
    async with bulk.inventory(client, **parts, journal=path) as account:
        with pytest.raises(JournalError, match="was written by another version"):
            await anext(account)


async def test_without_an_order_regions_are_read_side_by_side(sandbox, client):
    async with bulk.inventory(client, ordered=False, concurrency=2) as account:
        entries = [entry async for entry in account]
    regions = [request.region for request in sandbox.requests if request.operation == EACH[0]]
    assert THERE in regions[:7], "in order it would be the last two of twelve"
    assert sorted(entry.app.id for entry in entries) == sorted(app.id for app in account.apps)
