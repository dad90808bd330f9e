"""Download a backup and say how much memory that took, as JSON; run by a test."""

import json
import sys
from pathlib import Path

import anyio
from instruments.memory import peak_of_process
from storage import QUICK

from scalingo_async import AsyncClient


async def main(kind: str, app: str, addon: str, small: str, large: str, folder: str) -> None:
    if kind == "aiohttp":
        from scalingo_async.transports.aiohttp import AiohttpTransport as Transport
    else:
        from scalingo_async.transports.httpx import HttpxTransport as Transport
    transport = Transport(trust_env=False)
    async with AsyncClient.from_env(transport=transport, rate_limit=None, retry=QUICK) as client:
        backups = client.database(app, addon).backups
        await backups.download(small, Path(folder, "small"))
        before = peak_of_process()
        interruptions = []
        path = await backups.download(
            large,
            Path(folder, "large"),
            on_progress=lambda p: interruptions.append(p.interruptions),
        )
        print(json.dumps([str(path), peak_of_process() - before, interruptions[-1]]))


anyio.run(main, *sys.argv[2:], backend=sys.argv[1])
