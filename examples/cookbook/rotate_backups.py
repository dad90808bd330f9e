"""Download a backup of every database, and keep the newest few of each.

    python rotate_backups.py DIRECTORY [KEEP] [HOURS]

Each database of each region gets a directory, in which the newest KEEP backups stay, 7 by default.
The newest backup of the platform is taken if it is at most HOURS old, 24 by default; otherwise a
new one is made. An old file goes only when the new one is whole. After a failure, run it again:
what is there is not downloaded again, and a download that broke off resumes.
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


async def main(directory: str, keep: str = "7", hours: str = "24") -> int:
    kept, oldest = int(keep), datetime.now(UTC) - timedelta(hours=float(hours))
    if kept < 1:
        sys.exit(f"KEEP is {keep}: keep at least one backup")

    async def fetch(found: tuple[App, Addon]) -> Path:
        app, addon = found
        database = client.database(app.ref, addon.id)
        backup = await database.backups.latest(status="done")
        if backup is None or backup.created_at < oldest:
            running = await database.backups.create(adopt=True)
            backup = await running.wait()
        folder = Path(directory) / str(app.region) / app.name / addon.id
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{backup.created_at:%Y-%m-%dT%H%M%SZ}.tar.gz"
        if not path.exists():
            await database.backups.download(backup.id, path, size=backup.size)
        for old in sorted(folder.glob("*.tar.gz"))[:-kept]:
            old.unlink()
        return path

    async with AsyncClient.from_env() as client:
        addons = await bulk.map(client.addons.list, bulk.all_apps(client))
        databases = [
            (outcome.item, addon)
            for outcome in addons
            for addon in outcome.value or ()
            if any(kind in addon.addon_provider.id for kind in KINDS)
        ]
        report = await bulk.map(fetch, databases)
    for failed in (outcome for outcome in addons if not outcome.ok):
        print(failed.item.region, failed.item.name, failed.error)
    for outcome in report:
        app, addon = outcome.item
        print(app.region, app.name, addon.addon_provider.id, outcome.error or outcome.value)
    return 0 if addons.summary.ok and report.summary.ok else 1


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    sys.exit(anyio.run(lambda: main(*sys.argv[1:])))
