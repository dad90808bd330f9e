"""The official JavaScript client does its work against the sandbox."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.javascript

HERE = Path(__file__).parent
FILES = ("package.json", "run.cjs", "steps.cjs")


def run(*command, cwd, env=None):
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing; install it: apt-get install --yes nodejs npm")
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox where nothing takes time, and where new JavaScript clients can go, too."""
    new = Sandbox(apps=12, rate_limit=None, operation_time=0, bearer_on_database_api=True)
    with new.running():
        yield new


@pytest.fixture(scope="module")
def lines(sandbox, tmp_path_factory):
    """What the client told of its methods, a line for each."""
    folder = tmp_path_factory.mktemp("javascript")
    for name in FILES:
        shutil.copy(HERE / name, folder)
    run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", cwd=folder)
    # The client takes a proxy from the environment, even for this computer.
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    out = run("node", "run.cjs", cwd=folder, env=env | sandbox.environ())
    return [json.loads(line) for line in out.splitlines()]


def test_every_method_gets_what_it_expects(lines):
    called = [line for line in lines if "method" in line]
    assert [line for line in called if not line["ok"]] == []
    methods = {line["method"] for line in called}
    of_the_client = {name for name in methods if " " not in name}
    assert len(of_the_client) >= 120
    # The paths of the database API that later versions of the client call.
    assert len(methods - of_the_client) >= 20


def test_no_method_is_left_out(lines):
    assert lines[-1] == {"uncalled": []}


def test_the_sandbox_knew_what_was_asked(sandbox, lines):
    assert len(sandbox.requests) > len(lines)
    assert [row.path for row in sandbox.requests if not row.operation] == []
    assert {row.status for row in sandbox.requests} == {101, 200, 201, 202, 204, 400, 404, 409, 422}


def test_what_was_done_is_done(sandbox, lines):
    names = {app.name for app in sandbox.apps()}
    assert {"linked-from-js", "data-from-js", "database-from-js"} <= names
    assert not {"not-really", "from-javascript", "in-javascript"} & names
    assert {"jsx"} < {row.name for row in sandbox.world.default_region.projects.values()}
