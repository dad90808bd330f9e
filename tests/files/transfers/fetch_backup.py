"""Download a backup and say how much memory that took, as JSON; run by a test."""

import json
import re
import sys
from pathlib import Path

import anyio
from storage import QUICK

from scalingo_async import AsyncClient


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    # What `resource` tells begins with the peak of the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


async def main(kind: str, app: str, addon: str, small: str, large: str, folder: str) -> None:
    if kind == "aiohttp":
        from scalingo_async.transports.aiohttp import AiohttpTransport as Transport
    else:
        from scalingo_async.transports.httpx import HttpxTransport as Transport
    transport = Transport(trust_env=False)
    async with AsyncClient.from_env(transport=transport, rate_limit=None, retry=QUICK) as client:
        backups = client.database(app, addon).backups
        await backups.download(small, Path(folder, "small"))
        before = peak()
        interruptions = []
        path = await backups.download(
            large,
            Path(folder, "large"),
            on_progress=lambda p: interruptions.append(p.interruptions),
        )
        print(json.dumps([str(path), peak() - before, interruptions[-1]]))


anyio.run(main, *sys.argv[2:], backend=sys.argv[1])
