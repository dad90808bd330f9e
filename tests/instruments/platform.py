"""A platform in memory: the transport of a client, scripted like scripted_server.py, which counts.

    platform = Platform()
    platform.on("GET /v1/apps", (200, {"apps": []}))
    async with platform.client() as client:
        await client.apps.list()
    assert platform.left_open() == []

Whatever nobody has scripted is answered by the facts about the API (tests/api). Each request takes
several ticks, in which a sweep (ticks.py) can cancel it.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import anyio
from anyio.lowlevel import checkpoint
from api_facts import OPERATIONS, answer_to, sample_of
from wsproto.utilities import generate_accept_token

from instruments.scripted_server import Answer, Wire
from scalingo_async import AsyncClient, Headers, RateLimit, RetryPolicy
from scalingo_async.errors import APIConnectionError, ClientClosedError
from scalingo_async.request import Phase, Request, Response

API_TOKEN = "tk-us-a-token-of-the-platform-in-memory"
PIECE = 32
"""How many bytes of a body come at a time."""


class _Open:
    """What a client has to close: the body of an answer, or a connection."""

    def __init__(self, platform: "Platform", headers: Headers, content: bytes) -> None:
        self.headers = headers
        self._platform = platform
        self._content = content
        self._closed = False
        platform.opened.append(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._content[:20]!r}>"

    async def _next(self, size: int) -> bytes:
        await self._platform.tick()
        if self._closed:
            raise ClientClosedError("it is closed")
        piece, self._content = self._content[:size], self._content[size:]
        return piece

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            self._platform.opened.remove(self)
            # A connection says goodbye, and whoever closes it may be cancelled there.
            await self._platform.tick()


class Body(_Open):
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._next(PIECE)
        if not piece:
            await self.aclose()
            raise StopAsyncIteration
        return piece


class Connection(_Open):
    """A connection that was handed over: it says what was scripted, and then that it has ended."""

    async def receive(self, max_bytes: int = 65536) -> bytes:
        piece = await self._next(max_bytes)
        if not piece:
            raise anyio.EndOfStream
        return piece

    async def send(self, item: bytes) -> None:
        await self._platform.tick()
        if self._closed:
            raise ClientClosedError("it is closed")

    async def send_eof(self) -> None:
        await self._platform.tick()


class Platform(Wire):
    """Answers requests by method and path, in memory.

    Attributes:
        opened: What its clients have not closed yet.
        requests: How many requests it was sent.
        under_way: How many of them are unanswered.
        ticked: Called at each tick.
        fallback: Makes the answer to an operation that is not scripted.
        unscripted: The answer to all of those, whatever they are, once it is there.
        asked: Functions that make the answers to routes, of the requests.
    """

    def __init__(self) -> None:
        super().__init__()
        self.url = "http://127.0.0.1:9"
        self.opened: list[_Open] = []
        self.requests = 0
        self.under_way = 0
        self.ticked: Callable[[], object] = lambda: None
        self.fallback: Callable[[str], bytes] = answer_to
        self.unscripted: Answer | None = None
        self.asked: dict[str, Callable[[Request], Answer]] = {}

    def left_open(self) -> list[object]:
        """Return what was not given back."""
        return [*self.opened, *["a request"] * self.under_way]

    async def tick(self) -> None:
        self.ticked()
        await checkpoint()

    def client(self, **settings: Any) -> AsyncClient:
        """Make a client of it, with a rate limit that nothing reaches."""
        given: dict[str, Any] = {
            "api_url": self.url,
            "auth_url": self.url,
            "database_url": self.url,
            "billing_url": self.url,
            "rate_limit": RateLimit(10_000, 60),
            "retry": RetryPolicy(base=0.0, cap=0.0),
            "transport": self,
            **settings,
        }
        if not {"bearer_token", "credential"} & given.keys():
            given.setdefault("api_token", API_TOKEN)
        client = AsyncClient(**given)
        # Connections are opened by a transport of their own, which a client makes.
        client._state._make_upgrade_transport = lambda: self
        return client

    async def send(self, request: Request) -> Response:
        self.requests += 1
        self.under_way += 1
        state = request.state
        try:
            state.phase = Phase.CONNECT
            await self.tick()
            state.phase = Phase.WRITE
            await self._take(request)
            state.phase = Phase.READ
            await self.tick()
            return await self._answered(request)
        finally:
            self.under_way -= 1

    async def _take(self, request: Request) -> None:
        content = request.content
        if not callable(content):
            await self.tick()
            return
        pieces = content()
        try:
            async for _ in pieces:
                await self.tick()
        finally:
            # What reads a file has to be ended here and now.
            with anyio.CancelScope(shield=True), suppress(AttributeError):
                await pieces.aclose()  # type: ignore[attr-defined]

    async def _answered(self, request: Request) -> Response:
        route = f"{request.method} {urlsplit(request.url).path}"
        self.seen.append((route, dict(request.headers), b""))
        if route in self.asked:
            answer = self.asked[route](request)
        elif route in self.answers:
            answer = self.next_answer(route)
        else:
            answer = self._made_up(request)
        if answer == "hang":
            await anyio.sleep_forever()
        if isinstance(answer, str):
            raise APIConnectionError("the connection was cut", sent=True, phase=Phase.READ)
        if callable(answer):
            return self._handed_over(request, answer(dict(request.headers)))
        status, content, more = (*answer, {})[:3]
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = Headers({"content-length": str(len(payload)), **more})
        if not request.stream:
            return Response(status, headers, payload)
        return Response(status, headers, body=Body(self, headers, payload))

    def _handed_over(self, request: Request, said: bytes) -> Response:
        head, _, data = said.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        accepted = {}
        if key := request.headers.get("sec-websocket-key"):
            accepted["sec-websocket-accept"] = generate_accept_token(key.encode()).decode()
        response = Response(status, Headers(accepted))
        response.connection = Connection(self, response.headers, data)
        return response

    def _made_up(self, request: Request) -> Answer:
        id_ = request.endpoint.id
        if id_ == "addons.token":
            addon = sample_of("Addon", full=False) | {"token": "an-addon-token"}
            return 200, {"addon": addon}
        if id_ == "tokens.exchange":
            return 200, {"token": "a-bearer-token"}
        if self.unscripted is not None:
            return self.unscripted
        if id_ not in OPERATIONS:
            return 404, {"error": f"there is no {id_}"}
        return 200, self.fallback(id_)

    async def aclose(self) -> None:
        for each in list(self.opened):
            await each.aclose()
