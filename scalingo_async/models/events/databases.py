"""Models: payloads of the events of databases: features, backups, maintenances, upgrades."""

from datetime import datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.base import span
from scalingo_async.models.events.data import EventData

__all__ = [
    "CompleteDatabaseMaintenanceData",
    "DatabaseAddFeatureData",
    "DatabaseBackupFailedData",
    "DatabaseBackupSucceededData",
    "DatabaseContinuousBackupDelayedData",
    "DatabaseContinuousBackupHealthyData",
    "DatabaseContinuousBackupStaleData",
    "DatabaseRemoveFeatureData",
    "MissedDatabaseMaintenanceData",
    "PlanDatabaseMaintenanceData",
    "StartDatabaseMaintenanceData",
    "UpgradeDatabaseData",
]


@attrs.define(kw_only=True)
class UpgradeDatabaseData(EventData):
    """The payload of `upgrade_database` events: a database was upgraded.

    Attributes:
        addon_name: Name of the addon.
        old_version: Old version.
        new_version: New version.
    """

    addon_name: str
    old_version: str | None = None
    new_version: str


@attrs.define(kw_only=True)
class _FeatureData(EventData):
    """The fields shared by the payloads of database feature events.

    Attributes:
        feature: Feature, such as `force-ssl`.
        addon_provider_id: Id of the provider.
        addon_provider_name: Name of the provider.
        addon_uuid: Id of the addon (`ad-…`).
        remote_ip: IP address of the request.
    """

    feature: str
    addon_provider_id: str | None = None
    addon_provider_name: str | None = None
    addon_uuid: str | None = None
    remote_ip: str | None = None


@attrs.define(kw_only=True)
class DatabaseAddFeatureData(_FeatureData):
    """The payload of `database/add_feature` events: a feature was enabled."""


@attrs.define(kw_only=True)
class DatabaseRemoveFeatureData(_FeatureData):
    """The payload of `database/remove_feature` events: a feature was disabled."""


@attrs.define(kw_only=True)
class _BackupData(EventData):
    """The fields shared by the payloads of backup events.

    Attributes:
        addon_name: Name of the addon, such as `Redis`.
        addon_uuid: Id of the addon (`ad-…`).
        resource_id: Name of the resource at the addon provider.
        backup_id: Id of the backup.
        backup_status: State of the backup.
        backup_method: Reason: `periodic`, `manual` or another value.
        started_at: When it started.
        ended_at: When it ended.
        remote_ip: IP address of the request.
    """

    addon_name: str | None = None
    addon_uuid: str | None = None
    resource_id: str | None = None
    backup_id: str
    backup_status: str | None = None
    backup_method: Literal["periodic", "manual"] | str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    remote_ip: str | None = None


@attrs.define(kw_only=True)
class DatabaseBackupSucceededData(_BackupData):
    """The payload of `database_backup_succeeded` events: a backup succeeded.

    Events of automatic backups have the user `deploy@scalingo.com`.

    Attributes:
        backup_status: State of the backup, such as `done`.
    """


@attrs.define(kw_only=True)
class DatabaseBackupFailedData(_BackupData):
    """The payload of `database_backup_failed` events: a backup failed.

    Attributes:
        backup_status: State of the backup, such as `error`.
    """


@attrs.define(kw_only=True)
class _ContinuousBackupData(EventData):
    """The fields shared by the payloads of point-in-time recovery events.

    Attributes:
        addon_name: Name of the addon.
        resource_id: Name of the resource at the addon provider.
        addon_uuid: Id of the addon (`ad-…`).
        status: State: `healthy`, or an error such as `pgbackrest_error` or `wal_error`.
        error: Error message; `None` if there is no error.
        recoverable: Whether the database can be restored.
        checked_at: When this was checked.
        unrecoverable_duration_seconds: Length of the period to which it can't be restored, in
            seconds.
        remote_ip: IP address of the request.
    """

    addon_name: str | None = None
    resource_id: str | None = None
    addon_uuid: str | None = None
    status: str | None = None
    error: str | None = None
    recoverable: bool | None = None
    checked_at: datetime | None = None
    unrecoverable_duration_seconds: int | None = None
    remote_ip: str | None = None

    @property
    def unrecoverable_for(self) -> timedelta | None:
        """The length of the period to which it can't be restored."""
        return span(self.unrecoverable_duration_seconds, seconds=1)


@attrs.define(kw_only=True)
class DatabaseContinuousBackupHealthyData(_ContinuousBackupData):
    """The payload of `database_continuousbackup_healthy` events.

    Point-in-time recovery works and is up to date.
    """


@attrs.define(kw_only=True)
class DatabaseContinuousBackupDelayedData(_ContinuousBackupData):
    """The payload of `database_continuousbackup_delayed` events.

    The latest recoverable point in time is more than 12 hours ago.
    """


@attrs.define(kw_only=True)
class DatabaseContinuousBackupStaleData(_ContinuousBackupData):
    """The payload of `database_continuousbackup_stale` events.

    The latest recoverable point in time is more than 24 hours ago.
    """


@attrs.define(kw_only=True)
class _MaintenanceData(EventData):
    """The fields shared by the payloads of maintenance events.

    Attributes:
        addon_name: Name of the addon.
        maintenance_id: Id of the maintenance.
        maintenance_type: Kind of maintenance, such as `no-op`.
        maintenance_window_in_hours: Length of the window in hours.
        next_maintenance_window: When the window starts.
    """

    addon_name: str | None = None
    maintenance_id: str
    maintenance_type: str | None = None
    maintenance_window_in_hours: int | None = None
    next_maintenance_window: datetime | None = None

    @property
    def maintenance_window(self) -> timedelta | None:
        """Duration of the window."""
        return span(self.maintenance_window_in_hours, hours=1)


@attrs.define(kw_only=True)
class PlanDatabaseMaintenanceData(_MaintenanceData):
    """The payload of `plan_database_maintenance` events: a maintenance was scheduled."""


@attrs.define(kw_only=True)
class StartDatabaseMaintenanceData(_MaintenanceData):
    """The payload of `start_database_maintenance` events: a maintenance started."""


@attrs.define(kw_only=True)
class CompleteDatabaseMaintenanceData(_MaintenanceData):
    """The payload of `complete_database_maintenance` events: a maintenance ended."""


@attrs.define(kw_only=True)
class MissedDatabaseMaintenanceData(_MaintenanceData):
    """The payload of `missed_database_maintenance` events: a maintenance was postponed.

    The payload isn't documented: it is inferred from the other maintenance events.
    """
