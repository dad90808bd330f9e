"""Linked source-code platforms, the links of apps to repositories, and review apps."""

import pytest

from .account_samples import join, signed_in
from .bare_client import latest_event

pytestmark = pytest.mark.anyio

PLATFORMS = "/auth/v1/scm_integrations"
WEBSITE = "https://github.com/example-user/website"
GITLAB = {"scm_type": "gitlab-self-hosted", "url": "https://git.example.com/", "access_token": "t"}
NOT_FOUND = (404, {"error": "SCM integration not found"})


@pytest.fixture
async def link(api, path):
    """The path of the link of a new app to a repository."""
    await api.ok("POST", f"{path}/scm_repo_link", {"scm_repo_link": {"source": WEBSITE}})
    return f"{path}/scm_repo_link"


async def test_platforms_are_linked_and_unlinked(sandbox, api, path):
    github = (await api.ok("GET", PLATFORMS))["scm_integrations"][0]
    assert github["access_token"]
    for name in ("github", github["id"]):
        assert (await api.ok("GET", f"{PLATFORMS}/{name}"))["scm_integration"] == github
    row = (await api.ok("POST", PLATFORMS, {"scm_integration": GITLAB}))["scm_integration"]
    assert "access_token" not in row
    assert (row["url"], row["owner"]["id"]) == ("https://git.example.com", sandbox.user.id)
    shown = (await api.ok("GET", f"{PLATFORMS}/gitlab-self-hosted"))["scm_integration"]
    assert shown == row | {"access_token": "t"}
    await api.ok(
        "POST", f"{path}/scm_repo_link", {"scm_repo_link": {"source": f"{row['url']}/a/b/c"}}
    )
    assert (await api.send("DELETE", f"{PLATFORMS}/{row['id']}")).status_code == 204
    gone = await api.get(f"{PLATFORMS}/gitlab-self-hosted")
    assert (gone.status_code, gone.json()) == NOT_FOUND
    found = (await api.ok("GET", f"{path}/scm_repo_link"))["scm_repo_link"]
    assert (found["owner"], found["auth_integration_uuid"]) == ("a/b", None)
    events = (await api.ok("GET", "/v1/events", params={"per_page": 5}))["events"]
    assert events[0]["type"] == "delete_integration"
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    answer = await guest.get(f"{PLATFORMS}/{github['id']}")
    assert (answer.status_code, answer.json()) == NOT_FOUND


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"scm_type": "svn"}, {"scm_type": ["Unknown scm integration type"]}),
        ({"scm_type": "github"}, {"scm_type": ["has to be linked in a browser"]}),
        ({"access_token": ""}, {"access_token": ["can't be blank"]}),
        ({"url": "git.example.com"}, {"url": ["is invalid"]}),
        ({"url": None}, {"url": ["can't be blank"]}),
    ],
)
async def test_platforms_that_will_not_do(api, change, errors):
    answer = await api.send("POST", PLATFORMS, {"scm_integration": GITLAB | change})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})


async def test_a_type_of_platform_is_linked_once(api):
    await api.ok("POST", PLATFORMS, {"scm_integration": GITLAB})
    answer = await api.send("POST", PLATFORMS, {"scm_integration": GITLAB})
    assert answer.json() == {"errors": {"scm_type": ["has already been taken"]}}


async def test_keys_are_imported_once(api):
    where = f"{PLATFORMS}/github/import_keys"
    answer = await api.send("POST", where)
    keys = answer.json()["keys"]
    assert (answer.status_code, [row["name"] for row in keys]) == (
        201,
        ["github-Laptop", "github-Desktop"],
    )
    assert (await api.ok("POST", where))["keys"] == []
    assert (await api.send("DELETE", f"/auth/v1/keys/{keys[1]['id']}")).status_code == 204
    assert [row["name"] for row in (await api.ok("POST", where))["keys"]] == ["github-Desktop"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_searches_on_a_platform(api, method):
    async def search(what, query):
        params = {"query": query}
        body = await api.ok(method, f"{PLATFORMS}/github/search_{what}", params=params)
        return next(iter(body.values()))

    names = [row["fullName"] for row in await search("repos", "api user:example-user")]
    assert names == ["example-user/orders-api"]
    assert len(await search("repos", "user:example-user")) == 3
    assert len(await search("repos", "user:example-user fork:true")) == 4
    mine = "repo:example-user/website"
    pulls = await search("pull_requests", mine)
    assert [row["number"] for row in pulls] == [43, 42, 41]
    assert [row["number"] for row in await search("pull_requests", f"{mine} is:closed")] == [41]
    assert [row["title"] for row in await search("pull_requests", f"{mine} is:open framework")] == [
        "Upgrade the framework"
    ]
    assert pulls[0]["html_url"] == f"{WEBSITE}/pull/43"
    assert await search("pull_requests", "repo:example-user/none") == []
    assert (await api.send(method, f"{PLATFORMS}/github/search_repos")).status_code == 400
    body = await api.ok(method, f"{PLATFORMS}/github/orgs", params={"per_page": 1, "page": 2})
    assert [row["login"] for row in body["organizations"]] == ["example-org"]
    assert body["meta"]["pagination"]["total_pages"] == 2


async def test_branches_on_a_platform(api):
    where = f"{PLATFORMS}/github/branches"
    body = await api.ok("GET", where, params={"repo_name": "example-user/website"})
    assert [row["name"] for row in body["branches"]] == [
        "main",
        "staging",
        "upgrade-framework",
        "fix-layout",
    ]
    for params, status in (({}, 400), ({"repo_name": "example-user/none"}, 404)):
        assert (await api.get(where, params=params)).status_code == status


async def test_an_app_is_linked_changed_and_unlinked(sandbox, api, path):
    where = f"{path}/scm_repo_link"
    missing = await api.get(where)
    assert (missing.status_code, missing.json()["resource"]) == (404, "scm_repo_link")
    github = (await api.ok("GET", f"{PLATFORMS}/github"))["scm_integration"]["id"]
    fields = {
        "source": f"{WEBSITE}.git",
        "branch": "main",
        "auth_integration_uuid": github,
        "auto_deploy_enabled": True,
        "hours_before_delete_stale": 5,
    }
    answer = await api.send("POST", where, {"scm_repo_link": fields})
    row = answer.json()["scm_repo_link"]
    assert (answer.status_code, row["owner"], row["repo"]) == (201, "example-user", "website")
    assert (row["branch"], row["auto_deploy_enabled"], row["delete_stale_enabled"]) == (
        "main",
        True,
        False,
    )
    kind, data = await latest_event(api)
    assert (kind, data["source"], data["hours_before_delete_stale"]) == ("link_scm", WEBSITE, 5)
    again = await api.send("POST", where, {"scm_repo_link": {"source": WEBSITE}})
    assert again.json() == {"errors": {"app_id": ["has already been taken"]}}
    # The Ruby client says PUT.
    for method, change in (
        ("PATCH", {"branch": "staging"}),
        ("PUT", {"auto_deploy_enabled": False}),
    ):
        row |= change
        changed = (await api.ok(method, where, {"scm_repo_link": change}))["scm_repo_link"]
        assert changed == row
        assert (await latest_event(api))[0] == "update_scm"
    for wanted, count in ((github, 1), ("another", 0), (None, 1)):
        params = {} if wanted is None else {"auth_integration_uuid": wanted}
        body = await api.ok("GET", "/v1/scm_repo_links", params=params)
        assert body["meta"]["pagination"]["total_count"] == len(body["scm_repo_links"]) == count
    guest = sandbox.add_user("guest@example.com")
    join(sandbox, path.rpartition("/")[2], guest)
    theirs = await signed_in(sandbox, guest)
    assert (await theirs.ok("GET", where))["scm_repo_link"] == row
    assert (await theirs.ok("GET", "/v1/scm_repo_links"))["scm_repo_links"] == []
    assert (await api.send("DELETE", where)).status_code == 204
    assert (await latest_event(api))[1]["unlinker_username"] == sandbox.user.username
    assert (await api.send("DELETE", where)).status_code == 404
    await api.ok("POST", where, {"scm_repo_link": {"source": WEBSITE}})
    await api.ok("DELETE", path, params={"current_name": "some-example-app"})
    assert (await api.ok("GET", "/v1/scm_repo_links"))["scm_repo_links"] == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"source": ""}, 422),
        ({"source": "https://elsewhere.example.com/a/b"}, 422),
        ({"source": "https://github.com/only-an-owner"}, 422),
        ({"source": "https://github.com/example-user/none"}, 404),
        ({"source": WEBSITE, "auth_integration_uuid": "none"}, 404),
        ({"source": WEBSITE, "auto_deploy_enabled": "yes"}, 422),
        ({"source": WEBSITE, "hours_before_delete_stale": -1}, 422),
        ({"source": WEBSITE, "hours_before_delete_on_close": "1"}, 422),
        ({"source": WEBSITE, "branch": ""}, 422),
    ],
)
async def test_links_that_will_not_do(api, path, fields, status):
    answer = await api.send("POST", f"{path}/scm_repo_link", {"scm_repo_link": fields})
    assert answer.status_code == status
    assert (await api.get(f"{path}/scm_repo_link")).status_code == 404


async def test_a_platform_or_a_free_trial_may_refuse_a_link(sandbox, api, path):
    body = {"scm_repo_link": {"source": WEBSITE}}
    github = next(iter(sandbox.user.account.integrations.values()))
    github.revoked = True
    assert (await api.send("POST", f"{path}/scm_repo_link", body)).status_code == 403
    github.revoked = False
    sandbox.settings.free_trial_exceeded = True
    assert (await api.send("POST", f"{path}/scm_repo_link", body)).status_code == 402


async def test_a_branch_is_deployed(api, link, path, clock):
    answer = await api.send("POST", f"{link}/manual_deploy", {"branch": "staging"})
    deployment = answer.json()["deployment"]
    assert (answer.status_code, deployment["status"]) == (200, "queued")
    await api.ok("POST", f"{link}/manual_deploy", {"branch": "main"})
    clock.advance(10)
    rows = (await api.ok("GET", f"{link}/deployments"))["deployments"]
    assert rows == (await api.ok("GET", f"{path}/deployments"))["deployments"]
    assert (rows[1]["id"], rows[1]["status"]) == (deployment["id"], "success")
    assert rows[0]["git_ref"] != rows[1]["git_ref"]
    for body, status in (({"branch": "none"}, 404), ({}, 422)):
        assert (await api.send("POST", f"{link}/manual_deploy", body)).status_code == status
    await api.ok("PATCH", link, {"scm_repo_link": {"branch": "master"}})
    assert {"name": "master"} in (await api.ok("GET", f"{link}/branches"))["branches"]
    await api.ok("POST", f"{link}/manual_deploy", {"branch": "master"})


async def test_pull_requests_are_the_same_everywhere(api, link):
    pulls = (await api.ok("GET", f"{link}/pulls"))["pulls"]
    assert [row["number"] for row in pulls] == [43, 42]
    assert [row["opened_from_a_forked_repo"] for row in pulls] == [True, False]
    assert (await api.ok("GET", f"{link}/pulls/42"))["pull"] == pulls[1]
    assert (await api.get(f"{link}/pulls/41")).json()["resource"] == "pull_request"
    params = {"query": "repo:example-user/website is:open"}
    body = await api.ok("GET", f"{PLATFORMS}/github/search_pull_requests", params=params)
    assert body["pull_requests"] == pulls


@pytest.mark.parametrize("number", [42, "42"])
async def test_a_pull_request_becomes_a_review_app(api, link, path, clock, number):
    body = {"scm_repo_link": {"delete_stale_enabled": True, "hours_before_delete_stale": 2}}
    await api.ok("PATCH", link, body)
    body = {"pull_request_id": number}
    row = (await api.ok("POST", f"{link}/manual_review_app", body))["review_app"]
    assert (row["app_name"], row["parent_app_name"]) == (
        "some-example-app-pr42",
        "some-example-app",
    )
    assert row["pull_request"]["closed_at"] == "0001-01-01T00:00:00Z"
    assert row["on_close_deletion_date"].startswith("2135")
    assert row["stale_deletion_date"] > row["created_at"]
    kind, data = await latest_event(api)
    assert (kind, data["pr_number"]) == ("create_review_app", 42)
    clock.advance(10)
    child = (await api.ok("GET", f"/v1/apps/{row['app_id']}"))["app"]
    assert (child["status"], child["parent_app_name"]) == ("running", "some-example-app")
    listed = (await api.ok("GET", f"{link}/review_apps"))["review_apps"]
    assert [(item["id"], item["last_deployment"]["status"]) for item in listed] == [
        (row["id"], "success")
    ]
    assert (await api.ok("GET", f"{link}/deployments"))["deployments"] == []
    again = await api.send("POST", f"{link}/manual_review_app", body)
    assert again.json() == {"errors": {"name": ["has already been taken"]}}
    await api.ok("DELETE", f"/v1/apps/{row['app_id']}", params={"current_name": row["app_name"]})
    assert (await latest_event(api))[0] == "destroy_review_app"
    assert (await api.ok("GET", f"{link}/review_apps"))["review_apps"] == []


@pytest.mark.parametrize(
    ("number", "status"), [(41, 404), ("x", 404), (None, 422), ("", 422), ([1], 422), (True, 422)]
)
async def test_review_apps_need_an_open_pull_request(api, link, number, status):
    answer = await api.send("POST", f"{link}/manual_review_app", {"pull_request_id": number})
    assert answer.status_code == status
    assert (await api.ok("GET", f"{link}/review_apps"))["review_apps"] == []
