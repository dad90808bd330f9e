"""Domains and collaborators."""

import pytest

from .bare_client import Api, latest_event

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("", "can't be blank"),
        (None, "can't be blank"),
        ("localhost", "is invalid"),
        ("a_b.example.com", "is invalid"),
        ("x.*.example.com", "is invalid"),
        ("a.example.com/", "is invalid"),
        (f"{'x' * 64}.example.com", "is invalid"),
    ],
)
async def test_domain_names_that_will_not_do(api, path, name, wrong):
    answer = await api.send("POST", f"{path}/domains", {"domain": {"name": name}})
    assert (answer.status_code, answer.json()) == (422, {"errors": {"name": [wrong]}})


async def test_a_domain_belongs_to_one_app(sandbox, api, path):
    body = {"domain": {"name": "*.Example.com"}}
    domain = (await api.ok("POST", f"{path}/domains", body))["domain"]
    assert domain["name"] == "*.example.com"
    assert await latest_event(api) == ("new_domain", {"hostname": "*.example.com", "ssl": False})
    other = sandbox.apps()[0].id
    for target in (path, f"/v1/apps/{other}"):
        answer = await api.send("POST", f"{target}/domains", body)
        assert answer.json() == {"errors": {"name": ["has already been taken"]}}
    assert (await api.send("DELETE", f"{path}/domains/{domain['id']}")).status_code == 204
    assert (await api.get(f"{path}/domains/{domain['id']}")).json()["resource"] == "domain"
    await api.ok("POST", f"/v1/apps/{other}/domains", body)


async def test_an_app_has_twenty_domains_at_most(api, path):
    for number in range(20):
        await api.ok("POST", f"{path}/domains", {"domain": {"name": f"n{number}.example.com"}})
    answer = await api.send("POST", f"{path}/domains", {"domain": {"name": "one.example.com"}})
    assert answer.status_code == 422
    assert len((await api.ok("GET", f"{path}/domains"))["domains"]) == 20


async def test_one_domain_is_canonical(api, path):
    ids = []
    for name in ("a.example.com", "b.example.com"):
        body = {"domain": {"name": name, "canonical": True}}
        ids.append((await api.ok("POST", f"{path}/domains", body))["domain"]["id"])
    rows = (await api.ok("GET", f"{path}/domains"))["domains"]
    assert [row["canonical"] for row in rows] == [False, True]
    await api.ok("PATCH", f"{path}/domains/{ids[1]}", {"domain": {"canonical": False}})
    rows = (await api.ok("GET", f"{path}/domains"))["domains"]
    assert [row["canonical"] for row in rows] == [False, False]


async def test_certificates_come_and_go(api, path, clock):
    body = {"domain": {"name": "a.example.com"}}
    domain = (await api.ok("POST", f"{path}/domains", body))["domain"]
    assert (domain["letsencrypt_status"], domain["letsencrypt"]) == ("new", False)
    clock.advance(1)
    where = f"{path}/domains/{domain['id']}"
    domain = (await api.ok("GET", where))["domain"]
    assert (domain["letsencrypt_status"], domain["letsencrypt"]) == ("created", True)
    cert = "-----BEGIN CERTIFICATE-----\nx"
    for fields in ({"tlscert": cert}, {"tlskey": "x"}, {"tlscert": "x", "tlskey": "x"}):
        assert (await api.send("PATCH", where, {"domain": fields})).status_code == 422
    good = {"tlscert": cert, "tlskey": "-----BEGIN PRIVATE KEY-----\nx"}
    domain = (await api.ok("PATCH", where, {"domain": good}))["domain"]
    assert domain["ssl"]
    assert domain["tlscert"] == "/C=FR/O=Example/CN=a.example.com"
    assert (await latest_event(api))[1] == {
        "hostname": "a.example.com",
        "ssl": True,
        "old_ssl": False,
    }
    none = {"tlscert": "", "tlskey": ""}
    domain = (await api.ok("PATCH", where, {"domain": none}))["domain"]
    assert (domain["ssl"], domain["tlscert"]) == (False, None)


async def test_somebody_is_invited_and_accepts(sandbox, api, path):
    body = {"collaborator": {"email": "new@example.com"}}
    row = (await api.ok("POST", f"{path}/collaborators", body))["collaborator"]
    assert (row["status"], row["username"], row["user_id"]) == ("pending", "n/a", None)
    assert row["is_limited"] is True
    again = await api.send("POST", f"{path}/collaborators", body)
    assert again.json() == {"errors": {"email": ["has already been taken"]}}
    token = {"token": row["invitation_link"].partition("?token=")[2]}
    accept = "/v1/apps/collaboration"
    answer = await api.get(accept, params=token)
    assert answer.status_code == 400
    assert answer.json()["type"] == "already-collaborator"
    guest = sandbox.add_user("guest@example.com")
    async with Api(sandbox, guest.api_token) as other:
        await other.sign_in()
        assert (await other.get(path)).status_code == 401
        for wrong in ({}, {"token": ""}, {"token": "wrong"}):
            answer = await other.get(accept, params=wrong)
            assert (answer.status_code, answer.json()) == (
                404,
                {"resource": "collaborator", "error": "not found"},
            )
        assert (await other.ok("GET", accept, params=token))["app"]["name"] == "some-example-app"
        assert (await other.get(accept, params=token)).status_code == 400
        assert (await other.get(path)).status_code == 200
        assert len((await other.ok("GET", "/v1/apps"))["apps"]) == 1
        third = sandbox.add_user("third@example.com")
        async with Api(sandbox, third.api_token) as late:
            await late.sign_in()
            assert (await late.get(accept, params=token)).status_code == 404
        row = (await api.ok("GET", f"{path}/collaborators"))["collaborators"][0]
        assert (row["status"], row["username"]) == ("accepted", "guest")
        assert (row["invitation_link"], row["email"]) == ("", "guest@example.com")
        kind, data = await latest_event(api)
        assert kind == "accept_collaborator"
        assert data["collaborator"]["inviter"]["email"] == sandbox.user.email
        where = f"{path}/collaborators/{row['id']}"
        body = {"collaborator": {"is_limited": False}}
        assert (await api.ok("PATCH", where, body))["collaborator"]["is_limited"] is False
        assert (await api.send("PATCH", where, {"collaborator": {}})).status_code == 422
        assert (await api.send("DELETE", where)).status_code == 204
        assert (await api.send("DELETE", where)).json()["resource"] == "collaborator"
        assert (await other.get(path)).status_code == 401


@pytest.mark.parametrize("email", ["", None, "nobody", "a@b", "a b@c.de", "a@b.c\n"])
async def test_a_collaborator_has_an_address(api, path, email):
    answer = await api.send("POST", f"{path}/collaborators", {"collaborator": {"email": email}})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["email"]


async def test_all_collaborators_are_one_row_per_app(sandbox, api):
    rows = (await api.ok("GET", "/v1/collaborators"))["collaborators"]
    assert len(rows) == sum(len(app.collaborators) for app in sandbox.apps())
    assert {row["status"] for row in rows} == {"accepted", "pending"}
