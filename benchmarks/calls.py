"""The cost of one call: the client's CPU time, compared with bare httpx and bare aiohttp."""

from __future__ import annotations

import asyncio
import gc
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from benchmarks.loops import time_async
from benchmarks.rows import Row, Samples, compared, not_run
from benchmarks.serving import Server, serving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Call = Callable[[], Awaitable[object]]

PART = "calls"
BARE = "bare httpx"
OVER_HTTPX = "over httpx"
OVER_AIOHTTP = "over aiohttp"
BARE_AIOHTTP = "bare aiohttp"
CONTENDERS = (BARE, OVER_HTTPX, OVER_AIOHTTP, BARE_AIOHTTP)

IN_FLIGHT = (1, 50, 1000)
ROWS = (
    (OVER_HTTPX, BARE, {1: 0.82, 50: 0.38}),
    (OVER_AIOHTTP, BARE_AIOHTTP, {1: 1.4, 50: 1.6}),
    (OVER_AIOHTTP, BARE, {}),
    (BARE_AIOHTTP, BARE, {}),
)
"""Our client, its baseline, and the bounds by calls in flight."""

ROUNDS = {
    (1, True): (3, 200),
    (1, False): (21, 200),
    (50, True): (3, 200),
    (50, False): (21, 200),
    (1000, True): (1, 1000),
    (1000, False): (2, 1000),
}
"""By calls in flight and `--quick`: rounds, and calls in each."""

PATIENCE = 600.0
"""Seconds: with 1,000 in flight a call of bare httpx may wait a minute for its turn."""


class Contenders:
    """The open clients; each name has a function that gets one app.

    Attributes:
        calls: The functions.
        absent: Why some clients are missing.
    """

    def __init__(self, server: Server, stack: AsyncExitStack) -> None:
        self.calls: dict[str, Call] = {}
        self.absent: dict[str, BaseException] = {}
        self._server = server
        self._stack = stack

    async def open(self) -> None:
        """Open all clients that can be opened."""
        for name, opening in (
            (BARE, self._bare),
            (OVER_HTTPX, self._over_httpx),
            (OVER_AIOHTTP, self._over_aiohttp),
            (BARE_AIOHTTP, self._bare_aiohttp),
        ):
            try:
                call = await opening()
                await call()
            except Exception as error:
                self.absent[name] = error
            else:
                self.calls[name] = call

    @property
    def _url(self) -> str:
        return f"{self._server.url}/v1/apps/my-app"

    async def _bare(self) -> Call:
        import httpx

        client = await self._stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE))

        async def call() -> object:
            return json.loads((await client.get(self._url)).content)

        return call

    async def _bare_aiohttp(self) -> Call:
        import aiohttp

        session = await self._stack.enter_async_context(aiohttp.ClientSession())

        async def call() -> object:
            async with session.get(self._url) as response:
                return json.loads(await response.read())

        return call

    async def _over_httpx(self) -> Call:
        return await self._ours()

    async def _over_aiohttp(self) -> Call:
        from scalingo_async.transports.aiohttp import AiohttpTransport

        return await self._ours(transport=AiohttpTransport())

    async def _ours(self, **more: Any) -> Call:
        from scalingo_async import AsyncClient

        options = {**self._server.options, "timeout": PATIENCE, **more}
        client = await self._stack.enter_async_context(AsyncClient(**options))
        return lambda: client.apps.get("my-app")


async def measure(
    server: Server, in_flight: int, calls: int, rounds: int
) -> tuple[Samples, dict[str, BaseException]]:
    """Measure all clients in turns, in one event loop."""
    async with AsyncExitStack() as stack:
        clients = Contenders(server, stack)
        await clients.open()
        samples: Samples = {name: [] for name in clients.calls}
        gc.collect()
        gc.freeze()
        try:
            names = list(clients.calls)
            for number in range(rounds + 1):
                shift = number % len(names)
                for name in names[shift:] + names[:shift]:
                    if name in clients.absent:
                        continue
                    try:
                        cost = await time_async(clients.calls[name], calls, in_flight)
                    except Exception as error:
                        clients.absent[name] = error
                        del samples[name]
                        continue
                    if number:  # the first round is a warm-up
                        samples[name].append(cost.cpu)
        finally:
            gc.unfreeze()
    return samples, clients.absent


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    found: list[Row] = []
    with serving() as server:
        for in_flight in IN_FLIGHT:
            rounds, calls = ROUNDS[in_flight, quick]
            try:
                samples, absent = asyncio.run(measure(server, in_flight, calls, rounds))
            except Exception as error:
                samples, absent = {}, dict.fromkeys(CONTENDERS, error)
            for name, rival, bounds in ROWS:
                title = f"apps.get {name} ÷ {rival}, {in_flight:,} in flight"
                bound = bounds.get(in_flight)
                if name in samples and rival in samples:
                    found.append(
                        compared(
                            samples, name, rival, part=PART, what=title, against="", bound=bound
                        )
                    )
                else:
                    reason = absent.get(name) or absent.get(rival) or "it was not measured"
                    found += not_run(PART, {title: bound}, reason)
    return found
