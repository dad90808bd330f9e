"""What tests of the transports share: the transports, requests, and the state left behind."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import attrs
import httpx
import httpx2

from scalingo_async._core.endpoint import Endpoint
from scalingo_async.request import CallOptions, Request
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport
from scalingo_async.types import Headers, Timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TOKEN = "tk-us-canary-0123456789"
HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate",
    "user-agent": "tests/1",
    "authorization": f"Bearer {TOKEN}",
}
PLAIN = {"trust_env": False}


@attrs.frozen
class Kind:
    """One transport: its name, where it works, how it is made."""

    name: str
    make: Callable[..., Any]
    backends: tuple[str, ...] = ("asyncio", "trio")
    family: Any = None

    @asynccontextmanager
    async def open(self, **settings: Any) -> AsyncIterator[Any]:
        """Make a transport, close it at the end."""
        transport = self.make(**{**PLAIN, **settings})
        try:
            yield transport
        finally:
            await transport.aclose()


KINDS = [
    Kind("httpx", HttpxTransport, family=httpx),
    Kind("httpx2", Httpx2Transport, family=httpx2),
    Kind("aiohttp", AiohttpTransport, ("asyncio",), family=aiohttp),
]


def request_to(
    url: str,
    method: str = "GET",
    *,
    content: Any = None,
    stream: bool = False,
    headers: dict[str, str] | None = None,
    facts: dict[str, Any] | None = None,
    **options: Any,
) -> Request:
    """Make a request; `options` are those of the call, `facts` those of its endpoint."""
    options.setdefault("timeout", Timeout.of(10))
    return Request(
        method,
        url,
        Headers(HEADERS if headers is None else headers),
        Endpoint("tests.one", method, "/one", **(facts or {})),
        content,
        options=CallOptions(**options),
        stream=stream,
    )


def at_rest(transport: Any, number: int = 10) -> bool:
    """Tell whether all places are free and no connection is in use."""
    pool = getattr(transport, "pool", None)
    return transport._limit.free == number and (pool is None or pool.busy == 0)


async def read(response: Any) -> bytes:
    """Read a streamed answer to its end."""
    return b"".join([chunk async for chunk in response.body])
