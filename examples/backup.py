"""Back up a database to a local file.

    python examples/backup.py my-app                   # make a backup and download it
    python examples/backup.py my-app --latest # download the newest backup python examples/backup.py
    my-app --addon mysql -o backups/

The token comes from SCALINGO_API_TOKEN, the region from SCALINGO_REGION. An interrupted download is
resumed by the next one with the same --output, if that is a file.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AsyncClient, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from scalingo_async import Progress
    from scalingo_async.models import Addon, DatabaseBackup
    from scalingo_async.resources.databases.handle import DatabaseHandle

DATABASES = ("postgresql", "mysql", "mongodb", "redis", "influxdb")
"""The addons with backups that can be downloaded."""


class BackupError(Exception):
    """The backup failed for a reason that the user can fix."""


async def find_addon(client: AsyncClient, app: str, wanted: str | None) -> Addon:
    """Return the addon with this id or kind, or the app's only database."""
    addons = [
        addon
        async for addon in client.addons.list(app)
        if (kind_of(addon) in DATABASES if wanted is None else wanted in {addon.id, kind_of(addon)})
    ]
    if not addons:
        raise BackupError(f"{app} has no {wanted or 'database'}")
    if len(addons) > 1:
        names = ", ".join(f"{addon.id} ({kind_of(addon)})" for addon in addons)
        raise BackupError(f"{app} has several databases: choose one with --addon: {names}")
    return addons[0]


def kind_of(addon: Addon) -> str:
    """Return the kind of an addon, such as `postgresql`."""
    return addon.addon_provider.id if addon.addon_provider else ""


async def latest(database: DatabaseHandle) -> DatabaseBackup:
    """Return the newest finished backup."""
    backup = await database.backups.latest(status="done")
    if backup is None:
        raise BackupError("there is no backup yet: omit --latest to make one")
    return backup


async def make(database: DatabaseHandle) -> DatabaseBackup:
    """Make a backup and wait until it is done."""
    backup = await database.backups.create()
    print(f"Backup {backup.id} is being made", flush=True)
    return await backup.wait()


def check_output(options: Options) -> None:
    """Check the target first, because a backup takes a while."""
    target = Path(options.output)
    if not target.parent.is_dir():
        raise BackupError(f"there is no directory {target.parent}: create it first")
    if target.is_file() and not options.force:
        raise BackupError(f"{target} exists: --force replaces it")


@contextmanager
def progress_bar(name: str, total: int | None) -> Generator[Callable[[Progress], None] | None]:
    """Show a progress bar and yield the function that updates it; without rich, show nothing."""
    try:
        from rich import progress as bars
    except ModuleNotFoundError:
        print("The progress bar needs rich: pip install rich", file=sys.stderr)
        yield None
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(binary_units=True),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns) as bar:
        task = bar.add_task(name, total=total)

        def show(progress: Progress) -> None:
            said = f"{name} (interrupted {progress.interruptions} times)"
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                description=said if progress.interruptions else name,
            )

        yield show


async def fetch(database: DatabaseHandle, backup: DatabaseBackup, options: Options) -> Path:
    """Download a backup, and show the progress."""
    # In a directory, the platform names the file; a partial file is found by its own name.
    resume = not await anyio.Path(options.output).is_dir()
    bar = nullcontext() if options.quiet else progress_bar(backup.name, backup.size)
    with bar as show:
        return await database.backups.download(
            backup.id,
            options.output,
            size=backup.size,
            resume=resume,
            overwrite=options.force,
            on_progress=show,
        )


class Options(argparse.Namespace):
    """The options of the command line."""

    app: str
    addon: str | None
    output: str
    latest: bool
    force: bool
    quiet: bool


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    made = argparse.ArgumentParser(
        description="Back up a database of a Scalingo app to a local file.",
        epilog="The token comes from SCALINGO_API_TOKEN. The progress bar needs rich: pip install "
        "rich.",
    )
    made.add_argument("app", help="name or id of the app")
    made.add_argument("--addon", help="id or kind of the database, such as postgresql")
    made.add_argument("--latest", action="store_true", help="download the newest finished backup")
    made.add_argument(
        "-o", "--output", default=".", help="a file or a directory (default: the current one)"
    )
    made.add_argument("-f", "--force", action="store_true", help="replace an existing file")
    made.add_argument("-q", "--quiet", action="store_true", help="show no progress bar")
    return made


async def run(options: Options) -> None:
    """Make or find the backup, and download it."""
    check_output(options)
    async with AsyncClient.from_env(user_agent="backup-example/1") as client:
        addon = await find_addon(client, options.app, options.addon)
        database = client.database(options.app, addon.id)
        backup = await (latest(database) if options.latest else make(database))
        path = await fetch(database, backup, options)
        print(f"{path}: {path.stat().st_size} bytes")


def main() -> int:
    """Run the program; returns its exit status."""
    options = parser().parse_args(namespace=Options())
    try:
        anyio.run(run, options)
    except KeyboardInterrupt:
        return 130
    except (BackupError, ScalingoError, OSError) as error:
        print(f"backup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
