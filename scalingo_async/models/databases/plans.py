"""Models: plans of databases, as the database API has them."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabasePlan",
]


@attrs.define(kw_only=True)
class DatabasePlan(Model):
    """A plan as the database API sees it; `Plan` is that of the addon's provider.

    Attributes:
        id: Id of the plan.
        name: Name of the plan.
        backup: Whether it comes with backups.
        disk: Disk in MB.
        memory: Memory in MB.
        manual_backups_count: How many manual backups are kept.
        daily_scheduled_backups: How many daily backups are kept.
        weekly_scheduled_backups: How many weekly backups are kept.
        monthly_scheduled_backups: How many monthly backups are kept.
        pitr_backup_days: How many days point-in-time recovery reaches back.
        gateway_nodes: How many gateways it comes with.
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
