"""The worlds of the soak test: a client each, on an event loop or in threads, that does everything."""

import asyncio
import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

import anyio
import anyio.from_thread
import attrs
import trio

from scalingo_async import AsyncClient, RetryPolicy, ScalingoError, bulk
from scalingo_async.blocking import Client
from scalingo_async.blocking import bulk as blocking_bulk
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport

from .watch import Watch, formatted

WORKERS = 4
"""So many things are done at a time in each world."""

AT_A_TIME = 3
"""So many items of a job that blocks are done at a time."""

WINDOW = 0.5
SETTINGS: dict[str, Any] = {
    "timeout": 2.0,
    "retry": RetryPolicy(base=0.01, cap=0.1),
    "rate_limit": (20, WINDOW),
    "headers": {"X-Canary": "canary-header"},
    "trust_env": False,
}

ENOUGH = 15.0

LONGEST = 120.0
"""A thing that takes so many seconds hangs: whatever goes wrong, timeouts are far shorter."""

PROGRAM = {
    "Procfile": "web: run",
    ".gitignore": "*.log\n",
    "canary-file.py": "# canary-source\n" * 2_000,
    "big.bin": "canary" * 30_000,
}


@attrs.define
class Place:
    """Where the work goes on.

    Attributes:
        environ: Points a client at the platform.
        names: Names of the apps; the first two write logs.
        folder: A folder for files, empty when everything is over.
        program: A folder with something to deploy.
        watch: What takes problems down.
        backups: Checksums of the backups, by their ids.
    """

    environ: dict[str, str]
    names: list[str]
    folder: Path
    program: Path
    watch: Watch
    backups: dict[str, str] = attrs.field(factory=dict)


class Work:
    """What one worker does: what comes next, and what has come of it.

    Args:
        place: Where it goes on.
        name: The name of the world, and the number of the worker.
        seed: Chooses what comes next.
    """

    def __init__(self, place: Place, name: str, seed: str) -> None:
        self.place = place
        self.name = name
        self.rng = random.Random(f"{seed} {name}")
        self.figures: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.done = 0
        self._files = 0

    def app(self) -> str:
        return self.rng.choice(self.place.names)

    def file(self) -> Path:
        self._files += 1
        return self.place.folder / f"{self.name.replace(' ', '-')}-{self._files}"

    def choose(self, deeds: dict[str, Any], calm: bool) -> tuple[str, Any, float | None]:
        """Choose what to do, and after how many seconds it is to be cancelled, if so."""
        deed = self.rng.choice(list(deeds))
        patience = None if calm or self.rng.random() > 0.2 else self.rng.expovariate(8)
        self.figures[deed] += 1
        self.done += 1
        return deed, deeds[deed], patience

    def failed(self, deed: str, error: BaseException) -> None:
        """Take down how something failed: as documented, or not."""
        if isinstance(error, ScalingoError):
            self.errors[type(error).__name__] += 1
        else:
            self.place.watch.note("errors that are not documented", f"{deed}: {formatted(error)}")

    def whole(self, backup: str, path: Path) -> None:
        """See that a downloaded file is whole, and remove it."""
        content = path.read_bytes()
        path.unlink()
        self.figures["bytes"] += len(content)
        digest = hashlib.sha256(content).hexdigest()
        if self.place.backups.setdefault(backup, digest) != digest:
            self.place.watch.note("files that are not whole", f"{self.name}: {backup}")

    def beside(self, path: Path) -> list[Path]:
        """Return a file, and what is kept of it under names that begin alike."""
        return [each for each in path.parent.iterdir() if each.name.partition(".")[0] == path.name]

    def alone(self, path: Path) -> None:
        """See that nothing is left of a download but the file."""
        names = [each.name for each in self.beside(path)]
        if names != [path.name]:
            self.place.watch.note("files left by a download", f"{self.name}: {names}")

    def read(self, line: Any, last: int) -> int:
        """Take a line of a log; returns its number."""
        self.figures["lines"] += 1
        _, _, number = line.message.partition("number=")
        if not number.isdigit():
            return last
        if int(number) <= last:
            self.place.watch.note("lines that came twice", f"{self.name}: {number} after {last}")
        return int(number)

    def reported(self, report: Any) -> None:
        """Take down what came of the items of a job."""
        for outcome in report:
            self.figures["items"] += 1
            if outcome.error is not None:
                self.failed("an item", outcome.error)


Deed = Callable[[Any, Work], Awaitable[object]]


# -- what is done, where things are awaited ------------------------------------------------------


async def look(client: AsyncClient, work: Work) -> None:
    await client.apps.get(work.app())


async def look_for_nothing(client: AsyncClient, work: Work) -> None:
    await client.apps.get("canary-no-such-app")


async def read_lists(client: AsyncClient, work: Work) -> None:
    async for _ in client.events.list(work.app(), per_page=20):
        if work.rng.random() < 0.05:
            break
    await client.apps.list()


async def set_variables(client: AsyncClient, work: Work) -> None:
    app = work.app()
    value = f"canary-value-{work.rng.random()}"
    await client.variables.set(app, {"SECRET": value, "OTHER": "canary"})
    await client.variables.as_dict(app)


async def restart(client: AsyncClient, work: Work) -> None:
    operation = await client.apps.restart(work.app())
    await operation.wait(timeout=10)


async def many_items(client: AsyncClient, work: Work) -> None:
    names = work.rng.sample(work.place.names, 5)
    work.reported(await bulk.map(client.apps.get, names, concurrency=3))


async def many_restarts(client: AsyncClient, work: Work) -> None:
    journal = work.file()
    try:
        names = work.rng.sample(work.place.names, 3)
        work.reported(await bulk.map(client.apps.restart, names, journal=journal, wait=10))
    finally:
        journal.unlink(missing_ok=True)


async def items_until_it_is_enough(client: AsyncClient, work: Work) -> None:
    async with bulk.map(client.domains.list, work.place.names, concurrency=4) as outcomes:
        async for _ in outcomes:
            work.figures["items"] += 1
            if work.rng.random() < 0.4:
                break


async def follow_a_log(client: AsyncClient, work: Work) -> None:
    app = work.place.names[work.rng.randrange(2)]
    via = work.rng.choice([None, None, "sse"])
    many, last = work.rng.randint(1, 60), 0
    with anyio.move_on_after(work.rng.uniform(0.2, 2)):
        async with client.logs.stream(app, n=many // 2, via=via, silence=3) as lines:
            async for line in lines:
                last = work.read(line, last)
                many -= 1
                if not many:
                    break


async def read_a_log(client: AsyncClient, work: Work) -> None:
    work.figures["lines"] += len(await client.logs.lines(work.place.names[0], n=50))


async def download(client: AsyncClient, work: Work) -> None:
    app = work.place.names[0]
    addon = await client.addons.find(app, "postgresql")
    if addon is None:
        return
    backups = client.database(app, addon.id).backups
    backup = next((row for row in await backups.list() if row.status == "done"), None)
    if backup is None:
        return
    path = work.file()
    try:
        for again in (True, False):
            try:
                await backups.download(backup.id, path, size=backup.size, resume=True)
                work.alone(path)
                break
            except ScalingoError as error:
                if not again:
                    raise
                work.failed("a download", error)
        work.whole(backup.id, path)
    finally:
        # A part of it is kept, to go on with, and what is known of it.
        for left in work.beside(path):
            left.unlink()


async def upload(client: AsyncClient, work: Work) -> None:
    source = await client.sources.create()
    await client.sources.upload(source.upload_url, b"canary" * 20_000)
    work.figures["bytes"] += 120_000


async def deploy(client: AsyncClient, work: Work) -> None:
    app = work.app()
    deployment = await client.deployments.deploy(app, work.place.program)
    async with client.deployments.follow(app, deployment.id) as events:
        with anyio.move_on_after(work.rng.uniform(0, 2)):
            async for _ in events:
                work.figures["lines"] += 1


async def run(client: AsyncClient, work: Work) -> None:
    files = [("canary.txt", b"canary" * 2_000)]
    env = {"SECRET": "canary-of-a-one-off"}
    # The end of a command is waited for without a limit, and here that answer may stall.
    limits = {"start_timeout": 10, "deadline": ENOUGH}
    result = await client.one_offs.run(
        work.app(), "echo canary-output", env=env, files=files, **limits
    )
    work.figures["bytes"] += len(result.output)


async def short_life(client: AsyncClient, work: Work) -> None:
    transport = AiohttpTransport(trust_env=False) if work.name.startswith("aiohttp") else None
    settings = {**SETTINGS, "transport": transport}
    if transport is not None:
        del settings["trust_env"]
    async with AsyncClient.from_env(environ=work.place.environ, **settings) as another:
        await another.apps.get(work.app())


DEEDS: dict[str, Deed] = {
    each.__name__.replace("_", " "): each
    for each in (
        look,
        look_for_nothing,
        read_lists,
        set_variables,
        restart,
        many_items,
        many_restarts,
        items_until_it_is_enough,
        follow_a_log,
        follow_a_log,
        read_a_log,
        download,
        upload,
        deploy,
        run,
        short_life,
    )
}


class World:
    """A client and those who use it.

    Args:
        name: Its name.
        place: Where the work goes on.
        seed: Chooses what is done.
    """

    def __init__(self, name: str, place: Place, seed: str) -> None:
        self.name = name
        self.place = place
        self.workers = [Work(place, f"{name} {number}", seed) for number in range(WORKERS)]

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(self, *reason: object) -> None:
        raise NotImplementedError

    def begin(self, until: float, *, calm: bool) -> list[Future[Any]]:
        """Work until a time, by the monotonic clock; the futures end when everybody is done."""
        raise NotImplementedError

    def tasks(self) -> int:
        """Return how many tasks its event loop has."""
        raise NotImplementedError

    def places(self) -> int:
        """Return how many places of the rate limit are taken, or waited for."""
        raise NotImplementedError


class AsyncWorld(World):
    """One on an event loop in a thread of its own."""

    def __init__(self, name: str, place: Place, seed: str, backend: str) -> None:
        super().__init__(name, place, seed)
        self.backend = backend
        self.stack = ExitStack()
        self.portal: Any = None
        self.client: Any = None

    def __enter__(self) -> Self:
        start: AbstractContextManager[Any] = anyio.from_thread.start_blocking_portal(self.backend)
        self.portal = self.stack.enter_context(start)
        self.client = self.portal.call(self._made)
        return self

    def __exit__(self, *reason: object) -> None:
        try:
            self.portal.call(self.client.aclose)
        finally:
            self.stack.close()
            # Its loop goes with it.
            self.portal = self.client = None
            self.stack = ExitStack()

    async def _made(self) -> AsyncClient:
        settings = {**SETTINGS}
        del settings["trust_env"]
        kind = AiohttpTransport if self.name == "aiohttp" else HttpxTransport
        transport = kind(trust_env=False)
        return AsyncClient.from_env(environ=self.place.environ, transport=transport, **settings)

    def begin(self, until: float, *, calm: bool) -> list[Future[Any]]:
        return [
            self.portal.start_task_soon(partial(self._work, worker, until, calm=calm))
            for worker in self.workers
        ]

    async def _work(self, work: Work, until: float, *, calm: bool) -> None:
        while time.monotonic() < until:
            name, deed, patience = work.choose(DEEDS, calm)
            try:
                with anyio.fail_after(LONGEST), anyio.move_on_after(patience) as scope:
                    await deed(self.client, work)
                if scope.cancelled_caught:
                    work.figures["cancelled"] += 1
            except Exception as error:
                work.failed(name, error)
            # What fails at once must not turn round and round.
            await anyio.sleep(0.01)

    def tasks(self) -> int:
        return self.portal.call(tasks)

    def places(self) -> int:
        return self.portal.call(self._places)

    async def _places(self) -> int:
        states = [limiter.status() for limiter in self.client._state.limiters.values()]
        return sum(state.used + state.waiting for state in states)


async def tasks() -> int:
    """Count the tasks of this event loop."""
    if "trio" in anyio.get_cancelled_exc_class().__module__:
        return trio.lowlevel.current_statistics().tasks_living
    return len(anyio.get_running_tasks())


# -- what is done, where things block ------------------------------------------------------------


def block_and_look(client: Any, work: Work, patience: float | None) -> None:
    client.apps.get(work.app(), deadline=patience)


def block_for_lists(client: Any, work: Work, patience: float | None) -> None:
    for _ in client.events.list(work.app(), per_page=20, deadline=patience):
        if work.rng.random() < 0.05:
            break


def block_for_variables(client: Any, work: Work, patience: float | None) -> None:
    app, value = work.app(), f"canary-value-{work.rng.random()}"
    client.variables.set(app, {"SECRET": value}, deadline=patience)
    client.variables.as_dict(app)


def block_for_a_restart(client: Any, work: Work, patience: float | None) -> None:
    client.apps.restart(work.app(), deadline=patience).wait(timeout=patience or 10)


def block_for_items(client: Any, work: Work, patience: float | None) -> None:
    names = work.rng.sample(work.place.names, 5)
    look = client.apps.get
    if work.rng.random() < 0.5:

        def look(name: str) -> Any:
            return client.apps.get(name, deadline=patience)

    work.reported(blocking_bulk.map(look, names, concurrency=AT_A_TIME).report())


def block_for_a_log(client: Any, work: Work, patience: float | None) -> None:
    app, last = work.place.names[work.rng.randrange(2)], 0
    many = work.rng.randint(1, 20)
    with client.logs.stream(app, n=many, silence=3, deadline=patience) as lines:
        for line in lines:
            last = work.read(line, last)
            many -= 1
            if not many:
                break


def block_for_an_upload(client: Any, work: Work, patience: float | None) -> None:
    client.deployments.deploy(work.app(), work.place.program, deadline=patience)


def block_for_a_one_off(client: Any, work: Work, patience: float | None) -> None:
    limits = {"start_timeout": 10, "deadline": patience or ENOUGH}
    result = client.one_offs.run(work.app(), "echo canary", **limits)
    work.figures["bytes"] += len(result.output)


def block_for_a_short_life(client: Any, work: Work, patience: float | None) -> None:
    with Client.from_env(environ=work.place.environ, **SETTINGS) as another:
        another.apps.get(work.app(), deadline=patience)


BLOCKING: dict[str, Callable[[Any, Work, float | None], object]] = {
    each.__name__.replace("_", " "): each
    for each in (
        block_and_look,
        block_for_lists,
        block_for_variables,
        block_for_a_restart,
        block_for_items,
        block_for_a_log,
        block_for_an_upload,
        block_for_a_one_off,
        block_for_a_short_life,
    )
}


def fill_the_pool() -> None:
    """Let bulk work of functions that block have as many threads as it will ever have here."""
    most = WORKERS * AT_A_TIME
    barrier = threading.Barrier(most)
    blocking_bulk.map(lambda _: barrier.wait(60), range(most), concurrency=most).report()


class BlockingWorld(World):
    """Threads that share a client which blocks."""

    def __init__(self, name: str, place: Place, seed: str) -> None:
        super().__init__(name, place, seed)
        self.client: Any = None
        self.pool: Any = None
        self.loop: Any = None

    def __enter__(self) -> Self:
        settings = {**SETTINGS, "middlewares": [self._remember]}
        self.client = Client.from_env(environ=self.place.environ, **settings)
        self.client.apps.get(self.place.names[0])
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="soak-blocking")
        return self

    def __exit__(self, *reason: object) -> None:
        # Whoever hangs is let go by that.
        self.client.close()
        self.pool.shutdown()
        self.client = self.pool = self.loop = None

    async def _remember(self, request: Any, call_next: Any) -> Any:
        """Remember the client's own loop, which middlewares run in."""
        self.loop = asyncio.get_running_loop()
        return await call_next(request)

    def begin(self, until: float, *, calm: bool) -> list[Future[Any]]:
        return [self.pool.submit(self._work, work, until, calm=calm) for work in self.workers]

    def _work(self, work: Work, until: float, *, calm: bool) -> None:
        while time.monotonic() < until:
            name, deed, patience = work.choose(BLOCKING, calm)
            begun = time.monotonic()
            try:
                deed(self.client, work, patience)
            except Exception as error:
                work.failed(name, error)
            if time.monotonic() - begun > LONGEST:
                work.failed(name, TimeoutError(f"{name} took more than {LONGEST:g} s"))
            time.sleep(0.01)

    def tasks(self) -> int:
        return len(asyncio.all_tasks(self.loop))

    def places(self) -> int:
        status = self.client.rate_limit
        return status.used + status.waiting
