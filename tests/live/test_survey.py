"""The survey of the real platform, against the sandbox: it sees what is wrong, and only reads."""

import json

import pytest
from api_facts import sample_of
from sandbox_client import QUICK, client_of, served

from scalingo_async.sandbox import Sandbox

from .survey import OPERATIONS, ReadOnly, WouldChangeError, check, main, plan, survey

pytestmark = pytest.mark.anyio

ENOUGH = 200


@pytest.fixture
async def sandbox():
    async with served(Sandbox(apps=3, rate_limit=None)) as sandbox:
        yield sandbox


async def surveyed(sandbox, most=ENOUGH):
    return await survey(most, sandbox.environ(), rate_limit=None, retry=QUICK)


def section(report, title):
    """Return the lines of a part of a report."""
    text = report.partition(f"\n{title}\n{'-' * len(title)}\n")[2]
    return text.partition("\n\n")[0].splitlines()


async def test_it_sees_what_the_client_did_not_expect(sandbox):
    api = sandbox.environ()["SCALINGO_API_URL"]
    region = {"name": "osc-fr1", "ssh": "a", "api": api, "dashboard": "a", "database_api": "a"}
    region |= {"display_name": "A", "colour": {"of": "secret"}}
    sandbox.inject("regions.list", body={"regions": [region]}, times=None)
    sandbox.inject("keys.list", body={"keys": [{"id": "1", "content": "the secret"}]}, times=None)
    text = "<html>who@example.com is at https://example.com/secret</html>"
    sandbox.inject("stacks.list", status=503, body=text, times=None)
    headers = {"X-RateLimit-Remaining": "59", "X-Other": "secret"}
    sandbox.inject("contracts.list", status=404, body={"error": "gone"}, headers=headers)
    domain = sample_of("Domain", full=False) | {"letsencrypt_status": "half-done"}
    domains = [domain, domain | {"letsencrypt_status": "Sekret: §"}]
    sandbox.inject("domains.list", body={"domains": domains}, headers=headers, status=200)

    found = await surveyed(sandbox)
    report = found.report()

    assert "Region.colour: object" in section(report, "Keys that no model knows")
    failed = "\n".join(section(report, "Failed"))
    assert "keys.list: does not decode: " in failed
    assert "stacks.list: 503: " in failed
    assert "contracts.list: 404: " in failed
    words = section(report, "Words that no model knows")
    assert "Domain.letsencrypt_status: (a text of 9 characters), half-done" in words
    assert "x-ratelimit-remaining: 59" in section(report, "Headers")
    nothing = 'apps.get: 404 {"resource": "app", "error": "not found"}'
    assert nothing in section(report, "An id of nothing")
    never = section(report, "Attributes that were never there")
    assert any(line.startswith("App (") and "last_event" in line for line in never)
    assert "tokens.get: nothing has token_id" not in section(report, "Not reached")
    assert "ecret" not in report.replace("Secret", "").lower()
    assert len(found.answered) > 80


async def test_the_report_names_nobody(sandbox):
    report = (await surveyed(sandbox)).report()
    apps = [app for region in sandbox.world.regions for app in sandbox.apps(region)]
    people = sandbox.world.users.values()
    personal = [app.name for app in apps] + [user.email for user in people]
    personal += [sandbox.api_token, sandbox.url, *(app.id for app in apps)]
    personal += [row.value for app in apps for row in app.variables.values() if len(row.value) > 9]
    assert [value for value in personal if value in report] == []


async def test_it_only_reads(sandbox):
    before = {record.path for record in sandbox.requests}
    await surveyed(sandbox)
    sent = [row for row in sandbox.requests if row.path not in before]
    writes = {row.operation for row in sent if row.method != "GET"}
    assert writes == {"tokens.exchange", "addons.token"}
    assert {row.operation for row in sent} >= {fact["id"] for fact in plan()} - {""} - UNREACHED


UNREACHED = {
    "alerts.get", "apps.firewall_rules.get", "audit_logs.get", "autoscalers.get",
    "databases.backup_restorations.get", "databases.instances.metrics_series",
    "databases.operations.get", "databases.plans.get", "databases.type_versions.get",
    "dedicated_databases.endpoints.list", "dedicated_databases.get",
    "dedicated_databases.net_peerings.get", "dedicated_databases.net_peerings.list",
    "dedicated_databases.network_configuration", "operations.get",
    "projects.transfer_invitations.get", "scm_repo_links.get_pull",
}  # fmt: skip
"""What an account like the sandbox's has nothing of."""


async def test_it_sends_as_many_requests_as_it_may(sandbox):
    found = await surveyed(sandbox, most=7)
    assert found.guard.sent == 7
    counted = [row for row in sandbox.requests if row.operation != "tokens.exchange"]
    assert len(counted) == 7
    assert set(found.missing.values()) == {"no requests were left"}


@pytest.mark.parametrize("id_", ["apps.delete", "apps.update", "collaborators.accept"])
async def test_it_refuses_what_would_change_something(id_):
    with pytest.raises(WouldChangeError, match=id_):
        check([OPERATIONS["apps.list"], OPERATIONS[id_]])


async def test_a_write_never_leaves():
    sandbox = Sandbox(apps=1, rate_limit=None)
    name = sandbox.apps()[0].name
    guard = ReadOnly(9)
    async with client_of(sandbox, middlewares=[guard]) as client:
        for write in (
            lambda: client.apps.restart(name),
            lambda: client.apps.update(name, force_https=True),
            lambda: client.variables.bulk_update(name, variables={"A": "1"}),
            lambda: client.apps.delete(name, current_name=name),
        ):
            with pytest.raises(WouldChangeError, match=r"^(POST|PATCH|PUT|DELETE) http"):
                await write()
    assert guard.sent == 0
    assert {row.operation for row in sandbox.requests} <= {"tokens.exchange"}


def test_a_token_is_needed(monkeypatch, capsys):
    monkeypatch.delenv("SCALINGO_API_TOKEN", raising=False)
    with pytest.raises(SystemExit):
        main([])
    assert "set SCALINGO_API_TOKEN to an API token" in capsys.readouterr().err


def test_the_report_is_a_file(monkeypatch, tmp_path, capsys):
    with Sandbox(apps=1, rate_limit=None).running() as sandbox:
        for name, value in sandbox.environ().items():
            monkeypatch.setenv(name, value)
        path = tmp_path / "live.txt"
        assert main(["--report", str(path), "--max-requests", "5"]) == 0
    assert path.read_text("utf-8").startswith("scalingo-async against the platform\n")
    assert str(path) in capsys.readouterr().out
    assert json.dumps(path.read_text("utf-8"))
