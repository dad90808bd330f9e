"""`Sandbox`: the public object that holds everything else."""

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
    """An in-memory Scalingo that starts with a user, an API token and some apps.

    Use it in process by passing `sandbox.app` to `httpx.ASGITransport`, or over a real socket:

        async with Sandbox(apps=10).serve() as sandbox:
            ...

    You can inspect and change everything while it runs, from any thread.

    Args:
        apps: The initial number of apps in the first region; each other region has a fifth of it.
        names: Names for the first apps of the first region; the other names are generated.
        seed: The seed for ids, names and values; the same seed gives the same sandbox.
        rate_limit: Requests per time window and API token, such as `60/60s`; `None` for no limit.
        limit_kind: `sliding` (the default) or `fixed` windows.
        count_refused: Whether a refused request also counts in a sliding window.
        bearer_lifetime: The lifetime of bearer tokens in seconds; may be a fraction.
        addon_token_lifetime: The lifetime of addon tokens in seconds.
        latency: The delay before each request is handled, in seconds of real time.
        operation_time: The duration of an operation in seconds of `clock`. It also applies to
            deployments, backups and their restorations, features, and the provisioning of addons
            and databases.
        clock: The clock for dates, tokens, limits and operations.
        regions: The names of the regions. The first is the default.
        bearer_on_database_api: Whether the database API accepts a user's bearer token in addition
            to an addon's. New versions of the official JavaScript client need this.
        exec: Run the commands of one-off containers **on this machine**, through `/bin/sh` at a
            pseudo-terminal in a temporary directory. Dangerous: anyone with a token can run any
            command as you. Secrets are therefore not derived from the seed, and sign-up is
            disabled. Without this option, commands run in a small simulated shell.
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
            # Anyone who can set the variables of an app controls what its commands do.
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
        """Show its URL and the number of apps, without any secret."""
        apps = {name: len(region.apps) for name, region in self.world.regions.items()}
        return f"<Sandbox {self._url or 'in process'} apps={apps}>"

    # Address and access ---------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The base URL: that of the server, or a placeholder in process."""
        return self._url or _UNSERVED

    @property
    def api_token(self) -> str:
        """The API token of the sandbox's user."""
        return self.user.api_token

    def one_time_code(self, user: User | None = None) -> str:
        """Return the code that an authenticator shows now, for an account with a second factor.

        Raises:
            ValueError: The account has no second factor, not even an unconfirmed one.
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
        """Create another account; a client with its `api_token` acts as that user."""
        with self.world.lock:
            return self.world.add_user(email, username=username, password=password)

    def apps(self, region: str | None = None) -> list[App]:
        """Return the sandbox's own app objects of a region (by default, the default region)."""
        with self.world.lock:
            self.world.settle()
            return list(self._region(region).apps.values())

    def get_app(self, app: str, region: str | None = None) -> App:
        """Return the sandbox's own object of an app by id or name, to inspect or change.

        Raises:
            KeyError: The app does not exist.
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
        """Serve on a socket inside a `with` block; port 0 picks a free port.

        Raises:
            RuntimeError: The sandbox is already being served.
            ValueError: The sandbox runs real commands, and other machines could reach that host.
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
        """Serve on a socket inside an `async with` block; port 0 picks a free port.

        The server runs its own event loop in its own thread, so it works with any async library.
        """
        with self.running(host=host, port=port):
            yield self

    # Credentials ----------------------------------------------------------------------------

    @property
    def exchanges(self) -> int:
        """The number of exchanges of an API token for a bearer token so far."""
        return self._authority.exchanges

    def expire_bearers(self) -> int:
        """Invalidate all bearer and addon tokens; returns how many were valid."""
        with self.world.lock:
            return self._authority.expire_all()

    def revoke(self, token: str) -> bool:
        """Invalidate one token of any kind; returns whether it was valid.

        Bearer tokens that were exchanged for a revoked API token stay valid until they expire.
        """
        with self.world.lock:
            return self._authority.revoke(token)

    # Logs -----------------------------------------------------------------------------------

    def write_log(
        self, app: str, *lines: str, source: str = "web-1", region: str | None = None
    ) -> None:
        """Write lines to the log of an app; open log streams get them at once.

        The log keeps the last 150,000 lines.

        Args:
            app: The app's id or name.
            lines: The lines. A line that contains line feeds is split.
            source: The source of the lines: a container such as `web-1` or `one-off-1234`, or
                `router`.
            region: The name of the region; the default region if omitted.

        Raises:
            KeyError: The app does not exist.
        """
        with self.world.lock:
            self._write(self.get_app(app, region).logs, lines, source)

    def write_database_log(
        self, addon_id: str, *lines: str, source: str = "db-node-1", region: str | None = None
    ) -> None:
        """Write lines to the log of a database; see `write_log`.

        Args:
            addon_id: The id of the database's addon.
            lines: The lines. A line that contains line feeds is split.
            source: The node that writes the lines.
            region: The name of the region; the default region if omitted.

        Raises:
            KeyError: The database does not exist.
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
        """Invalidate all signed URLs that were handed out: for logs, archives and uploads."""
        with self.world.lock:
            self._authority.expire_tickets()
            for region in self.world.regions.values():
                region.sources.clear()

    def backup_sha256(self, backup_id: str) -> str:
        """Return the SHA-256 checksum of a backup's archive, in hex.

        Raises:
            KeyError: The backup does not exist.
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

    # Faults ---------------------------------------------------------------------------------

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
        """Inject a fault into the next requests of an operation; see `Fault` for the kinds.

        Args:
            operation: The operation's id, or a pattern: `variables.*`, `*`.
            kind: The kind of fault. By default it is `cut` if `messages` or `bytes` is given,
                `status` if a status or a body is given, and `delay` otherwise.
            status: The status of the response.
            body: The body of the response: a string, bytes, or JSON data.
            headers: Additional response headers, such as `Retry-After`.
            times: The number of requests to affect; `None` for all.
            after: The number of matching requests to let through first.
            delay: The delay before the fault, in seconds of real time.
            messages: For a cut: the number of messages of a stream to send first, including
                keepalives.
            bytes: The number of bytes to send after the head: for `cut`, of a stream or a body
                before the connection is cut; for `stall`, before the body stalls; for
                `wrong_length`, the length of the body.

        Returns:
            The fault, which counts its `hits`; `remove()` removes it.
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
        """The number of open streams: websockets and server-sent events."""
        return len(self.world.streams)

    def cut_streams(self) -> int:
        """Cut the connections of all open streams; returns how many there were."""
        streams = list(self.world.streams)
        for stream in streams:
            stream.sever()
        return len(streams)

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self.world.lock:
            self._faults.clear()

    def fail_next_operation(self, error: str = "the container could not be started") -> None:
        """Make the next operation end with the status `error`.

        An operation is a restart, a scaling, the start of a one-off container, or, for a database,
        an upgrade, a point-in-time recovery or a change of a feature.
        """
        self.world.failing_operations.append(error)

    def fail_next_deployment(self, status: str = "build-error") -> None:
        """Make the next deployment end with a status such as `build-error`."""
        self.world.failing_deployments.append(status)

    def fail_next_backup(self) -> None:
        """Make the next backup end with the status `error`."""
        self.world.failing_backups.append("error")

    def fail_next_restoration(self) -> None:
        """Make the next restoration of a backup end with the status `error`."""
        self.world.failing_restorations.append("error")

    def fail_next_addon(self, status: str = "suspended") -> None:
        """Make the next addon that is created, or that changes its plan, end with this status.

        This includes databases on dedicated resources. The database of a failed addon is stopped.
        """
        self.world.failing_addons.append(status)

    # Requests -------------------------------------------------------------------------------

    @property
    def requests(self) -> list[RequestRecord]:
        """The last 100,000 requests, oldest first."""
        with self.world.lock:
            return list(self._requests.records)

    @property
    def refused(self) -> int:
        """The number of requests refused by the rate limit."""
        return self._requests.refused

    def count(self, operation: str = "*", *, executed: bool = True) -> int:
        """Count the requests of an operation, or of all operations that match a pattern.

        Args:
            operation: The operation's id, or a pattern.
            executed: Count only executed requests, whether or not the client got a response. If
                false, count every request that arrived.
        """
        with self.world.lock:
            return self._requests.count(operation, executed=executed)

    def max_requests_in_window(self, seconds: float = 60.0) -> int:
        """Return the highest number of requests by one API token to one API in any such window.

        Requests refused by the rate limit are included.
        """
        with self.world.lock:
            return self._requests.busiest(seconds)

    def on_request(self, listener: Callable[[RequestRecord], object] | None) -> None:
        """Call a function with each request after its response or cut; `None` removes it.

        The function is called in the server's thread, so it must be fast.
        """
        self._requests.listener = listener

    def forget_requests(self) -> None:
        """Clear the recorded requests and reset their counts."""
        with self.world.lock:
            self._requests.clear()
