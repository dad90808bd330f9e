"""An HTTP/1.1 server with canned responses and as little work as asyncio allows.

It listens only on loopback, on a free port that it prints, and ends when its standard input is
closed: together with the process that started it.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import random
import sys
from collections import deque
from typing import TYPE_CHECKING

from benchmarks.payloads import answers, log_messages

if TYPE_CHECKING:
    import ssl

STATS_PATH = "/_stats"
MOST_CONNECTIONS = 4096
LOGS_PATH, STREAM_PATH = "/v1/apps/my-app/logs", "/logs"


def _head(status: str, body: bytes, kind: str) -> bytes:
    return (
        f"HTTP/1.1 {status}\r\n"
        "Server: benchmarks\r\n"
        "Date: Sun, 01 Mar 2026 12:00:00 GMT\r\n"
        f"Content-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Request-Id: 0d9f5cf8-6f45-4a7b-b0b3-2f1f4cf4a0d1\r\n"
        "\r\n"
    ).encode() + body


NOT_FOUND = _head("404 Not Found", b'{"error":"not found"}', "application/json")
TOO_MANY = _head("429 Too Many Requests", b"Retry later\n", "text/plain")


def _frame(text: str) -> bytes:
    """Make a server's websocket frame with a text."""
    payload = text.encode()
    size = len(payload)
    head = bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")
    return head + payload


def _accepted(head: bytes) -> bytes:
    """Return the response to a websocket handshake."""
    fields = (line.partition(b":") for line in head.split(b"\r\n"))
    key = next(value.strip() for name, _, value in fields if name.lower() == b"sec-websocket-key")
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


class Limiter:
    """A limit of requests in any window of this many seconds; the rest is refused."""

    def __init__(self, limit: int, window: float, jitter: float) -> None:
        self.limit = limit
        self.window = window
        self.jitter = jitter
        self.accepted: deque[float] = deque()
        self._random = random.Random(7)

    def admits(self, now: float) -> bool:
        """Whether the request that arrives now is let in."""
        while self.accepted and now - self.accepted[0] >= self.window:
            self.accepted.popleft()
        if len(self.accepted) >= self.limit:
            return False
        self.accepted.append(now)
        return True

    def delay(self) -> float:
        """The delay of the next request: networks don't deliver evenly."""
        return self._random.uniform(0, self.jitter)


class Shared:
    """The state that all connections share."""

    def __init__(self, limiter: Limiter | None, lines: int = 0) -> None:
        self.limiter = limiter
        self.port = 0
        self.log = b"".join(map(_frame, log_messages(lines)))
        self.exact: dict[bytes, bytes] = {}
        self.by_folder: dict[bytes, bytes] = {}
        for path, body in answers().items():
            answer = _head("200 OK", body, "application/json")
            if path.endswith("*"):
                self.by_folder[path[:-2].encode()] = answer
            else:
                self.exact[path.encode()] = answer
        self.counts: dict[str, int] = {"served": 0, "refused": 0, "unknown": 0}
        self.connections = 0

    def answer(self, path: bytes) -> bytes:
        """Return the complete response for a path."""
        if path == STATS_PATH.encode():
            return _head("200 OK", json.dumps(self.counts).encode(), "application/json")
        if path == LOGS_PATH.encode():
            url = f"http://127.0.0.1:{self.port}{STREAM_PATH}?token=0123456789abcdef"
            body = json.dumps({"app": {"id": "1", "name": "my-app"}, "logs_url": url})
            return _head("200 OK", body.encode(), "application/json")
        found = self.exact.get(path) or self.by_folder.get(path.rpartition(b"/")[0])
        if found is None:
            self.counts["unknown"] += 1
            return NOT_FOUND
        self.counts["served"] += 1
        return found


class Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.transport: asyncio.Transport | None = None
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.shared.connections += 1
        if self.shared.connections > MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.shared.connections -= 1
        self.transport = None

    def data_received(self, data: bytes) -> None:
        data = self.rest + data if self.rest else data
        while data:
            head, end, after = data.partition(b"\r\n\r\n")
            if not end:
                break
            length = 0
            lower = head.lower()
            at = lower.find(b"\r\ncontent-length:")
            if at >= 0:
                length = int(lower[at + 17 :].split(b"\r\n", 1)[0])
            if len(after) < length:
                break
            data = after[length:]
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            if path == STREAM_PATH.encode():
                self.write(_accepted(head) + self.shared.log)
            else:
                self.respond(path)
        self.rest = data

    def respond(self, path: bytes) -> None:
        limiter = self.shared.limiter
        if limiter is None or not path.startswith(b"/v1/"):
            self.write(self.shared.answer(path))
            return
        loop = asyncio.get_running_loop()
        loop.call_later(limiter.delay(), self.respond_limited, path, limiter)

    def respond_limited(self, path: bytes, limiter: Limiter) -> None:
        if limiter.admits(asyncio.get_running_loop().time()):
            self.write(self.shared.answer(path))
        else:
            self.shared.counts["refused"] += 1
            self.write(TOO_MANY)

    def write(self, answer: bytes) -> None:
        if self.transport is not None:
            self.transport.write(answer)


def _tls(chain: str | None) -> ssl.SSLContext | None:
    if chain is None:
        return None
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


async def serve(limiter: Limiter | None, chain: str | None, lines: int) -> None:
    """Serve until standard input is closed."""
    loop = asyncio.get_running_loop()
    shared = Shared(limiter, lines)
    server = await loop.create_server(
        lambda: Connection(shared), "127.0.0.1", 0, backlog=MOST_CONNECTIONS, ssl=_tls(chain)
    )
    shared.port = server.sockets[0].getsockname()[1]
    print(shared.port, flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--window", type=float, default=60.0)
    parser.add_argument("--jitter", type=float, default=0.01)
    parser.add_argument("--tls", help="a file with a private key and its certificate")
    parser.add_argument("--lines", type=int, default=0, help="lines of the log at /logs")
    arguments = parser.parse_args()
    limiter = None
    if arguments.limit:
        limiter = Limiter(arguments.limit, arguments.window, arguments.jitter)
    asyncio.run(serve(limiter, arguments.tls, arguments.lines))


if __name__ == "__main__":
    main()
