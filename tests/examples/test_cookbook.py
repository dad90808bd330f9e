"""The programs of examples/cookbook, run as a user runs them, and the requests that each takes.

Each works on both regions of a sandbox in which two apps have one name.
"""

import hashlib
import json
from collections import Counter
from functools import partial

import anyio
import example_programs
import pytest
from sandbox_client import client_of
from twins import HERE, NAME, THERE, twin_sandbox

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
            f"cookbook/{program}", *arguments, sandbox=sandbox, folder=tmp_path, **how
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


# -- night.py ---------------------------------------------------------------------------------


def amounts(app):
    return {name: formation.amount for name, formation in app.formation.items()}


def scaled(apps, operation):
    return {(region, operation): len(found) for region, found in apps.items() if found}


def test_apps_are_scaled_down_by_pattern_and_up_as_they_were(run, sandbox, tmp_path):
    apps = in_each_region(sandbox)
    before = {app.id: amounts(app) for found in apps.values() for app in found}
    # What was never deployed is changed at once: there is nothing to wait for.
    deployed = in_each_region(sandbox, lambda app: app.deployed)
    assert len(apps[HERE]) > len(deployed[HERE]) > len(deployed[THERE]) > 0

    done = run("night.py", "down", "*-*", "night.json", fresh=True)
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

    done = run("night.py", "up", "night.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {app.id: amounts(app) for found in apps.values() for app in found} == before
    assert asked(sandbox) == {
        "tokens.exchange": 1,
        "regions.list": 1,
        **scaled(apps, "apps.scale"),
        **scaled(deployed, "operations.get"),
    }

    # An app that is up is forgotten: what is done to it by day stays.
    done = run("night.py", "up", "night.json")
    assert (done.returncode, done.stdout, asked(sandbox)) == (0, "", {})


def test_only_what_matches_is_scaled_and_twins_are_two_apps(run, sandbox, tmp_path):
    twins = in_each_region(sandbox, lambda app: app.name == NAME)
    others = in_each_region(sandbox, lambda app: app.name != NAME)
    before = [amounts(app) for found in others.values() for app in found]
    done = run("night.py", "down", "web-a*", "night.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(not any(amounts(app).values()) for found in twins.values() for app in found)
    assert [amounts(app) for found in others.values() for app in found] == before
    assert asked(sandbox)[HERE, "apps.scale"] == asked(sandbox)[THERE, "apps.scale"] == 1
    saved = json.loads((tmp_path / "night.json").read_text("utf-8"))
    assert [(region, app) for region, app, _ in saved] == [(HERE, NAME), (THERE, NAME)]

    # Of apps that are down, what they had before that is remembered.
    done = run("night.py", "down", "web-a*", "night.json")
    assert done.returncode == 0
    assert json.loads((tmp_path / "night.json").read_text("utf-8")) == saved


def test_a_pattern_that_matches_nothing_changes_nothing(run, sandbox):
    done = run("night.py", "down", "no-such-*", "night.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sandbox.count("apps.scale") == sandbox.count("containers.types.list") == 0


def test_an_app_that_fails_is_reported_and_done_by_the_next_run(run, sandbox, tmp_path):
    apps = [app for found in in_each_region(sandbox).values() for app in found]
    before = {app.id: amounts(app) for app in apps}
    sandbox.fail_next_operation()
    done = run("night.py", "down", "*-*", "night.json")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == len(apps)
    assert sum("failed: the container could not be started" in line for line in lines) == 1

    assert run("night.py", "down", "*-*", "night.json").returncode == 0
    assert not any(value for app in apps for value in amounts(app).values())
    sandbox.fail_next_operation()
    assert run("night.py", "up", "night.json").returncode == 1
    assert len(json.loads((tmp_path / "night.json").read_text("utf-8"))) == 1
    assert run("night.py", "up", "night.json").returncode == 0
    assert {app.id: amounts(app) for app in apps} == before


def test_a_file_that_is_missing_is_an_error(run, sandbox, tmp_path):
    """A mistyped name must not leave the apps down all day without a word."""
    done = run("night.py", "up", "typo.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "night: there is no file typo.json\n"
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("words", [(), ("down", "x"), ("up",), ("up", "*", "x"), ("off", "x")])
def test_wrong_words_show_how_it_is_used(run, words):
    done = run("night.py", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python night.py down" in done.stderr


# -- rotate_backups.py ------------------------------------------------------------------------


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


def newest(sandbox):
    """Return the digest of each database's newest backup, by its directory."""
    digests = {}
    for region, found in databases(sandbox).items():
        for app, addon in found:
            backup = [row for row in addon.database.backups.values() if row.status == "done"][-1]
            digests[f"{region}/{app.name}/{addon.id}"] = sandbox.backup_sha256(backup.id)
    return digests


def files(folder):
    """Return the files of each directory, oldest first."""
    return {
        path.relative_to(folder).as_posix(): sorted(path.iterdir()) for path in folder.glob("*/*/*")
    }


def check_files(sandbox, folder):
    """Each database's newest backup is there, and nothing else."""
    found = {name: [sha256(path) for path in paths] for name, paths in files(folder).items()}
    assert found == {name: [digest] for name, digest in newest(sandbox).items()}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_newest_backup_of_each_database_is_downloaded(run, sandbox, tmp_path):
    found = databases(sandbox)
    assert len(found[HERE]) > 1 < len(found[THERE])
    done = run("rotate_backups.py", ".", "7", "1000", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == sum(map(len, found.values()))
    assert asked(sandbox) == counts(sandbox)
    check_files(sandbox, tmp_path)

    # A backup that is there is not downloaded again.
    assert run("rotate_backups.py", ".", "7", "1000").returncode == 0
    assert sandbox.count("databases.backups.download") == 0


def test_backups_that_are_too_old_are_made_anew(run, sandbox, tmp_path):
    done = run("rotate_backups.py", ".", "7", "0.01")
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
    done = run("rotate_backups.py", ".", "7", "0.01")
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
    done = run("rotate_backups.py", ".", "7", "0.01")
    assert done.returncode == 1
    total = sum(map(len, databases(sandbox).values()))
    assert (done.stdout.count("\n"), len(files(tmp_path))) == (total, total - 1)


def test_old_backups_go_once_the_new_one_is_whole(run, sandbox, tmp_path):
    kept = {}
    for name in newest(sandbox):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for day in (1, 2, 3):
            (folder / f"2020-01-0{day}T000000Z.tar.gz").write_text(f"{day}")
        (folder / "notes.txt").write_text("mine")
        kept[name] = ["2020-01-03T000000Z.tar.gz", "notes.txt"]
    sandbox.inject("databases.backups.archive_url", status=404, times=1)
    done = run("rotate_backups.py", ".", "2", "1000")
    assert done.returncode == 1
    left = sorted(len(paths) for paths in files(tmp_path).values())
    # Of the database whose backup could not be had, nothing has gone.
    assert left == [3] * (len(kept) - 1) + [4]
    assert run("rotate_backups.py", ".", "2", "1000").returncode == 0
    for name, paths in files(tmp_path).items():
        assert [path.name for path in paths if path.name in kept[name]] == kept[name]
        assert len(paths) == 3


def test_an_app_whose_addons_can_not_be_read_keeps_no_other_back(run, sandbox, tmp_path):
    sandbox.inject("addons.list", status=403, times=1)
    done = run("rotate_backups.py", ".", "7", "1000")
    assert done.returncode == 1
    assert len(files(tmp_path)) > 1


def test_no_backup_kept_makes_no_sense(run, sandbox):
    done = run("rotate_backups.py", ".", "0")
    assert (done.returncode, done.stderr) == (1, "KEEP is 0: keep at least one backup\n")
    assert asked(sandbox) == {}


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


def test_variables_are_copied_once_that_is_confirmed(run, sandbox, variables):
    before = variables()
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "FEATURE_*", given="y\n")
    assert (done.returncode, done.stderr) == (0, "")
    question = f"Copy FEATURE_A, FEATURE_B to {THERE}/{NAME} and restart it? [y/N]"
    assert done.stdout.splitlines()[-1] == f"{question} copied: FEATURE_A FEATURE_B"
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

    # Nothing is left that differs, so nothing is asked and nothing is sent.
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "FEATURE_*")
    assert (done.returncode, "Copy" in done.stdout) == (0, False)
    assert done.stdout.splitlines()[-1] == "No variable that differs matches FEATURE_*."
    assert sandbox.count("variables.bulk_update") == sandbox.count("apps.restart") == 0


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yep\n"])
def test_no_other_answer_copies(run, sandbox, variables, answer):
    before = variables()
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "*", given=answer)
    assert (done.returncode, done.stdout.splitlines()[-1][-19:]) == (1, "Nothing was copied.")
    assert variables() == before


def test_variables_of_the_platform_are_not_copied(run, sandbox, variables):
    done = run("copy_variables.py", NAME, f"{THERE}/{NAME}", "*", "--yes")
    assert done.stdout.splitlines()[-1] == "copied: FEATURE_A FEATURE_B OWN"
    assert "SCALINGO_X" not in variables()


def test_an_app_that_is_missing_is_named(run):
    done = run("copy_variables.py", NAME, "no-such-app")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("copy_variables: ")
    assert "no-such-app" in done.stderr
