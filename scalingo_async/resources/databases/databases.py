"""Running databases: their state, settings and actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict, Unpack

from scalingo_async._core.arguments import aware_time, int_between
from scalingo_async._core.decoding.shapes import member
from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async._core.resource_property import resource_property
from scalingo_async.models.base import bound
from scalingo_async.models.databases.actions import DatabaseActionResult
from scalingo_async.models.databases.databases import (
    Database,
    DatabaseFeature,
    DatabaseFeatureChange,
    DatabaseUpgrade,
)
from scalingo_async.models.databases.operations import DatabaseOperation
from scalingo_async.resources.base import DATABASE_API
from scalingo_async.resources.databases.backup_restorations import DatabasesBackupRestorations
from scalingo_async.resources.databases.backups import DatabasesBackups
from scalingo_async.resources.databases.firewall_managed_ranges import (
    DatabasesFirewallManagedRanges,
)
from scalingo_async.resources.databases.firewall_rules import DatabasesFirewallRules
from scalingo_async.resources.databases.instances import DatabasesInstances
from scalingo_async.resources.databases.logs import DatabasesLogs
from scalingo_async.resources.databases.maintenances import DatabasesMaintenances
from scalingo_async.resources.databases.metrics import DatabasesMetrics
from scalingo_async.resources.databases.operations import DatabasesOperations
from scalingo_async.resources.databases.plans import DatabasesPlans
from scalingo_async.resources.databases.type_versions import DatabasesTypeVersions
from scalingo_async.resources.databases.types import DatabasesTypes
from scalingo_async.resources.databases.users import DatabasesUsers
from scalingo_async.types import UNSET, JSONValue, RequestOptions, Unset
from scalingo_async.waiting import final_states, waiters
from scalingo_async.waiting.pending import operation_id
from scalingo_async.waiting.polling import Polling

__all__ = ["DatabaseCalls"]


class MaintenanceWindowTime(TypedDict, total=False):
    """The weekly maintenance window.

    Attributes:
        weekday_utc: Day of the week; 0 is Sunday.
        starting_hour_utc: Hour, 0 to 23.
    """

    weekday_utc: int
    starting_hour_utc: int


def _check_window(window: MaintenanceWindowTime) -> None:
    """Check the start of a maintenance window.

    Raises:
        InvalidArgumentError: The day or the hour is invalid.
    """
    if "weekday_utc" in window:
        int_between(window["weekday_utc"], "weekday_utc", 0, 6)
    if "starting_hour_utc" in window:
        int_between(window["starting_hour_utc"], "starting_hour_utc", 0, 23)


def _operation(data: Any) -> Any:
    """The documentation shows only the operation's id; official clients read an object."""
    id_ = member(data, "operation_id")
    return {"operation": {"id": id_}} if id_ and not member(data, "operation") else data


GET: Final[Endpoint[Database]] = model(
    "databases.get", "GET", "/databases/{addon_id}", Database, root="database", **DATABASE_API
)
UPDATE: Final[Endpoint[Database]] = model(
    "databases.update",
    "PATCH",
    "/databases/{addon_id}",
    Database,
    root="database",
    **DATABASE_API,
    wrap="database",
)
UPGRADE: Final[Endpoint[DatabaseUpgrade]] = model(
    "databases.upgrade", "POST", "/databases/{addon_id}/upgrade", DatabaseUpgrade, **DATABASE_API
)
PITR_RESTORE: Final[Endpoint[DatabaseOperation]] = model(
    "databases.pitr_restore",
    "POST",
    "/databases/{addon_id}/pitr/restore",
    DatabaseOperation,
    root="operation",
    **DATABASE_API,
    reshape=_operation,
)
ENABLE_FEATURE: Final[Endpoint[DatabaseFeatureChange]] = model(
    "databases.enable_feature",
    "POST",
    "/databases/{addon_id}/features",
    DatabaseFeatureChange,
    **DATABASE_API,
    wrap="feature",
)
DISABLE_FEATURE: Final[Endpoint[DatabaseFeatureChange]] = model(
    "databases.disable_feature",
    "DELETE",
    "/databases/{addon_id}/features",
    DatabaseFeatureChange,
    **DATABASE_API,
)
ACTION: Final[Endpoint[DatabaseActionResult]] = model(
    "databases.action", "POST", "/databases/{addon_id}/action", DatabaseActionResult, **DATABASE_API
)


class DatabaseCalls(DatabasesLogs, DatabasesMetrics):
    """The methods of one database, by its app and addon."""

    __slots__ = ()

    @resource_property
    def backup_restorations(self) -> DatabasesBackupRestorations:
        """Restorations of backups."""
        from scalingo_async.resources.databases.backup_restorations import (
            DatabasesBackupRestorations,
        )

        return DatabasesBackupRestorations(self._session)

    @resource_property
    def backups(self) -> DatabasesBackups:
        """Backups of a database."""
        from scalingo_async.resources.databases.backups import DatabasesBackups

        return DatabasesBackups(self._session)

    @resource_property
    def firewall_managed_ranges(self) -> DatabasesFirewallManagedRanges:
        """Address ranges that Scalingo maintains."""
        from scalingo_async.resources.databases.firewall_managed_ranges import (
            DatabasesFirewallManagedRanges,
        )

        return DatabasesFirewallManagedRanges(self._session)

    @resource_property
    def firewall_rules(self) -> DatabasesFirewallRules:
        """Firewall rules of a database."""
        from scalingo_async.resources.databases.firewall_rules import DatabasesFirewallRules

        return DatabasesFirewallRules(self._session)

    @resource_property
    def instances(self) -> DatabasesInstances:
        """Nodes of a database."""
        from scalingo_async.resources.databases.instances import DatabasesInstances

        return DatabasesInstances(self._session)

    @resource_property
    def maintenances(self) -> DatabasesMaintenances:
        """Maintenances of a database."""
        from scalingo_async.resources.databases.maintenances import DatabasesMaintenances

        return DatabasesMaintenances(self._session)

    @resource_property
    def operations(self) -> DatabasesOperations:
        """Operations on a database."""
        from scalingo_async.resources.databases.operations import DatabasesOperations

        return DatabasesOperations(self._session)

    @resource_property
    def plans(self) -> DatabasesPlans:
        """Plans of databases."""
        from scalingo_async.resources.databases.plans import DatabasesPlans

        return DatabasesPlans(self._session)

    @resource_property
    def type_versions(self) -> DatabasesTypeVersions:
        """Versions of database engines."""
        from scalingo_async.resources.databases.type_versions import DatabasesTypeVersions

        return DatabasesTypeVersions(self._session)

    @resource_property
    def types(self) -> DatabasesTypes:
        """Database engines."""
        from scalingo_async.resources.databases.types import DatabasesTypes

        return DatabasesTypes(self._session)

    @resource_property
    def users(self) -> DatabasesUsers:
        """Users of a database."""
        from scalingo_async.resources.databases.users import DatabasesUsers

        return DatabasesUsers(self._session)

    @performs(GET)
    async def get(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Database:
        """Get one database: its state and settings.

        Source: API documentation, “Retrieve Database Information”:
        https://developers.scalingo.com/databases/databases#retrieve-database-information

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The database.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(GET, (addon_id,), subject=(app, addon_id), options=options)
        return bound(found, self._watch(app, addon_id))

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        addon_id: str,
        *,
        periodic_backups_enabled: bool | Unset | None = UNSET,
        periodic_backups_scheduled_at: int | Unset | None = UNSET,
        maintenance_window: MaintenanceWindowTime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Database:
        """Change the backup schedule and the maintenance window of a database.

        Source: API documentation, “Update a Database”:
        https://developers.scalingo.com/databases/databases#update-a-database

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            periodic_backups_enabled: Enable or disable periodic backups.
            periodic_backups_scheduled_at: Hour of the backups, in UTC: 0 to 23.
            maintenance_window: Start of the weekly maintenance window; its duration can't be
                changed.
            **options: Options of the call.

        Returns:
            The database.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if periodic_backups_scheduled_at is not UNSET and periodic_backups_scheduled_at is not None:
            int_between(periodic_backups_scheduled_at, "periodic_backups_scheduled_at", 0, 23)
        if maintenance_window is not UNSET:
            _check_window(maintenance_window)
        changed = await self._session.call(
            UPDATE,
            (addon_id,),
            body={
                "periodic_backups_enabled": periodic_backups_enabled,
                "periodic_backups_scheduled_at": periodic_backups_scheduled_at,
                "maintenance_window": maintenance_window,
            },
            subject=(app, addon_id),
            options=options,
        )
        return bound(changed, self._watch(app, addon_id))

    @performs(UPGRADE)
    async def upgrade(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseUpgrade:
        """Upgrade a database to the next version of its engine.

        The operation continues after the response: `wait` on the result waits for the end. The only
        possible target is the version in `next_version_id`.

        Source: API documentation, “Upgrade a Database”:
        https://developers.scalingo.com/databases/databases#upgrade-a-database

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The version being installed, and the id of the operation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        request = self._session.prepare(
            UPGRADE, (addon_id,), subject=(app, addon_id), options=options
        )
        response = await self._session.send(request)
        upgrade = self._session.decode(UPGRADE, response)
        if not upgrade.operation_id:
            # Some responses contain the operation only in their Location header.
            upgrade.operation_id = operation_id(response)
        operations = self._watch_operations(app, addon_id)
        return bound(
            upgrade, waiters.upgrade(lambda id_: bound(DatabaseOperation(id=id_), operations))
        )

    @performs(PITR_RESTORE)
    async def pitr_restore(
        self, app: str, addon_id: str, *, restore_time: datetime, **options: Unpack[RequestOptions]
    ) -> DatabaseOperation:
        """Restore a database to a point in time (point-in-time recovery).

        PostgreSQL only. The operation continues after the response: `wait` on the result waits for
        the end.

        Source: API documentation, “Point-in-Time Restoration”:
        https://developers.scalingo.com/databases/databases#point-in-time-restoration

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            restore_time: Point in time to restore, with a time zone; see
                `databases.pitr_recovery_window`.
            **options: Options of the call.

        Returns:
            The operation; possibly only its id.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        started = await self._session.call(
            PITR_RESTORE,
            (addon_id,),
            body={"restore_time": aware_time(restore_time, "restore_time")},
            subject=(app, addon_id),
            options=options,
        )
        return bound(started, self._watch_operations(app, addon_id))

    @performs(ENABLE_FEATURE)
    async def enable_feature(
        self, app: str, addon_id: str, *, name: str, **options: Unpack[RequestOptions]
    ) -> DatabaseFeatureChange:
        """Enable a feature of a database.

        It may take a while: `wait` on the result waits until it is enabled.

        Source: API documentation, “Enable Feature”:
        https://developers.scalingo.com/databases/databases#enable-feature

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            name: Feature: `force-ssl`, `publicly-available` (requires `force-ssl`), `redis-rdb`,
                `redis-aof`, `redis-cache`.
            **options: Options of the call.

        Returns:
            The feature.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        feature = await self._session.call(
            ENABLE_FEATURE,
            (addon_id,),
            body={"name": name},
            subject=(app, addon_id),
            options=options,
        )
        completion = final_states.activation_completion
        return bound(feature, waiters.feature(app, addon_id, name, self.get, completion))

    @performs(DISABLE_FEATURE)
    async def disable_feature(
        self,
        app: str,
        addon_id: str,
        *,
        feature: str | DatabaseFeature,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFeatureChange:
        """Disable a feature of a database.

        It may take a while: `wait` on the result waits until it is disabled.

        Source: API documentation, “Disable Database Feature”:
        https://developers.scalingo.com/databases/databases#disable-database-feature

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            feature: Feature, as for `enable_feature`, or one of the `features` of the database.
            **options: Options of the call.

        Returns:
            The message of the platform.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if isinstance(feature, DatabaseFeature):
            feature = feature.name
        answer = await self._session.call(
            DISABLE_FEATURE,
            (addon_id,),
            query={"feature": feature},
            subject=(app, addon_id),
            options=options,
        )
        completion = final_states.removal_completion
        return bound(answer, waiters.feature(app, addon_id, feature, self.get, completion))

    @performs(ACTION)
    async def action(
        self,
        app: str,
        addon_id: str,
        *,
        action_name: str,
        params: JSONValue | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseActionResult:
        """Perform an action inside a running database.

        - MySQL and MongoDB: `list-databases`; `create-database`, `delete-database` and
          `reset-database`, which empties it, take `{"database_name": …}`.
        - MySQL: `get-sqlmode`; `set-sqlmode` takes the mode as a string.
        - PostgreSQL: `list-extensions`, `pg-list-queries`, `pg-stat-statements-enable`,
          `pg-stat-statements-list`, `pg-stat-statements-reset`; `pg-cancel-query` and
          `pg-terminate-query` take `{"pid": …}`.
        - InfluxDB: `list-retention-policies`; `add-retention-policy` takes
          `{"name": …, "duration": …, "default": …}`, `del-retention-policy` `{"name": …}`.

        An action can fail although the call succeeds: check `ok` of the result.

        Source: API documentation, “Actions over Database Management System”:
        https://developers.scalingo.com/databases/databases#actions-over-database-management-system

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            action_name: Name of the action.
            params: Parameters of the action: an object, a string or `None`.
            **options: Options of the call.

        Returns:
            The result.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            ACTION,
            (addon_id,),
            body={"action_name": action_name, "params": params},
            subject=(app, addon_id),
            options=options,
        )

    def _watch(self, app: str, addon_id: str) -> Polling[Database]:
        return waiters.database(app, addon_id, self.get)

    def _watch_operations(self, app: str, addon_id: str) -> Polling[DatabaseOperation]:
        from scalingo_async.resources.databases.operations import watch

        return watch(self._session, app, addon_id)
