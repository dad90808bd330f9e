"""Bulk work where nothing is awaited: functions that block, and items that come from the client."""

import functools
import threading

import pytest
from api_facts import FakeTransport, answer_to

from scalingo_async import InvalidArgumentError
from scalingo_async.blocking import Client, bulk
from scalingo_async.bulk import Report
from scalingo_async.sandbox import Sandbox

SETTINGS = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(apps=12, rate_limit=None, operation_time=0).running() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox):
    with Client.from_env(environ=sandbox.environ(), rate_limit=None, trust_env=False) as client:
        yield client


@pytest.fixture
def names(client):
    return [app.name for app in client.apps.list()]


def test_a_method_of_the_client_is_what_it_is(client, names):
    """So it is known to be repeatable, and which operation it performs."""
    report = bulk.map(client.apps.get, names, concurrency=3).report()
    assert isinstance(report, Report)
    assert [outcome.value.name for outcome in report] == names
    assert report.summary.requests == len(names)
    assert threading.active_count() < 40


def test_a_function_of_the_caller_may_use_the_client(client, names):
    def look(name):
        assert threading.current_thread().name != "scalingo-blocking"
        return client.apps.get(name).id, client.domains.list(name).page()

    for function in (look, lambda name: look(name), functools.partial(look)):
        report = bulk.map(function, names, concurrency=50).report()
        assert report.summary.done == len(names)
        # Its calls are known to be its own.
        assert report.summary.requests == 2 * len(names)


def test_partial_and_raw_methods_and_an_async_function(client, names):
    get = functools.partial(client.apps.get, timeout=5)
    assert bulk.map(get, names).report().summary.done == len(names)
    raw = bulk.map(client.with_raw_response(client.apps.get), names).report()
    assert raw[0].value.status_code == 200

    async def of_the_caller(name):
        return name

    assert bulk.map(of_the_caller, names).report()[0].value == names[0]


def test_items_may_come_from_the_client_while_it_works(client, names):
    """A generator runs in a thread: it would wait for itself in the loop."""
    found = bulk.map(client.apps.get, (app.name for app in client.apps.list())).report()
    assert [outcome.item for outcome in found] == names
    listed = bulk.map(lambda app: app.name, client.apps.list()).report()
    assert [outcome.value for outcome in listed] == names
    with Client(transport=FakeTransport(200, answer_to("apps.get")), **SETTINGS) as other:
        both = bulk.map(lambda app: other.apps.get(app.name).id, client.apps.list()).report()
        assert both.summary.done == len(names)
        mixed = bulk.map(other.apps.get, (app.name for app in client.apps.list())).report()
        assert mixed.summary.done == len(names)


def test_outcomes_come_one_by_one_in_a_block_or_a_loop(client, names):
    with bulk.map(client.apps.get, names) as outcomes:
        assert sorted(outcome.item for outcome in outcomes) == sorted(names)
        assert outcomes.summary.done == len(names)
    for outcome in bulk.map(client.apps.get, names):
        assert outcome.status == "done"
        break
    with client.bulk(concurrency=2) as job:
        outcomes = job.map(client.apps.get, names)
        next(outcomes)
        assert outcomes.progress.done >= 1


def test_what_fails_is_an_outcome(client):
    def fail(name):
        raise LookupError(name)

    report = bulk.map(fail, ["a", "b"]).report()
    assert [type(outcome.error) for outcome in report] == [LookupError] * 2
    with pytest.raises(Exception, match="2"):
        report.raise_for_failures()


@pytest.mark.parametrize("in_a_block", [False, True])
def test_a_journal_asks_a_function_that_blocks(client, names, tmp_path, in_a_block):
    path = tmp_path / "journal"
    stopped = []

    def stop(name):
        stopped.append(name)
        if len(stopped) == 2:
            raise KeyboardInterrupt
        return client.apps.restart(name)

    with pytest.raises(KeyboardInterrupt):
        bulk.map(stop, names, concurrency=1, journal=bulk.Journal(path, job="x")).report()
    asked = []

    def was_done(name):
        asked.append(client.apps.get(name).name)
        return False

    def restart(name):
        return client.apps.restart(name)

    journal = bulk.Journal(path, job="x")
    if in_a_block:
        with client.bulk(journal=journal, on_unknown=was_done) as job:
            report = job.map(restart, names).report()
    else:
        report = bulk.map(restart, names, journal=journal, on_unknown=was_done).report()
    assert report.summary.skipped == 1
    assert report.summary.done == len(names) - 1
    assert asked == stopped[1:]


def test_an_account_is_read(client, names):
    with bulk.inventory(client, domains=False) as account:
        assert {entry.app.name for entry in account} >= set(names)
        assert account.requests
    assert len(list(bulk.all_apps(client))) >= len(names)
    assert bulk.estimate(5, client) == client.estimate(5) == 0.0


def test_what_makes_no_sense_is_refused_at_once(client):
    for call in (
        lambda: bulk.map(client.apps.get, "app"),
        lambda: bulk.map(client.apps.get("x") if False else 7, ["app"]),
        lambda: bulk.map(client.apps.get, ["app"], concurrency=0),
        lambda: bulk.map(client.apps.get, ["app"], tiemout=3),
        lambda: bulk.map(lambda: None, ["app"]),
    ):
        with pytest.raises(InvalidArgumentError):
            call()
