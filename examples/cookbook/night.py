"""Scale the apps that match a pattern down for the night, and up again in the morning.

    python night.py down 'review-*' night.json
    python night.py up night.json

The file keeps how many containers each app had. It is written before anything changes, and an app
leaves it once it is up again. After a failure, run the same command again.
"""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import anyio

from scalingo_async import AppRef, AsyncClient, bulk

Containers = dict[AppRef, dict[str, int]]  # the number of containers of each type, by app


async def running(client: AsyncClient, pattern: str) -> Containers:
    """Find the apps that match and run containers, in all regions."""
    apps = [app async for app in bulk.all_apps(client) if fnmatchcase(app.name, pattern)]
    found = {
        outcome.item.ref: {each.name: each.amount for each in outcome.unwrap() if each.amount}
        for outcome in await bulk.map(client.containers.types.list, apps)
    }
    return {app: amounts for app, amounts in found.items() if amounts}


async def scale(client: AsyncClient, wanted: Containers) -> set[AppRef]:
    """Scale the apps and wait until that is done; return those for which it worked."""
    report = await bulk.map(
        lambda app: client.apps.scale(app, containers=wanted[app]), list(wanted), wait=True
    )
    done: set[AppRef] = set()
    for outcome in report:
        # An app that is as it should be is refused, with this code.
        if ok := outcome.ok or getattr(outcome.error, "code", None) == "nothing_changed":
            done.add(outcome.item)
        print(outcome.item.region, outcome.item, wanted[outcome.item] if ok else outcome.error)
    return done


def load(file: Path) -> Containers:
    text = file.read_text("utf-8") if file.exists() else "[]"
    saved: list[tuple[str, str, dict[str, int]]] = json.loads(text)
    return {AppRef(app, region=region): amounts for region, app, amounts in saved}


def save(file: Path, found: Containers) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps([[app.region, app, found[app]] for app in found]), "utf-8")
    new.replace(file)


async def main(*words: str) -> int:
    file = Path(words[-1])
    async with AsyncClient.from_env() as client:
        found = load(file)
        if words[0] == "down":
            # What an unfinished run saved is what there was before it.
            found = {**await running(client, words[1]), **found}
            save(file, found)
            done = await scale(client, {app: dict.fromkeys(found[app], 0) for app in found})
        else:
            done = await scale(client, found)
            save(file, {app: found[app] for app in found if app not in done})
    return 0 if len(done) == len(found) else 1


if __name__ == "__main__":
    if [len(sys.argv), *sys.argv[1:2]] not in ([4, "down"], [3, "up"]):
        sys.exit(__doc__)
    if sys.argv[1] == "up" and not Path(sys.argv[2]).exists():
        sys.exit(f"night: there is no file {sys.argv[2]}")
    sys.exit(anyio.run(main, *sys.argv[1:]))
