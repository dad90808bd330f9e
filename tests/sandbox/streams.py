"""Clients of the sandbox's streams that share no code with the package."""

import json
import socket
from contextlib import contextmanager

import httpx
from websockets.sync.client import connect

#: Seconds after which a test gives up on something that doesn't come.
WAIT = 20


class Caller:
    """The user of a sandbox that is served, without any loop."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.url, timeout=WAIT)
        answer = self.http.post("/auth/v1/tokens/exchange", auth=("", sandbox.api_token))
        self.bearer = answer.json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.bearer}"

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.http.close()

    def ok(self, method, path, json=None):
        answer = self.http.request(method, path, json=json)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def logs_url(self, app, **query):
        return with_query(self.ok("GET", f"/v1/apps/{app}/logs")["logs_url"], query)

    def deployments_url(self, app):
        return self.ok("GET", f"/v1/apps/{app}")["app"]["links"]["deployments_stream"]

    def deploy(self, app):
        body = {"deployment": {"source_url": "https://example.com/a.tgz"}}
        return self.ok("POST", f"/v1/apps/{app}/deployments", body)["deployment"]["id"]

    @contextmanager
    def events(self, url):
        """Follow server-sent events; the URL holds all that lets in."""
        with httpx.stream("GET", url, timeout=WAIT) as answer:
            yield answer, (json.loads(line[6:]) for line in answer.iter_lines() if line)


def with_query(url, query):
    return url + "".join(f"&{name}={value}" for name, value in query.items())


@contextmanager
def websocket(url):
    """Open a websocket; `receive` returns its next message."""
    with connect(
        url.replace("http", "ws", 1), proxy=None, open_timeout=WAIT, close_timeout=WAIT
    ) as line:
        yield line


@contextmanager
def deaf(url):
    """Open a websocket that is never read from."""
    url = httpx.URL(url)
    with socket.create_connection((url.host, url.port), timeout=WAIT) as line:
        line.sendall(
            b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            % url.raw_path
        )
        assert line.recv(12) == b"HTTP/1.1 101"
        yield line


def receive(line):
    return json.loads(line.recv(timeout=WAIT))


def lines_of(messages, count):
    """Return the first lines of a log stream, keepalives left out."""
    lines = []
    while len(lines) < count:
        message = next(messages)
        if message["event"] == "log":
            assert message["log"].endswith("\n")
            lines += message["log"].splitlines()
    assert len(lines) == count, "more in one message than was asked for"
    return lines


def messages_of(line):
    """Go through the messages of a websocket."""
    while True:
        yield receive(line)


def texts(lines):
    """Return what stands behind the date and the source of log lines."""
    return [line.split("] ", 1)[1] for line in lines]


def deployments(caller, url, token=None):
    """Open a stream of deployments and say who asks."""
    line = connect(url, proxy=None, open_timeout=WAIT, close_timeout=WAIT)
    line.send(json.dumps({"type": "auth", "data": {"token": token or caller.bearer}}))
    return line
