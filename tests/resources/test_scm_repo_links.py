"""What belongs to an app's repository: there is none of it without a repository."""

import warnings

import pytest
from sandbox_client import client_of
from tables import each

from scalingo_async import InvalidArgumentError, NotFoundError
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio

OPERATION = "scm_repo_links.manual_review_app"
OLD = r"pull_request_id has a new name: ScmRepoLinks\.manual_review_app\(\) takes number"
WEBSITE = "https://github.com/example-user/website"
LISTS = {
    "review_apps.list": lambda client, app: client.review_apps.list(app),
    "scm_repo_links.list_branches": lambda client, app: client.scm_repo_links.list_branches(app),
    "scm_repo_links.list_deployments": lambda client, app: client.scm_repo_links.list_deployments(
        app
    ),
    "scm_repo_links.list_pulls": lambda client, app: client.scm_repo_links.list_pulls(app),
}


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None, operation_time=0)


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
async def app(client):
    """The name of an app that is not linked."""
    return (await client.apps.create(name="an-unlinked-app")).name


@each("name", LISTS)
async def test_the_lists_of_an_unlinked_app_are_empty(sandbox, client, app, name):
    listed = LISTS[name]
    page = await listed(client, app)
    assert (page.items, page.has_next) == ([], False)
    assert [item async for item in listed(client, app)] == []
    assert sandbox.count(name, executed=False) == 2
    raw = await client.with_raw_response(lambda: listed(client, app))()
    assert (raw.status_code, raw.value.items) == (404, [])
    assert raw.request_id


@each("name", LISTS)
async def test_an_app_that_is_not_there_is_an_error_all_the_same(client, name):
    with pytest.raises(NotFoundError) as caught:
        await LISTS[name](client, "no-such-app")
    assert (caught.value.resource, caught.value.code) == ("app", None)
    assert "/no-such-app/" in caught.value.url


@each("name", LISTS)
@each(
    "body",
    [
        "<html>Not here",
        "",
        {"error": "not found"},
        {"resource": "repository", "error": "not found"},
        {"resource": "scm_repo_link", "error": "gone"},
    ],
)
async def test_any_other_404_is_an_error(sandbox, client, app, name, body):
    sandbox.inject(name, status=404, body=body)
    with pytest.raises(NotFoundError) as caught:
        await LISTS[name](client, app)
    assert caught.value.status_code == 404
    assert caught.value.request_id is not None or body == ""


async def test_the_link_itself_is_not_there(client, app):
    with pytest.raises(NotFoundError) as caught:
        await client.scm_repo_links.get(app)
    assert caught.value.code == "not_linked"
    await client.scm_repo_links.create(app, source=WEBSITE)
    assert (await client.scm_repo_links.list_branches(app)).items
    review_app = await client.scm_repo_links.manual_review_app(app, number=42)
    assert [row.id async for row in client.review_apps.list(app)] == [review_app.id]


async def test_a_review_app_is_made_by_the_number_of_its_request(client, app):
    await client.scm_repo_links.create(app, source=WEBSITE)
    made = client.scm_repo_links.manual_review_app
    assert (await made(app, number=42)).pull_request.number == 42


async def test_the_old_name_of_the_number_works_with_a_warning(sandbox, client, app):
    await client.scm_repo_links.create(app, source=WEBSITE)
    make = client.scm_repo_links.manual_review_app
    for number in (42, 43):
        # Each time, not only the first.
        with pytest.warns(DeprecationWarning, match=OLD) as warned:
            review_app = await make(app, pull_request_id=number)
        assert review_app.pull_request.number == number
        assert (len(warned), warned[0].filename) == (1, __file__)
    for wrong in ({"pull_request_id": 1, "number": 1}, {"pull_request_id": "text"}, {"pull": 1}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            with pytest.raises(InvalidArgumentError, match="number"):
                await make(app, **wrong)
    assert sandbox.count(OPERATION, executed=False) == 2
