"""A tour of the client, in about ten seconds.

    python examples/tour.py

Without SCALINGO_API_TOKEN it starts a sandbox, an in-memory Scalingo on a local port, and does what
programs do with the platform: it lists apps and events, changes variables, restarts an app, deploys
another and follows the build, follows a log through disconnects, runs a command, downloads a
backup, loses its token under load and reaches the rate limit. With SCALINGO_API_TOKEN it only reads
apps, regions and events.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scalingo_async import (
    AsyncClient,
    DeploymentLog,
    DeploymentStatus,
    PermissionDeniedError,
    RetryPolicy,
    ScalingoError,
    bulk,
)
from scalingo_async.models import DeploymentData, EditVariablesData, RestartData

try:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    from scalingo_async.integrations.rich import progress_bar
except ModuleNotFoundError:
    sys.exit("The tour needs rich for its tables: pip install rich")

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence

    from scalingo_async import Handler, Request, Response
    from scalingo_async.models import App, Event, Operation
    from scalingo_async.sandbox import RequestRecord, Sandbox

LIMIT, WINDOW = 60, 1.0
"""The platform's 60 requests per minute, scaled down for both the sandbox and the client."""

APPS_SHOWN = 4
KINDS_SHOWN = 6
EVENT_PAGES = 5
FIFTY = 50
LOAD = 36
BURST = 90
SHARED = 40
CUTS = 3
HEADLINE = "----->"
DEPLOYED = Path(__file__).parent / "deploy_me"


class Guide:
    """Announces each step, and reports its requests and duration.

    Args:
        console: The console to print to.
        requests: Returns how many requests were made so far.
    """

    def __init__(self, console: Console, requests: Callable[[], int]) -> None:
        self.console = console
        self._requests = requests
        self._steps = 0

    def say(self, text: str) -> None:
        """Print some text."""
        self.console.print(text, highlight=False)

    @contextmanager
    def step(self, title: str) -> Generator[None]:
        """Announce a step, and summarize it at its end."""
        self._steps += 1
        self.say(f"\n[bold]{self._steps}. {title}[/]")
        before, start = self._requests(), time.perf_counter()
        yield
        took = time.perf_counter() - start
        self.say(f"[dim]{plural(self._requests() - before, 'request')} in {took:.1f} s[/]")


def plural(number: int, thing: str) -> str:
    """Put a number in front of a thing."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


async def at_once(
    calls: Sequence[Callable[[], Awaitable[object]]],
    done: Callable[[], object] | None = None,
) -> int:
    """Make all calls at once; the first failure ends them all. Return how many were done."""
    count = 0

    async def one(call: Callable[[], Awaitable[object]]) -> None:
        nonlocal count
        await call()
        count += 1
        if done is not None:
            done()

    async with anyio.create_task_group() as tasks:
        for call in calls:
            tasks.start_soon(one, call)
    return count


def table_of(*names: str) -> Table:
    """Make an empty table; long texts wrap in their column."""
    return Table(*(Column(name, overflow="fold") for name in names))


# -- reading: from the sandbox and from the platform -------------------------------------------


async def show_apps(client: AsyncClient, guide: Guide) -> None:
    """Show the apps of every region."""
    user = await client.users.self()
    regions = await client.regions.list()
    table = table_of("Region", "App", "Status", "Last deployed", "By")
    pages = total = 0
    for region in regions:
        apps: list[App] = []
        try:
            async for page in client.region(region.name).apps.list().pages():
                pages += 1
                apps += page
        except PermissionDeniedError:
            table.add_row(escape(region.name), "[dim]not open to this account[/]")
            continue
        total += len(apps)
        for app in apps[:APPS_SHOWN]:
            when = f"{app.last_deployed_at:%Y-%m-%d}" if app.last_deployed_at else "never"
            cells = (region.name, app.name, app.status or "", when, app.last_deployed_by or "")
            table.add_row(*map(escape, cells))
        if len(apps) > APPS_SHOWN:
            table.add_row("", f"[dim]... and {len(apps) - APPS_SHOWN} more[/]")
        table.add_section()
    guide.console.print(table)
    guide.say(
        f"{escape(user.username)} has {plural(total, 'app')} in {plural(len(regions), 'region')}, "
        f"read from {plural(pages, 'page')}. The clients of all regions share one token."
    )


def describe(event: Event) -> str:
    """Describe an event in a few words, by the class of its payload."""
    match event.data:
        case DeploymentData(status=status, duration=duration):
            return f"{status} after {duration or 'no time'}"
        case RestartData(scope=scope):
            return f"of {', '.join(scope or ()) or 'all containers'}"
        case EditVariablesData(new_vars=new, updated_vars=updated):
            return f"{len(new or ())} added, {len(updated or ())} changed"
        case _:
            return ""


async def show_events(client: AsyncClient, guide: Guide) -> None:
    """Show the latest event of each kind, from several pages."""
    latest: dict[str, Event] = {}
    pages = events = there_are = 0
    async for page in client.events.list_for_user(per_page=100).pages(max_pages=EVENT_PAGES):
        pages += 1
        events += len(page)
        there_are = page.meta.total_pages if page.meta else pages
        for event in page:
            latest.setdefault(event.type, event)
    table = table_of("Latest event", "App", "When", "What")
    for event in list(latest.values())[:KINDS_SHOWN]:
        when = f"{event.created_at:%Y-%m-%d %H:%M}"
        cells = (event.type, event.app_name or "", when, describe(event))
        table.add_row(*map(escape, cells))
    guide.console.print(table)
    guide.say(
        f"Read {plural(events, 'event')} of {plural(len(latest), 'kind')} from {pages} of "
        f"{plural(there_are, 'page')}, each fetched when the previous one was used up."
    )


# -- changing: only the sandbox ----------------------------------------------------------------


async def change_variables(client: AsyncClient, guide: Guide, apps: list[App]) -> None:
    """Change the variables of many apps, in a job that can be resumed."""
    values = {"LOG_LEVEL": "info", "TOUR": "was here"}
    change = client.variables.bulk_update
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "variables.jsonl"
        with progress_bar("Variables", console=guide.console) as show:
            report = await bulk.map(
                change, apps, journal=journal, on_progress=show, variables=values
            )
        report.raise_for_failures()
        again = await bulk.map(change, apps, journal=journal, variables=values)
    guide.say(
        f"Set {plural(len(values), 'variable')} on each of {plural(report.summary.done, 'app')}. "
        f"The same job, started again, skipped {again.summary.skipped}: its journal knows what "
        "was done. So a job that was killed resumes where it stopped."
    )


async def restart(client: AsyncClient, guide: Guide, app: str) -> None:
    """Restart an app, and wait until the operation has ended."""

    def show(operation: Operation) -> None:
        guide.say(f"  the operation is {escape(operation.status)}")

    started = await client.apps.restart(app)
    guide.say(f"Restarting {escape(app)}: the platform continues after its response.")
    operation = await started.wait(timeout=30, on_progress=show)
    took = "at once"
    if operation and operation.finished_at and operation.created_at:
        took = f"in {(operation.finished_at - operation.created_at).total_seconds():.1f} s"
    guide.say(f"It was restarted {took}, by the platform's own clock.")


async def deploy(client: AsyncClient, guide: Guide, app: str) -> None:
    """Deploy a directory and follow the deployment to its end."""
    deployment = await client.deployments.deploy(app, DEPLOYED)
    guide.say(f"Packed {DEPLOYED.name}/, uploaded it, and deployed it to {escape(app)}.")
    lines = 0
    async with client.deployments.follow(app, deployment.id) as events:
        async for event in events:
            match event:
                case DeploymentLog(content=text):
                    lines += len(text.splitlines())
                    if text.startswith(HEADLINE):
                        guide.say(f"    {escape(text.strip())}")
                case DeploymentStatus(status=status):
                    guide.say(f"  it is {escape(status)}")
                case _:
                    pass
    guide.say(f"All of this was streamed live. The log has {plural(lines, 'line')}.")


async def follow_a_log(client: AsyncClient, guide: Guide, sandbox: Sandbox, app: str) -> None:
    """Follow the log of an app while its connection breaks again and again."""
    async with client.logs.stream(app, n=0, filter="tour") as lines:
        read: list[str] = []
        for number in range(CUTS + 1):
            sandbox.write_log(app, f"order {number + 1} was shipped", source="tour-1")
            line = await anext(lines)
            read.append(line.message)
            guide.say(f"  {escape(f'[{line.source}] {line.message}')}")
            if number < CUTS:
                sandbox.cut_streams()
        guide.say(
            f"The connection broke between them, {CUTS} times: {len(read)} lines were written, "
            f"{len(set(read))} were read, {lines.gaps} are missing."
        )


async def run_a_command(client: AsyncClient, guide: Guide, app: str) -> None:
    """Run a command in a one-off container."""
    result = await client.one_offs.run(app, ["echo", "hello from a container"])
    label = result.container.label or "the container"
    guide.say(
        f"Ran a command in {escape(label)}. It printed '{escape(result.text.strip())}' and ended "
        f"with exit code {result.exit_code}."
    )


async def back_up(client: AsyncClient, guide: Guide, sandbox: Sandbox, apps: list[str]) -> None:
    """Back up a database and download the file, over a connection that breaks."""
    for app in apps:
        addon = await client.addons.find(app, "postgresql")
        if addon is not None:
            break
    else:
        return
    database = client.database(app, addon.id)
    backup = await (await database.backups.create()).wait()
    sandbox.inject("databases.backups.download", kind="cut", bytes=10_000)
    with tempfile.TemporaryDirectory() as folder:
        path = await database.backups.download(backup.id, folder)
        content = path.read_bytes()
    checksum = hashlib.sha256(content).hexdigest()
    whole = checksum == sandbox.backup_sha256(backup.id)
    guide.say(
        f"Backed up the PostgreSQL of {escape(app)} and downloaded {escape(path.name)}, "
        f"{len(content)} bytes. The connection broke, and the download resumed; the checksum is "
        f"{'right' if whole else 'WRONG'}: {checksum[:12]}..."
    )


async def lose_the_token(
    client: AsyncClient, guide: Guide, sandbox: Sandbox, apps: list[str]
) -> None:
    """Let the bearer token expire in the middle of many calls."""
    before, exchanges = len(sandbox.requests), sandbox.exchanges
    answered = 0

    def count() -> None:
        nonlocal answered
        answered += 1
        if answered == LOAD // 4:
            sandbox.expire_bearers()

    calls = [partial(client.apps.get, app) for app in apps[:LOAD]]
    done = await at_once(calls, count)
    refused = statuses(sandbox.requests[before:])[401]
    guide.say(
        f"{LOAD} calls at once; after {LOAD // 4} responses the token expired, and "
        f"{plural(refused, 'request')} got a 401. "
        f"{plural(sandbox.exchanges - exchanges, 'token exchange')} was enough for all, each of "
        f"those requests was retried, and {LOAD - done} calls failed."
    )


async def pace(client: AsyncClient, guide: Guide, sandbox: Sandbox, apps: list[str]) -> None:
    """Make more calls than the limit allows: the client paces itself."""
    refused = sandbox.refused
    calls = [partial(client.apps.get, apps[n % len(apps)]) for n in range(BURST)]
    done = await at_once(calls)
    guide.say(
        f"{BURST} calls at once, with a limit of {LIMIT} in {WINDOW:g} s. The client queued "
        "them, "
        f"first come, first served: never more than "
        f"{sandbox.max_requests_in_window(WINDOW)} requests in any {WINDOW:g} s, "
        f"{sandbox.refused - refused} refused, {BURST - done} failed."
    )


async def share_the_limit(
    client: AsyncClient, guide: Guide, sandbox: Sandbox, apps: list[str]
) -> None:
    """Let a second program use the same token, without the first one knowing."""
    refused = sandbox.refused
    async with make_client(sandbox) as other:
        # Programs that share a token may be refused more often than the default two retries.
        programs = (client.with_options(max_retries=8), other.with_options(max_retries=8))
        calls = [partial(program.apps.get, app) for app in apps[:SHARED] for program in programs]
        done = await at_once(calls)
    guide.say(
        f"Two programs with one token, {SHARED} calls each. Each respected the limit, but "
        "together "
        f"they exceeded it: the platform refused {plural(sandbox.refused - refused, 'request')} "
        f"with 429. Both paused for a while, then retried: {done} calls done, "
        f"{len(calls) - done} failed."
    )


def statuses(requests: Iterable[RequestRecord]) -> Counter[int | None]:
    """Count requests by the status of their response."""
    return Counter(request.status for request in requests)


# -- the two tours -----------------------------------------------------------------------------


def make_client(sandbox: Sandbox) -> AsyncClient:
    """Make a client for the sandbox with its limit."""
    return AsyncClient.from_env(
        environ=sandbox.environ(),
        rate_limit=(LIMIT, WINDOW),
        # Pauses before retries are scaled down as well.
        retry=RetryPolicy(base=0.1),
        max_connections=20,
        # The sandbox is local: no proxy can reach it.
        trust_env=False,
    )


async def sandbox_tour(console: Console) -> None:
    """Show everything, on a sandbox."""
    from scalingo_async.sandbox import Sandbox

    limit = f"{LIMIT}/{WINDOW}s"
    sandbox = Sandbox(apps=60, rate_limit=limit, latency=0.02, operation_time=1.5)
    async with sandbox.serve(), make_client(sandbox) as client:
        guide = Guide(console, lambda: len(sandbox.requests))
        guide.say(
            f"SCALINGO_API_TOKEN is not set, so this is a sandbox at {sandbox.url}: it allows "
            f"{LIMIT} requests in {WINDOW:g} s, and nothing real is touched."
        )
        start = time.perf_counter()
        with guide.step("Apps of all regions"):
            await show_apps(client, guide)
        with guide.step("Events, page after page"):
            await show_events(client, guide)
        listed = await client.apps.list()
        apps = [app.name for app in listed]
        with guide.step(f"Variables on {FIFTY} apps at once"):
            await change_variables(client, guide, listed[:FIFTY])
        with guide.step("A restart, and waiting for it"):
            await restart(client, guide, apps[0])
        with guide.step("A deployment, followed to its end"):
            await deploy(client, guide, apps[1])
        # Everything else is done when the client first polls, after a second.
        sandbox.settings.operation_time = 0.9
        with guide.step("A log, through disconnects"):
            await follow_a_log(client, guide, sandbox, apps[0])
        with guide.step("A one-off container"):
            await run_a_command(client, guide, apps[0])
        with guide.step("A backup, downloaded to a file"):
            await back_up(client, guide, sandbox, apps)
        with guide.step("The token expires under load"):
            await lose_the_token(client, guide, sandbox, apps)
        with guide.step("More calls than the limit allows"):
            await pace(client, guide, sandbox, apps)
        with guide.step("A second program shares the limit"):
            await share_the_limit(client, guide, sandbox, apps)
        took = time.perf_counter() - start
        guide.say(
            f"\n[bold]Done:[/] {plural(len(sandbox.requests), 'request')} and "
            f"{plural(sandbox.exchanges, 'token exchange')} in {took:.1f} s; no call failed."
        )


async def reading_tour(console: Console) -> None:
    """Show apps and events of the account of SCALINGO_API_TOKEN; change nothing."""
    made = 0

    async def count(request: Request, call_next: Handler) -> Response:
        nonlocal made
        made += 1
        return await call_next(request)

    async with AsyncClient.from_env(middlewares=[count]) as client:
        guide = Guide(console, lambda: made)
        guide.say("SCALINGO_API_TOKEN is set, so this tour only reads: it changes nothing.")
        start = time.perf_counter()
        with guide.step("Apps of all regions"):
            await show_apps(client, guide)
        with guide.step("Events, page after page"):
            await show_events(client, guide)
        took = time.perf_counter() - start
        guide.say(
            f"\n[bold]Done:[/] {plural(made, 'request')} in {took:.1f} s, besides the token "
            "exchange; nothing was changed."
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description="A tour of the client: on a sandbox, or, with SCALINGO_API_TOKEN set, a tour "
        "of your account that only reads."
    )
    parser.add_argument(
        "--backend",
        choices=("asyncio", "trio"),
        default="asyncio",
        help="the event loop to run on (default: %(default)s)",
    )
    options = parser.parse_args()
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # Characters that the terminal can't show are no reason to fail.
        reconfigure(errors="replace")
    tour = reading_tour if "SCALINGO_API_TOKEN" in os.environ else sandbox_tour
    status = 0
    try:
        anyio.run(tour, Console(), backend=options.backend)
    except* KeyboardInterrupt:
        status = 130
    except* ScalingoError as errors:
        sys.stdout.flush()
        print(f"\nThe tour ended early: {first(errors)}", file=sys.stderr)
        status = 1
    return status


def first(errors: BaseExceptionGroup[ScalingoError]) -> BaseException:
    """Return the first exception of a group, including nested groups."""
    error = errors.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error


if __name__ == "__main__":
    sys.exit(main())
