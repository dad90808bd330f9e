"""Short programs over many apps, run as a user runs them, and the requests that each takes.

They are in programs/: apps stopped and started by a pattern, a backup of each database, the
variables of two apps compared and copied. Each works on both regions of a sandbox in which two apps
have one name.
"""

import hashlib
import json
from collections import Counter
from functools import partial
from pathlib import Path

import anyio
import example_programs
import pytest
from sandbox_client import client_of
from twins import HERE, NAME, THERE, twin_sandbox

PROGRAMS = Path(__file__).parent / "programs"
OPERATION_TIME = 0.01
"""Less than a program waits before it looks for the first time: one look is enough."""


@pytest.fixture
def sandbox():
    with twin_sandbox(apps=10, operation_time=OPERATION_TIME).running() as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox, tmp_path):
    """Run a program in a folder of its own; what it asks for is counted from its start."""

    def start(program, *arguments, **how):
        sandbox.forget_requests()
        return example_programs.run(
            str(PROGRAMS / program), *arguments, sandbox=sandbox, folder=tmp_path, **how
        )

    return start


def asked(sandbox):
    """Count the requests: by region and operation, those of the account by operation alone."""
    account = {"tokens.exchange", "regions.list"}
    return Counter(
        request.operation if request.operation in account else (request.region, request.operation)
        for request in sandbox.requests
    )


def in_each_region(sandbox, chosen=lambda _: True):
    """Return the apps that a function chooses, by region."""
    return {
        region: [app for app in sandbox.apps(region) if chosen(app)] for region in (HERE, THERE)
    }


# -- stop_apps.py -----------------------------------------------------------------------------


def amounts(app):
    return {name: formation.amount for name, formation in app.formation.items()}


def scaled(apps, operation):
    return {(region, operation): len(found) for region, found in apps.items() if found}


def test_apps_are_stopped_by_pattern_and_started_as_they_were(run, sandbox, tmp_path):
    apps = in_each_region(sandbox)
    before = {app.id: amounts(app) for found in apps.values() for app in found}
    # What was never deployed is changed at once: there is nothing to wait for.
    deployed = in_each_region(sandbox, lambda app: app.deployed)
    assert len(apps[HERE]) > len(deployed[HERE]) > len(deployed[THERE]) > 0

    done = run("stop_apps.py", "stop", "*-*", "stopped.json", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == len(before)
    assert all(not any(amounts(app).values()) for found in apps.values() for app in found)
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        (HERE, "apps.list"): 1,
        (THERE, "apps.list"): 1,
        **scaled(apps, "containers.types.list"),
        **scaled(apps, "apps.scale"),
        **scaled(deployed, "operations.get"),
    }

    done = run("stop_apps.py", "start", "stopped.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {app.id: amounts(app) for found in apps.values() for app in found} == before
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        **scaled(apps, "apps.scale"),
        **scaled(deployed, "operations.get"),
    }

    # What runs already is left as it is.
    done = run("stop_apps.py", "start", "stopped.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        **scaled(apps, "apps.scale"),
    }


def test_only_what_matches_is_stopped_and_twins_are_two_apps(run, sandbox, tmp_path):
    twins = in_each_region(sandbox, lambda app: app.name == NAME)
    others = in_each_region(sandbox, lambda app: app.name != NAME)
    before = [amounts(app) for found in others.values() for app in found]
    done = run("stop_apps.py", "stop", "web-a*", "stopped.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(not any(amounts(app).values()) for found in twins.values() for app in found)
    assert [amounts(app) for found in others.values() for app in found] == before
    assert asked(sandbox)[HERE, "apps.scale"] == asked(sandbox)[THERE, "apps.scale"] == 1
    saved = json.loads((tmp_path / "stopped.json").read_text("utf-8"))
    assert [(region, app) for region, app, _ in saved] == [(HERE, NAME), (THERE, NAME)]

    # Those that are stopped have nothing to be stopped, nor to be remembered.
    done = run("stop_apps.py", "stop", "web-a*", "again.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert asked(sandbox)[HERE, "apps.scale"] == 0
    # What was remembered is not written over.
    assert run("stop_apps.py", "stop", "*", "stopped.json").returncode == 1
    assert sandbox.count("apps.scale") == 0


def test_an_app_that_does_not_stop_is_reported(run, sandbox):
    sandbox.fail_next_operation()
    done = run("stop_apps.py", "stop", "*-*", "stopped.json")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == sum(map(len, in_each_region(sandbox).values()))
    assert sum("failed: the container could not be started" in line for line in lines) == 1


# -- backup_databases.py ----------------------------------------------------------------------


def databases(sandbox):
    """Return the databases with their apps, by region."""
    return {
        region: [(app, addon) for app in apps for addon in app.addons.values() if addon.database]
        for region, apps in in_each_region(sandbox).items()
    }


def per(things, *operations):
    return {(region, name): len(found) for region, found in things.items() for name in operations}


def counts(sandbox, *operations):
    return {
        "tokens.exchange": 1,
        "regions.list": 1,
        (HERE, "apps.list"): 1,
        (THERE, "apps.list"): 1,
        **per(in_each_region(sandbox), "addons.list"),
        **per(
            databases(sandbox),
            "addons.token",
            "databases.backups.list",
            *operations,
            "databases.backups.archive_url",
            "databases.backups.download",
        ),
    }


def check_files(sandbox, folder):
    """Each database's newest backup is there, and nothing else."""
    expected = {}
    for region, found in databases(sandbox).items():
        for app, addon in found:
            backup = [row for row in addon.database.backups.values() if row.status == "done"][-1]
            name = f"{region}-{app.name}-{addon.id}.tar.gz"
            expected[name] = sandbox.backup_sha256(backup.id)
    assert {path.name: sha256(path) for path in folder.iterdir()} == expected


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_newest_backup_of_each_database_is_downloaded(run, sandbox, tmp_path):
    found = databases(sandbox)
    assert len(found[HERE]) > 1 < len(found[THERE])
    done = run("backup_databases.py", ".", "1000", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == sum(map(len, found.values()))
    assert asked(sandbox) == counts(sandbox)
    check_files(sandbox, tmp_path)


def test_backups_that_are_too_old_are_made_anew(run, sandbox, tmp_path):
    done = run("backup_databases.py", ".", "0.01")
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(sandbox) == counts(
        sandbox, "databases.backups.create", "databases.backups.get_by_id"
    )
    check_files(sandbox, tmp_path)


def test_a_backup_that_is_being_made_is_waited_for(run, sandbox, tmp_path):
    app, addon = databases(sandbox)[THERE][0]
    before = len(addon.database.backups)
    sandbox.settings.operation_time = 1.0

    async def begin():
        async with client_of(sandbox) as client:
            database = client.region(THERE).database(app.name, addon.id)
            return await database.backups.create()

    begun = anyio.run(begin)
    sandbox.settings.operation_time = OPERATION_TIME
    done = run("backup_databases.py", ".", "0.01")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(addon.database.backups) == before + 1
    assert list(addon.database.backups)[-1] == begun.id
    made = counts(sandbox, "databases.backups.create", "databases.backups.get_by_id")
    # Refused, and so looked for; then watched for a while.
    made[THERE, "databases.backups.list"] += 1
    found = asked(sandbox)
    assert found.pop((THERE, "databases.backups.get_by_id")) >= made.pop(
        (THERE, "databases.backups.get_by_id")
    )
    assert found == made
    check_files(sandbox, tmp_path)


def test_one_that_fails_keeps_no_other_back(run, sandbox, tmp_path):
    sandbox.fail_next_backup()
    done = run("backup_databases.py", ".", "0.01")
    assert done.returncode == 1
    total = sum(map(len, databases(sandbox).values()))
    assert (done.stdout.count("\n"), len([*tmp_path.iterdir()])) == (total, total - 1)


# -- copy_variables.py ------------------------------------------------------------------------


@pytest.fixture
def variables(sandbox):
    """Give the twins variables; returns what reads those of the second."""

    async def put(region, values):
        async with client_of(sandbox) as client:
            place = client.region(region)
            old = await place.variables.as_dict(NAME)
            await place.variables.set(NAME, values, delete=list(old))

    async def read(region):
        async with client_of(sandbox) as client:
            return await client.region(region).variables.as_dict(NAME)

    mine = {"FEATURE_A": "on", "FEATURE_B": "s3cr3t", "OWN": "1", "SAME": "1", "SCALINGO_X": "1"}
    anyio.run(put, HERE, mine)
    anyio.run(put, THERE, {"FEATURE_B": "0ld", "SAME": "1", "THEIRS": "2"})
    return partial(anyio.run, read, THERE)


def test_variables_are_compared(run, sandbox, variables):
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "< FEATURE_A",
        "! FEATURE_B",
        "< OWN",
        "< SCALINGO_X",
        "> THEIRS",
    ]
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        (HERE, "variables.list"): 1,
        (THERE, "variables.list"): 1,
    }


def test_variables_are_copied(run, sandbox, variables):
    before = variables()
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "FEATURE_*")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "copied: FEATURE_A FEATURE_B"
    assert "s3cr3t" not in done.stdout
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        (HERE, "variables.list"): 1,
        (THERE, "variables.list"): 1,
        (THERE, "variables.bulk_update"): 1,
        (THERE, "apps.restart"): 1,
        (THERE, "operations.get"): 1,
    }
    assert variables() == {**before, "FEATURE_A": "on", "FEATURE_B": "s3cr3t"}

    # Nothing is left that differs, so nothing is sent.
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "FEATURE_*")
    assert (done.returncode, "copied" in done.stdout) == (0, False)
    assert sandbox.count("variables.bulk_update") == sandbox.count("apps.restart") == 0


def test_what_the_platform_sets_is_not_copied(run, sandbox, variables):
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "*")
    assert done.stdout.splitlines()[-1] == "copied: FEATURE_A FEATURE_B OWN"
    assert "SCALINGO_X" not in variables()
