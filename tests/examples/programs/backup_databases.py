"""Download a backup of each database of each app, in all regions.

    python backup_databases.py FOLDER [HOURS]

The newest backup is taken if it is no older than so many hours, 24 by default. Otherwise a new one
is made; one that is being made already is waited for instead.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AsyncClient, bulk

if TYPE_CHECKING:
    from scalingo_async.models import Addon, App

KINDS = ("postgresql", "mysql", "mongodb", "redis", "influxdb")
"""The addons whose backups can be downloaded; some ids say more, such as `scalingo-redis`."""


async def main(folder: str, hours: str = "24") -> int:
    oldest = datetime.now(UTC) - timedelta(hours=float(hours))

    async def fetch(found: tuple[App, Addon]) -> Path:
        app, addon = found
        database = client.database(app.ref, addon.id)
        backup = await database.backups.latest(status="done")
        if backup is None or backup.created_at < oldest:
            running = await database.backups.create(adopt=True)
            backup = await running.wait()
        path = Path(folder) / f"{app.region}-{app.name}-{addon.id}.tar.gz"
        return await database.backups.download(backup.id, path, size=backup.size, overwrite=True)

    async with AsyncClient.from_env() as client:
        addons = await bulk.map(client.addons.list, bulk.all_apps(client))
        databases = [
            (outcome.item, addon)
            for outcome in addons
            for addon in outcome.unwrap()
            if any(kind in addon.addon_provider.id for kind in KINDS)
        ]
        report = await bulk.map(fetch, databases)
    for outcome in report:
        app, addon = outcome.item
        print(app.region, app.name, addon.addon_provider.id, outcome.error or outcome.value)
    return 0 if report.summary.ok else 1


if __name__ == "__main__":
    sys.exit(anyio.run(lambda: main(*sys.argv[1:])))
