"""Bare httpx and `json.loads`: the baseline for every client."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import httpx

from benchmarks.peers.harness import expect, main


@asynccontextmanager
async def opened(url):
    async with httpx.AsyncClient() as client:

        async def get():
            return json.loads((await client.get(f"{url}/v1/apps/my-app")).content)["app"]

        async def list_all():
            return json.loads((await client.get(f"{url}/v1/apps")).content)["apps"]

        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("httpx", opened)
