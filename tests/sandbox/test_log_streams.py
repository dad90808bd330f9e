"""Logs that are followed: over a websocket, and as server-sent events."""

import json
import logging
import math
import re
from contextlib import ExitStack

import anyio
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from scalingo_async.sandbox import Sandbox
from scalingo_async.sandbox.world.logs import Log

from .bare_client import Api
from .streams import (
    Caller,
    deaf,
    lines_of,
    messages_of,
    receive,
    texts,
    websocket,
    with_query,
)

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000 UTC \[[a-z-]+(-\d+)?\] .*")


@pytest.fixture
def served(sandbox):
    # A keepalive would put off a test's end that waits in vain.
    sandbox.settings.keepalive = math.inf
    with sandbox.running():
        yield sandbox


@pytest.fixture
def caller(served):
    with Caller(served) as caller:
        yield caller


@pytest.fixture
def name(deployed):
    return deployed.name


def refusal(url):
    """Return the status and the body with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refused, websocket(url):
        pass
    answer = refused.value.response
    return answer.status_code, bytes(answer.body)


# What goes through --------------------------------------------------------------------------


def test_history_comes_first_and_then_what_is_written(served, caller, name):
    url = caller.logs_url(name, stream="true", n=3)
    dumped = caller.http.get(caller.logs_url(name, n=3)).text.splitlines()
    with websocket(url) as line:
        first = receive(line)
        assert list(first) == ["event", "log", "timestamp"]
        assert first["event"] == "log"
        assert first["log"].splitlines() == dumped
        served.write_log(name, "héllo", "a\nb", source="one-off-7")
        lines = lines_of(messages_of(line), 3)
    assert texts(lines) == ["héllo", "a", "b"]
    assert all(LINE.fullmatch(row) for row in lines + dumped)
    assert all(" [one-off-7] " in row for row in lines)
    assert len({row[:29] for row in lines}) == 3


@pytest.mark.parametrize(
    ("query", "dumped", "count"),
    [({}, 100, 0), ({"n": 0}, 0, 0), ({"n": 150}, 150, 150), ({"n": "x"}, 100, 0)],
)
def test_a_stream_has_no_history_by_default(served, caller, name, query, dumped, count):
    served.write_log(name, *map(str, range(200)))
    assert len(caller.http.get(caller.logs_url(name, **query)).text.splitlines()) == dumped
    with websocket(caller.logs_url(name, stream="true", **query)) as line:
        history = lines_of(messages_of(line), count)
        served.write_log(name, "next")
        assert texts(history + lines_of(messages_of(line), 1)) == [
            *map(str, range(200 - count, 200)),
            "next",
        ]


def test_a_filter_holds_for_both(served, caller, name):
    url = caller.logs_url(name, stream="true", n=2, filter="worker|router")
    with websocket(url) as line:
        history = lines_of(messages_of(line), 2)
        served.write_log(name, "no")
        served.write_log(name, "yes", source="worker-3")
        served.write_log(name, "no", source="web-10")
        served.write_log(name, "yes, too", source="router")
        assert texts(lines_of(messages_of(line), 2)) == ["yes", "yes, too"]
    assert all("[worker-" in row or "[router]" in row for row in history)


def test_many_lines_come_whole_and_in_order(served, caller, name):
    with websocket(caller.logs_url(name, stream="true", n=0)) as line:
        served.write_log(name, *map(str, range(20_000)))
        lines = []
        while len(lines) < 20_000:
            part = receive(line)["log"].splitlines()
            assert len(part) <= 50
            lines += part
    assert texts(lines) == list(map(str, range(20_000)))
    times = [row[:29] for row in lines]
    assert sorted(set(times)) == times


def test_a_message_has_as_many_lines_as_the_settings_say(served, caller, name):
    served.settings.lines_per_message = 1
    with websocket(caller.logs_url(name, stream="true", n=3)) as line:
        assert [receive(line)["log"].count("\n") for _ in range(3)] == [1, 1, 1]


def test_keepalives(served, caller, name):
    served.settings.keepalive = 0.01
    with websocket(caller.logs_url(name, stream="true", n=0)) as line:
        ping = receive(line)
        assert list(ping) == ["event", "timestamp"]
        assert ping["event"] == receive(line)["event"] == "ping"
        served.settings.keepalive = math.inf
    with caller.events(caller.logs_url(name, stream="true", n=1)) as (_, events):
        assert next(events)["event"] == "log"
        served.write_log(name, "no keepalive between")
        assert next(events)["event"] == "log"


def test_what_an_app_does_is_in_its_log(served, caller, deployed):
    containers = len(deployed.containers)
    with websocket(caller.logs_url(deployed.name, stream="true", n=0)) as line:
        caller.deploy(deployed.name)
        served.clock.advance(1)
        lines = texts(lines_of(messages_of(line), 3 * containers))
    ends = [row.split()[-1] for row in lines]
    assert ends == [word for word in ("stopped", "started", "0.0.0.0") for _ in range(containers)]


def test_server_sent_events(served, caller, name):
    url = caller.logs_url(name, stream="true", n=1)
    with caller.events(url) as (answer, events):
        assert answer.headers["content-type"] == "text/event-stream"
        assert "content-length" not in answer.headers
        assert len(lines_of(events, 1)) == 1
        served.write_log(name, "a", "b")
        assert texts(lines_of(events, 2)) == ["a", "b"]
    assert served.requests[-1].operation == "logs.stream_sse"
    assert caller.http.head(url).headers["content-type"] == "text/event-stream"


def test_the_log_of_a_database(served, caller):
    app, addon = next(
        (app, addon) for app in served.apps() for addon in app.addons.values() if addon.database
    )
    body = caller.ok("POST", f"/v1/apps/{app.id}/addons/{addon.id}/token")
    headers = {"Authorization": f"Bearer {body['addon']['token']}"}
    answer = caller.http.get(f"/api/databases/{addon.id}/logs", headers=headers)
    url = with_query(answer.json()["url"], {"stream": "true", "n": 1})
    with websocket(url) as line, caller.events(url) as (_, events):
        for messages in (messages_of(line), events):
            assert "checkpoint" in lines_of(messages, 1)[0]
        served.write_database_log(addon.id, "ready")
        for messages in (messages_of(line), events):
            assert lines_of(messages, 1)[0].endswith(" [db-node-1] ready")
    with pytest.raises(KeyError):
        served.write_database_log("ad-0", "x")


def test_lines_for_nobody_are_an_error(sandbox):
    with pytest.raises(KeyError):
        sandbox.write_log("no-such-app", "x")


# Who gets in --------------------------------------------------------------------------------


def test_a_ticket_opens_streams_for_an_hour(served, caller, name, clock):
    url = caller.logs_url(name, stream="true", n=0)
    with websocket(url) as line:
        clock.advance(3600)
        assert refusal(url) == (401, b'{"error":"invalid token"}')
        assert caller.http.get(url).status_code == 401
        served.write_log(name, "who is in may stay")
        assert receive(line)["event"] == "log"
    assert [row.status for row in served.requests[-3:]] == [101, 401, 401]
    assert {row.query["token"] for row in served.requests[-3:]} == {"…"}
    assert {(row.operation, row.executed) for row in served.requests[-3:]} == {
        ("logs.stream_websocket", True),
        ("logs.stream_websocket", False),
        ("logs.stream_sse", False),
    }


def test_no_ticket_and_no_stream(served, caller, name):
    url = caller.logs_url(name)
    assert refusal(url.replace("token=", "token=x"))[0] == 401
    # Without `stream` the handshake gets what any other request would.
    assert refusal(url) == (200, caller.http.get(url).content)
    assert refusal(f"{served.url}/v1/nowhere") == (404, b'{"error":"not found"}')
    assert refusal(f"{served.url}/v1/apps")[0] == 401
    assert caller.http.request("DELETE", url).headers["allow"] == "GET"


def test_an_app_that_has_never_written_a_line(served, caller):
    caller.ok("POST", "/v1/apps", {"app": {"name": "some-silent-app"}})
    dump = caller.logs_url("some-silent-app")
    stream = with_query(dump, {"stream": "true"})
    for status in (204, 404):
        served.settings.no_log_status = status
        assert caller.http.get(dump).status_code == status
        assert caller.http.get(stream).status_code == status
        assert refusal(stream)[0] == status


def test_no_token_gets_into_the_records_of_the_server(served, caller, name, caplog):
    caplog.set_level(logging.DEBUG)
    url = caller.logs_url(name, stream="true", n=0)
    ticket = re.search(r"token=(\w+)", url)[1]
    logging.getLogger("websockets").setLevel(logging.WARNING)
    with websocket(url) as line:
        served.write_log(name, "x")
        receive(line)
    refusal(with_query(url, {"token": "y"}))
    assert ticket not in "".join(
        row.getMessage() for row in caplog.records if not row.name.startswith("http")
    )


# How it ends --------------------------------------------------------------------------------


def test_a_stream_ends_with_its_app(served, caller, name):
    url = caller.logs_url(name, stream="true", n=0)
    with websocket(url) as line, caller.events(url) as (_, events):
        caller.http.delete(f"/v1/apps/{name}", params={"current_name": name})
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                receive(line)
        assert closed.value.rcvd.code == 1000
        assert {event["event"] for event in events} <= {"log"}


def test_the_server_goes_at_once_with_all_its_streams(sandbox, deployed, caplog):
    with ExitStack() as streams:
        with sandbox.running():
            caller = streams.enter_context(Caller(sandbox))
            url = caller.logs_url(deployed.name, stream="true", n=1)
            lines = [streams.enter_context(websocket(url)) for _ in range(5)]
            for line in lines:
                receive(line)
            _, events = streams.enter_context(caller.events(url))
            next(events)
        for line in lines:
            with pytest.raises(ConnectionClosed):
                receive(line)
    assert [row for row in caplog.records if row.levelno >= logging.WARNING] == []


def test_a_client_that_does_not_read_holds_up_only_itself(served, caller, name):
    app = served.get_app(name)
    reads = []

    class Watched(Log):
        def read(self, number, most):
            reads.append(number)
            return super().read(number, most)

    # A text of 5 kB, which is there only once as long as nobody makes messages of it.
    app.logs = Watched()
    served.write_log(name, *["x" * 5_000] * 10_000)
    url = caller.logs_url(name, stream="true", n=10_000)
    with deaf(url), caller.events(url) as (_, events):
        lines_of(events, 10_000)
        near_the_end = [number for number in reads if 8_000 <= number < 10_000]
    assert near_the_end
    assert len(near_the_end) == len(set(near_the_end))


def test_old_lines_go_and_streams_neither_skip_nor_repeat(served, caller, name):
    served.get_app(name).logs = Log(most=10)
    served.write_log(name, "first")
    with websocket(caller.logs_url(name, stream="true", n=100)) as line:
        seen = lines_of(messages_of(line), 1)
        for start in range(0, 40, 8):
            served.write_log(name, *map(str, range(start, start + 8)))
            seen += lines_of(messages_of(line), 8)
    assert texts(seen) == ["first", *map(str, range(40))]
    assert len(caller.http.get(caller.logs_url(name)).text.splitlines()) == 10


# In process ---------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_events_in_process(sandbox, deployed):
    """The application by itself, on each loop: what is sent waits for whoever takes it."""
    async with Api(sandbox) as api:
        await api.sign_in()
        url = (await api.ok("GET", f"/v1/apps/{deployed.id}/logs"))["logs_url"]
    path, _, query = url.removeprefix("http://localhost").partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": f"{query}&stream=true&n=1".encode(),
        "headers": [],
        "client": None,
    }
    given, taken = anyio.create_memory_object_stream[dict](0)
    gone = anyio.Event()
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def listen():
        if asked:
            return asked.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async with given, taken, anyio.create_task_group() as group:
        group.start_soon(sandbox.app, scope, listen, given.send)
        with anyio.fail_after(20):
            assert (await taken.receive())["status"] == 200
            first = await taken.receive()
            sandbox.write_log(deployed.name, "more")
            second = await taken.receive()
        gone.set()
    data = [json.loads(row["body"].removeprefix(b"data: ")) for row in (first, second)]
    assert [row["event"] for row in data] == ["log", "log"]
    assert data[1]["log"].endswith(" [web-1] more\n")
    assert first["more_body"]
    assert second["more_body"]


def test_a_clock_that_goes_by_itself():
    made = Sandbox(apps=2, rate_limit=None, operation_time=0.05)
    with made.running() as sandbox, Caller(sandbox) as caller:
        name = sandbox.apps()[0].name
        with websocket(caller.logs_url(name, stream="true", n=0)) as line:
            caller.deploy(name)
            assert "has stopped" in receive(line)["log"]
