"""Stop the apps of all regions whose name matches a pattern; start them again as they were.

python stop_apps.py stop 'review-*' stopped.json
python stop_apps.py start stopped.json
"""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AppRef, AsyncClient, BadRequestError, bulk

if TYPE_CHECKING:
    from scalingo_async import PendingOperation
    from scalingo_async.models import ContainerType

Amounts = dict[AppRef, dict[str, int]]
"""How many containers of each type, by app."""


async def running(client: AsyncClient, pattern: str) -> Amounts:
    """Find the apps that match and have containers, and how many."""
    apps = [app async for app in bulk.all_apps(client) if fnmatchcase(app.name, pattern)]
    types = await bulk.map(client.containers.types.list, apps)
    amounts = {
        outcome.item.ref: {each.name: each.amount for each in outcome.unwrap() if each.amount}
        for outcome in types
    }
    return {app: containers for app, containers in amounts.items() if containers}


async def scale(client: AsyncClient, amounts: Amounts) -> int:
    """Scale the apps and wait until that is done; returns the exit status."""

    async def one(app: AppRef) -> list[PendingOperation[list[ContainerType]]]:
        try:
            return [await client.apps.scale(app, containers=amounts[app])]
        except BadRequestError as error:
            if error.code != "nothing_changed":
                raise
            return []

    report = await bulk.map(one, list(amounts), wait=True)
    for outcome in report:
        print(outcome.item.region, outcome.item, outcome.error or amounts[outcome.item])
    return 0 if report.summary.ok else 1


def save(amounts: Amounts, file: Path) -> None:
    with file.open("x", encoding="utf-8") as new:
        json.dump([[app.region, app, containers] for app, containers in amounts.items()], new)


def load(file: Path) -> Amounts:
    saved = json.loads(file.read_text("utf-8"))
    return {AppRef(app, region=region): containers for region, app, containers in saved}


async def main(*words: str) -> int:
    async with AsyncClient.from_env() as client:
        match words:
            case ["stop", pattern, file]:
                amounts = await running(client, pattern)
                # Before anything is changed, and never over what another run has stopped.
                save(amounts, Path(file))
                return await scale(client, {app: dict.fromkeys(amounts[app], 0) for app in amounts})
            case ["start", file]:
                return await scale(client, load(Path(file)))
            case _:
                sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(anyio.run(main, *sys.argv[1:]))
