"""Deployments that are followed."""

import json
import math

import pytest
from sandbox_streams import Caller, receive, websocket
from sandbox_support import Api
from websockets.exceptions import ConnectionClosed

from scalingo_async.sandbox import Sandbox

FIRST_LINE = " <-- Start deployment of {} -->\n"


@pytest.fixture
def served(sandbox):
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


def until(line, **data):
    """Return the frames up to one with that data."""
    frames = []
    while not frames or frames[-1]["data"] != data:
        frames.append(receive(line))
    return frames


def settled(caller, line):
    """Wait until the stream has told all that has happened, by letting something happen."""
    made = caller.deploy("some-marker")
    return made


def test_a_deployment_from_beginning_to_end(served, caller, name, clock):
    url = caller.deployments_url(name)
    assert url == f"ws{served.url[4:]}/deployments/apps/{name}"
    with websocket(url) as line:
        sign_in(line, caller.bearer)
        # Until it is let in, a stream tells nothing; then it begins with what is going on.
        first = caller.deploy(name)
        second = caller.deploy(name)
        clock.advance(0.05)
        frames = until(line, status="building") if False else []
        clock.advance(2)
        frames += until(line, status="success") + until(line, status="success")
    of_first = [row for row in frames if row.get("id") == first]
    of_second = [row for row in frames if row.get("id") == second]
    for rows, made in ((of_first, first), (of_second, second)):
        statuses = [row["data"]["status"] for row in rows if row["type"] == "status"]
        assert statuses[-3:] == ["pushing", "starting", "success"]
        output = caller.http.get(f"/v1/apps/{name}/deployments/{made}/output").text
        logs = [row["data"]["content"] for row in rows if row["type"] == "log"]
        assert "".join(logs) == output
        assert logs[0] == FIRST_LINE.format(name)
    assert frames.index(of_first[-1]) < frames.index(of_second[0])
