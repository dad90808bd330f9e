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
    """A feature of a database that is on, or is being turned on or off.

    Attributes:
        name: Feature: `force-ssl`, `publicly-available`, `redis-rdb`, `redis-aof`, `redis-cache` or
            another word.
        status: State: `ACTIVATED`, `PENDING`, `PENDING_TO_ACTIVATE`, `PENDING_TO_REMOVE`, `FAILED`
            or another word.
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
            `removing` or another word.
        type: Part that it plays: `db-node`, `gateway`, `utility`, `haproxy` or another word.
            `haproxy` is another name of the gateway.
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
    """The hours of the week in which a database may be maintained.

    Attributes:
        weekday_utc: Day in UTC: 0 (Sunday) to 6.
        starting_hour_utc: Hour in UTC: 0 to 23.
        duration_in_hour: Length in hours; it can't be changed.
    """

    weekday_utc: int
    starting_hour_utc: int
    duration_in_hour: int

    @property
    def duration(self) -> timedelta | None:
        """Its length."""
        return span(self.duration_in_hour, hours=1)


@attrs.define(kw_only=True)
class DatabasePostgresqlConfig(Model):
    """Settings of a PostgreSQL database.

    Attributes:
        timescaledb_enabled: Whether the TimescaleDB extension is on.
    """

    timescaledb_enabled: bool


@attrs.define(kw_only=True)
class Database(Waitable):
    """A running database, as the database API sees it.

    `wait` ends with `running`, and fails with `stopped`, unless an operation is under way.

    Attributes:
        id: Internal id, 24 hex digits. Calls take the id of the addon instead.
        resource_id: Name of the resource, the same as the addon's `resource_id`.
        app_name: Name of the app that it belongs to.
        created_at: Creation.
        encryption_at_rest: Whether its disks are encrypted.
        features: Features that are on, or are being turned on or off.
        plan: Name of its plan.
        status: State: `creating`, `running`, `migrating`, `updating`, `upgrading`, `stopped` or
            another word.
        type_id: Id of its engine.
        type_name: Name of its engine, such as `redis`.
        version_id: Id of the version of its engine.
        mongo_repl_set_name: Name of the MongoDB replica set; empty for other engines.
        instances: Its nodes and gateways.
        next_version_id: Id of the version that `upgrade` leads to; `None` when it is up to date.
        readable_version: Version of its engine, such as `3.2.9-1` (major, minor, patch, build).
        hostname: Where it listens, as `host:port`.
        current_operation_id: Id of the operation under way.
        cluster: Whether it has several data nodes.
        periodic_backups_enabled: Whether backups are made by themselves.
        periodic_backups_scheduled_at: Hours of the day, in UTC, at which they are made: 0 to 23.
        first_pitr_backup: First backup for point-in-time recovery.
        flags: Flags.
        maintenance_window: The hours of the week in which it may be maintained.
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
    """The answer to turning a feature on or off.

    Turning one off answers with a message only. `wait` ends when the feature is `ACTIVATED`, or no
    longer there after it was turned off, and fails with `FAILED`.

    Attributes:
        name: Feature, when it is turned on.
        status: State, when it is turned on: `ACTIVATED`, `PENDING`, `PENDING_TO_ACTIVATE`,
            `PENDING_TO_REMOVE`, `FAILED` or another word.
        message: Text for people.
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
    """An upgrade that was started, and the version that it leads to.

    `wait` waits for its operation.

    Attributes:
        message: Text for people.
        operation_id: Id of the operation; `None` when the answer does not name it.
        id: Id of the version.
        database_type_id: Id of the engine.
        major: Major number of the version.
        minor: Minor number of the version.
        patch: Patch number of the version.
        build: Build number of the version.
        release_number: Number of the release.
        features: Features of the version.
        allowed_plugins: Plugins of the version.
        warning_message: Warning for people, may be empty.
        maintenance_window: The hours of the week in which the database may be maintained.
        created_at: Creation of the version.
        updated_at: Last change of the version.
        deleted_at: Withdrawal of the version.
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
            timeout: Seconds that it may take, `None` for any time. Those in which the client itself
                holds the requests back, for the rate limit for example, do not count. When they are
                over it is asked for once more, so 0 asks once.
            on_progress: Called with the operation each time its state was fetched.

        Returns:
            The operation in its final state.

        Raises:
            OperationFailedError: It ended badly; `thing` of the error is its final state.
            OperationTimeoutError: It did not end in time; `thing` is what was last seen, `looks`
                says how many times it was asked for.
            InvalidArgumentError: The timeout is negative or not a number, the object did not come
                from a method of the client, or the platform did not name the operation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._settle(timeout, on_progress)  # type: ignore[no-any-return]


@attrs.define(kw_only=True)
class DatabaseRecoveryWindow(Model):
    """The time that a database can be restored to.

    Attributes:
        earliest_recoverable_at: First moment.
        latest_recoverable_at: Last moment.
    """

    earliest_recoverable_at: datetime | None = None
    latest_recoverable_at: datetime | None = None
