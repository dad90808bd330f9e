"""pydo: block storage volumes. Its results are plain dictionaries."""

from __future__ import annotations

from contextlib import asynccontextmanager

from pydo.aio import Client

from benchmarks.peers.harness import expect, main

VOLUME = "506f78a4-e098-11e5-ad9f-000f53306ae1"
PLAIN = {"enforce_https": False}
"""Without this option, its pipeline sends no bearer token over http, even to loopback."""


@asynccontextmanager
async def opened(url):
    async with Client("benchmark", endpoint=url) as client:

        async def get():
            return (await client.volumes.get(VOLUME, **PLAIN))["volume"]

        async def list_all():
            return (await client.volumes.list(per_page=100, **PLAIN))["volumes"]

        expect((await get())["size_gigabytes"], 10)
        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("pydo", opened)
