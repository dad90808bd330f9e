"""Tokens of every kind: what they open, and when they stop to."""

import pytest

from scalingo_async.sandbox import ManualClock, Sandbox

from .bare_client import Api, bearer, claims

pytestmark = pytest.mark.anyio

EXCHANGE = "/auth/v1/tokens/exchange"
NOT_AUTHENTICATED = {"error": "Not authenticated"}


async def test_an_api_token_gives_a_bearer_as_the_platform_writes_them(sandbox, api, clock):
    token = await api.exchange()
    content = claims(token)
    assert sorted(content) == ["exp", "iat", "iss", "rnd", "uuid"]
    assert content["iss"] == "Scalingo"
    assert content["uuid"] == sandbox.user.id
    assert content["iat"] == int(clock.time())
    assert content["exp"] - content["iat"] == 3600
    assert sandbox.api_token.startswith("tk-us-")
    assert token != await api.exchange()
    assert sandbox.exchanges == 3


@pytest.mark.parametrize(
    ("user", "password"),
    [("", "tk-us-wrong"), ("", ""), ("somebody", "{token}"), ("", "{token} ")],
)
async def test_a_wrong_api_token_is_refused(sandbox, api, user, password):
    auth = (user, password.format(token=sandbox.api_token))
    answer = await api.send("POST", EXCHANGE, auth=auth)
    assert (answer.status_code, answer.json()) == (401, {"error": "Invalid credentials"})
    assert sandbox.exchanges == 1
    assert sandbox.count("tokens.exchange") == 1
    assert sandbox.count("tokens.exchange", executed=False) == 2


@pytest.mark.parametrize("value", ["", "Basic !!!", "Basic /w==", "Bearer x", "nothing"])
async def test_a_broken_authorization_header_is_refused(api, value):
    for path in (EXCHANGE, "/auth/v1/tokens"):
        answer = await api.send("POST", path, {}, headers={"Authorization": value})
        assert answer.status_code == 401
        assert "error" in answer.json()


@pytest.mark.parametrize("path", ["/v1/apps", "/auth/v1/users/self", "/v1/apps/x/restart"])
@pytest.mark.parametrize("value", ["", "Bearer ", "Bearer a.b.c", "Basic eDp5", "bogus"])
async def test_the_apis_want_a_good_bearer(api, path, value):
    method = "POST" if path.endswith("restart") else "GET"
    answer = await api.send(method, path, headers={"Authorization": value})
    assert (answer.status_code, answer.json()) == (401, NOT_AUTHENTICATED)


async def test_the_api_token_itself_is_no_bearer(sandbox, api):
    answer = await api.get("/v1/apps", headers=bearer(sandbox.api_token))
    assert answer.status_code == 401


async def test_a_bearer_expires(api, clock):
    clock.advance(3599)
    assert (await api.get("/v1/apps")).status_code == 200
    clock.advance(1)
    assert (await api.get("/v1/apps")).status_code == 401
    await api.sign_in()
    assert (await api.get("/v1/apps")).status_code == 200


async def test_a_bearers_life_may_be_a_fraction_of_a_second(clock):
    sandbox = Sandbox(apps=0, bearer_lifetime=0.25, clock=clock)
    clock.advance(0.7)
    async with Api(sandbox) as api:
        await api.sign_in()
        content = claims(api.http.headers["Authorization"].partition(" ")[2])
        assert content["exp"] - content["iat"] == pytest.approx(0.25)
        clock.advance(0.2)
        assert (await api.get("/v1/apps")).status_code == 200
        clock.advance(0.1)
        assert (await api.get("/v1/apps")).status_code == 401


async def test_all_bearers_can_be_made_to_expire_at_once(sandbox, api):
    app = next(row for row in sandbox.apps() if row.addons)
    addon_id = next(iter(app.addons))
    addon_token = await api.addon_token(app.id, addon_id)
    assert sandbox.expire_bearers() == 2
    assert (await api.get("/v1/apps")).status_code == 401
    answer = await api.get(f"/api/databases/{addon_id}", headers=bearer(addon_token))
    assert answer.status_code == 400
    assert sandbox.expire_bearers() == 0


async def test_one_token_can_be_revoked(sandbox, api):
    first, second = await api.exchange(), await api.exchange()
    assert sandbox.revoke(first)
    assert not sandbox.revoke(first)
    assert (await api.get("/v1/apps", headers=bearer(first))).status_code == 401
    assert (await api.get("/v1/apps", headers=bearer(second))).status_code == 200
    assert sandbox.revoke(sandbox.api_token)
    assert (await api.send("POST", EXCHANGE, auth=("", sandbox.api_token))).status_code == 401
    # What was exchanged before lives on.
    assert (await api.get("/v1/apps", headers=bearer(second))).status_code == 200
    assert not sandbox.revoke("tk-us-never-was")


async def test_api_tokens_are_made_renewed_and_deleted(sandbox, api, clock):
    # The official JavaScript client sends no root key.
    made = (await api.ok("POST", "/auth/v1/tokens", {"name": "ci"}))["token"]
    assert made["last_used_at"] is None
    listed = (await api.ok("GET", "/auth/v1/tokens"))["tokens"]
    assert [row["name"] for row in listed] == ["default", "ci"]
    assert not any("token" in row for row in listed)
    clock.advance(60)
    async with Api(sandbox, made["token"]) as other:
        await other.sign_in()
        shown = (await api.ok("GET", f"/auth/v1/tokens/{made['id']}"))["token"]
        assert shown["last_used_at"] > made["created_at"]
        renewed = await api.ok("PATCH", f"/auth/v1/tokens/{made['id']}/renew")
        assert renewed["token"]["issued_at"] > made["issued_at"]
        assert renewed["token"]["created_at"] == made["created_at"]
        assert (await other.send("POST", EXCHANGE, auth=("", made["token"]))).status_code == 401
        other.api_token = renewed["token"]["token"]
        await other.sign_in()
        assert (await api.send("DELETE", f"/auth/v1/tokens/{made['id']}")).status_code == 204
        answer = await other.send("POST", EXCHANGE, auth=("", other.api_token))
        assert answer.status_code == 401
        assert (await other.get("/v1/apps")).status_code == 200
    kinds = [event["type"] for event in (await api.ok("GET", "/v1/events"))["events"][:3]]
    assert kinds == ["delete_token", "regenerate_token", "new_token"]


async def test_a_token_has_a_name_and_an_owner(sandbox, api):
    answer = await api.send("POST", "/auth/v1/tokens", {"token": {}})
    assert (answer.status_code, answer.json()) == (422, {"errors": {"name": ["can't be blank"]}})
    other = sandbox.add_user("other@example.com")
    foreign = next(row for row in sandbox.world.tokens.values() if row.user is other)
    answer = await api.send("DELETE", f"/auth/v1/tokens/{foreign.id}")
    assert (answer.status_code, answer.json()["resource"]) == (404, "token")


async def test_the_auth_service_answers_html_to_those_who_do_not_ask_for_json(api):
    answer = await api.get("/auth/v1/tokens/nope", headers={"Accept": "*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (await api.get("/v1/apps/nope", headers={"Accept": "*/*"})).json()["resource"] == "app"


async def test_a_login_with_a_password_may_need_a_code(sandbox, api):
    user = sandbox.user

    async def login(name, password, **headers):
        body = {"token": {"name": "laptop"}}
        return await api.send(
            "POST", "/auth/v1/tokens", body, auth=(name, password), headers=headers
        )

    for name in (user.email, user.username):
        answer = await login(name, user.password)
        assert answer.status_code == 201
        assert answer.json()["token"]["token"].startswith("tk-us-")
    for name, password in ((user.email, "wrong"), ("nobody", user.password), ("", "")):
        assert (await login(name, password)).json() == {"error": "Invalid credentials"}
    user.otp = "123456"
    answer = await login(user.email, user.password)
    assert (answer.status_code, answer.json()) == (401, {"error": "OTP Required"})
    otp = {"X-Authorization-OTP": "000000"}
    assert (await login(user.email, user.password, **otp)).status_code == 401
    otp = {"X-Authorization-OTP": "123456"}
    assert (await login(user.email, user.password, **otp)).status_code == 201
    assert sandbox.count("tokens.login") == 3
    assert sandbox.count("tokens.create", executed=False) == 0


async def test_an_addons_token_opens_that_addon_only(sandbox, api, clock):
    apps = [row for row in sandbox.apps() if row.addons]
    mine, other = next(iter(apps[0].addons)), next(iter(apps[1].addons))
    token = bearer(await api.addon_token(apps[0].id, mine))
    backup = next(iter(apps[1].addons[other].database.backups))
    assert (await api.get(f"/api/databases/{mine}", headers=token)).status_code == 200
    for path in (
        f"/api/databases/{other}",
        f"/osc-secnum-fr1/api/databases/{mine}",
    ):
        answer = await api.send("GET", path, headers=token)
        assert (answer.status_code, answer.json()) == (400, {"error": "unauthorized"})
    # A path that names no addon is about the token's own.
    assert (await api.get(f"/api/backups/{backup}", headers=token)).status_code == 404
    # The user's bearer is nothing here, and the addon's token is nothing elsewhere.
    assert (await api.get(f"/api/databases/{mine}")).status_code == 400
    assert (await api.get("/v1/apps", headers=token)).status_code == 401
    assert (await api.get("/auth/v1/users/self", headers=token)).status_code == 401
    assert (await api.send("POST", "/auth/v1/tokens", {}, headers=token)).status_code == 401
    clock.advance(3600)
    await api.sign_in()
    assert (await api.get(f"/api/databases/{mine}", headers=token)).status_code == 400


async def test_the_database_api_takes_a_users_bearer_when_told_to(sandbox, api):
    app = next(row for row in sandbox.apps() if row.addons)
    addon_id = next(iter(app.addons))
    sandbox.settings.bearer_on_database_api = True
    assert (await api.get(f"/api/databases/{addon_id}")).status_code == 200
    assert (await api.get("/api/databases/ad-none")).status_code == 400
    async with Api(sandbox, sandbox.add_user("other@example.com").api_token) as other:
        await other.sign_in()
        assert (await other.get(f"/api/databases/{addon_id}")).status_code == 400


async def test_regions_are_told_by_who_asks(sandbox, api):
    rows = (await api.ok("GET", "/auth/v1/regions"))["regions"]
    assert [(row["name"], row["default"]) for row in rows] == [
        ("osc-fr1", True),
        ("osc-secnum-fr1", False),
    ]
    assert rows[0]["api"] == rows[0]["database_api"] == "http://localhost"
    assert rows[1]["api"] == "http://localhost/osc-secnum-fr1"
    async with Api(sandbox) as stranger:
        rows = (await stranger.ok("GET", "/auth/v1/regions"))["regions"]
        assert [row["name"] for row in rows] == ["osc-fr1"]
        answer = await stranger.get("/auth/v1/regions", headers=bearer("wrong"))
        assert answer.status_code == 401


async def test_what_is_not_yours_is_refused(sandbox, api):
    app = sandbox.apps()[0]
    async with Api(sandbox, sandbox.add_user("other@example.com").api_token) as other:
        await other.sign_in()
        assert (await other.ok("GET", "/v1/apps"))["apps"] == []
        assert (await other.ok("GET", "/v1/events"))["events"] == []
        assert (await other.get(f"/v1/apps/{app.id}")).status_code == 401
        answer = await other.send("POST", "/v1/apps", {"app": {"name": "mine-alone"}})
        assert answer.status_code == 201
    assert (await api.get("/v1/apps/mine-alone")).status_code == 401
    assert (await api.get("/v1/apps/nowhere-at-all")).json() == {
        "resource": "app",
        "error": "not found",
    }


def test_nothing_secret_is_in_a_repr():
    sandbox = Sandbox(apps=3, clock=ManualClock())
    app = next(row for row in sandbox.apps() if row.addons)
    secrets = [sandbox.api_token, sandbox.user.password]
    secrets += [row.value for row in app.variables.values() if row.name == "SECRET_KEY"]
    secrets += [row.database.password for row in app.addons.values()]
    secrets += [row.token for row in app.collaborators.values()]
    shown = repr((sandbox, sandbox.user, list(sandbox.world.tokens.values()), app.variables))
    shown += repr((app.addons, app.collaborators))
    assert [secret for secret in secrets if secret in shown] == []
