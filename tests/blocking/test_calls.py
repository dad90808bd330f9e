"""Calls that block: values, pages, streams, files, waits and errors, over real sockets."""

import copy
import pickle
import traceback

import pytest

from scalingo_async import (
    AsyncClient,
    ClientClosedError,
    DeadlineExceededError,
    InvalidArgumentError,
    NotFoundError,
    Page,
    PendingOperation,
    new_request_id,
    request_id_context,
)
from scalingo_async.blocking import Client, Paginator
from scalingo_async.models import App, Event
from scalingo_async.sandbox import Sandbox
from scalingo_async.waiting import polling


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(apps=30, rate_limit=None, operation_time=0).running() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox, monkeypatch):
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.001)
    sandbox.forget_requests()
    with Client.from_env(environ=sandbox.environ(), rate_limit=None, trust_env=False) as client:
        yield client


@pytest.fixture
def app(sandbox):
    return next(app.name for app in sandbox.apps() if app.containers)


def test_a_call_returns_its_value_and_a_list_is_iterated_over(client):
    names = [app.name for app in client.apps.list()]
    assert len(names) == 30
    found = client.apps.get(names[3])
    assert isinstance(found, App)
    assert found.name == names[3]
    assert client.apps.exists(names[3])
    assert not client.apps.exists("nobody")


def test_a_list_has_pages(client):
    events = client.events.list_for_user(per_page=20)
    assert isinstance(events, Paginator)
    first = events.page()
    assert isinstance(first, Page)
    assert isinstance(first[0], Event)
    second = first.next()
    assert second.meta.current_page == 2
    assert first.following.page() == second
    assert list(first.following)[:1] == second[:1]
    assert [len(page) for page in events.pages(max_pages=2)] == [20, 20]
    assert len(events.collect(limit=50)) == 50
    with pytest.raises(TypeError, match=r"use \.page\(\)"):
        bool(events)
    with pytest.raises(TypeError, match=r"use \.page\(\)"):
        events[0]
    with pytest.raises(TypeError, match=r"use \.page\(\)"):
        len(events)
    last = client.apps.list().page()
    assert last.next() is None
    assert last.following is None


def test_a_page_that_was_pickled_has_its_items_and_says_what_it_lacks(client):
    first = client.events.list_for_user(per_page=20).page()
    for again in (pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        assert again == first
        with pytest.raises(InvalidArgumentError, match="can't fetch the next one"):
            again.next()
    assert copy.copy(first).next() == first.next()
    assert pickle.loads(pickle.dumps(client.apps.list().page())).next() is None


def test_each_page_is_one_request_and_its_items_cost_nothing_more(client, sandbox):
    sandbox.forget_requests()
    events = iter(client.events.list_for_user(per_page=20))
    for _ in range(20):
        next(events)
    assert sandbox.count("events.list_for_user") == 1
    next(events)
    assert sandbox.count("events.list_for_user") == 2


def test_what_was_started_is_waited_for(client, app):
    started = client.apps.restart(app)
    assert isinstance(started, PendingOperation)
    assert started.refresh().type == "restart"
    seen = []
    assert started.wait(on_progress=seen.append).status == "done"
    assert started.done
    again = client.operations.pending(app, started.id)
    assert again.wait().status == "done"
    assert client.operations.get(app, started.id).wait().status == "done"


def test_an_operation_that_was_pickled_says_that_it_can_not_be_asked_for(client, app):
    started = client.apps.restart(app)
    for again in (pickle.loads(pickle.dumps(started)), copy.deepcopy(started)):
        assert again.id == started.id
        with pytest.raises(InvalidArgumentError, match="a copy or came from a pickle"):
            again.wait()
    assert copy.copy(started).wait().status == "done"
    at_once = pickle.loads(pickle.dumps(copy.copy(started)))
    at_once.id = None
    assert at_once.wait() is None


def test_an_error_arrives_as_it_is_with_the_callers_frames_first(client):
    with pytest.raises(NotFoundError) as caught:
        client.apps.get("nobody")
    error = caught.value
    assert (error.status_code, error.method) == (404, "GET")
    frames = traceback.extract_tb(error.__traceback__)
    files = [frame.filename for frame in frames]
    assert files[0] == __file__
    ours = [i for i, name in enumerate(files) if "/blocking/portal.py" in name]
    assert max(ours) < min(i for i, name in enumerate(files) if "/resources/apps.py" in name)
    # None of the frames between is of a library.
    assert all("scalingo_async" in name for name in files[1:])
    assert pickle.loads(pickle.dumps(error)).status_code == 404


def test_a_wrong_argument_is_refused_before_anything_is_sent(client, sandbox):
    with pytest.raises(InvalidArgumentError, match="app must be a str"):
        client.apps.get(7)
    with pytest.raises(InvalidArgumentError, match="per_page"):
        client.events.list("x", per_page="many")
    with pytest.raises(InvalidArgumentError, match="unknown argument: tiemout"):
        client.apps.get("x", tiemout=3)
    assert sandbox.requests == []


def test_a_log_is_a_block_and_an_iterator(client, app, sandbox):
    sandbox.write_log(app, "one", "two", source="web-1")
    with client.logs.stream(app, n=2) as lines:
        assert [next(lines).message, next(lines).message] == ["one", "two"]
        sandbox.write_log(app, "three", source="web-1")
        for line in lines:
            assert line.message == "three"
            break
        assert lines.reconnects == 0
    with pytest.raises(ClientClosedError):
        next(lines)


def test_an_error_inside_of_a_block_leaves_it_as_it_is(client, app):
    with pytest.raises(LookupError, match="mine"), client.logs.stream(app, n=0) as lines:
        raise LookupError("mine")
    with pytest.raises(ClientClosedError):
        next(lines)


def test_a_block_that_can_not_be_entered_says_why(client):
    with pytest.raises(NotFoundError), client.logs.stream("nobody"):
        raise AssertionError


def test_a_command_runs_and_a_terminal_is_typed_at(client, app):
    said = bytearray()
    result = client.one_offs.run(app, "echo hello", stdout=said.extend)
    assert result.exit_code == 0
    assert b"hello" in said
    with client.one_offs.terminal(app, "bash", columns=100, rows=30) as terminal:
        assert terminal.container.label
        terminal.send(b"size\n")
        seen = b""
        while b"100x30" not in seen:
            seen += next(terminal)
        terminal.send_eof()
        assert b"".join(terminal) is not None
        assert terminal.wait() == 0


def test_files_go_up_from_whatever_yields_bytes_and_come_down(client, tmp_path):
    for content in (b"bytes", iter([b"by", b"tes"]), lambda: iter([b"bytes"])):
        source = client.sources.create()
        client.sources.upload(source.upload_url, content, size=5)
        target = client.sources.download(source.download_url, tmp_path / "a", overwrite=True)
        assert target.read_bytes() == b"bytes"


def test_copies_share_the_connections_and_the_thread(client, app):
    class Mine(Client):
        pass

    assert client.apps.get(app).name == app
    thread = client._door.portal.thread
    for copied in (client.with_options(timeout=3), client.region(client.region_name)):
        assert copied.apps.get(app).name == app
        assert copied._door.portal.thread is thread
    mine = Mine("tk-us-aaaaaaaaaaaaaaaa")
    assert type(mine.with_options(timeout=3)) is Mine
    assert type(mine.region("osc-secnum-fr1")) is Mine
    assert isinstance(mine, Client)
    assert repr(client).startswith("<Client ")
    assert client.apps is client.apps


def test_a_raw_response_and_a_request_without_a_method(client, app):
    raw = client.with_raw_response(client.apps.get)(app)
    assert (raw.status_code, raw.value.name) == (200, app)
    listed = client.with_raw_response(client.domains.list)(app)
    assert isinstance(listed.value, Page)
    assert app in client.request("GET", f"/apps/{app}").text
    assert client.check().ok


def test_a_database_is_asked_with_its_ids_filled_in(client):
    for app in client.apps.list():
        for addon in client.addons.list(app.name):
            if addon.plan.name.startswith("postgresql"):
                database = client.database(app.name, addon.id)
                assert database.get().type_name == "postgresql"
                assert database.addon_id == addon.id
                assert database.backups.create().wait().status == "done"
                return
    raise AssertionError


def test_a_deadline_holds(client, app, sandbox):
    sandbox.inject("apps.get", delay=60)
    try:
        with pytest.raises(DeadlineExceededError):
            client.apps.get(app, deadline=0.05)
    finally:
        sandbox.clear_faults()


def test_the_id_of_a_request_goes_along(client, app, sandbox):
    with request_id_context(new_request_id()) as _:
        client.apps.get(app)
    assert client.estimate(5) == 0.0
    assert client.rate_limit is None


def test_a_method_can_be_replaced_in_a_test(client, monkeypatch):
    monkeypatch.setattr(client.apps, "get", lambda app: f"not {app}")
    assert client.apps.get("mine") == "not mine"


def test_what_blocks_is_not_copied(client):
    for thing in (client, client.apps, client.apps.list(), client.logs.stream("x")):
        for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="can't be copied or pickled"):
                duplicate(thing)


def test_an_async_client_is_as_it_was():
    """The door is of the blocking client alone."""
    client = AsyncClient("tk-us-aaaaaaaaaaaaaaaa")
    pending = client.operations.pending("app", "op")
    with pytest.raises(AttributeError):
        client.apps.list().page  # noqa: B018
    pending.wait().close()
