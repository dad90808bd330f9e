"""Report on a whole account: one HTML file of its apps, costs, databases, domains and people.

    python examples/report.py
    python examples/report.py -o account.html --resume account.jsonl

The token comes from SCALINGO_API_TOKEN. The program sends the fewest requests that the
API allows, and shows how many and why. Each region allows sixty a minute, so 500 apps take a while:
with `--resume`, a run that was killed or interrupted continues where it stopped. The page loads
nothing from elsewhere and contains no secrets: no variables, tokens or database URLs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio
from report_page import Account, Database, Row, data_of, number, page_of

from scalingo_async import APIError, AppRef, AsyncClient, ScalingoError, bulk
from scalingo_async.transports.httpx import HttpxTransport

try:
    from rich.console import Console
    from rich.table import Table

    from scalingo_async.integrations.rich import progress_bar
except ModuleNotFoundError:
    sys.exit('This program draws with rich: pip install "scalingo-async[rich]"')

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from scalingo_async import Request, Response
    from scalingo_async.bulk import Progress
    from scalingo_async.models import Addon, ContainerSize, Plan
    from scalingo_async.types import JSONValue

T = TypeVar("T")

KINDS = ("postgresql", "mysql", "mongodb", "redis", "influxdb")
"""The addons that have backups; some ids say more, such as `scalingo-redis`."""

THIRTY_DAYS = {"minute": 30 * 24 * 60, "hour": 30 * 24, "day": 30}
"""How often thirty days pay the price of a period."""


class Options(argparse.Namespace):
    """The options of the command line."""

    output: str
    resume: str | None
    json: bool
    stale: int


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    made = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="The token comes from SCALINGO_API_TOKEN. To continue an interrupted run, repeat "
        "its command with the same --resume FILE, which is deleted when the report is complete. "
        "The exit status is 1 if anything could not be read; the report lists it.",
    )
    made.add_argument(
        "-o", "--output", default="report.html", help="the page to write (%(default)s)"
    )
    made.add_argument("--resume", metavar="FILE", help="journal to continue, or to start")
    made.add_argument("--json", action="store_true", help="also print the data as JSON")
    made.add_argument(
        "--stale",
        type=int,
        default=90,
        metavar="DAYS",
        help="list the apps that were not deployed for so many days (%(default)s)",
    )
    return made


# -- reading ---------------------------------------------------------------------------------------


class CountingTransport:
    """Counts the requests on the wire by operation, retries and token exchanges included."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self._inner = HttpxTransport()

    async def send(self, request: Request, /) -> Response:
        """Count a request and send it."""
        self.sent[request.endpoint.id] += 1
        return await self._inner.send(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


class Reading:
    """Reads an account, and compares the requests that were sent with those that it takes.

    Args:
        client: The client.
        sent: The number of requests that were sent so far, by operation.
        console: Where the progress is shown.
        resume: The journal, if there is one; that of the backups has `.backups` behind its name.
    """

    def __init__(
        self,
        client: AsyncClient,
        sent: Mapping[str, int],
        console: Console,
        resume: str | None = None,
    ) -> None:
        self.account = Account()
        self._client = client
        self._sent = sent
        self._console = console
        self._resume = resume
        self._needed: dict[str, tuple[int, str]] = {
            "tokens.exchange": (1, "The API token is exchanged for one that is valid for an hour."),
            "regions.list": (1, "The list of your regions."),
        }

    async def all(self) -> Account:
        """Read everything."""
        regions = await self._client.regions.names()
        await self.apps(regions)
        dedicated = await self.dedicated(regions)
        await self.prices(dedicated)
        await self.backups()
        self.account.requests = self.accounting()
        return self.account

    async def apps(self, regions: Sequence[str]) -> None:
        """Read the apps and what belongs to them, all regions side by side."""
        progress = bulk.Progress()

        def remember(now: Progress) -> None:
            nonlocal progress
            progress = now
            show(now)

        with progress_bar("Apps", console=self._console) as show:
            async with bulk.inventory(
                self._client,
                variables=False,
                ordered=False,
                journal=self._resume,
                on_progress=remember,
            ) as inventory:
                self._console.print(
                    f"{len(inventory.apps)} apps in {len(regions)} regions: {inventory.requests} "
                    f"requests, {inventory.seconds / 60:.0f} min at least; then the databases.",
                    highlight=False,
                )
                entries = [entry async for entry in inventory]
        entries.sort(key=lambda entry: (entry.app.region, entry.app.name))
        self.account.apps = entries
        self.account.resumed += progress.skipped
        for entry in entries:
            for part, error in entry.errors.items():
                self.account.missing(entry.app.region, entry.app.name, part, error)
        asked = len(entries) - progress.skipped
        self._needed |= {
            "users.self": (1, "It shows which apps are your own."),
            "apps.list": (len(regions), "Each region has its own list of apps."),
            "domains.list": (asked, "The API lists the domains of one app at a time."),
            "addons.list": (asked, "The API lists the addons of one app at a time."),
            "containers.types.list": (asked, "The API lists the containers of one app at a time."),
            "collaborators.list_all collaborators.list": (
                inventory.requests - 3 * asked,
                "One list per region covers your own apps; apps of others need one each.",
            ),
        }

    async def dedicated(self, regions: Sequence[str]) -> set[str]:
        """Find the databases on dedicated resources; returns the regions that have some."""
        found = await self._each(
            "dedicated databases",
            lambda region: self._client.region(region).dedicated_databases.list(),
            regions,
        )
        # The list of apps may have the apps behind them, and so their addons.
        known = {entry.app.id for entry in self.account.apps if entry.addons is not None}
        refs: list[AppRef] = []
        for region, databases in found.items():
            for database in databases:
                self.account.dedicated[database.id] = database
                if database.id not in known:
                    refs.append(AppRef(database.id, region=region, name=database.name))
        for listed in await bulk.map(self._client.addons.list, refs):
            ref = listed.item
            if not listed.ok:
                self.account.missing(ref.region or "", ref.name, "plan, backups", listed.error)
            self._add(ref, ref.region or "", ref.name, listed.value or ())
        for entry in self.account.apps:
            addons = [
                addon
                for addon in entry.addons or ()
                if any(kind in addon.addon_provider.id for kind in KINDS)
            ]
            ref = AppRef(entry.app.id, region=entry.app.region)
            self._add(ref, entry.app.region, entry.app.name, addons)
        count, why = self._needed["addons.list"]
        self._needed["addons.list"] = (count + len(refs), why)
        self._needed["dedicated_databases.list"] = (
            len(regions),
            "Each region has its own list of them.",
        )
        return {region for region, databases in found.items() if databases}

    def _add(self, ref: AppRef, region: str, name: str, addons: Iterable[Addon]) -> None:
        self.account.databases += [Database(ref, region, name, addon) for addon in addons]

    async def prices(self, dedicated: set[str]) -> None:
        """Read the prices of containers and plans, where there are some."""
        client, apps = self._client, self.account.apps
        containers = {entry.app.region for entry in apps if entry.containers}
        addons = {entry.app.region for entry in apps if entry.addons}
        sizes = await self._each(
            "prices of containers",
            lambda region: client.region(region).containers.sizes.list(),
            containers,
        )
        shared = await self._each(
            "prices of addons",
            lambda region: client.region(region).addons.providers.list(),
            addons,
        )
        own = await self._each(
            "prices of dedicated databases",
            lambda region: client.region(region).addons.providers.list(dedicated=True),
            dedicated,
        )
        for region, found in sizes.items():
            self._note(region, found)
        for region, providers in [*shared.items(), *own.items()]:
            for provider in providers:
                self._note(region, provider.plans or ())
        self._needed["containers.sizes.list"] = (len(containers), "Each region has its own prices.")
        self._needed["addons.providers.list"] = (
            len(addons) + len(dedicated),
            "One list per region has the prices of all plans, and another the dedicated ones.",
        )

    def _note(self, region: str, products: Iterable[ContainerSize | Plan]) -> None:
        """Remember the prices of thirty days, in euros, as far as the API gives them."""
        for product in products:
            price = (product.pricings or {}).get("default")
            if price is not None and price.currency == "EUR" and price.period in THIRTY_DAYS:
                with suppress(InvalidOperation):
                    euros = Decimal(price.price) * THIRTY_DAYS[price.period]
                    self.account.prices[region, product.name] = round(float(euros), 2)

    async def backups(self) -> None:
        """Read the last backup of each database."""

        async def last(database: Database) -> JSONValue:
            backups = self._client.database(database.ref, database.addon.id).backups
            backup = await backups.latest(status="done")
            if backup is None:
                return None
            return {"created_at": backup.created_at.isoformat(), "size": backup.size}

        journal = self._resume and bulk.Journal(
            f"{self._resume}.backups", job="backups", keep=as_it_is
        )
        with progress_bar("Databases", console=self._console) as show:
            report = await bulk.map(
                last,
                self.account.databases,
                journal=journal or None,
                key=id_of,
                idempotent=True,
                on_progress=show,
            )
        for outcome in report:
            at = outcome.item
            if outcome.ok:
                self.account.backups[at.addon.id] = outcome.value
            else:
                self.account.missing(at.region, at.name, "last backup", outcome.error)
        self.account.resumed += report.summary.skipped
        asked = len(report) - report.summary.skipped
        self._needed |= {
            "addons.token": (asked, "The database API requires a token for each database."),
            "databases.backups.list": (
                asked,
                "The API lists the backups of one database at a time.",
            ),
        }

    async def _each(
        self, what: str, function: Callable[[str], Awaitable[T]], regions: Iterable[str]
    ) -> dict[str, T]:
        """Ask regions for something."""
        found: dict[str, T] = {}
        for outcome in await bulk.map(function, sorted(regions)):
            if not isinstance(outcome.error, APIError):
                found[outcome.item] = outcome.unwrap()
            # Some accounts see regions that are not open to them.
            elif getattr(outcome.error, "code", None) != "region_disabled":
                self.account.missing(outcome.item, None, what, outcome.error)
        return found

    def accounting(self) -> list[Row]:
        """Compare the requests that were sent with those that were needed."""
        hours = int((datetime.now(UTC) - self.account.now).total_seconds() // 3600)
        count, why = self._needed["tokens.exchange"]
        needed = {**self._needed, "tokens.exchange": (count + hours, why)}
        others = self._sent.keys() - {name for names in needed for name in names.split()}
        needed |= dict.fromkeys(sorted(others), (0, ""))
        rows: list[Row] = []
        for names, (count, why) in needed.items():
            sent = {name: self._sent[name] for name in names.split() if self._sent.get(name)}
            if sent or count:
                operation = [*sent] or names.split()
                row: Row = {"operation": operation, "sent": sum(sent.values())}
                rows.append({**row, "needed": count, "why": why})
        return rows


def as_it_is(value: JSONValue) -> JSONValue:
    return value


def id_of(database: Database) -> str:
    return database.addon.id


# -- the program -----------------------------------------------------------------------------------


def summarize(console: Console, account: Account, options: Options) -> None:
    """Say how many requests it took, and why no fewer."""
    table = Table("Sent", "Needed", "Operation", "Why no fewer")
    for row in account.requests:
        operation = row["operation"]
        names = ", ".join(operation) if isinstance(operation, list) else ""
        table.add_row(str(row["sent"]), str(row["needed"]), names, str(row["why"]))
    console.print(table)
    sent, needed = (sum(number(row[key]) for row in account.requests) for key in ("sent", "needed"))
    again = f", {sent - needed} of them repeated" if sent > needed else ", the fewest possible"
    console.print(f"{sent} requests{again}.", highlight=False)
    if account.resumed:
        console.print(f"{account.resumed} apps and databases came from {options.resume}.")
    if account.unread:
        console.print(f"{len(account.unread)} things could not be read: the page lists them.")
    console.print(f"{options.output}: {len(account.apps)} apps.", highlight=False)


async def run(options: Options) -> int:
    """Make the report; returns the exit status."""
    console = Console(stderr=options.json)
    journals = [Path(options.resume), Path(f"{options.resume}.backups")] if options.resume else []
    if journals and journals[0].exists():
        begun = datetime.fromtimestamp(journals[0].stat().st_mtime, UTC)
        console.print(f"Continuing with {journals[0]} of {begun:%Y-%m-%d %H:%M} UTC.")
    wire = CountingTransport()
    async with AsyncClient.from_env(transport=wire, user_agent="report-example/1") as client:
        account = await Reading(client, wire.sent, console, options.resume).all()
    output = Path(options.output)
    new = output.with_name(f"{output.name}.new")
    new.write_text(page_of(account, options.stale), "utf-8")
    new.replace(output)
    if options.json:
        print(json.dumps(data_of(account, options.stale), indent=1))
    summarize(console, account, options)
    if account.unread:
        return 1
    for journal in journals:
        journal.unlink(missing_ok=True)
    return 0


def main() -> int:
    """Run the program; returns its exit status."""
    options = parser().parse_args(namespace=Options())
    output = Path(options.output)
    if output.is_dir() or not os.access(output.parent, os.W_OK):
        # Better now than when everything is read.
        print(f"report: {output} can't be written", file=sys.stderr)
        return 1
    try:
        return anyio.run(run, options)
    except KeyboardInterrupt:
        hint = "the same command" if options.resume else "--resume FILE, from the beginning"
        print(f"Interrupted. Continue with {hint}.", file=sys.stderr)
        return 130
    except (ScalingoError, OSError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
