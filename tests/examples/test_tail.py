"""examples/tail.py, run as a user runs it."""

import signal

import pytest
from example_programs import Process, environment, run

from scalingo_async.sandbox import Sandbox


@pytest.fixture
def sandbox():
    with Sandbox(apps=2, rate_limit=None).running() as running:
        yield running


def test_help():
    done = run("tail.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--filter" in done.stdout


def test_history_and_no_more(sandbox):
    app = sandbox.apps()[0].name
    sandbox.write_log(app, "one", "two", "three")
    done = run("tail.py", app, "-n", "2", "--no-follow", sandbox=sandbox, fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["two", "three"]
    assert "\x1b" not in done.stdout


def test_following_through_a_cut(sandbox):
    app = sandbox.apps()[0].name
    following = ("tail.py", app, "-n", "0", "--filter", "web")
    with Process(*following, environ=environment(sandbox)) as tail:
        while not sandbox.open_streams:
            assert tail.poll() is None
        for number in range(3):
            sandbox.write_log(app, f"line {number}")
            sandbox.write_log(app, "not this", source="router")
            assert tail.stdout.readline().rstrip().endswith(b"[web-1] line %d" % number)
            sandbox.cut_streams()
        tail.send_signal(signal.SIGINT)
        assert (tail.stderr.read(), tail.wait()) == (b"", 130)


def test_what_goes_wrong_is_said_in_a_line(sandbox):
    done = run("tail.py", "no-such-app", sandbox=sandbox)
    assert done.returncode == 1
    assert done.stderr.startswith("tail: GET ")
    assert "404" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database(sandbox):
    app = next(app for app in sandbox.apps() if app.addons)
    addon = next(iter(app.addons))
    done = run("tail.py", app.name, "--addon", addon, "--no-follow", "-n", "1", sandbox=sandbox)
    assert done.returncode == 0, done.stderr
    assert "[db-node-1]" in done.stdout
