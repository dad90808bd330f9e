"""`databases.*`, a module for each namespace."""

from scalingo_async.sandbox.routes.databases import (
    actions,
    backup_restorations,
    backups,
    databases,
    firewall_managed_ranges,
    firewall_rules,
    instances,
    logs,
    maintenances,
    metrics,
    operations,
    plans,
    type_versions,
    types,
    users,
)
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["FAMILIES"]

#: All families of database routes.
FAMILIES: tuple[Routes, ...] = (
    actions.routes,
    backup_restorations.routes,
    backups.routes,
    databases.routes,
    firewall_managed_ranges.routes,
    firewall_rules.routes,
    instances.routes,
    logs.routes,
    maintenances.routes,
    metrics.routes,
    operations.routes,
    plans.routes,
    type_versions.routes,
    types.routes,
    users.routes,
)
