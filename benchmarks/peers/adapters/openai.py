"""openai: batches."""

from __future__ import annotations

from contextlib import asynccontextmanager

from openai import AsyncOpenAI

from benchmarks.peers.harness import expect, main


@asynccontextmanager
async def opened(url):
    async with AsyncOpenAI(api_key="sk-benchmark", base_url=f"{url}/openai") as client:

        async def get():
            return await client.batches.retrieve("batch_1")

        async def list_all():
            return (await client.batches.list(limit=100)).data

        expect((await get()).status, "completed")
        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("openai", opened)
