"""A server on a real socket whose answers are scripted, one by one."""

import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
from wsproto.connection import Connection, ConnectionType
from wsproto.events import Event, TextMessage
from wsproto.utilities import generate_accept_token

Raw = Callable[[dict[str, str]], bytes]
Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | str | Raw
"""A status, a body and headers; or what happens instead: `cut`, `half`, `hang`; or a function
that makes all that is said on a connection that is handed over, of the headers of the request."""


def websocket(*said: bytes | Event | dict[str, Any]) -> Raw:
    """Accept a websocket and say something: bytes as they are, what is to be JSON, or events."""

    def make(headers: dict[str, str]) -> bytes:
        frames = Connection(ConnectionType.SERVER)
        accepted = generate_accept_token(headers["sec-websocket-key"].encode())
        data = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        data += b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
        for each in said:
            event = TextMessage(orjson.dumps(each).decode()) if isinstance(each, dict) else each
            data += event if isinstance(event, bytes) else frames.send(event)
        return data

    return make


def terminal(printed: bytes) -> Raw:
    """Hand a connection over and print something."""
    return lambda headers: b"HTTP/1.1 200 OK\r\n\r\n" + printed


class Wire:
    """Answers requests by method and path; the last answer of a list is given again and again.

    Attributes:
        answers: The answers by route.
        seen: What was asked: the route, the headers and the body.
        url: Where it is.
        folder: Where a test may have files.
        silent: Called, in a thread, when a request is left without an answer.
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.arrived = threading.Event()
        self.over = threading.Event()
        self._given: dict[str, int] = defaultdict(int)
        self.url = ""
        self.folder = Path()
        self.silent: Callable[[], object] = lambda: None

    def on(self, route: str, *answers: Answer) -> None:
        """Script the answers to a route such as `GET /v1/apps`, the query left out."""
        self.answers[route] = list(answers)
        self._given.pop(route, None)

    def next_answer(self, route: str) -> Answer:
        answers = self.answers.get(route, [(404, {"error": "not found"})])
        number = self._given[route]
        self._given[route] = number + 1
        return answers[min(number, len(answers) - 1)]


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # In one piece: two wait for each other's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            route = f"{self.command} {self.path.partition('?')[0]}"
            wire.seen.append((route, {k.lower(): v for k, v in self.headers.items()}, body))
            answer: Answer = wire.next_answer(route)
            wire.arrived.set()
            if answer == "hang":
                wire.silent()
                wire.over.wait(30)
            if callable(answer):
                self.hand_over(answer(wire.seen[-1][1]))
                return
            if isinstance(answer, str) and answer != "half":
                self.close_connection = True
                return
            status, content, headers = (*answer, {})[:3] if answer != "half" else (200, b"", {})
            payload = content if isinstance(content, bytes) else orjson.dumps(content)
            self.send_response(status)
            length = len(payload) + (100 if answer == "half" else 0)
            for name, value in {"content-length": str(length), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)
            # Behind the answer to a CONNECT comes what was asked for, until its end.
            over = answer == "half" or self.command == "CONNECT"
            self.close_connection = self.close_connection or over

        def hand_over(self, data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
                # What is left unread would cut the connection off.
                while self.rfile.read1():
                    pass

        def log_message(self, *args: object) -> None:
            pass

    for method in ("CONNECT", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler


@contextmanager
def scripted() -> Iterator[Wire]:
    """Serve a wire in a thread."""
    wire = Wire()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wire))
    server.daemon_threads = True
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wire
    finally:
        wire.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
