"""examples/deploy.py, run as a user runs it."""

import signal

import pytest
from example_programs import EXAMPLES, Process, environment, run

from scalingo_async.sandbox import Sandbox

SOURCE = str(EXAMPLES / "deploy_me")


@pytest.fixture
def sandbox():
    with Sandbox(apps=2, rate_limit=None, operation_time=0.3).running() as running:
        yield running


def deploy(sandbox, *arguments, **how):
    return run("deploy.py", *arguments, sandbox=sandbox, PYTHONIOENCODING="utf-8", **how)


def test_help():
    done = run("deploy.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--version" in done.stdout


def test_a_directory_is_deployed_and_its_build_is_shown(sandbox):
    app = sandbox.apps()[0].name
    done = deploy(sandbox, app, SOURCE, "--version", "v1.2.0", fresh=True)
    assert done.returncode == 0, done.stderr
    assert "Revision: v1.2.0" in done.stdout
    assert done.stdout.splitlines()[-1].strip().startswith("<-- https://")
    said = done.stderr.splitlines()
    assert said[0].startswith("packed 5 files, ")
    assert said[-1] == "now success"


def test_one_that_fails_ends_with_a_status(sandbox):
    sandbox.fail_next_deployment()
    done = deploy(sandbox, sandbox.apps()[0].name, SOURCE)
    assert done.returncode == 1
    assert "The build failed" in done.stdout
    assert done.stderr.splitlines()[-1] == "now build-error"


def test_what_goes_wrong_is_said_in_a_line(sandbox):
    done = deploy(sandbox, "my-app", "/nothing/here")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "deploy: /nothing/here can't be deployed: No such file or directory"
    ]


def test_an_interrupt_ends_it_quietly(sandbox):
    sandbox.settings.operation_time = 3600
    started = ("deploy.py", sandbox.apps()[0].name, SOURCE)
    with Process(*started, environ=environment(sandbox)) as deploying:
        for line in deploying.stderr:
            if line == b"now queued\n":
                deploying.send_signal(signal.SIGINT)
                break
        assert (deploying.stderr.read(), deploying.wait()) == (b"", 130)
