"""scalingo_async: apps, over httpx or (`aiohttp` as the second argument) over aiohttp."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager

from benchmarks.peers.harness import expect, main
from benchmarks.serving import Server
from scalingo_async import AsyncClient, __version__


def _transport():
    if "aiohttp" not in sys.argv[2:]:
        return None
    from scalingo_async.transports.aiohttp import AiohttpTransport

    return AiohttpTransport()


@asynccontextmanager
async def opened(url):
    options = Server(url).options
    transport = _transport()
    if transport is not None:
        options["transport"] = transport
    async with AsyncClient(**options) as client:

        async def get():
            return await client.apps.get("my-app")

        async def list_all():
            return await client.apps.list()

        expect((await get()).status, "running")
        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("scalingo-async", opened, __version__)
