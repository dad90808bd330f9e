"""The firewall of apps: who may reach them."""

import pytest

from .bare_client import Api

pytestmark = pytest.mark.anyio

OFFICE = {"cidr": "203.0.113.0/24", "label": "office"}


async def test_rules_come_and_go(api, path):
    where = f"{path}/firewall_rules"
    assert (await api.ok("GET", where)) == {"firewall_rules": []}
    answer = await api.send("POST", where, {"firewall_rule": OFFICE})
    rule = answer.json()["firewall_rule"]
    assert (answer.status_code, rule.items() >= OFFICE.items()) == (201, True)
    assert rule["app_id"] == path.rpartition("/")[2]
    bare = await api.ok("POST", where, {"firewall_rule": {"cidr": "198.51.100.7/32"}})
    assert bare["firewall_rule"]["label"] is None
    assert (await api.ok("GET", f"{where}/{rule['id']}"))["firewall_rule"] == rule
    assert (await api.ok("GET", where))["firewall_rules"] == [rule, bare["firewall_rule"]]
    assert (await api.send("DELETE", f"{where}/{rule['id']}")).status_code == 204
    for method in ("GET", "DELETE"):
        answer = await api.send(method, f"{where}/{rule['id']}")
        assert answer.json() == {"resource": "firewall_rule", "error": "not found"}


@pytest.mark.parametrize("cidr", [None, "", "203.0.113.7", "2001:db8::/32", "10.0.0.0/33", "all"])
async def test_what_is_no_range_is_refused(api, path, cidr):
    answer = await api.send("POST", f"{path}/firewall_rules", {"firewall_rule": {"cidr": cidr}})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"cidr"})


async def test_there_are_twenty_rules_at_most(api, path):
    where = f"{path}/firewall_rules"
    for number in range(20):
        await api.ok("POST", where, {"firewall_rule": {"cidr": f"10.0.{number}.0/24"}})
    answer = await api.send("POST", where, {"firewall_rule": OFFICE})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"base"})
    again = {"firewall_rule": {"cidr": "10.0.0.0/24"}}
    assert "cidr" in (await api.send("POST", where, again)).json()["errors"]


async def test_limited_collaborators_only_read(sandbox, api, path):
    where = f"{path}/firewall_rules"
    rule = (await api.ok("POST", where, {"firewall_rule": OFFICE}))["firewall_rule"]
    body = {"collaborator": {"email": "b@example.com", "is_limited": True}}
    invited = await api.ok("POST", f"{path}/collaborators", body)
    async with Api(sandbox, sandbox.add_user("b@example.com").api_token) as other:
        await other.sign_in()
        token = invited["collaborator"]["invitation_link"].partition("token=")[2]
        await other.ok("GET", "/v1/apps/collaboration", params={"token": token})
        assert (await other.ok("GET", where))["firewall_rules"] == [rule]
        assert (await other.send("POST", where, {"firewall_rule": OFFICE})).status_code == 403
        assert (await other.send("DELETE", f"{where}/{rule['id']}")).status_code == 403
