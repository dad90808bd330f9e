"""Billing profiles, invoices and usage; and what an addon provider sees."""

import httpx
import pytest

from scalingo_async.sandbox import ManualClock, Sandbox

from .account_samples import BODIES, signed_in

pytestmark = pytest.mark.anyio

PROFILE = BODIES["billing.profiles.create"]["profile"]
DAY = 86_400


async def test_a_billing_profile_is_made_once_and_changed_in_part(sandbox, api):
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    none = (404, {"error": "no billing profile"})
    for path in ("/billing/profile", "/v1/account/billing/profile"):
        missing = await guest.get(path)
        assert (missing.status_code, missing.json()) == none
    answer = await guest.send("POST", "/billing/profiles", {"profile": PROFILE})
    row = answer.json()["profile"]
    assert (answer.status_code, row["address_country"], row["company"]) == (201, "FR", None)
    again = await guest.send("POST", "/billing/profiles", {"profile": PROFILE})
    assert again.status_code == 400
    where = f"/billing/profiles/{row['id']}"
    changed = (await guest.ok("PUT", where, {"profile": {"address_city": "Metz"}}))["profile"]
    assert changed == row | {"address_city": "Metz"}
    assert (await guest.ok("GET", "/billing/profile"))["profile"] == changed
    assert await guest.ok("GET", "/v1/account/billing/profile") == {"billing_profile": changed}
    other = await api.send("PUT", where, {"profile": {"address_city": "X"}})
    assert (other.status_code, other.json()) == none


@pytest.mark.parametrize(
    ("profile", "status", "answer"),
    [
        (None, 400, {"error": "profile is required"}),
        (
            {"name": "A", "address_line1": ""},
            422,
            {
                "errors": {
                    name: ["can't be blank"]
                    for name in ("address_line1", "address_zip", "address_city", "address_country")
                }
            },
        ),
        (
            PROFILE | {"address_country": "Freedonia"},
            422,
            {"errors": {"address_country": ["is not a valid country"]}},
        ),
        (PROFILE | {"company": 1}, 422, {"errors": {"company": ["should be a string"]}}),
    ],
)
async def test_billing_profiles_that_will_not_do(sandbox, profile, status, answer):
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    body = None if profile is None else {"profile": profile}
    refused = await guest.send("POST", "/billing/profiles", body)
    assert (refused.status_code, refused.json()) == (status, answer)
    assert (await guest.get("/billing/profile")).status_code == 404


async def test_there_is_an_invoice_for_each_month(sandbox, api, clock):
    body = await api.ok("GET", "/v1/account/invoices")
    rows = body["invoices"]
    assert [row["billing_month"] for row in rows] == ["2025-09-01", "2025-08-01"]
    for row in rows:
        assert row["total_price"] == sum(item["price"] for item in row["items"])
        assert row["total_price"] == sum(item["price"] for item in row["detailed_items"])
        assert row["total_price_with_vat"] == row["total_price"] * 12 // 10
    assert 0 < rows[1]["total_price"] < rows[0]["total_price"]
    assert body["meta"]["pagination"]["previous_page"] is None
    assert "prev_page" not in body["meta"]["pagination"]
    page = await api.ok("GET", "/v1/account/invoices", params={"page": 2, "per_page": 1})
    assert [row["id"] for row in page["invoices"]] == [rows[1]["id"]]
    assert page["meta"]["pagination"]["previous_page"] == 1
    # They stay as they are when the apps go, and another one comes with the next month.
    for app in sandbox.apps()[1:]:
        await api.ok("DELETE", f"/v1/apps/{app.id}", params={"current_name": app.name})
    clock.advance(31 * DAY)
    await api.sign_in()
    later = (await api.ok("GET", "/v1/account/invoices"))["invoices"]
    assert [row["id"] for row in later[1:]] == [row["id"] for row in rows]
    assert [row["total_price"] for row in later[1:]] == [row["total_price"] for row in rows]
    left = {app.name for app in (*sandbox.apps(), *sandbox.apps("osc-secnum-fr1"))}
    assert {item["app"] for item in later[0]["detailed_items"]} == left
    one = (await api.ok("GET", f"/v1/account/invoices/{later[0]['id']}"))["invoice"]
    assert one["detailed_items"] == later[0]["detailed_items"]
    operations = (await api.ok("GET", "/v1/account/billing/operations"))["billing-operations"]
    assert [(row["invoice_id"], row["amount"]) for row in operations] == [
        (row["id"], row["total_price_with_vat"] / 100) for row in later
    ]
    assert operations[0]["description"] == "Invoice for October 2025"
    guest = await signed_in(sandbox, sandbox.add_user("guest@example.com"))
    assert (await guest.ok("GET", "/v1/account/invoices"))["invoices"] == []
    assert (await guest.get(f"/v1/account/invoices/{one['id']}")).status_code == 404


async def test_an_invoice_is_downloaded_from_a_url_of_its_own(sandbox, api, clock):
    row = (await api.ok("GET", "/v1/account/invoices"))["invoices"][0]
    answer = await api.get(f"/v1/account/invoices/{row['id']}/download")
    assert (answer.status_code, answer.content) == (302, b"")
    operations = (await api.ok("GET", "/v1/account/billing/operations"))["billing-operations"]
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport) as anybody:
        for url in (answer.headers["location"], row["pdf_url"], operations[0]["invoice_url"]):
            found = await anybody.get(url)
            assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")
            assert found.content.startswith(b"%PDF-")
        clock.advance(600)
        assert (await anybody.get(url)).status_code == 401
        assert (await anybody.get(url.partition("?")[0])).status_code == 401
    assert "token=" not in repr([record.query for record in sandbox.requests])


async def test_there_are_twelve_invoices_at_most():
    sandbox = Sandbox(apps=1, rate_limit=None, clock=ManualClock())
    app = sandbox.apps()[0]
    app.created_at -= 600 * DAY
    api = await signed_in(sandbox, sandbox.user)
    rows = (await api.ok("GET", "/v1/account/invoices", params={"per_page": 100}))["invoices"]
    assert (len(rows), rows[-1]["billing_month"]) == (12, "2024-10-01")
    full = next(row for row in rows if row["billing_month"] == "2024-11-01")
    # A medium container for thirty days costs 14.40 €.
    web = next(item for item in full["detailed_items"] if "web" in item["label"])
    assert (web["price"], web["duration"]) == (1440, 43_200)


async def test_usage_is_of_the_days_that_are_asked_for(sandbox, api, deployed, path):
    async def usage(**params):
        rows = (await api.ok("GET", "/v1/account/usage", params=params))["usage"]
        return next(row for row in rows if row["app_id"] == deployed.id)

    deployed.formation["web"].amount = 3
    amounts = {row.size: row.amount for row in deployed.formation.values()}
    day = await usage(**{"from": "2025-10-01", "to": "2025-10-01"})
    assert {row["size"]["name"]: row["duration"] for row in day["runtimes"]} == {
        size: 1440 * amount for size, amount in amounts.items()
    }
    assert [row["addon"]["id"] for row in day["addon_usages"]] == list(deployed.addons)
    # The sandbox's clock stands on the ninth of October.
    month, wide = await usage(), await usage(**{"from": "2025-10-01", "to": "2099-01-01"})
    assert month == wide
    assert day["runtimes"][0]["duration"] * 8 < month["runtimes"][0]["duration"]
    before = await usage(**{"from": "2020-01-01", "to": "2020-02-01"})
    assert (before["runtimes"], before["addon_usages"]) == ([], [])
    rows = (await api.ok("GET", "/v1/account/usage"))["usage"]
    fresh = next(row for row in rows if row["app"] == "some-example-app")
    assert (fresh["runtimes"], fresh["first_month"]) == ([], "10/2025")
    assert (await api.get("/v1/account/usage", params={"from": "today"})).status_code == 400


async def test_an_addon_provider_sees_the_apps_with_its_addon(sandbox, api):
    who = ("redis", sandbox.settings.provider_password)
    using = [
        app for app in sandbox.apps() for row in app.addons.values() if row.provider.id == "redis"
    ]
    body = await api.ok("GET", "/v1/provider/apps", auth=who, params={"per_page": 3})
    assert [row["app_id"] for row in body["apps"]] == [app.id for app in using[:3]]
    assert body["meta"]["pagination"]["total_count"] == len(using)
    app = using[0]
    where = f"/v1/provider/apps/{app.id}"
    shown = (await api.ok("GET", where, auth=who))["app"]
    assert (shown["name"], shown["owner_email"]) == (app.name, sandbox.user.email)
    assert set(shown["config"]) == {"SCALINGO_REDIS_URL", "REDIS_URL"}
    containers = {row.id for row in app.containers}
    body = {"config": {"REDIS_URL": "redis://other", "REDIS_POOL": "5"}}
    changed = (await api.ok("PATCH", where, body, auth=who))["app"]
    assert changed["config"] == shown["config"] | body["config"]
    assert app.variable("REDIS_POOL").value == "5"
    assert not containers & {row.id for row in app.containers}
    event = (await api.events(app.id))[0]
    assert (event["type"], event["type_data"]["addon_name"]) == ("restart", "Redis® OSS")
    assert "user" not in event
    own = {"variable": {"name": "REDIS_MINE", "value": "1"}}
    await api.ok("POST", f"/v1/apps/{app.id}/variables", own)
    for config in ({"APP_ENV": "x"}, {"REDIS_MINE": "2"}, {"REDIS_X": 1}, None):
        answer = await api.send("PATCH", where, {"config": config}, auth=who)
        assert answer.status_code == 422
    assert app.variable("APP_ENV").value == "production"
    without = next(row for row in sandbox.apps() if row not in using)
    assert (await api.get(f"/v1/provider/apps/{without.id}", auth=who)).status_code == 404
    for wrong in (("redis", "wrong"), ("nobody", who[1])):
        assert (await api.get(where, auth=wrong)).status_code == 401
    assert (await api.get(where)).status_code == 401
