"""A backup that runs already is adopted, if that is asked for."""

import pytest
from sandbox_client import at_once, client_of

from scalingo_async import BadRequestError, ServerError
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio

CREATE, LIST = "databases.backups.create", "databases.backups.list"


@pytest.fixture
def sandbox():
    return Sandbox(apps=4, rate_limit=None, operation_time=1000)


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def row(sandbox):
    """The app and the addon that the backups are of."""
    return next(
        (app, addon)
        for app in sandbox.apps()
        for addon in app.addons.values()
        if addon.provider.id == "postgresql"
    )


@pytest.fixture
def backups(client, row):
    app, addon = row
    return client.database(app.name, addon.id).backups


def asked(sandbox):
    return [sandbox.count(CREATE, executed=False), sandbox.count(LIST, executed=False)]


async def test_the_one_that_runs_is_returned_with_one_more_request(sandbox, backups, row):
    first = await backups.create(adopt=True)
    assert asked(sandbox) == [1, 0]
    adopted = await backups.create(adopt=True)
    assert (adopted.id, asked(sandbox)) == (first.id, [2, 1])
    # It can be waited for, as if it were new.
    row[1].database.backups[first.id].status = "done"
    assert (await adopted.wait()).status == "done"


async def test_many_that_come_at_once_get_the_same_one(sandbox, backups):
    calls = [lambda: backups.create(adopt=True)] * 10
    found = await at_once(*calls)
    assert len({backup.id for backup in found}) == 1
    assert asked(sandbox) == [10, 9]


async def test_without_adopt_it_is_refused(sandbox, backups):
    await backups.create()
    with pytest.raises(BadRequestError) as caught:
        await backups.create()
    assert (caught.value.code, asked(sandbox)) == ("already_running", [2, 0])


@pytest.mark.parametrize("status", ["done", "error"])
async def test_one_that_ends_between_the_two_requests_is_returned_as_it_ended(
    sandbox, backups, row, status
):
    first = await backups.create()

    def end(record):
        if record.operation == CREATE:
            row[1].database.backups[first.id].status = status

    sandbox.on_request(end)
    adopted = await backups.create(adopt=True)
    assert (adopted.id, adopted.status) == (first.id, status)
    assert asked(sandbox) == [2, 1]


async def test_the_one_that_runs_counts_not_the_one_that_is_first_in_the_list(sandbox, backups):
    sandbox.inject(CREATE, status=400, body={"error": "a backup is running"}, times=3)
    rows = [
        {
            "id": f"b-{n}",
            "database_id": "d",
            "name": "x",
            "method": "manual",
            "status": status,
            "created_at": f"2026-01-0{n}T00:00:00Z",
        }
        for n, status in ((3, "scheduled"), (4, "done"), (2, "running"), (1, "running"))
    ]
    found = []
    for listed in (rows, [rows[0], rows[1]], [rows[1]]):
        sandbox.inject(LIST, body={"database_backups": listed})
        found.append((await backups.create(adopt=True)).id)
    assert found == ["b-2", "b-3", "b-4"]


async def test_what_else_is_wrong_is_raised(sandbox, backups):
    sandbox.inject(CREATE, status=400, body={"error": "the database is asleep"})
    with pytest.raises(BadRequestError, match="asleep"):
        await backups.create(adopt=True)
    sandbox.inject(CREATE, status=400, body={"error": "a backup is running"}, times=2)
    sandbox.inject(LIST, body={"database_backups": []})
    with pytest.raises(BadRequestError, match="a backup is running"):
        await backups.create(adopt=True)
    sandbox.inject(LIST, status=500, body={"error": "oops"}, times=9)
    with pytest.raises(ServerError):
        await backups.create(adopt=True)
