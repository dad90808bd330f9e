"""The account: its own data, SSH keys, the second factor, contracts, and its end."""

import pytest

from .account_samples import join, signed_in
from .bare_client import Api

pytestmark = pytest.mark.anyio

AUTH = "/auth/v1"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6f me@home"


async def account_events(api, count=1):
    """Return the newest events that are no app's."""
    body = await api.ok("GET", "/v1/events", params={"per_page": 100})
    rows = [row for row in body["events"] if "app_id" not in row]
    return [(row["type"], row["type_data"]) for row in rows[:count]]


async def test_an_account_changes_only_what_is_sent(sandbox, api):
    before = (await api.ok("GET", f"{AUTH}/users/self"))["user"]
    fields = {"company": "Example", "fullname": "Ada M.", "email_newsletter": True}
    body = await api.ok("PUT", f"{AUTH}/users/account", {"user": fields})
    assert body["user"] == before | fields
    same = {"username": before["username"], "email": before["email"]}
    assert (await api.ok("PUT", f"{AUTH}/users/account", {"user": same}))["user"] == before | fields
    body = {"user": {"username": "ada", "password": "new", "password_confirmation": "new"}}
    await api.ok("PUT", f"{AUTH}/users/account", body)
    login = await api.send(
        "POST", f"{AUTH}/tokens", {"token": {"name": "x"}}, auth=("ada", sandbox.user.password)
    )
    assert (login.status_code, sandbox.user.password) == (201, "new")
    assert (await api.ok("GET", f"{AUTH}/users/self"))["user"] == before | fields | {
        "username": "ada"
    }


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"username": "ada.martin"}, {"username": ["has already been taken"]}),
        ({"username": " "}, {"username": ["can't be blank"]}),
        ({"email": "ada.martin@example.com"}, {"email": ["has already been taken"]}),
        ({"email": "nowhere"}, {"email": ["is invalid"]}),
        ({"tos_accepted": "yes"}, {"tos_accepted": ["should be a boolean"]}),
        ({"company": 1}, {"company": ["should be a string"]}),
        ({"password": ""}, {"password": ["can't be blank"]}),
        (
            {"password": "a", "password_confirmation": "b"},
            {"password_confirmation": ["doesn't match Password"]},
        ),
        ({"password": "a", "current_password": []}, {"current_password": ["is invalid"]}),
    ],
)
async def test_what_an_account_can_not_become(sandbox, api, fields, errors):
    before = await api.ok("GET", f"{AUTH}/users/self")
    answer = await api.send("PUT", f"{AUTH}/users/account", {"user": {"company": "X"} | fields})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})
    assert await api.ok("GET", f"{AUTH}/users/self") == before


async def test_a_new_address_waits_for_confirmation_except_on_the_documented_route(sandbox, api):
    for method, path in (("PUT", "/users/account"), ("PATCH", "/account/profile")):
        email = f"{method.lower()}@example.com"
        user = (await api.ok(method, f"{AUTH}{path}", {"user": {"email": email}}))["user"]
        assert (user["email"], user["unconfirmed_email"]) == ("user@example.com", email)
    for method in ("PATCH", "PUT"):
        email = f"{method.lower()}.at.once@example.com"
        where = f"/v1/users/{sandbox.user.id}"
        assert (await api.ok(method, where, {"user": {"email": email}}))["user"]["email"] == email
    other = await api.send("PATCH", "/v1/users/us-other", {"user": {}})
    assert (other.status_code, other.json()["resource"]) == (404, "user")


async def test_the_end_of_the_free_trial_is_ones_own(sandbox, api):
    sandbox.settings.free_trial_exceeded = True
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    body = {"app": {"name": "a-new-app"}}
    refused = await api.send("POST", "/v1/apps", body)
    assert refused.status_code == 402
    assert refused.json()["name"].endswith("free-trial-exceeded")
    await api.ok("POST", f"{AUTH}/users/stop_free_trial", {})
    await api.ok("POST", "/v1/apps", body)
    assert (
        await guest.send("POST", "/v1/apps", {"app": {"name": "guests-app"}})
    ).status_code == 402


async def test_somebody_signs_up_and_logs_in(sandbox, api):
    async with Api(sandbox) as nobody:
        for name in ("new@example.com", "new@example.org"):
            body = {"user": {"email": name, "password": "hush"}}
            assert (await nobody.send("POST", "/v1/users", body)).status_code == 201
        again = await nobody.send("POST", "/v1/users", body)
        assert again.json() == {"errors": {"email": ["has already been taken"]}}
        for wrong in ({"password": "x"}, {"email": "x@example.com"}):
            assert (await nobody.send("POST", "/v1/users", {"user": wrong})).status_code == 422
        body = {"token": {"name": "first"}}
        login = await nobody.send("POST", f"{AUTH}/tokens", body, auth=("new-2", "hush"))
        nobody.api_token = login.json()["token"]["token"]
        await nobody.sign_in()
        assert (await nobody.ok("GET", f"{AUTH}/users/self"))["user"]["email"] == "new@example.org"
        assert (await nobody.ok("GET", "/v1/apps"))["apps"] == []
        assert ("new_user", {}) in await account_events(nobody, 5)


async def test_an_account_goes_after_an_email_when_nothing_depends_on_it(sandbox, api, path):
    assert (await api.send("POST", f"{AUTH}/users/delete")).status_code == 409
    leaving = sandbox.add_user("leaving@example.com")
    join(sandbox, path.rpartition("/")[2], leaving)
    async with Api(sandbox, leaving.api_token) as other:
        await other.sign_in()
        project = (await other.ok("POST", "/v1/projects", {"project": {"name": "p"}}))["project"]
        assert (await other.send("POST", f"{AUTH}/users/delete")).status_code == 409
        await other.ok("DELETE", f"/v1/projects/{project['id']}")
        await other.ok("POST", f"{AUTH}/users/delete")
        deletion = leaving.account.deletion
        assert deletion.token not in repr(deletion)
        where = f"{AUTH}/users/delete/{deletion.id}/confirm"
        wrong = {"deletion": {"token": "wrong"}}
        for target, status in ((where, 422), (f"{AUTH}/users/delete/x/confirm", 404)):
            assert (await other.send("POST", target, wrong)).status_code == status
        assert (await other.get(path)).status_code == 200
        await other.ok("POST", where, {"deletion": {"token": deletion.token, "details": None}})
        assert (await other.get(path)).status_code == 401
        assert (
            await other.http.post(f"{AUTH}/tokens/exchange", auth=("", other.api_token))
        ).is_error
    assert (await api.ok("GET", f"{path}/collaborators"))["collaborators"] == []


async def test_an_account_goes_at_once_with_all_that_it_owns(sandbox, api):
    ada = next(row for row in sandbox.world.users.values() if row.username == "ada.martin")
    theirs = await signed_in(sandbox, ada)
    kept = (await theirs.ok("POST", "/v1/apps", {"app": {"name": "adas-app"}}))["app"]["id"]
    join(sandbox, kept, sandbox.user)
    assert (await api.send("DELETE", "/v1/users")).status_code == 204
    assert [app.id for app in sandbox.apps()] == [kept]
    assert sandbox.apps("osc-secnum-fr1") == []
    assert not sandbox.get_app(kept).collaborators
    assert (await api.get("/v1/apps")).status_code == 401
    assert [row.owner for row in sandbox.world.default_region.projects.values()] == [ada]


async def test_keys_come_and_go(sandbox, api):
    # The JavaScript client sends them without a root.
    added = []
    for body in ({"key": {"name": "one", "content": KEY}}, {"name": "two", "content": f"{KEY}2"}):
        added.append((await api.ok("POST", f"{AUTH}/keys", body))["key"])
    first = added[0]
    assert (first["name"], first["content"]) == ("one", KEY)
    assert len(first["fingerprint"]) == 47
    data = {"name": "two", "fingerprint": added[1]["fingerprint"]}
    assert await account_events(api) == [("new_key", data)]
    rows = (await api.ok("GET", f"{AUTH}/keys"))["keys"]
    assert rows[1:] == added
    assert first["owner"]["email"] == sandbox.user.email
    where = f"{AUTH}/keys/{first['id']}"
    assert (await api.ok("GET", where))["key"] == first
    assert (await api.send("DELETE", where)).status_code == 204
    assert await account_events(api) == [("delete_key", {"name": "one"})]
    gone = await api.send("DELETE", where, headers={"Accept": "*/*"})
    assert (gone.status_code, gone.headers["content-type"][:9]) == (404, "text/html")
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    assert (await guest.ok("GET", f"{AUTH}/keys"))["keys"] == []
    assert (await guest.get(f"{AUTH}/keys/{added[1]['id']}")).json()["resource"] == "key"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"name": "x"},
            {"content": ["can't be blank", "is too short (minimum is 10 characters)"]},
        ),
        (
            {"name": "x", "content": "short"},
            {"content": ["is too short (minimum is 10 characters)"]},
        ),
        ({"name": "", "content": KEY}, {"name": ["can't be blank"]}),
        ({"name": "x", "content": "{known}"}, {"content": ["has already been taken"]}),
    ],
)
async def test_keys_that_will_not_do(sandbox, api, fields, errors):
    known = next(iter(sandbox.user.account.keys.values())).content
    sent = {key: value.format(known=known) for key, value in fields.items()}
    answer = await api.send("POST", f"{AUTH}/keys", {"key": sent})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})


async def test_the_second_factor_from_beginning_to_end(sandbox, api, clock):
    tfa = f"{AUTH}/client/tfa"
    off = {"id": sandbox.user.id, "uuid": sandbox.user.id, "enabled": False, "provider": None}
    on = off | {"enabled": True, "provider": "totp"}

    async def refused(method, path, fields, error):
        body = None if fields is None else {"tfa": fields}
        answer = await api.send(method, path, body)
        assert (answer.status_code, answer.json()) == (400, {"error": error})

    with pytest.raises(ValueError, match="no second factor"):
        sandbox.one_time_code()
    await refused("POST", f"{tfa}/validate", {"attempt": "1"}, "otp not created")
    await refused("DELETE", tfa, None, "2fa not enabled for this account")
    await refused("POST", tfa, {"provider": "sms"}, "invalid provider")
    started = (await api.ok("POST", tfa, {"tfa": {"provider": "totp"}}))["tfa"]
    uri = started.pop("uri")
    assert started == off
    assert f"user@example.com?secret={sandbox.user.account.two_factor.secret}&" in uri
    assert (await api.ok("GET", tfa))["tfa"] == off
    await refused("POST", f"{tfa}/validate", {"attempt": "wrong"}, "unable to validate otp attempt")
    attempt = {"tfa": {"attempt": sandbox.one_time_code()}}
    done = (await api.ok("POST", f"{tfa}/validate", attempt))["tfa"]
    assert (done["user"], len(done["codes"])) == (on, 10)
    assert await account_events(api) == [("tfa_enabled", {"provider": "totp"})]
    await refused("POST", tfa, {"provider": "totp"}, "2fa already enabled")
    rows = (await api.ok("GET", "/v1/collaborators"))["collaborators"]
    assert {row["tfa_status"] for row in rows if row["user_id"]} == {False}

    async def login(code):
        headers = {} if code is None else {"X-Authorization-OTP": code}
        who = (sandbox.user.email, sandbox.user.password)
        body = {"token": {"name": "x"}}
        answer = await api.send("POST", f"{AUTH}/tokens", body, auth=who, headers=headers)
        return answer.status_code, answer.json().get("error")

    code = sandbox.one_time_code()
    assert await login(None) == (401, "OTP Required")
    assert await login("000000") == (401, "Invalid credentials")
    assert await login(code) == (201, None)
    assert await login(done["codes"][0]) == (201, None)
    assert await login(done["codes"][0]) == (401, "Invalid credentials")
    clock.advance(90)
    assert await login(code) == (401, "Invalid credentials")

    await refused("DELETE", tfa, {"attempt": code}, "unable to validate otp attempt")
    # As a number, like the JavaScript client; the code must not begin with a zero for that.
    while sandbox.one_time_code().startswith("0"):
        clock.advance(30)
    attempt = {"tfa": {"attempt": int(sandbox.one_time_code())}}
    assert (await api.ok("DELETE", tfa, attempt))["tfa"] == off
    assert await login(None) == (201, None)


async def test_a_fixed_code_is_a_second_factor_too_and_old_clients_disable_without(sandbox, api):
    sandbox.user.otp = "123456"
    assert (await api.ok("GET", f"{AUTH}/client/tfa"))["tfa"]["enabled"] is True
    assert (await api.ok("DELETE", f"{AUTH}/client/tfa"))["tfa"]["enabled"] is False
    assert sandbox.user.otp is None
    assert await account_events(api) == [("tfa_disabled", {})]


def test_one_time_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six of the eight digits."""
    from scalingo_async.sandbox.world.accounts import TwoFactor

    factor = TwoFactor("gezdgnbvgy3tqojqgezdgnbvgy3tqojq")
    moments = {59: "287082", 1_111_111_109: "081804", 20_000_000_000: "353130"}
    assert {moment: factor.code(moment) for moment in moments} == moments


async def test_contracts_are_accepted_in_a_language(sandbox, api):
    rows = (await api.ok("GET", f"{AUTH}/contracts"))["contracts"]
    every = (await api.ok("GET", f"{AUTH}/contracts/history"))["contracts"]
    assert [row["latest"] for row in every] == [False, True, True]
    assert rows == [row for row in every if row["latest"]]
    assert [row["accepted"] is None for row in every] == [False, True, True]
    where = f"{AUTH}/contracts/{rows[0]['id']}"
    wrong = await api.send("POST", f"{where}/accept", {"locale": "de"})
    assert wrong.json() == {"errors": {"locale": ["is not included in the list"]}}
    accepted = (await api.ok("POST", f"{where}/accept", {"locale": "fr"}))["contract"]
    assert accepted["accepted"]["locale"] == "fr"
    again = (await api.ok("POST", f"{where}/accept", {"locale": "en"}))["contract"]
    assert again == accepted == (await api.ok("GET", where))["contract"]
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    assert (await guest.ok("GET", where))["contract"]["accepted"] is None
    assert (await guest.get(f"{AUTH}/contracts/none")).json()["resource"] == "contract"
