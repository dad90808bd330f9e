"""Deployments that are followed."""

import json
import math

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .bare_client import Api
from .streams import Caller, receive, websocket

FIRST_LINE = " <-- Start deployment of {} -->\n"
FINAL = {"success", "build-error", "crashed-error", "timeout-error", "hook-error", "aborted"}


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


def sign_in(line, token):
    line.send(json.dumps({"type": "auth", "data": {"token": token}}))


def wait_until_open(sandbox, line):
    """There is no acknowledgement, but the first keepalive comes only when one is let in."""
    frames = []
    while not frames or frames[-1]["type"] != "ping":
        frames.append(receive(line))
    sandbox.settings.keepalive = math.inf
    return frames


def to_the_end(line):
    """Return the frames up to the end of a deployment."""
    frames = []
    while not frames or frames[-1]["data"].get("status") not in FINAL:
        frames.append(receive(line))
    return [row for row in frames if row["type"] != "ping"]


def of(frames, kind, key):
    return [row["data"][key] for row in frames if row["type"] == kind]


def test_two_deployments_from_beginning_to_end(served, caller, name, clock):
    url = caller.deployments_url(name)
    assert url == f"ws{served.url[4:]}/deployments/apps/{name}"
    served.settings.keepalive = 0.01
    with websocket(url) as line:
        sign_in(line, caller.bearer)
        ping = wait_until_open(served, line)[0]
        assert ping == {"type": "ping", "data": {"ts": int(clock.time())}}
        ids = [caller.deploy(name) for _ in range(2)]
        clock.advance(2)
        frames = [*to_the_end(line), *to_the_end(line)]
    assert [row for row in frames if row["type"] == "new"] == [
        {"type": "new", "data": {"deployment": made}} for made in ids
    ]
    told = [row for row in frames if row["type"] != "new"]
    # One after the other, never two at a time.
    assert list(dict.fromkeys(row["id"] for row in told)) == ids
    assert [row["id"] for row in told] == sorted((row["id"] for row in told), key=ids.index)
    for made in ids:
        rows = [row for row in told if row["id"] == made]
        assert {tuple(row) for row in rows} == {("type", "id", "data")}
        assert of(rows, "status", "status") == ["building", "pushing", "starting", "success"]
        logs = of(rows, "log", "content")
        output = caller.http.get(f"/v1/apps/{name}/deployments/{made}/output").text
        assert "".join(logs) == output
        assert logs[0] == FIRST_LINE.format(name)
        assert len(logs) > 20
    assert served.count("deployments.stream") == 1


@pytest.mark.parametrize("failure", sorted(FINAL - {"success"}))
def test_the_last_words_of_a_failure(served, caller, name, clock, failure):
    served.fail_next_deployment(failure)
    served.settings.keepalive = 0.01
    with websocket(caller.deployments_url(name)) as line:
        sign_in(line, caller.bearer)
        wait_until_open(served, line)
        caller.deploy(name)
        clock.advance(1)
        frames = to_the_end(line)
    assert " !     " in frames[-2]["data"]["content"]
    assert frames[-1]["data"] == {"status": failure}


def test_what_was_printed_before_is_repeated(served, caller, name, clock):
    made = caller.deploy(name)
    clock.advance(0.2)
    output = caller.http.get(f"/v1/apps/{name}/deployments/{made}/output").text
    assert output
    served.settings.keepalive = 0.01
    with websocket(caller.deployments_url(name)) as line:
        sign_in(line, caller.bearer)
        frames = wait_until_open(served, line)[:-1]
        assert {row["type"] for row in frames} == {"log"}
        assert "".join(of(frames, "log", "content")) == output
        clock.advance(1)
        rest = to_the_end(line)
    # Not what was told already, and not what ended before.
    assert of(rest, "status", "status") == ["pushing", "starting", "success"]
    whole = caller.http.get(f"/v1/apps/{name}/deployments/{made}/output").text
    assert "".join(of(frames + rest, "log", "content")) == whole


def test_lines_come_one_after_the_other(served, caller, name, clock):
    made = caller.deploy(name)
    lengths = []
    for _ in range(20):
        clock.advance(0.025)
        served.apps()
        lengths.append(len(served.get_app(name).deployments[made].output))
    assert len(set(lengths)) > 10


def test_a_new_deployment_as_an_object(served, caller, name):
    served.settings.deployment_objects = True
    served.settings.keepalive = 0.01
    with websocket(caller.deployments_url(name)) as line:
        sign_in(line, caller.bearer)
        wait_until_open(served, line)
        made = caller.deploy(name)
        shown = caller.ok("GET", f"/v1/apps/{name}/deployments/{made}")["deployment"]
        assert receive(line) == {"type": "new", "data": {"deployment": shown}}
    assert shown["links"]["output"].startswith("http://")


# Who gets in --------------------------------------------------------------------------------


def hung_up(url, *messages):
    """Say with which code a stream closes that tells nothing."""
    with websocket(url) as line:
        for message in messages:
            line.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            receive(line)
    return closed.value.rcvd.code


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        "{}",
        '{"type": "auth"}',
        '{"type": "auth", "data": {"token": 1}}',
        '{"type": "auth", "data": {"token": "nonsense"}}',
        b"\0",
    ],
)
def test_a_wrong_first_frame_is_only_hung_up_on(served, caller, name, frame):
    assert hung_up(caller.deployments_url(name), frame) == 1000


def test_a_bearer_token_of_a_member_is_wanted(served, caller, name, clock):
    url = caller.deployments_url(name)
    auth = json.dumps({"type": "auth", "data": {"token": caller.bearer}})
    assert hung_up(f"{url}-not", auth) == 1000
    assert hung_up(url, auth.replace("auth", "hello")) == 1000
    assert hung_up(url, auth.replace(caller.bearer, served.api_token)) == 1000
    stranger = served.add_user("stranger@example.com")
    answer = caller.http.post("/auth/v1/tokens/exchange", auth=("", stranger.api_token))
    assert hung_up(url, auth.replace(caller.bearer, answer.json()["token"])) == 1000
    app = next(row for row in served.apps() if row.addons)
    path = f"/v1/apps/{app.id}/addons/{next(iter(app.addons))}/token"
    of_addon = caller.ok("POST", path)["addon"]["token"]
    url = caller.deployments_url(app.id)
    assert hung_up(url, auth.replace(caller.bearer, of_addon)) == 1000
    clock.advance(3600)
    assert hung_up(url, auth) == 1000


def test_who_says_nothing_is_hung_up_on(served, caller, name):
    served.settings.first_message_timeout = 0.01
    assert hung_up(caller.deployments_url(name)) == 1000


def test_who_leaves_before_a_word_leaves_nothing_behind(served, caller, name):
    with websocket(caller.deployments_url(name)):
        pass
    assert served.requests[-1].status == 101


def test_a_stream_of_deployments_is_a_websocket(served, caller, name):
    path = caller.deployments_url(name).removeprefix(f"ws{served.url[4:]}")
    assert caller.http.get(path).status_code == 404
    served.inject("deployments.stream", status=503)
    with pytest.raises(InvalidStatus) as refused, websocket(caller.deployments_url(name)):
        pass
    assert refused.value.response.status_code == 503


def test_it_ends_with_its_app(served, caller, name):
    served.settings.keepalive = 0.01
    with websocket(caller.deployments_url(name)) as line:
        sign_in(line, caller.bearer)
        wait_until_open(served, line)
        caller.http.delete(f"/v1/apps/{name}", params={"current_name": name})
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                receive(line)
    assert closed.value.rcvd.code == 1000


# What goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "count"), [({"messages": 2}, 2), ({}, 0)])
def test_a_cut_between_frames(served, caller, name, clock, limit, count):
    caller.deploy(name)
    clock.advance(0.3)
    served.inject("deployments.stream", kind="cut", **limit)
    frames = []
    with websocket(caller.deployments_url(name)) as line:
        sign_in(line, caller.bearer)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                frames.append(receive(line))
    assert closed.value.rcvd is None
    assert len(frames) == count


@pytest.mark.anyio
async def test_in_process_there_is_no_websocket(sandbox, deployed):
    async with Api(sandbox) as api:
        assert (await api.get(f"/deployments/apps/{deployed.name}")).status_code == 404
