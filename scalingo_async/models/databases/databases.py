"""Models: databases: instances, features, maintenance windows, upgrades, recovery windows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import attrs

from scalingo_async._core.door import blocks
from scalingo_async.models.base import Bindable, Model, Waitable, span
from scalingo_async.models.databases.operations import DatabaseOperation
from scalingo_async.types import JSONValue

__all__ = [
    "Database",
    "DatabaseFeature",
    "DatabaseFeatureChange",
    "DatabaseInstance",
    "DatabaseMaintenanceWindow",
    "DatabasePostgresqlConfig",
    "DatabaseRecoveryWindow",
    "DatabaseUpgrade",
]


@attrs.define(kw_only=True)
class DatabaseFeature(Model):
    """A feature of a database that is enabled, or is being enabled or disabled.

    Attributes:
        name: Feature: `force-ssl`, `publicly-available`, `redis-rdb`, `redis-aof`, `redis-cache` or
            another value.
        status: State: `ACTIVATED`, `PENDING`, `PENDING_TO_ACTIVATE`, `PENDING_TO_REMOVE`, `FAILED`
            or another value.
    """

    name: Literal["force-ssl", "publicly-available", "redis-rdb", "redis-aof", "redis-cache"] | str
    status: (
        Literal["ACTIVATED", "PENDING", "PENDING_TO_ACTIVATE", "PENDING_TO_REMOVE", "FAILED"] | str
    )


@attrs.define(kw_only=True)
class DatabaseInstance(Model):
    """A node or a gateway of a database.

    Attributes:
        id: Id, a UUID.
        hostname: Host name.
        port: Port.
        status: State: `booting`, `running`, `restarting`, `migrating`, `upgrading`, `stopped`,
            `removing` or another value.
        type: Kind of node: `db-node`, `gateway`, `utility`, `haproxy` or another value. `haproxy`
            is another name of the gateway.
        features: Features of the node.
        private_ip: Private address.
    """

    id: str
    hostname: str | None = None
    port: int | None = None
    status: (
        Literal["booting", "running", "restarting", "migrating", "upgrading", "stopped", "removing"]
        | str
    )
    type: Literal["db-node", "gateway", "utility", "haproxy"] | str
    features: list[str] | None = None
    private_ip: str | None = None


@attrs.define(kw_only=True)
class DatabaseMaintenanceWindow(Model):
    """The weekly maintenance window of a database.

    Attributes:
        weekday_utc: Day in UTC: 0 (Sunday) to 6.
        starting_hour_utc: Hour in UTC: 0 to 23.
        duration_in_hour: Duration in hours; it can't be changed.
    """

    weekday_utc: int
    starting_hour_utc: int
    duration_in_hour: int

    @property
    def duration(self) -> timedelta | None:
        """Its duration."""
        return span(self.duration_in_hour, hours=1)


@attrs.define(kw_only=True)
class DatabasePostgresqlConfig(Model):
    """Settings of a PostgreSQL database.

    Attributes:
        timescaledb_enabled: Whether the TimescaleDB extension is enabled.
    """

    timescaledb_enabled: bool


@attrs.define(kw_only=True)
class Database(Waitable):
    """A database, as seen by the database API.

    `wait` returns at `running` and fails at `stopped`, unless an operation is in progress.

    Attributes:
        id: Internal id, 24 hex digits. Methods take the addon id instead.
        resource_id: Name of the resource, the same as the addon's `resource_id`.
        app_name: Name of the app that it belongs to.
        created_at: When it was created.
        encryption_at_rest: Whether its disks are encrypted.
        features: Features that are enabled, or are being enabled or disabled.
        plan: Name of its plan.
        status: State: `creating`, `running`, `migrating`, `updating`, `upgrading`, `stopped` or
            another value.
        type_id: Id of its engine.
        type_name: Name of its engine, such as `redis`.
        version_id: Id of the version of its engine.
        mongo_repl_set_name: Name of the MongoDB replica set; empty for other engines.
        instances: Its nodes and gateways.
        next_version_id: Id of the version that `upgrade` installs; `None` if it is up to date.
        readable_version: Version of its engine, such as `3.2.9-1` (major, minor, patch, build).
        hostname: Address, as `host:port`.
        current_operation_id: Id of the operation in progress.
        cluster: Whether it has several data nodes.
        periodic_backups_enabled: Whether backups are created automatically.
        periodic_backups_scheduled_at: Hours of the day, in UTC, at which they are created: 0 to 23.
        first_pitr_backup: First backup for point-in-time recovery.
        flags: Flags.
        maintenance_window: Its weekly maintenance window.
        postgresql_config: Settings, for PostgreSQL.
    """

    _source: ClassVar[str] = "client.databases.get"

    id: str
    resource_id: str
    app_name: str
    created_at: datetime
    encryption_at_rest: bool
    features: list[DatabaseFeature]
    plan: str
    status: Literal["creating", "running", "migrating", "updating", "upgrading", "stopped"] | str
    type_id: str
    type_name: str
    version_id: str
    mongo_repl_set_name: str | None = None
    instances: list[DatabaseInstance]
    next_version_id: str | None = None
    readable_version: str
    hostname: str | None = None
    current_operation_id: str | None = None
    cluster: bool | None = None
    periodic_backups_enabled: bool
    periodic_backups_scheduled_at: list[int]
    first_pitr_backup: datetime | None = None
    flags: list[str] | None = None
    maintenance_window: DatabaseMaintenanceWindow | None = None
    postgresql_config: DatabasePostgresqlConfig | None = None


@attrs.define(kw_only=True)
class DatabaseFeatureChange(Waitable):
    """The result of enabling or disabling a feature.

    After disabling, there is only a message. `wait` returns when the feature is `ACTIVATED`, or is
    no longer listed after it was disabled, and fails at `FAILED`.

    Attributes:
        name: Feature, if it is being enabled.
        status: State, if it is being enabled: `ACTIVATED`, `PENDING`, `PENDING_TO_ACTIVATE`,
            `PENDING_TO_REMOVE`, `FAILED` or another value.
        message: Human-readable message.
    """

    _source: ClassVar[str] = "client.databases.enable_feature"

    name: str | None = None
    status: (
        Literal["ACTIVATED", "PENDING", "PENDING_TO_ACTIVATE", "PENDING_TO_REMOVE", "FAILED"]
        | str
        | None
    ) = None
    message: str | None = None


@attrs.define(kw_only=True)
class DatabaseUpgrade(Bindable):
    """A started upgrade, and the version that it installs.

    `wait` waits for its operation.

    Attributes:
        message: Human-readable message.
        operation_id: Id of the operation; `None` if the response doesn't contain it.
        id: Id of the version.
        database_type_id: Id of the engine.
        major: Major number of the version.
        minor: Minor number of the version.
        patch: Patch number of the version.
        build: Build number of the version.
        release_number: Number of the release.
        features: Features of the version.
        allowed_plugins: Plugins of the version.
        warning_message: Human-readable warning, may be empty.
        maintenance_window: The weekly maintenance window of the database.
        created_at: When the version was created.
        updated_at: When the version was last changed.
        deleted_at: When the version was withdrawn.
    """

    _source: ClassVar[str] = "client.databases.upgrade"

    message: str
    operation_id: str | None = None
    id: str | None = None
    database_type_id: str | None = None
    major: int | None = None
    minor: int | None = None
    patch: int | None = None
    build: int | None = None
    release_number: int | None = None
    features: list[str] | None = None
    allowed_plugins: list[JSONValue] | None = None
    warning_message: str | None = None
    maintenance_window: DatabaseMaintenanceWindow | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None

    @blocks
    async def wait(
        self,
        *,
        timeout: float | None = 3600.0,  # noqa: ASYNC109 - it is not a cancel scope: it names the operation
        on_progress: "Callable[[DatabaseOperation], object] | None" = None,
    ) -> "DatabaseOperation":
        """Wait until the operation has ended, as `DatabaseOperation.wait` does.

        Args:
            timeout: Time limit in seconds; `None` for no limit. Time in which the client itself
                delays requests, for example for the rate limit, doesn't count. After the timeout
                the state is fetched once more, so 0 fetches it once.
            on_progress: Called with the operation each time its state has been fetched.

        Returns:
            The operation in its final state.

        Raises:
            OperationFailedError: It failed; `thing` of the error is the operation in its final
                state.
            OperationTimeoutError: It did not end in time; `thing` is the operation as last fetched,
                `looks` the number of requests for its state.
            InvalidArgumentError: The timeout is negative or not a number, the object wasn't
                returned by a method of the client, or the response didn't contain the operation's
                id.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._settle(timeout, on_progress)  # type: ignore[no-any-return]


@attrs.define(kw_only=True)
class DatabaseRecoveryWindow(Model):
    """The period to which a database can be restored.

    Attributes:
        earliest_recoverable_at: Earliest point in time.
        latest_recoverable_at: Latest point in time.
    """

    earliest_recoverable_at: datetime | None = None
    latest_recoverable_at: datetime | None = None
