"""Addons of apps."""

from dataclasses import dataclass, field

from scalingo_async.sandbox.catalogue.addons import Plan, Provider
from scalingo_async.sandbox.world.databases import Database

__all__ = [
    "Addon",
]


@dataclass(slots=True, eq=False)
class Addon:
    """An addon of an app, with its database if it has one."""

    id: str
    app_id: str
    resource_id: str
    provider: Provider
    plan: Plan
    provisioned_at: float
    updated_at: float
    status: str = "provisioning"
    ready_at: float = 0.0
    database: Database | None = None
    log_drains: list[str] = field(default_factory=list[str])
