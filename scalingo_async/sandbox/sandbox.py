"""`Sandbox`: the whole of it behind one object."""

from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from scalingo_async.sandbox.behaviour.backup_files import backup_file
from scalingo_async.sandbox.behaviour.databases import dbms_of
from scalingo_async.sandbox.behaviour.tokens import Authority
from scalingo_async.sandbox.clock import Clock
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.routes import FAMILIES
from scalingo_async.sandbox.seed.world import populate
from scalingo_async.sandbox.server.app import SandboxApp
from scalingo_async.sandbox.server.faults import Fault, FaultKind, Faults
from scalingo_async.sandbox.server.rate_limit import LimitKind, RateLimit, limiter
from scalingo_async.sandbox.server.requests import RequestRecord, Requests
from scalingo_async.sandbox.server.routing import Router
from scalingo_async.sandbox.server.sockets import only_this_machine
from scalingo_async.sandbox.settings import Settings
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.logs import Log
from scalingo_async.sandbox.world.state import Region, World

__all__ = ["Sandbox"]

_UNSERVED = "http://localhost"


class Sandbox:
    """An in-memory Scalingo with a user, an API token, and some apps to begin with.

    Use it in the same process, by handing `sandbox.app` to `httpx.ASGITransport`, or over a
    real socket:

        async with Sandbox(apps=10).serve() as sandbox:
            ...

    Everything may be looked at and changed while it runs, from any thread.

    Args:
        apps: How many apps the first region has at first; the others have a fifth of it each.
        names: Names of the first apps of the first region; the others' are made up.
        seed: Makes ids, names and values; the same seed gives the same sandbox.
        rate_limit: Requests per time and API token, such as `60/60s`; `None` for no limit.
        limit_kind: `sliding` (the default) or `fixed` windows.
        count_refused: Whether a refused request uses up a place in a sliding window, too.
        bearer_lifetime: Seconds that a bearer token is good for; may be a fraction.
        addon_token_lifetime: Seconds that an addon's token is good for.
        latency: Seconds that each request waits before it is dealt with, in real time.
        operation_time: Seconds that an operation takes, by `clock`; so do deployments, backups
            and their restorations, features, and the provisioning of addons and databases.
        clock: The clock that dates, tokens, limits and operations go by.
        regions: The regions' names. The first is the default one.
        bearer_on_database_api: Whether the database API takes a user's bearer token as well as
            an addon's, as new versions of the official JavaScript client need it.
        exec: Run the commands of one-off containers **on this machine**, through `/bin/sh` at a
            pseudo-terminal in a temporary directory. Dangerous: whoever has a token runs what
            they like as you. So secrets are not made of the seed then, and nobody can sign up.
            Without it they run in a little shell that only pretends.
    """

    def __init__(
        self,
        *,
        apps: int = 25,
        names: Sequence[str] = (),
        seed: int | str = 0,
        rate_limit: str | RateLimit | None = "60/60s",
        limit_kind: LimitKind = "sliding",
        count_refused: bool = False,
        bearer_lifetime: float = 3600,
        addon_token_lifetime: float = 3600,
        latency: float = 0.0,
        operation_time: float = 0.5,
        clock: Clock | None = None,
        regions: Sequence[str] = ("osc-fr1", "osc-secnum-fr1"),
        bearer_on_database_api: bool = False,
        exec: bool = False,
    ) -> None:
        if not regions:
            raise ValueError("A sandbox needs at least one region")
        self.clock = clock or Clock()
        self.settings = Settings(
            bearer_lifetime=bearer_lifetime,
            addon_token_lifetime=addon_token_lifetime,
            operation_time=operation_time,
            latency=latency,
            bearer_on_database_api=bearer_on_database_api,
            real_commands=exec,
        )
        if exec:
            # Who can set the variables of an app decides what its commands do.
            self.settings.provider_password = Ids(seed, guarded=True).secret()
        self.world = World(self.clock, Ids(f"state {seed}", guarded=exec), self.settings)
        for name in regions:
            self.world.regions[name] = Region(self.world, name, default=not self.world.regions)
        self.user = self.world.add_user("user@example.com", username="example-user")
        populate(self.world, self.user, apps, names)
        self._authority = Authority(self.world, Ids(f"tokens {seed}", guarded=exec))
        self._faults = Faults()
        self._requests = Requests()
        self._url: str | None = None
        self.app = SandboxApp(
            self.world,
            self._authority,
            Router(FAMILIES, regions),
            limiter(RateLimit.parse(rate_limit), limit_kind, count_refused=count_refused),
            self._faults,
            self._requests,
            Ids(f"requests {seed}"),
        )

    def __repr__(self) -> str:
        """Say where it is and how much is in it, without any secret."""
        apps = {name: len(region.apps) for name, region in self.world.regions.items()}
        return f"<Sandbox {self._url or 'in process'} apps={apps}>"

    # Where it is and who may use it ---------------------------------------------------------

    @property
    def url(self) -> str:
        """The base URL: of the server, or one that stands for it in process."""
        return self._url or _UNSERVED

    @property
    def api_token(self) -> str:
        """The API token of the sandbox's user."""
        return self.user.api_token

    def one_time_code(self, user: User | None = None) -> str:
        """Return what an authenticator shows now, for an account with a second factor.

        Raises:
            ValueError: The account has no second factor, not even one that waits for a code.
        """
        factor = (user or self.user).account.two_factor
        if factor is None:
            raise ValueError("The account has no second factor")
        return factor.code(self.clock.time())

    @property
    def region(self) -> str:
        """The name of the default region."""
        return self.world.default_region.name

    def environ(self) -> dict[str, str]:
        """Return the environment variables that point a client at this sandbox."""
        return {
            "SCALINGO_API_TOKEN": self.api_token,
            "SCALINGO_REGION": self.region,
            "SCALINGO_API_URL": self.url,
            "SCALINGO_AUTH_URL": f"{self.url}/auth",
            "SCALINGO_DB_URL": self.url,
            "SCALINGO_BILLING_URL": f"{self.url}/billing",
        }

    def add_user(self, email: str, *, username: str | None = None, password: str = "") -> User:
        """Make a second account; its `api_token` lets a client be somebody else."""
        with self.world.lock:
            return self.world.add_user(email, username=username, password=password)

    def apps(self, region: str | None = None) -> list[App]:
        """Return the apps of a region (the default one), as the sandbox sees them."""
        with self.world.lock:
            self.world.settle()
            return list(self._region(region).apps.values())

    def get_app(self, app: str, region: str | None = None) -> App:
        """Return an app by id or name, as the sandbox sees it, to look at or to change.

        Raises:
            KeyError: There is no such app.
        """
        with self.world.lock:
            self.world.settle()
            found = self._region(region).find(app)
        if found is None:
            raise KeyError(app)
        return found

    def _region(self, name: str | None) -> Region:
        return self.world.default_region if name is None else self.world.regions[name]

    # Serving --------------------------------------------------------------------------------

    @contextmanager
    def running(self, *, host: str = "127.0.0.1", port: int = 0) -> Generator["Sandbox"]:
        """Serve on a socket while a `with` block runs; port 0 takes a free one.

        Raises:
            RuntimeError: It is served already.
            ValueError: It runs real commands, and other machines could reach it at that host.
        """
        if self.settings.real_commands and not only_this_machine(host):
            raise ValueError(
                f"A sandbox that runs commands can't be served on {host}: use 127.0.0.1"
            )
        from scalingo_async.sandbox.server.sockets import listening

        if self._url is not None:
            raise RuntimeError(f"This sandbox is already served at {self._url}")
        with listening(self.app, host, port) as url:
            self._url = url
            try:
                yield self
            finally:
                self._url = None

    @asynccontextmanager
    async def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> AsyncGenerator["Sandbox"]:
        """Serve on a socket while an `async with` block runs; port 0 takes a free one.

        The server has a thread and a loop of its own, so any async library may use it.
        """
        with self.running(host=host, port=port):
            yield self

    # Credentials ----------------------------------------------------------------------------

    @property
    def exchanges(self) -> int:
        """How many bearer tokens have been given for API tokens."""
        return self._authority.exchanges

    def expire_bearers(self) -> int:
        """Make all bearer and addon tokens invalid at once; returns how many were good."""
        with self.world.lock:
            return self._authority.expire_all()

    def revoke(self, token: str) -> bool:
        """Make one token invalid, of any kind; returns whether it was good.

        Bearer tokens that came from an API token live on until they expire.
        """
        with self.world.lock:
            return self._authority.revoke(token)

    # What apps write ------------------------------------------------------------------------

    def write_log(
        self, app: str, *lines: str, source: str = "web-1", region: str | None = None
    ) -> None:
        """Write lines to the log of an app; whoever follows it gets them at once.

        The log keeps the last 150,000 lines.

        Args:
            app: The app's id or name.
            lines: The lines. One that holds line feeds becomes several.
            source: Who writes: a container such as `web-1` or `one-off-1234`, or `router`.
            region: The region's name; the default one if left out.

        Raises:
            KeyError: There is no such app.
        """
        with self.world.lock:
            self._write(self.get_app(app, region).logs, lines, source)

    def write_database_log(
        self, addon_id: str, *lines: str, source: str = "db-node-1", region: str | None = None
    ) -> None:
        """Write lines to the log of a database; see `write_log`.

        Args:
            addon_id: The id of the database's addon.
            lines: The lines. One that holds line feeds becomes several.
            source: Which node writes.
            region: The region's name; the default one if left out.

        Raises:
            KeyError: There is no such database.
        """
        with self.world.lock:
            self.world.settle()
            _, addon = self._region(region).addon(addon_id) or (None, None)
            if addon is None or addon.database is None:
                raise KeyError(addon_id)
            dbms = dbms_of(addon, addon.database, self.clock.time())
            self._write(dbms.logs, lines, source)

    def _write(self, log: Log, lines: Sequence[str], source: str) -> None:
        now = self.clock.time()
        for text in lines:
            for line in text.split("\n"):
                log.write(now, source, line)

    def expire_urls(self) -> None:
        """Make all URLs that were handed out invalid at once: of logs, archives and uploads."""
        with self.world.lock:
            self._authority.expire_tickets()
            for region in self.world.regions.values():
                region.sources.clear()

    def backup_sha256(self, backup_id: str) -> str:
        """Return the checksum of a backup's archive, as hex digits.

        Raises:
            KeyError: There is no such backup.
        """
        with self.world.lock:
            regions = self.world.regions.values()
            apps = [app for region in regions for app in region.apps.values()]
            databases = [row.database for app in apps for row in app.addons.values()]
            found = [
                row.backups[backup_id] for row in databases if row and backup_id in row.backups
            ]
        if not found:
            raise KeyError(backup_id)
        return backup_file(found[0]).sha256()

    # What goes wrong ------------------------------------------------------------------------

    def inject(
        self,
        operation: str,
        *,
        kind: FaultKind | None = None,
        status: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        after: int = 0,
        delay: float = 0.0,
        messages: int | None = None,
        bytes: int | None = None,
    ) -> Fault:
        """Let the next requests of an operation go wrong; see `Fault` for the kinds.

        Args:
            operation: The operation's id, or a pattern: `variables.*`, `*`.
            kind: What goes wrong. Without it messages or bytes mean `cut`, a status or a body
                means `status`, and else it is `delay`.
            status: The status to answer with.
            body: The body to answer with: text, bytes, or anything that JSON can express.
            headers: More headers for the answer, such as `Retry-After`.
            times: How many requests it hits; `None` for all.
            after: How many matching requests pass unharmed first.
            delay: Seconds of real time to wait first.
            messages: How many messages of a stream a cut lets pass, keepalives included.
            bytes: How many bytes behind the head a cut lets pass, of a stream or of a body; after
                how many a body stalls, or ends although it is longer.

        Returns:
            The fault, which counts its `hits` and can be taken back with `remove()`.
        """
        with self.world.lock:
            return self._faults.inject(
                operation,
                kind=kind,
                status=status,
                body=body,
                headers=headers,
                times=times,
                after=after,
                delay=delay,
                messages=messages,
                bytes=bytes,
            )

    @property
    def open_streams(self) -> int:
        """How many streams are open: websockets and server-sent events."""
        return len(self.world.streams)

    def cut_streams(self) -> int:
        """Cut the connections of all streams that are open; returns how many there were."""
        streams = list(self.world.streams)
        for stream in streams:
            stream.sever()
        return len(streams)

    def clear_faults(self) -> None:
        """Take all faults back."""
        with self.world.lock:
            self._faults.clear()

    def fail_next_operation(self, error: str = "the container could not be started") -> None:
        """Let the next operation end with the status `error`.

        That is a restart, a scale, the start of a one-off container, or what takes time on a
        database: an upgrade, a way back in time, a feature.
        """
        self.world.failing_operations.append(error)

    def fail_next_deployment(self, status: str = "build-error") -> None:
        """Let the next deployment end with a status such as `build-error`."""
        self.world.failing_deployments.append(status)

    def fail_next_backup(self) -> None:
        """Let the next backup end with the status `error`."""
        self.world.failing_backups.append("error")

    def fail_next_restoration(self) -> None:
        """Let the next restoration of a backup end with the status `error`."""
        self.world.failing_restorations.append("error")

    def fail_next_addon(self, status: str = "suspended") -> None:
        """Let the next addon that is made, or changes its plan, end with another status.

        A database on dedicated resources is an addon, too. The database of an addon that fails is
        stopped.
        """
        self.world.failing_addons.append(status)

    # What it saw ----------------------------------------------------------------------------

    @property
    def requests(self) -> list[RequestRecord]:
        """The last 100,000 requests, oldest first."""
        with self.world.lock:
            return list(self._requests.records)

    @property
    def refused(self) -> int:
        """How many requests the rate limit refused."""
        return self._requests.refused

    def count(self, operation: str = "*", *, executed: bool = True) -> int:
        """Count requests of an operation, or of all that a pattern matches.

        Args:
            operation: The operation's id, or a pattern.
            executed: Count only what was carried out, whether or not the client learned of it;
                with False, count everything that arrived.
        """
        with self.world.lock:
            return self._requests.count(operation, executed=executed)

    def max_requests_in_window(self, seconds: float = 60.0) -> int:
        """Return the most requests that one API token sent to one API in any such time.

        Those that the rate limit refused are among them.
        """
        with self.world.lock:
            return self._requests.busiest(seconds)

    def on_request(self, listener: Callable[[RequestRecord], object] | None) -> None:
        """Call a function with each request once it is answered or cut off; `None` ends that.

        The thread that serves calls it, so it has to be quick.
        """
        self._requests.listener = listener

    def forget_requests(self) -> None:
        """Forget the requests so far, and set their counts to zero."""
        with self.world.lock:
            self._requests.clear()
