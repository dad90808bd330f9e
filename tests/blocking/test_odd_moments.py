"""Moments and tools that a client meets in programs of others: forks, mocks, shared iterators."""

import asyncio
import functools
import inspect
import os
import signal
import subprocess
import sys
import textwrap
import threading
from operator import attrgetter
from unittest.mock import AsyncMock, create_autospec

import anyio
import pytest
from api_facts import FakeTransport, answer_to, methods

from scalingo_async import AsyncClient, ClientClosedError, EventLoopError
from scalingo_async.blocking import Client, WebhookReceiver, bulk
from scalingo_async.blocking.facade import Facade
from scalingo_async.sandbox import Sandbox

SETTINGS = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0}
PATIENCE = 10


def client_of(id_="apps.get"):
    return Client(transport=FakeTransport(200, answer_to(id_)), **SETTINGS)


def run(program):
    """Run a program in which a warning is an error, and that says nothing of errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("end", ["pass", "raise SystemExit", "os.fork() or sys.exit()"])
def test_an_interpreter_ends_in_silence_after_names_were_looked_up(end):
    """The threads of the loop, in which that is done, can't be waited for then by Python 3.12."""
    if "fork" in end and not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    assert (
        run(
            f"""
            import asyncio, os, sys, warnings
            warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork")
            from api_facts import FakeTransport, answer_to
            from scalingo_async.blocking import Client

            class LookingUp(FakeTransport):
                async def send(self, request):
                    await asyncio.get_running_loop().getaddrinfo("localhost", 80)
                    return await super().send(request)

            transport = LookingUp(200, answer_to("apps.get"))
            client = Client(bearer_token="b", transport=transport)
            client.apps.get("app")
            print("works", flush=True)
            {end}
            """
        )
        == "works\n"
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_leaves_the_blocks_of_its_parent_at_once():
    """As a child that ends with `sys.exit` does, or one whose function raises."""
    ends = run(
        """
        import os, signal, sys, warnings
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork")
        from scalingo_async.blocking import Client, bulk

        def end_of(leave):
            with Client(bearer_token="b") as client, client.bulk() as job:
                pid = os.fork()
                if pid == 0:
                    # It would wait for a loop that is not in this process.
                    signal.alarm(30)
                    leave()
                ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                # The block of the parent is as it was.
                assert job.map(lambda item: item, [1]).report().summary.done == 1
            return ended

        def fail():
            raise LookupError

        ends = [end_of(lambda: sys.exit(3))]
        try:
            ends.append(end_of(fail))
        except LookupError:
            os._exit(4)
        print(ends)
        """
    )
    assert ends == "[3, 4]\n"


def test_a_client_that_is_closed_while_its_loop_is_made_leaves_no_thread(monkeypatch):
    client, make = client_of(), asyncio.new_event_loop

    def make_late():
        closer = threading.Thread(target=client.close)
        closer.start()
        closer.join(PATIENCE)
        return make()

    before = set(threading.enumerate())
    monkeypatch.setattr(asyncio, "new_event_loop", make_late)
    with pytest.raises(ClientClosedError):
        client.apps.get("app")
    begun = set(threading.enumerate()) - before
    assert not [thread for thread in begun if thread.name == "scalingo-blocking"]


def test_threads_that_are_greenlets_are_refused_with_the_way_out(monkeypatch):
    """A loop in a greenlet would have the thread of all of them."""
    # gevent and eventlet replace it so.
    monkeypatch.setattr(threading, "get_ident", lambda get=threading.get_ident: get())
    client = client_of()
    with pytest.raises(EventLoopError, match=r"gevent or eventlet .* gthread workers"):
        client.apps.get("app")
    monkeypatch.undo()
    with client:
        assert client.apps.get("app").id


def test_threads_that_share_an_iterator_take_turns():
    class Slow(FakeTransport):
        async def send(self, request):
            answer = await super().send(request)
            # All the others would ask for the same page now.
            await anyio.sleep(0.05)
            return answer

    transport = Slow(200, answer_to("apps.list"))
    with Client(transport=transport, **SETTINGS) as client:
        expected = client.apps.list().page()
        before, found = len(transport.requests), []
        apps, barrier = iter(client.apps.list()), threading.Barrier(8)

        def work():
            barrier.wait(PATIENCE)
            found.extend(apps)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == len(expected)
    assert len(transport.requests) == before + 1


def test_no_thread_holds_a_lock_while_it_looks_for_an_attribute():
    """The loop may wait for that lock, in a callback, and the thread waits for the loop."""
    with client_of() as client:
        kinds = {Client, WebhookReceiver, *map(type, vars(client).values())}
        for path in dict(methods(AsyncClient(**SETTINGS))):
            kinds.add(type(attrgetter(path)(client).__self__))
    for kind in kinds:
        for name, member in vars(kind).items():
            assert not isinstance(member, functools.cached_property), name


def test_a_part_is_found_once():
    with client_of() as client:
        assert client.apps is client.apps
        assert isinstance(client.apps, Facade)
        assert client.apps.children is client.apps.children


def test_nothing_async_is_reached_by_a_name_that_is_not_here():
    with client_of() as client, client.bulk() as job:
        for thing in (client, client.apps, client.logs.stream("app"), job, client.apps.list()):
            for name in ("aclose", "no_such_name", "__aenter__", "__aiter__", "__await__"):
                assert not hasattr(thing, name), (thing, name)


def test_mocks_of_the_client_know_every_method_and_await_none():
    """`create_autospec` looks at classes, so they show what there is."""
    mocks = (create_autospec(Client)(), create_autospec(client_of(), instance=True))
    for mock in mocks:
        for path, real in methods(AsyncClient(**SETTINGS)):
            # The one name that is another here.
            mocked = attrgetter(path.replace("aclose", "close"))(mock)
            assert not isinstance(mocked, AsyncMock), path
            kinds = [parameter.kind for parameter in inspect.signature(real).parameters.values()]
            if inspect.Parameter.VAR_POSITIONAL not in kinds:
                with pytest.raises(TypeError):
                    mocked(*range(99))
        with pytest.raises(AttributeError):
            mock.apps.no_such_method  # noqa: B018
        mock.apps.get.return_value = 7
        assert mock.apps.get("app", timeout=3) == 7
        with mock:
            pass


def test_a_job_of_a_mocked_client_runs():
    mock = create_autospec(Client)()
    mock.apps.get.side_effect = lambda app: app
    report = bulk.map(lambda app: mock.apps.get(app), ["a", "b"]).report()
    assert [outcome.value for outcome in report] == ["a", "b"]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(apps=3, rate_limit=None, operation_time=0).running() as sandbox:
        yield sandbox


def test_a_job_waits_for_what_a_function_of_the_caller_has_begun(sandbox):
    """That belongs to a client, whose loop is another one than that of the job."""
    settings = {"environ": sandbox.environ(), "rate_limit": None, "trust_env": False}
    with Client.from_env(**settings) as client, Client.from_env(**settings) as other:
        names = [app.name for app in client.apps.list()]

        raw = client.with_raw_response(client.apps.restart)

        def restart(name):
            return [raw(name)] if name == names[0] else client.apps.restart(name)

        with other.bulk(wait=True) as job:
            outcomes = job.map(restart, names)
            reports = [bulk.map(restart, names, wait=5).report(), outcomes.report()]
        for report in reports:
            assert [outcome.status for outcome in report] == ["done"] * len(names)


def test_ctrl_c_ends_such_a_wait():
    """The thread that waits for it is not waited for itself."""

    class Pending(FakeTransport):
        asked = 0

        async def send(self, request):
            if request.method == "GET":
                type(self).asked += 1
                os.kill(os.getpid(), signal.SIGINT)
                await anyio.sleep_forever()
            return await super().send(request)

    where = "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-1"
    with Client(transport=Pending(202, b"{}", Location=where), **SETTINGS) as client:
        with pytest.raises(KeyboardInterrupt):
            bulk.map(lambda name: client.apps.restart(name), ["app"], wait=True).report()
    assert Pending.asked == 1
