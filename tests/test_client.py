"""The client against a sandbox: what it shares, what it sends, and what comes of failures."""

import json
from functools import partial

import pytest
from sandbox_client import at_once, client_of, transport_of

from scalingo_async import (
    APIStatusError,
    APIToken,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    RateLimit,
    ResponseDecodeError,
    ServerError,
    Timeout,
    UnknownRegionError,
    UntrustedURLError,
    UserPassword,
)
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio

SECNUM = "osc-secnum-fr1"


@pytest.fixture
def sandbox(request):
    apps = getattr(request, "param", 4)
    return Sandbox(apps=apps, rate_limit=None, operation_time=0)


MANY = pytest.mark.parametrize("sandbox", [12], indirect=True, ids=["many apps"])
"""For tests that need more apps than a few; to make them takes longer than most tests do."""


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def app(sandbox):
    """An app that runs, with a database."""
    return next(app for app in sandbox.apps() if app.addons and app.containers)


def operations(sandbox):
    return [request.operation for request in sandbox.requests]


# -- copies ------------------------------------------------------------------------------------


async def test_a_copy_shares_connections_tokens_and_the_end(sandbox, client):
    copy = client.with_options(max_retries=0)
    copies = [copy, copy.with_options(headers={"x-more": "1"}), client.region(SECNUM), client]
    for each in copies:
        await each.users.self()
    assert sandbox.exchanges == 1
    await copy.aclose()
    assert all(each.closed for each in copies)


async def test_a_copy_overrides_what_it_was_given_and_keeps_the_rest(sandbox, client):
    first = client.with_options(headers={"x-request-id": "mine"}, user_agent="tool/1")
    second = first.with_options(user_agent=None, timeout=None)
    for each, agent in ((first, "tool/1 "), (second, "scalingo")):
        raw = await each.with_raw_response(each.users.self)()
        assert raw.request_id == "mine"
        assert sandbox.requests[-1].headers["user-agent"].startswith(agent)
    assert second._config.timeout == Timeout(None, None, None, None)
    assert client._config.headers == {}


async def test_a_copy_with_another_limit_has_a_window_of_its_own(client):
    assert client.rate_limit is None
    limited = client.with_options(rate_limit="5/60s")
    same = limited.with_options(max_retries=1)
    await limited.users.self()
    await limited.apps.list()
    assert (limited.rate_limit.limit, limited.rate_limit.used) == (5, 1)
    assert same.rate_limit.used == 1
    assert limited.with_options(rate_limit=RateLimit(9, 60)).rate_limit.used == 0


@pytest.mark.parametrize(
    "changes",
    [{"region": "osc-fr1"}, {"api_token": "tk-us-canary"}, {"timeouts": 3}],
)
async def test_with_options_refuses_what_it_can_not_change(client, changes):
    with pytest.raises(ConfigurationError, match=next(iter(changes))) as caught:
        client.with_options(**changes)
    assert "canary" not in str(caught.value)


# -- regions -----------------------------------------------------------------------------------


@MANY
async def test_the_list_of_regions_is_fetched_once_for_all(sandbox, client):
    others = [client.region(SECNUM) for _ in range(10)]
    pages = await at_once(*(other.apps.list for other in others))
    assert all(len(page) == 2 for page in pages)
    assert await client.region(SECNUM).region("osc-fr1").apps.list() == await client.apps.list()
    assert sandbox.count("regions.list") == 1
    assert sandbox.exchanges == 1
    assert {request.region for request in sandbox.requests if request.api == "regional"} == {
        "osc-fr1",
        SECNUM,
    }


async def test_the_regions_may_be_the_first_thing_that_a_client_of_another_is_asked(client):
    assert await client.region("osc-mars1").regions.names() == ("osc-fr1", SECNUM)


async def test_an_unknown_region_names_those_there_are_and_sends_nothing_else(sandbox, client):
    with pytest.raises(UnknownRegionError, match=f"osc-fr1, {SECNUM}") as caught:
        await client.region("osc-mars1").apps.create(name="some-example-app")
    assert caught.value.region == "osc-mars1"
    assert caught.value.known == ("osc-fr1", SECNUM)
    assert set(operations(sandbox)) == {"tokens.exchange", "regions.list"}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://api.evil.example", UntrustedURLError),
        ("https://scalingo.com.evil.example", UntrustedURLError),
        ("http://api.osc-mars1.scalingo.com", UntrustedURLError),
        ("https://user@api.osc-mars1.scalingo.com", UntrustedURLError),
        ("", ResponseDecodeError),
    ],
)
@pytest.mark.parametrize("key", ["api", "database_api"])
async def test_no_token_follows_a_region_to_a_host_that_is_not_trusted(
    sandbox, client, url, error, key
):
    good = "https://api.osc-mars1.scalingo.com"
    region = {"name": "osc-mars1", "display_name": "Mars", "dashboard": "", "ssh": ""}
    region |= {"api": good, "database_api": good, key: url}
    sandbox.inject("regions.list", body={"regions": [region]})
    with pytest.raises(error):
        await client.region("osc-mars1").apps.list()
    assert set(operations(sandbox)) == {"tokens.exchange", "regions.list"}


# -- where the settings come from --------------------------------------------------------------

TOKEN = {"SCALINGO_API_TOKEN": "tk-us-token"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, {"region": "osc-fr1", "regional": "https://api.osc-fr1.scalingo.com/v1"}),
        ({}, {"auth": "https://auth.scalingo.com/v1"}),
        ({}, {"database": "https://db-api.osc-fr1.scalingo.com/api"}),
        ({}, {"billing": "https://cashmachine.scalingo.com"}),
        (
            {"SCALINGO_REGION": SECNUM},
            {"region": SECNUM, "regional": f"https://api.{SECNUM}.scalingo.com/v1"},
        ),
        (
            {"SCALINGO_API_URL": "https://a.example/", "SCALINGO_DB_URL": "https://d.example/api"},
            {"regional": "https://a.example/v1", "database": "https://d.example/api"},
        ),
        ({"SCALINGO_AUTH_URL": "http://[::1]:8080/x"}, {"auth": "http://[::1]:8080/x/v1"}),
        ({"SCALINGO_BILLING_URL": "https://b.example"}, {"billing": "https://b.example"}),
        # What is set to nothing is not set.
        (
            {"SCALINGO_REGION": "", "SCALINGO_AUTH_URL": ""},
            {"auth": "https://auth.scalingo.com/v1"},
        ),
    ],
)
async def test_the_environment_says_where_the_apis_are(environ, expected):
    async with AsyncClient.from_env(environ=TOKEN | environ) as client:
        found = {name: getattr(client._lookup.hosts, name) for name in expected}
    assert {n: v if n == "region" else v.reveal() for n, v in found.items()} == expected
    assert client._credential == APIToken("tk-us-token")


async def test_the_environment_of_the_process_is_the_default(monkeypatch):
    monkeypatch.setenv("SCALINGO_API_TOKEN", "tk-us-other")
    monkeypatch.setenv("SCALINGO_REGION", SECNUM)
    async with AsyncClient.from_env() as client:
        assert client._credential == APIToken("tk-us-other")
        assert client._lookup.hosts.region == SECNUM


def login_file(path, host="auth.scalingo.com", token="tk-us-stored"):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"auth_config_data": {host: {"tokens": {"token": token}, "user": {}}}}
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "environ"),
    [
        ("mine.json", {"AUTH_FILE": "{}/mine.json"}),
        ("config/auth", {"CONFIG_DIR": "{}/config"}),
        (".config/scalingo/auth", {"HOME": "{}"}),
    ],
)
async def test_the_login_of_the_command_line_tool_is_the_last_resort(tmp_path, place, environ):
    login_file(tmp_path / place)
    environ = {name: value.format(tmp_path) for name, value in environ.items()}
    async with AsyncClient.from_env(environ=environ, cli_login=True) as client:
        assert client._credential == APIToken("tk-us-stored")
    async with AsyncClient.from_env(environ=TOKEN | environ, cli_login=True) as client:
        assert client._credential == APIToken("tk-us-token")
    with pytest.raises(ConfigurationError, match="SCALINGO_API_TOKEN is not set"):
        AsyncClient.from_env(environ=environ)


async def test_the_stored_login_is_that_of_the_configured_platform(tmp_path):
    login_file(tmp_path / "auth", host="auth.example")
    environ = {"AUTH_FILE": str(tmp_path / "auth"), "SCALINGO_AUTH_URL": "https://auth.example"}
    async with AsyncClient.from_env(environ=environ, cli_login=True) as client:
        assert client._credential == APIToken("tk-us-stored")


# -- credentials -------------------------------------------------------------------------------


async def test_an_answer_without_the_token_that_was_asked_for_is_no_answer(sandbox, client, app):
    (addon, *_) = app.addons.values()
    sandbox.inject("addons.token", body={"addon": {"id": addon.id, "resource_id": "r"}})
    with pytest.raises(ResponseDecodeError, match=r"the answer to addons\.token holds no token"):
        await client.databases.get(app.name, addon.id)
    made = {"id": "1", "name": "scalingo_async", "created_at": "2026-01-01T00:00:00Z"}
    sandbox.inject("tokens.login", body={"token": made})
    sandbox.user.password = "the password"
    async with password_client(sandbox, None) as other:
        with pytest.raises(ResponseDecodeError, match=r"the answer to tokens\.login holds no tok"):
            await other.users.self()


async def test_a_bearer_token_is_used_as_it_is_and_never_exchanged(sandbox, client):
    bearer = await client.tokens.exchange(sandbox.api_token)
    environ = {**sandbox.environ(), "SCALINGO_API_TOKEN": ""}
    settings = {"transport": transport_of(sandbox), "rate_limit": None}
    async with AsyncClient.from_env(environ=environ, bearer_token=bearer, **settings) as other:
        assert (await other.users.self()).username == "example-user"
        sandbox.expire_bearers()
        sandbox.forget_requests()
        with pytest.raises(AuthenticationError):
            await other.users.self()
    assert operations(sandbox) == ["users.self"]


def password_client(sandbox, otp):
    urls = sandbox.environ()
    return AsyncClient(
        credential=UserPassword("user@example.com", "the password", otp),
        api_url=urls["SCALINGO_API_URL"],
        auth_url=urls["SCALINGO_AUTH_URL"],
        database_url=urls["SCALINGO_DB_URL"],
        rate_limit=None,
        transport=transport_of(sandbox),
    )


async def test_a_password_logs_in_once_with_its_one_time_code(sandbox, client):
    sandbox.user.password, sandbox.user.otp = "the password", "123456"
    async with password_client(sandbox, "123456") as other:
        await at_once(*[other.users.self] * 10)
        sandbox.expire_bearers()
        # A one-time code is good for one login: the API token that it gave is kept.
        await at_once(*[other.users.self] * 10)
    assert sandbox.count("tokens.login") == 1
    assert sandbox.exchanges == 2
    assert "scalingo_async" in {token.name for token in await client.tokens.list()}


@pytest.mark.parametrize(("otp", "required"), [(None, True), ("000000", False)])
async def test_a_missing_one_time_code_is_told_from_a_wrong_one(sandbox, otp, required):
    sandbox.user.password, sandbox.user.otp = "the password", "123456"
    async with password_client(sandbox, otp) as other:
        results = await at_once(*[other.users.self] * 5)
    assert {type(result) for result in results} == {AuthenticationError}
    assert {result.otp_required for result in results} == {required}
    assert sandbox.count("tokens.login", executed=False) == 1
    assert sandbox.count("users.self", executed=False) == 0


async def test_an_exchange_takes_no_place_of_the_limit(sandbox):
    async with client_of(sandbox, rate_limit=(5, 60)) as client:
        for used in range(1, 4):
            await client.apps.list()
            assert sandbox.exchanges == used
            assert client.rate_limit.used == 2 * used - 1, "one was refused, and sent again"
            sandbox.expire_bearers()


async def test_a_wrong_api_token_is_asked_once_and_told_to_everybody(sandbox):
    async with client_of(sandbox, api_token="tk-us-wrong") as client:
        results = await at_once(*[client.users.self] * 50)
    assert {type(result) for result in results} == {AuthenticationError}
    assert len({id(result) for result in results}) == 50
    assert operations(sandbox) == ["tokens.exchange"]


@MANY
async def test_a_token_that_expires_under_load_is_exchanged_once(sandbox, client):
    await client.users.self()
    names = [app.name for app in sandbox.apps()]
    sandbox.expire_bearers()
    sandbox.forget_requests()
    results = await at_once(*(partial(client.apps.get, name) for name in names * 8))
    assert [result.name for result in results] == names * 8
    assert sandbox.exchanges == 2
    refused = sum(request.status == 401 for request in sandbox.requests)
    assert 1 <= refused <= 10
    # Each of those was sent once more, and no other.
    assert sandbox.count("apps.get", executed=False) == len(names) * 8 + refused


async def test_a_401_that_a_new_token_does_not_cure_is_raised_at_once(sandbox, client):
    sandbox.inject("apps.get", status=401, body={"error": "nope"}, times=None)
    with pytest.raises(AuthenticationError, match="nope") as caught:
        await client.apps.get("my-app")
    assert caught.value.otp_required is False
    assert sandbox.count("apps.get", executed=False) == 2
    with pytest.raises(AuthenticationError):
        await client.apps.get("my-app")
    # The token was fresh: it is not to blame, and is kept.
    assert sandbox.exchanges == 2


# -- database calls ----------------------------------------------------------------------------


async def test_database_calls_share_one_addon_token(sandbox, client, app):
    (addon, *_) = app.addons.values()
    get = partial(client.databases.get, app.name, addon.id)
    assert {database.id for database in await at_once(*[get] * 20)} != {None}
    assert sandbox.count("addons.token", executed=False) == 1
    sandbox.expire_bearers()
    results = await at_once(*[get] * 20)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sandbox.count("addons.token") == 2
    assert sandbox.exchanges == 2
    made = {r.authorization for r in sandbox.requests if r.api == "database"}
    assert made == {"bearer"}


@MANY
async def test_each_addon_has_a_token_of_its_own(sandbox, client):
    pairs = [(app, addon) for app in sandbox.apps() for addon in app.addons.values()]
    calls = [partial(client.databases.get, app.name, addon.id) for app, addon in pairs]
    results = await at_once(*calls, *calls)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sandbox.count("addons.token", executed=False) == len(pairs)


def exchanges(sandbox):
    return sandbox.count("addons.token")


async def test_the_name_and_the_id_of_an_app_share_a_token(sandbox, client, app):
    (addon, *_) = app.addons.values()
    for spelling in (app.name, app.id, app.name, app.id):
        await client.databases.get(spelling, addon.id)
    assert exchanges(sandbox) == 1
    # A token that is refused is renewed once for both.
    sandbox.expire_bearers()
    for spelling in (app.id, app.name):
        await client.databases.get(spelling, addon.id)
    assert exchanges(sandbox) == 2


@pytest.mark.parametrize("seen", ["get", "list", "another addon"])
async def test_an_app_that_was_seen_is_known_by_both(sandbox, client, seen):
    app = next(app for app in sandbox.apps() if len(app.addons) > 1)
    (addon, other, *_) = app.addons.values()
    if seen == "get":
        await client.apps.get(app.id)
    elif seen == "list":
        await client.apps.list()
    else:
        await client.databases.get(app.name, other.id)
    spent = exchanges(sandbox)
    by = [partial(client.databases.get, spelling, addon.id) for spelling in (app.id, app.name)]
    results = await at_once(*by * 10)
    assert not [result for result in results if isinstance(result, Exception)]
    assert exchanges(sandbox) == spent + 1


async def test_a_name_that_nothing_is_known_of_is_asked_about(sandbox, client, app):
    (addon, *_) = app.addons.values()
    for spelling in (app.id, app.name, app.id, app.name):
        await client.databases.get(spelling, addon.id)
    assert exchanges(sandbox) == 2
    tried = [r.path for r in sandbox.requests if r.operation == "addons.token"]
    assert [path.split("/apps/")[1].split("/")[0] for path in tried] == [app.id, app.name]


@MANY
@pytest.mark.parametrize("seen", [False, True])
async def test_a_token_is_never_used_for_another_app(sandbox, client, seen):
    """Its addon is not there, whatever tokens are at hand."""
    mine, other = [app for app in sandbox.apps() if app.addons][:2]
    (addon, *_) = mine.addons.values()
    if seen:
        await client.apps.list()
    for spelling in (mine.name, mine.id):
        await client.databases.get(spelling, addon.id)
    for spelling in (other.name, other.id, "no-such-app"):
        with pytest.raises(NotFoundError):
            await client.databases.get(spelling, addon.id)
    await client.databases.get(mine.name, addon.id)
    refused = [r for r in sandbox.requests if r.operation == "addons.token" and r.status == 404]
    assert len(refused) >= 2


@MANY
async def test_apps_that_are_shown_without_an_id_are_not_taken_for_one(sandbox, client):
    mine, other = [app for app in sandbox.apps() if app.addons][:2]
    (addon, *_) = mine.addons.values()
    async with client_of(sandbox) as another:
        get = another.with_raw_response(another.apps.get)
        answers = {app.name: (await get(app.name)).content for app in (mine, other)}
        token = await another.with_raw_response(another.addons.token)(mine.name, addon.id)
    for app in (mine, other):
        body = {"app": {**json.loads(answers[app.name])["app"], "id": ""}}
        sandbox.inject("apps.get", body=body)
        await client.apps.get(app.name)
    body = {"addon": {**json.loads(token.content)["addon"], "app_id": None}}
    sandbox.inject("addons.token", body=body)
    await client.databases.get(mine.name, addon.id)
    with pytest.raises(NotFoundError):
        await client.databases.get(other.name, addon.id)


async def test_a_name_goes_to_another_app(sandbox, client, app):
    (addon, *_) = app.addons.values()
    before = app.name
    await client.databases.get(before, addon.id)
    await client.apps.rename(app.id, current_name=before, new_name="renamed-example-app")
    await client.apps.create(name=before)
    with pytest.raises(NotFoundError):
        await client.databases.get(before, addon.id)
    spent = exchanges(sandbox)
    for spelling in (app.id, "renamed-example-app"):
        await client.databases.get(spelling, addon.id)
    assert exchanges(sandbox) == spent


async def test_a_name_that_somebody_else_took_hurts_nobody_who_goes_by_the_id(sandbox, client, app):
    (addon, *_) = app.addons.values()
    before = app.name
    await client.databases.get(before, addon.id)
    async with client_of(sandbox) as other:
        await other.apps.rename(app.id, current_name=before, new_name="renamed-example-app")
    sandbox.expire_bearers()
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await client.databases.get(before, addon.id)
        # At once: the failure is the name's alone.
        assert await client.databases.get(app.id, addon.id)
    assert exchanges(sandbox) == 2


async def test_an_addon_that_is_not_there_is_told_by_the_token_call(sandbox, client, app):
    with pytest.raises(NotFoundError, match="addon not found") as caught:
        await client.databases.get(app.name, "ad-none")
    assert caught.value.resource == "addon"
    assert not [request for request in sandbox.requests if request.api == "database"]


# -- raw answers and calls without a method ----------------------------------------------------


async def test_the_answer_is_to_be_had_beside_the_value(sandbox, client, app):
    raw = await client.with_raw_response(client.apps.get)(app.name)
    assert (raw.status_code, raw.value.name, raw.retries_taken) == (200, app.name, 0)
    assert raw.headers["Content-Type"].startswith("application/json")
    assert raw.request_id == sandbox.requests[-1].request_id
    assert json.loads(raw.content)["app"]["name"] == app.name


@MANY
async def test_raw_answers_of_calls_at_once_are_not_mixed_up(client, sandbox):
    names = [app.name for app in sandbox.apps()]
    get = client.with_raw_response(client.apps.get)
    raws = await at_once(*(partial(get, name) for name in names))
    assert [raw.value.name for raw in raws] == names
    assert [json.loads(raw.content)["app"]["name"] for raw in raws] == names


async def test_the_raw_answer_of_a_list_is_its_first_page(client, app):
    raw = await client.with_raw_response(client.events.list)(app.name, per_page=2)
    assert len(raw.value) == 2
    assert len(json.loads(raw.content)["events"]) == 2


async def test_the_raw_answer_of_a_database_call_is_its_own(client, app):
    (addon, *_) = app.addons.values()
    raw = await client.with_raw_response(client.databases.get)(app.name, addon.id)
    assert "database" in json.loads(raw.content)


async def test_a_call_without_a_method_goes_the_same_way(sandbox, client, app):
    response = await client.request("get", f"/apps/{app.name}/events", query={"per_page": 3})
    assert response.status_code == 200
    assert len(json.loads(response.content)["events"]) == 3
    assert sandbox.requests[-1].query == {"per_page": "3"}
    made = await client.request("POST", "/apps", json={"app": {"name": "some-example-app"}})
    assert made.status_code == 201
    assert sandbox.get_app("some-example-app")
    with pytest.raises(NotFoundError):
        await client.request("DELETE", "/apps/nothing-like-it")
    assert (await client.request("GET", "/users/self", api="auth")).status_code == 200
    (addon, *_) = app.addons.values()
    database = {"api": "database", "addon": (app.name, addon.id)}
    assert (await client.request("GET", f"/databases/{addon.id}", **database)).status_code == 200
    with pytest.raises(ConfigurationError, match="addon"):
        await client.request("GET", "/databases/x", api="database")


# -- pages -------------------------------------------------------------------------------------


async def test_a_list_is_read_page_after_page(sandbox, client):
    first = sandbox.apps()[0].name
    page = await client.deployments.list(first)
    assert (len(page), page.meta.total_count, page.meta.total_pages) == (20, 45, 3)
    ids = [deployment.id async for deployment in client.deployments.list(first)]
    assert len(set(ids)) == len(ids) == 45
    assert ids[:20] == [deployment.id for deployment in page]
    second = await page.next()
    assert [deployment.id for deployment in second] == ids[20:40]
    assert (await second.next()).has_next is False
    assert await (await second.next()).next() is None


async def test_pages_are_fetched_when_they_are_needed(sandbox, client):
    first = sandbox.apps()[0].name
    listing = client.deployments.list(first, per_page=10)
    assert sandbox.count() == 0
    pages = [page async for page in listing.pages(max_pages=2)]
    assert [len(page) for page in pages] == [10, 10]
    assert sandbox.count("deployments.list") == 2
    assert len(await listing.collect(limit=10)) == 10
    assert sandbox.count("deployments.list") == 3
    assert await listing.collect(limit=0) == []
    async for _ in listing:
        break
    assert sandbox.count("deployments.list") == 4
    assert len(await client.deployments.list(first, page=2).collect()) == 25
    assert await client.deployments.list(first, page=99) == []


async def test_a_list_by_cursor_is_read_to_its_end(sandbox, client):
    app = max(sandbox.apps(), key=lambda app: len(app.log_archives))
    archives = [(row.from_, row.to) async for row in client.logs.archives.list(app.name)]
    assert len(set(archives)) == len(archives) == len(app.log_archives) > 10
    page = await client.logs.archives.list(app.name)
    assert page.next_cursor
    rest = await client.logs.archives.list(app.name, cursor=page.next_cursor).collect()
    assert [(row.from_, row.to) for row in (*page, *rest)] == archives


async def test_every_page_carries_the_options_of_the_call(sandbox, client):
    first = sandbox.apps()[0].name
    listing = client.deployments.list(first, headers={"x-request-id": "same"}, max_retries=0)
    assert len(await listing.collect()) == 45
    assert {request.request_id for request in sandbox.requests[-3:]} == {"same"}
    sandbox.inject("deployments.list", status=503, after=1)
    with pytest.raises(ServerError):
        await listing.collect()


async def test_what_a_failed_exchange_answers_is_kept_only_when_it_is_an_error_of_the_platform():
    sandbox = Sandbox(apps=1)
    sandbox.inject("tokens.exchange", status=418, body="you sent tk-us-canary")
    async with client_of(sandbox) as client:
        with pytest.raises(APIStatusError) as caught:
            await client.apps.list()
    assert caught.value.body is None
    assert "canary" not in str(caught.value)
