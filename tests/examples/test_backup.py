"""examples/backup.py, run as a user runs it, against a sandbox."""

import hashlib
from functools import partial

import example_programs
import pytest

from scalingo_async.sandbox import Sandbox

MIB = 1024 * 1024


@pytest.fixture
def sandbox():
    with Sandbox(apps=6, rate_limit=None, operation_time=0.1).running() as sandbox:
        sandbox.settings.backup_size = 3 * MIB
        yield sandbox


@pytest.fixture
def database(sandbox):
    """An app with one database, and that."""
    for app in sandbox.apps():
        found = [addon for addon in app.addons.values() if addon.database]
        if len(found) == 1 and found[0].provider.id == "postgresql":
            return app.name, found[0].database
    raise LookupError


@pytest.fixture
def run(sandbox, tmp_path):
    """Run the program in a folder of its own."""
    return partial(example_programs.run, "backup.py", sandbox=sandbox, folder=tmp_path)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_help_says_what_it_needs(run):
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("--latest", "SCALINGO_API_TOKEN", "pip install rich"):
        assert words in done.stdout


def test_it_makes_a_backup_and_goes_on_where_it_was_cut_off(run, sandbox, database, tmp_path):
    app, rows = database
    sandbox.inject("databases.backups.download", kind="cut", bytes=MIB)
    done = run(app, "-o", "backup.tar.gz", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    backup = list(rows.backups.values())[-1]
    assert f"backup.tar.gz: {backup.size} bytes" in done.stdout
    assert "interrupted 1 times" in done.stdout
    assert sha256(tmp_path / "backup.tar.gz") == sandbox.backup_sha256(backup.id)
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar.gz"]
    assert sandbox.count("databases.backups.create") == 1


def test_it_takes_the_latest(run, sandbox, database, tmp_path):
    app, rows = database
    backup = [row for row in rows.backups.values() if row.status == "done"][-1]
    done = run(app, "--latest", "--addon", "postgresql", "-q")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{backup.name}.tar.gz: {backup.size} bytes\n"
    assert sha256(tmp_path / f"{backup.name}.tar.gz") == sandbox.backup_sha256(backup.id)
    assert sandbox.count("databases.backups.create") == 0
    again = run(app, "--latest", "-q")
    assert again.returncode == 1
    assert "overwrite" in again.stderr
    assert run(app, "--latest", "-q", "--force").returncode == 0


def test_a_target_that_will_not_do_is_told_before_a_backup_is_made(
    run, sandbox, database, tmp_path
):
    (tmp_path / "there").write_text("mine")
    for output, words in [
        ("there", "backup: there exists: --force replaces it\n"),
        ("no/file", "backup: there is no directory no: create it first\n"),
    ]:
        done = run(database[0], "-o", output)
        assert (done.returncode, done.stderr) == (1, words)
    assert (sandbox.requests, (tmp_path / "there").read_text()) == ([], "mine")


def test_what_goes_wrong_is_said_in_one_line(run, sandbox, database):
    app, rows = database
    sandbox.fail_next_backup()
    for arguments, words in [
        ((app,), "error"),
        (("no-such-app",), "not found"),
        ((app, "--addon", "mysql"), "has no mysql"),
        ((app, "--latest", "-o", "no/such/folder/file"), "no directory"),
    ]:
        done = run(*arguments)
        assert done.returncode == 1
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
    rows.backups.clear()
    assert "no backup yet" in run(app, "--latest").stderr
    assert run(app, SCALINGO_API_TOKEN="wrong").returncode == 1


def test_without_rich_it_works_and_says_so(run, database):
    done = run(database[0], "--latest", without=["rich"])
    assert done.returncode == 0
    assert "pip install rich" in done.stderr
