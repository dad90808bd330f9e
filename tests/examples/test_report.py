"""examples/report.py: what it asks for, what it writes, and what it never writes."""

import json
import signal
import sys
from collections import Counter
from html.parser import HTMLParser
from importlib import import_module
from io import StringIO

import anyio
import example_programs
import pytest
from sandbox_client import client_of, served
from twins import HERE, THERE

from scalingo_async.sandbox import Sandbox

PER_APP = ["domains.list", "addons.list", "containers.types.list"]
PER_DATABASE = ["addons.token", "databases.backups.list"]
TABLES = ["projects", "stale", "apps", "databases", "domains", "people", "unread", "requests"]


@pytest.fixture
def program(monkeypatch):
    """The module of the program."""
    monkeypatch.syspath_prepend(str(example_programs.EXAMPLES))
    yield import_module("report")
    for name in ("report", "report_page"):
        del sys.modules[name]


@pytest.fixture
def sandbox():
    with Sandbox(apps=10, rate_limit=None).running() as sandbox:
        yield sandbox


def everything(sandbox):
    return [app for region in sandbox.world.regions for app in sandbox.apps(region)]


def databases(sandbox):
    return [addon for app in everything(sandbox) for addon in app.addons.values() if addon.database]


def asked(sandbox):
    """Count the requests that arrived, by operation, and forget them."""
    found = Counter(request.operation for request in sandbox.requests)
    sandbox.forget_requests()
    return found


def minimum(apps, databases, regions=2):
    """Count what nobody can do without, as the API is."""
    return {
        "tokens.exchange": 1,
        "regions.list": 1,
        "users.self": 1,
        "apps.list": regions,
        **dict.fromkeys(PER_APP, apps),
        "collaborators.list_all": regions,
        "containers.sizes.list": regions,
        "addons.providers.list": regions,
        "dedicated_databases.list": regions,
        **dict.fromkeys(PER_DATABASE, databases),
    }


def said(rows, key="sent"):
    """Return what a report says of its requests."""
    assert all(row["why"] for row in rows)
    return {" ".join(row["operation"]): row[key] for row in rows}


class Page(HTMLParser):
    """What is in a page: the rows of its tables by the id of their heading, its tags and texts."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tags, self.texts, self.attributes = {}, Counter(), [], []
        self._heading, self._keys, self._rows = "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag == "h2":
            self._heading, self._keys, self._rows = found["id"], [], []
            self.tables[self._heading] = self._rows
        elif tag == "th":
            self._keys.append(found["data-key"])
        elif tag == "tr" and self._keys:
            self._rows.append({})
        elif tag == "td":
            row = self._rows[-1]
            row[self._keys[len(row)]] = json.loads(found["data-value"])

    def handle_data(self, data):
        self.texts.append(data)


async def report(program, sandbox, **settings):
    """Read an account in this process, over a real socket and without a limit."""
    wire = program.CountingTransport()
    console = program.Console(file=StringIO())
    async with client_of(sandbox, transport=wire, **settings) as client:
        return await program.Reading(client, wire.sent, console).all()


# -- the fewest requests ---------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_hundred_apps_in_two_regions_take_the_fewest_requests(program):
    async with served(Sandbox(apps=84, rate_limit=None)) as sandbox:
        account = await report(program, sandbox)
        found = asked(sandbox)
    assert len(account.apps) == 100
    assert found == minimum(100, len(databases(sandbox)))
    assert said(account.requests) == said(account.requests, "needed") == found
    data = program.data_of(account, 90)
    assert data["totals"]["requests"] == found.total()


@pytest.mark.anyio
async def test_a_request_that_is_sent_again_is_counted_and_no_more_is_needed(program, sandbox):
    sandbox.inject("domains.list", status=503, times=2)
    account = await report(program, sandbox)
    fewest = minimum(12, len(databases(sandbox)))
    assert said(account.requests, "needed") == fewest
    assert said(account.requests) == asked(sandbox) == {**fewest, "domains.list": 14}
    assert account.unread == []


@pytest.mark.anyio
@pytest.mark.parametrize("listed", [True, False])
async def test_a_dedicated_database_is_a_database_and_no_app(program, sandbox, listed):
    async with client_of(sandbox) as client:
        there = client.region(THERE)
        plans = await there.addons.providers.list(dedicated=True)
        provider = next(each for each in plans if each.plans)
        plan = provider.plans[0]
        project = (await there.projects.list())[0]
        made = await there.dedicated_databases.create(
            name="my-own", technology=provider.id, plan=plan.name, project_id=project.id
        )
        if not listed:
            apps = [app.to_dict() async for app in there.apps.list() if app.name != made.name]
            sandbox.inject("apps.list", body={"apps": apps}, after=1)
    sandbox.forget_requests()
    account = await report(program, sandbox)
    found = asked(sandbox)
    fewest = minimum(13 if listed else 12, len(databases(sandbox)))
    fewest["addons.list"] = 13
    fewest["addons.providers.list"] += 1
    assert said(account.requests) == said(account.requests, "needed") == found == fewest
    data = program.data_of(account, 90)
    assert (data["totals"]["apps"], len(data["apps"])) == (12, 12)
    (row,) = [row for row in data["databases"] if row["app"] == made.name]
    assert (row["region"], row["plan"], row["backup"]) == (THERE, plan.name, "none")
    assert row["cost"] > 0
    total = sum(row["cost"] for row in data["apps"]) + row["cost"]
    assert data["totals"]["cost"] == pytest.approx(total)


@pytest.mark.anyio
async def test_apps_of_others_have_a_list_of_collaborators_each(program, sandbox):
    other = sandbox.add_user("other@example.com", username="other")
    mine = everything(sandbox)[0]
    async with client_of(sandbox) as client:
        invited = await client.collaborators.create(
            mine.id, email="other@example.com", is_limited=False
        )
    async with client_of(sandbox, api_token=other.api_token) as theirs:
        await theirs.collaborators.accept(invited.invitation_link.rpartition("=")[2])
    sandbox.forget_requests()
    account = await report(program, sandbox, api_token=other.api_token)
    found = asked(sandbox)
    assert (found["collaborators.list"], found["collaborators.list_all"]) == (1, 0)
    assert said(account.requests) == said(account.requests, "needed") == found


# -- what it says ----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_what_is_said_of_apps_is_what_the_platform_has(program, sandbox):
    account = await report(program, sandbox)
    data = program.data_of(account, 90)
    expected = everything(sandbox)
    assert data["totals"]["apps"] == len(data["apps"]) == len(expected)
    assert data["totals"]["containers"] == sum(
        row.amount for app in expected for row in app.formation.values()
    )
    assert data["totals"]["databases"] == len(databases(sandbox))
    assert len(data["domains"]) == sum(len(app.domains) for app in expected)
    assert {(row["region"], row["apps"]) for row in data["projects"]} == {(HERE, 10), (THERE, 2)}
    assert len(data["stale"]) == sum(app.last_deployed_at is None for app in expected) == 1
    emails = Counter(row.email for app in expected for row in app.collaborators.values())
    assert {row["email"]: row["apps"] for row in data["people"]} == emails
    # An M costs 14.40 € in thirty days, an S half of it.
    (row,) = [row for row in data["apps"] if row["app"] == expected[1].name]
    assert (row["types"], row["cost"], row["unpriced"]) == (["2 web (M)"], 28.8, [])
    assert data["totals"]["cost"] == pytest.approx(sum(row["cost"] for row in data["apps"]))
    assert {row["days"] for row in data["databases"]} == {1}


@pytest.mark.anyio
async def test_what_the_platform_gives_no_price_for_is_not_guessed(program, sandbox):
    account = await report(program, sandbox)
    account.prices = {
        key: price for key, price in account.prices.items() if "starter" not in key[1]
    }
    data = program.data_of(account, 90)
    for row in data["apps"]:
        assert row["unpriced"] == [name for name in row["addons"] if "starter" in name]
        assert row["cost"] > 0
    assert data["totals"]["unpriced"] == sum(bool(row["unpriced"]) for row in data["apps"]) > 0
    account.prices = {}
    data = program.data_of(account, 90)
    assert {row["cost"] for row in data["apps"]} == {None}
    assert "size M" in data["apps"][0]["unpriced"]
    assert ">unknown<" in program.page_of(account, 90)


@pytest.mark.anyio
async def test_what_is_old_or_ends_soon_is_counted(program, sandbox):
    now = sandbox.clock.time()
    apps = [app for app in everything(sandbox) if app.domains]
    for app, left in zip(apps, [-2, 5, 29.5, 30.5, None], strict=False):
        app.last_deployed_at = now - 100 * 86_400
        for domain in app.domains.values():
            domain.validity = None if left is None else now + left * 86_400 + 60
    account = await report(program, sandbox)
    data = program.data_of(account, 90)
    left = {row["app"]: row["days_left"] for row in data["domains"]}
    assert [left[app.name] for app in apps[:5]] == [-2, 5, 29, 30, None]
    soon = [
        row for row in data["domains"] if row["days_left"] is not None and row["days_left"] < 30
    ]
    assert data["totals"]["ending"] == len(soon) == sum(len(app.domains) for app in apps[:3])
    ends = [row["ends"] for row in data["domains"]]
    assert ends == sorted(ends, key=lambda end: (end is None, end))
    assert data["totals"]["stale"] == len(data["stale"]) == 6
    assert len(program.data_of(account, 101)["stale"]) == 1


# -- the program -----------------------------------------------------------------------------------


def test_it_writes_a_page_and_the_same_as_json(sandbox, tmp_path):
    done = example_programs.run(
        "report.py", "--json", "--resume", "j", sandbox=sandbox, folder=tmp_path, fresh=True
    )
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"], "the journals are gone"
    found = asked(sandbox)
    data = json.loads(done.stdout)
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert page.tables == {name: data[name] for name in TABLES}
    assert len(page.tables["apps"]) == 12
    assert said(data["requests"]) == found == minimum(12, len(databases(sandbox)))
    for words in (
        "12 apps in 2 regions",
        f"{found.total()} requests, the fewest possible",
        "12/12",
    ):
        assert words in done.stderr

    # The page loads nothing from anywhere.
    loading = {"src", "href", "xlink:href", "action", "srcset", "style", "data", "onclick"}
    assert not [each for each in page.attributes if each[1] in loading]
    assert not {"link", "img", "iframe", "object", "form", "base"} & page.tags.keys()
    (policy,) = [
        value for _, name, value in page.attributes if name == "content" and "default-src" in value
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


SECRET = "canary-of-an-answer"


def test_nothing_secret_is_in_it(sandbox, tmp_path):
    sandbox.inject("domains.list", status=403, body={"error": SECRET, "token": SECRET}, times=1)
    done = example_programs.run(
        "report.py", "--json", "--resume", "j", sandbox=sandbox, folder=tmp_path
    )
    # One list is missing, so the journals are kept: they may hold no secrets either.
    assert done.returncode == 1
    files = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert files.keys() == {"report.html", "j", "j.backups"}
    apps = everything(sandbox)
    secrets = {row.token for app in apps for row in app.collaborators.values()}
    values = {row.value for app in apps for row in app.variables.values()}
    secrets |= {value for value in values if len(value) > 20}
    secrets |= {sandbox.api_token, SECRET}
    assert len(secrets) > 40
    assert any("://" in secret for secret in secrets)
    for name, text in {**files, "stdout": done.stdout, "stderr": done.stderr}.items():
        assert not [secret for secret in secrets if secret in text], name


def test_names_are_text_and_never_markup(sandbox, tmp_path):
    evil = "</td><script>alert(1)</script>\"'&amp;<img src=x onerror=alert(2)>${policy}"
    for number, app in enumerate(everything(sandbox)):
        app.name = f"{evil}{number}"
        for row in app.collaborators.values():
            row.email = f"{evil}{row.email}".lower()
        for domain in app.domains.values():
            domain.name = evil
    for region in sandbox.world.regions.values():
        for project in region.projects.values():
            project.name = evil
    done = example_programs.run("report.py", "--json", sandbox=sandbox, folder=tmp_path)
    assert done.returncode == 0
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert page.tables == {
        name: data for name, data in json.loads(done.stdout).items() if name in TABLES
    }
    assert (page.tags["script"], page.tags["img"]) == (1, 0)
    assert any(row["app"] == f"{evil}0" for row in page.tables["apps"])
    assert f"{evil}0" in page.texts
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def done_in(journal):
    """Return the keys that a journal has as done."""
    lines = journal.read_text("utf-8").splitlines()[1:] if journal.exists() else []
    found = [json.loads(line) for line in lines if line.endswith("}")]
    return {line["key"] for line in found if line["state"] == "done"}


async def settle(sandbox):
    """Have the sandbox deal with what a killed process has sent: it comes before our requests."""
    async with client_of(sandbox) as client:
        for _ in range(3):
            await client.users.self()


async def add_databases(sandbox):
    """Make more databases than are asked for at a time."""
    sandbox.settings.operation_time = 0.0
    async with client_of(sandbox) as client:
        for app in sandbox.apps(THERE):
            for plan in ("mysql-starter-512", "mongodb-starter-512"):
                kind = plan.partition("-")[0]
                await client.region(THERE).addons.create(app.id, provider=kind, plan=plan)


@pytest.mark.parametrize(
    ("operation", "number"), [("containers.types.list", 12), ("databases.backups.list", 14)]
)
def test_a_run_that_was_killed_goes_on_with_what_is_missing(sandbox, tmp_path, operation, number):
    anyio.run(add_databases, sandbox)
    seen = Counter()
    command = ("--resume", "j", "--json")

    def kill(request):
        seen[request.operation] += 1
        if seen[operation] == number:
            process.kill()

    environ = example_programs.environment(sandbox)
    sandbox.on_request(kill)
    with example_programs.Process(
        "report.py", *command, environ=environ, folder=tmp_path
    ) as process:
        process.communicate()
    sandbox.on_request(None)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "report.html").exists()
    apps, backups = done_in(tmp_path / "j"), done_in(tmp_path / "j.backups")
    # Ten at a time: those before them have ended.
    assert len(apps) == 12 if operation in PER_DATABASE else len(apps) >= 2
    assert len(backups) >= (4 if operation in PER_DATABASE else 0)

    anyio.run(settle, sandbox)
    asked(sandbox)
    done = example_programs.run("report.py", *command, sandbox=sandbox, folder=tmp_path)
    assert done.returncode == 0
    data = json.loads(done.stdout)
    left = [app for app in everything(sandbox) if app.id not in apps]
    fewest = minimum(len(left), len(databases(sandbox)) - len(backups))
    fewest["collaborators.list_all"] = len(
        {region for region in (HERE, THERE) for app in sandbox.apps(region) if app in left}
    )
    fewest = {name: count for name, count in fewest.items() if count}
    assert said(data["requests"]) == said(data["requests"], "needed") == asked(sandbox) == fewest
    assert data["resumed"] == len(apps) + len(backups)
    assert "Continuing with j of " in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"report.html"}

    # It is the page of a run that nobody killed.
    whole = json.loads(
        example_programs.run("report.py", "--json", sandbox=sandbox, folder=tmp_path).stdout
    )
    for name in TABLES[:-1]:
        assert data[name] == whole[name]


def test_what_could_not_be_read_is_listed_and_asked_for_again(sandbox, tmp_path):
    sandbox.inject("addons.list", status=403, times=1)
    sandbox.inject("databases.backups.list", status=403, times=None)
    sandbox.inject("containers.sizes.list", status=404, times=2)
    command = ("--resume", "j", "--json")
    done = example_programs.run("report.py", *command, sandbox=sandbox, folder=tmp_path)
    assert done.returncode == 1
    data = json.loads(done.stdout)
    unread = Counter((row["what"], row["error"]) for row in data["unread"])
    assert unread.pop(("addons", "PermissionDeniedError 403")) == 1
    assert unread.pop(("prices of containers", "NotFoundError 404")) == 2
    assert [*unread] == [("last backup", "PermissionDeniedError 403")]
    assert {row["backup"] for row in data["databases"]} == {"unknown"}
    assert data["totals"]["without_backup"] == 0
    assert sum("addons" in row["unpriced"] for row in data["apps"]) == 1

    sandbox.clear_faults()
    asked(sandbox)
    done = example_programs.run("report.py", *command, sandbox=sandbox, folder=tmp_path)
    assert done.returncode == 0
    found = asked(sandbox)
    assert (found["addons.list"], found["domains.list"]) == (1, 1)
    assert found["databases.backups.list"] == len(databases(sandbox))
    data = json.loads(done.stdout)
    assert data["unread"] == []
    assert {row["backup"] for row in data["databases"]} == {"done"}


def test_ctrl_c_says_how_to_go_on(sandbox, tmp_path):
    def interrupt(request):
        if request.operation == "containers.types.list":
            sandbox.on_request(None)
            process.send_signal(signal.SIGINT)

    environ = example_programs.environment(sandbox)
    for command, words in [
        ((), "--resume FILE, from the beginning"),
        (("--resume", "j"), "the same command"),
    ]:
        sandbox.on_request(interrupt)
        with example_programs.Process(
            "report.py", *command, environ=environ, folder=tmp_path
        ) as process:
            _, error = process.communicate()
        assert process.returncode == 130
        assert error.decode() == f"Interrupted. Continue with {words}.\n"


def test_what_is_wrong_is_said_in_a_line(sandbox, tmp_path):
    (tmp_path / "other").write_text("mine", "utf-8")
    for arguments, environ, words in [
        (("-o", "no/such.html"), {}, "no/such.html can't be written"),
        (("-o", ".."), {}, ".. can't be written"),
        ((), {"SCALINGO_API_TOKEN": "tk-us-wrong"}, "401"),
        (("--resume", "other"), {}, "other is not a journal; it was left unchanged"),
    ]:
        done = example_programs.run(
            "report.py", *arguments, sandbox=sandbox, folder=tmp_path, **environ
        )
        assert done.returncode == 1
        assert done.stderr.startswith("report: ")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
    assert (tmp_path / "other").read_text("utf-8") == "mine"


def test_help_is_enough():
    done = example_programs.run("report.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("--resume FILE", "--json", "SCALINGO_API_TOKEN", "exit status is 1"):
        assert words in " ".join(done.stdout.split())
