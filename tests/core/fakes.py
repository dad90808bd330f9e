"""Stand-ins at the seams of the chain: a fake `call_next`, a server in memory, virtual time."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, TypeVar

import trio
from trio.testing import MockClock

from scalingo_async._core.endpoint import Endpoint
from scalingo_async.request import CallOptions, Request, Response
from scalingo_async.types import Headers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


def request(method: str = "GET", *, facts: dict[str, Any] | None = None, **options: Any) -> Request:
    """Make a request; `facts` are those of its endpoint, `options` those of the call."""
    endpoint: Endpoint[None] = Endpoint("apps.test", method, "/apps/{app}", **(facts or {}))
    url = "https://api.example.com/v1/apps/my-app?token=query-secret"
    return Request(method, url, Headers(), endpoint, options=CallOptions(**options))


def answer(status: int = 200, content: object = b"", **headers: str) -> Response:
    """Make a response; content that is not bytes is written as JSON."""
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return Response(status, Headers({k.replace("_", "-"): v for k, v in headers.items()}), content)


class Script:
    """A `call_next` that answers from a list: responses, statuses, errors; the last one stays."""

    def __init__(self, *outcomes: Response | int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        outcome = self.outcomes[min(len(self.requests), len(self.outcomes)) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return answer(outcome) if isinstance(outcome, int) else outcome

    @property
    def calls(self) -> int:
        return len(self.requests)


class Body:
    """A body on the wire: pieces, and how often it was closed."""

    def __init__(self, *pieces: bytes | Exception | Callable[[], Awaitable[object]]) -> None:
        self.pieces = pieces
        self.closed = 0

    async def __aiter__(self):
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            if callable(piece):
                await piece()
                continue
            yield piece

    async def aclose(self) -> None:
        self.closed += 1


def virtual(function: Callable[..., Awaitable[T]], *args: object) -> T:
    """Run an async function on a clock that jumps whenever everybody sleeps."""
    return trio.run(function, *args, clock=MockClock(autojump_threshold=0))


def jwt(**claims: object) -> str:
    """Make a token that looks like one of the platform's."""

    def part(data: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2ln"
