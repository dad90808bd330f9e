"""What tests of transfers share: a storage on a real socket that misbehaves, and clients of it."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from instruments.wire import Peer, Received, answer

from scalingo_async import AsyncClient, RetryPolicy

CONTENT = b"".join(number.to_bytes(4, "big") for number in range(64 * 1024))
"""A quarter of a megabyte, of which no part looks like another."""

TOKEN = "canary-bearer-0123456789"
HEADER = "canary-header-0123456789"
QUICK = RetryPolicy(base=0.0, cap=0.0)


@attrs.define
class Storage:
    """Gives a file away, as object storages do; the last rule of `script` stays.

    Attributes:
        content: The file.
        etag: Its entity tag; none when empty.
        script: For each request: where its body is cut off, or a function that answers.
    """

    content: bytes = CONTENT
    etag: str = '"v1"'
    script: list[int | Callable[["Storage", Received], bytes] | None] = attrs.field(
        factory=lambda: [None]
    )
    served: int = 0

    async def __call__(self, peer: Peer) -> None:
        while True:
            received = await peer.request()
            rule = self.script[min(self.served, len(self.script) - 1)]
            self.served += 1
            if callable(rule):
                await peer.send(rule(self, received))
                return
            raw = self.respond(received)
            if rule is not None:
                head, _, body = raw.partition(b"\r\n\r\n")
                await peer.send(head + b"\r\n\r\n" + body[:rule])
                return
            await peer.send(raw)

    def respond(self, received: Received) -> bytes:
        """Answer as a storage should."""
        tag = [f"ETag: {self.etag}"] if self.etag else []
        wanted = re.fullmatch(r"bytes=(\d+)-", "".join(received.all("range")))
        if wanted is None or received.all("if-range") not in ([], [self.etag]):
            return answer(self.content, "200 OK", *tag)
        first, size = int(wanted[1]), len(self.content)
        if first >= size:
            return answer(b"", "416 Range Not Satisfiable", f"Content-Range: bytes */{size}")
        where = f"Content-Range: bytes {first}-{size - 1}/{size}"
        return answer(self.content[first:], "206 Partial Content", where, *tag)


def client_of(url: str, **settings: Any) -> AsyncClient:
    """Make a client that has the server's host among its own, and secrets that it may not see."""
    given = {
        "bearer_token": TOKEN,
        "api_url": url,
        "auth_url": url,
        "database_url": url,
        "headers": {"X-Canary": HEADER},
        "retry": QUICK,
        "rate_limit": None,
        "trust_env": False,
        **settings,
    }
    if "transport" in given:
        given.pop("trust_env")
    return AsyncClient(**given)


def left_in(folder: Path) -> dict[str, int]:
    """Return what is in a folder, with the sizes: without what goes away meanwhile."""
    sizes: dict[str, int] = {}
    for path in sorted(folder.iterdir()):
        with contextlib.suppress(FileNotFoundError):
            sizes[path.name] = path.stat().st_size
    return sizes
