"""Processes: forks, an interpreter that ends, and what is forgotten there."""

import os
import subprocess
import sys
import textwrap

import pytest

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(apps=3, rate_limit=None).running() as sandbox:
        yield sandbox


def run(sandbox, program, *, code=0):
    """Run a program in which a warning is an error; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        env={**os.environ, **sandbox.environ(), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout.split()


def test_a_forked_process_makes_its_own_connections_and_leaves_the_others_alone(sandbox):
    out = run(
        sandbox,
        """
        import gc, os, sys, threading, warnings
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork")
        from scalingo_async import EventLoopError
        from scalingo_async.blocking import Client

        unused = Client.from_env(rate_limit=None, trust_env=False)
        client = Client.from_env(rate_limit=None, trust_env=False)
        apps, copy = client.apps, client.with_options(max_retries=0)
        raw = client.with_raw_response(client.apps.get)
        names = [app.name for app in apps.list()]
        database, listed = client.database("app", "ad-1"), client.apps.list()
        begun = iter(client.events.list(names[0]))
        next(begun)
        stream = client.logs.stream(names[0], n=0)
        lines = stream.__enter__()
        pending = client.apps.restart(names[0])
        parent = client._door.portal

        def child(number):
            assert apps.get(names[0]).name == copy.apps.get(names[0]).name == names[0]
            assert raw(names[0]).value.name == unused.apps.get(names[0]).name
            assert [app.name for app in listed] == names
            assert database.app == "app"
            for use in (lambda: next(begun), lambda: next(stream), lambda: next(lines)):
                try:
                    use()
                except EventLoopError as error:
                    assert "before the process was forked" in str(error)
                else:
                    raise AssertionError
            # What asks by a request of its own does so from here.
            assert pending.wait().status == "done"
            assert client._door.portal is not parent
            assert len([t for t in threading.enumerate() if t.name == parent.thread.name]) == 2
            if number == 1:
                # A child of a child, and one that closes.
                pid = os.fork()
                if pid == 0:
                    assert apps.get(names[0]).name
                    sys.exit(0)
                assert os.waitpid(pid, 0)[1] == 0
                client.close()
            gc.collect()
            print("child", flush=True)

        for number in range(2):
            pid = os.fork()
            if pid == 0:
                child(number)
                # As any program ends: nothing is left to say about what is the parent's.
                sys.exit(0)
            assert os.waitpid(pid, 0)[1] == 0
            assert apps.get(names[0]).name
        assert client._door.portal is parent
        stream.__exit__(None, None, None)
        print("parent", flush=True)
        """,
    )
    assert out == ["child", "child", "parent"]


def test_what_was_given_a_connection_of_the_parent_says_so(sandbox):
    assert run(
        sandbox,
        """
        import os, warnings
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork")
        from scalingo_async import ConfigurationError
        from scalingo_async.blocking import Client
        from scalingo_async.transports.httpx import HttpxTransport

        def make():
            return Client.from_env(
                rate_limit=None, trust_env=False, transport=HttpxTransport(trust_env=False)
            )
        used, fresh = make(), make()
        used.regions.names()
        pid = os.fork()
        if pid == 0:
            try:
                used.regions.names()
            except ConfigurationError as error:
                assert "in each process" in str(error)
                assert fresh.regions.names()
                fresh.close()
                os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
        used.close()
        fresh.close()
        print("done")
        """,
    ) == ["done"]


@pytest.mark.parametrize(
    "end", ["pass", "sys.exit()", "del client; gc.collect()", "block()", "raise SystemExit(0)"]
)
def test_an_interpreter_ends_with_a_forgotten_client(sandbox, end):
    assert run(
        sandbox,
        f"""
        import gc, sys, threading
        from scalingo_async.blocking import Client, bulk

        client = Client.from_env(rate_limit=None, trust_env=False)
        name = next(iter(client.apps.list())).name
        stream = client.logs.stream(name, n=0)
        bulk.map(lambda app: app, [1]).report()

        def block():
            stream.__enter__()
            entered = threading.Event()
            def read():
                entered.set()
                try:
                    next(stream)
                except Exception:
                    pass
            threading.Thread(target=read, daemon=True).start()
            entered.wait()

        print("works", flush=True)
        {end}
        """,
    ) == ["works"]
