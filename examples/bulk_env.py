"""Set variables on every app whose name matches a pattern.

    python examples/bulk_env.py 'shop-*' LOG_LEVEL=info WORKERS=4 --dry-run
    python examples/bulk_env.py 'shop-*' LOG_LEVEL=info WORKERS=4 --resume shop.jsonl

The token comes from SCALINGO_API_TOKEN. The limit is 60 requests per minute, so 500 apps take more
than eight minutes. With `--resume`, a run that was interrupted, by Ctrl-C or anything else, resumes
where it stopped. A value of `-` is read from standard input, one line for each, so it doesn't
appear in the list of processes.
"""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AsyncClient, ScalingoError, Secret, bulk

try:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from scalingo_async.integrations.rich import progress_bar
except ModuleNotFoundError:
    sys.exit('This program draws with rich: pip install "scalingo-async[rich]"')

if TYPE_CHECKING:
    from scalingo_async.models import App

SHOWN = 20
"""How many problems the summary lists."""


def assignment(text: str) -> tuple[str, str]:
    """Read `NAME=value`."""
    name, mark, value = text.partition("=")
    if not name or not mark:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=value")
    return name, value


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Set variables on all apps that match a pattern.",
        epilog="The token comes from SCALINGO_API_TOKEN. To resume an interrupted run, repeat the "
        "same command line with the same --resume FILE.",
    )
    parser.add_argument("pattern", help="pattern of the apps' names, such as 'shop-*'")
    parser.add_argument(
        "variables",
        nargs="+",
        type=assignment,
        metavar="NAME=VALUE",
        help="NAME=- reads the value from standard input",
    )
    parser.add_argument("--all-regions", action="store_true", help="look in all regions")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
    parser.add_argument("--resume", metavar="FILE", help="journal to create or to resume")
    parser.add_argument(
        "--backend",
        choices=("asyncio", "trio"),
        default="asyncio",
        help="the event loop to run on (default: %(default)s)",
    )
    return parser.parse_args()


async def matching(client: AsyncClient, options: argparse.Namespace) -> list[App]:
    """Find the apps."""
    apps = bulk.all_apps(client) if options.all_regions else aiter(client.apps.list())
    return [app async for app in apps if fnmatchcase(app.name, options.pattern)]


async def run(options: argparse.Namespace, values: dict[str, Secret], console: Console) -> int:
    """Set the variables; return the exit code."""
    async with AsyncClient.from_env() as client:
        apps = await matching(client, options)
        if not apps:
            console.print(f"No app matches {escape(options.pattern)}.")
            return 0
        wait = bulk.estimate(apps, client)
        console.print(
            f"{', '.join(values)} on {len(apps)} apps: {len(apps)} requests, "
            f"{wait / 60:.0f} min at least.",
            highlight=False,
        )

        journal = bulk.Journal(options.resume, "bulk_env", values) if options.resume else None
        with progress_bar("Variables", console=console) as show:
            report = await bulk.map(
                client.variables.bulk_update,
                apps,
                variables=values,
                journal=journal,
                # Setting a variable twice changes nothing.
                idempotent=True,
                dry_run=options.dry_run,
                on_progress=show,
            )
    summary = report.summary
    table = Table("App", "Region", "Problem")
    problems = [outcome for outcome in report if not outcome.ok]
    for outcome in problems[:SHOWN]:
        app = outcome.item
        table.add_row(*map(escape, (app.name, app.region or "", str(outcome.error))))
    if problems:
        console.print(table)
    console.print(
        f"{summary.done} changed, {summary.planned} would be changed, {summary.skipped} were "
        f"changed before, {summary.failed} failed; {summary.requests} requests in "
        f"{summary.elapsed:.0f} s.",
        highlight=False,
    )
    return 0 if summary.ok else 1


def main() -> int:
    options = arguments()
    values = {
        name: Secret(sys.stdin.readline().rstrip("\n") if value == "-" else value)
        # From here on, no variable that an error report may show holds the values.
        for name, value in vars(options).pop("variables")
    }
    try:
        return anyio.run(run, options, values, Console(), backend=options.backend)
    except KeyboardInterrupt:
        hint = f" Resume with --resume {options.resume}." if options.resume else ""
        print(f"Interrupted.{hint}", file=sys.stderr)
        return 130
    except (ScalingoError, OSError) as error:
        print(f"bulk_env: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
