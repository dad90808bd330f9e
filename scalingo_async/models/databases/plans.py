"""Models: plans of databases, as the database API has them."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabasePlan",
]


@attrs.define(kw_only=True)
class DatabasePlan(Model):
    """A plan in the database API; `Plan` is the plan of the addon provider.

    Attributes:
        id: Id of the plan.
        name: Name of the plan.
        backup: Whether it includes backups.
        disk: Disk in MB.
        memory: Memory in MB.
        manual_backups_count: Number of manual backups that are kept.
        daily_scheduled_backups: Number of daily backups that are kept.
        weekly_scheduled_backups: Number of weekly backups that are kept.
        monthly_scheduled_backups: Number of monthly backups that are kept.
        pitr_backup_days: Number of days covered by point-in-time recovery.
        gateway_nodes: Number of gateways.
    """

    id: str
    name: str
    backup: bool
    disk: int
    memory: int
    manual_backups_count: int | None = None
    daily_scheduled_backups: int | None = None
    weekly_scheduled_backups: int | None = None
    monthly_scheduled_backups: int | None = None
    pitr_backup_days: int | None = None
    gateway_nodes: int | None = None
