"""examples/versions.py, run as a user runs it, against a sandbox."""

import csv

import pytest
from example_programs import run

from scalingo_async.sandbox import Sandbox


@pytest.fixture
def sandbox():
    with Sandbox(apps=3, rate_limit=None).running() as running:
        yield running


def test_each_app_has_a_line(sandbox):
    done = run("versions.py", sandbox=sandbox, fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = csv.reader(done.stdout.splitlines())
    assert head == ["app", "status", "version", "deployed"]
    assert {row[0] for row in rows} == {app.name for app in sandbox.apps()}
    assert all(len(row[2]) == 40 for row in rows)


def test_an_app_that_can_not_be_read_leaves_the_others(sandbox):
    sandbox.inject("deployments.list", status=403, times=1)
    done = run("versions.py", "--status", "running", sandbox=sandbox)
    assert done.returncode == 1
    assert done.stderr.startswith("versions: ")
    assert len(done.stdout.splitlines()) == 3
    assert run("versions.py", "--status", "stopped", sandbox=sandbox).stdout.count("\n") == 1


def test_a_wrong_token_is_said_in_one_line(sandbox):
    done = run("versions.py", sandbox=sandbox, SCALINGO_API_TOKEN="tk-us-wrong")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
