"""One database: the methods of `client.databases` with the app and the addon already bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from scalingo_async._core.paths import encode_segment
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.resources.databases.backup_restorations import DatabasesBackupRestorations
from scalingo_async.resources.databases.backups import DatabasesBackups
from scalingo_async.resources.databases.databases import DatabaseCalls
from scalingo_async.resources.databases.firewall_managed_ranges import (
    DatabasesFirewallManagedRanges,
)
from scalingo_async.resources.databases.firewall_rules import DatabasesFirewallRules
from scalingo_async.resources.databases.instances import DatabasesInstances
from scalingo_async.resources.databases.maintenances import DatabasesMaintenances
from scalingo_async.resources.databases.operations import DatabasesOperations
from scalingo_async.resources.databases.plans import DatabasesPlans
from scalingo_async.resources.databases.type_versions import DatabasesTypeVersions
from scalingo_async.resources.databases.types import DatabasesTypes
from scalingo_async.resources.databases.users import DatabasesUsers

__all__ = ["DatabaseHandle"]

P = ParamSpec("P")
R = TypeVar("R")
# The bound method may belong to a part of the resource.
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class Handle(Uncopyable, Generic[R_co]):
    """A resource bound to a database.

    Args:
        resource: The resource.
        app: Id or name of the app.
        addon_id: Id of the addon (`ad-…`).
    """

    # The dict is for parts, and for methods replaced in tests.
    __slots__ = ("__dict__", "_resource", "addon_id", "app")

    def __init__(self, resource: R_co, app: str, addon_id: str) -> None:
        encode_segment(app, "app")
        encode_segment(addon_id, "addon_id")
        self._resource = resource
        self.app = app
        self.addon_id = addon_id

    @property
    def _ids(self) -> tuple[str, str]:
        return self.app, self.addon_id

    def bind(self, method: Callable[Concatenate[R_co, str, str, P], T]) -> Callable[P, T]:
        """Return a method of the resource with the app and the addon already bound."""
        bound = partial(method, self._resource, self.app, self.addon_id)
        bound.__doc__ = method.__doc__
        return bound

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.addon_id} of {self.app}>"


class Bound(Generic[R, P, T]):
    """A method whose first two arguments come from the handle it is accessed on.

    Args:
        method: The method, as a function of the resource's class.
    """

    def __init__(self, method: Callable[Concatenate[R, str, str, P], T]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, handle: None, owner: object) -> Self: ...
    @overload
    def __get__(self, handle: Handle[R], owner: object) -> Callable[P, T]: ...
    def __get__(self, handle: Handle[R] | None, owner: object) -> Self | Callable[P, T]:
        return self if handle is None else handle.bind(self._method)


class BackupRestorationsHandle(Handle[DatabasesBackupRestorations]):
    """Restorations of backups of one database."""

    __slots__ = ()

    get = Bound(DatabasesBackupRestorations.get)


class BackupsHandle(Handle[DatabasesBackups]):
    """Backups of one database."""

    __slots__ = ()

    list = Bound(DatabasesBackups.list)
    create = Bound(DatabasesBackups.create)
    latest = Bound(DatabasesBackups.latest)
    get = Bound(DatabasesBackups.get)
    get_by_id = Bound(DatabasesBackups.get_by_id)
    archive_url = Bound(DatabasesBackups.archive_url)
    download = Bound(DatabasesBackups.download)
    restore = Bound(DatabasesBackups.restore)


class FirewallManagedRangesHandle(Handle[DatabasesFirewallManagedRanges]):
    """Address ranges that Scalingo maintains."""

    __slots__ = ()

    list = Bound(DatabasesFirewallManagedRanges.list)


class FirewallRulesHandle(Handle[DatabasesFirewallRules]):
    """Firewall rules of one database."""

    __slots__ = ()

    list = Bound(DatabasesFirewallRules.list)
    create = Bound(DatabasesFirewallRules.create)
    update = Bound(DatabasesFirewallRules.update)
    delete = Bound(DatabasesFirewallRules.delete)


class InstancesHandle(Handle[DatabasesInstances]):
    """Nodes of one database."""

    __slots__ = ()

    metrics_series = Bound(DatabasesInstances.metrics_series)


class MaintenancesHandle(Handle[DatabasesMaintenances]):
    """Maintenances of one database."""

    __slots__ = ()

    list = Bound(DatabasesMaintenances.list)
    get = Bound(DatabasesMaintenances.get)


class OperationsHandle(Handle[DatabasesOperations]):
    """Operations on one database."""

    __slots__ = ()

    get = Bound(DatabasesOperations.get)
    get_by_url = Bound(DatabasesOperations.get_by_url)


class PlansHandle(Handle[DatabasesPlans]):
    """Plans of databases."""

    __slots__ = ()

    get = Bound(DatabasesPlans.get)


class TypeVersionsHandle(Handle[DatabasesTypeVersions]):
    """Versions of database engines."""

    __slots__ = ()

    get = Bound(DatabasesTypeVersions.get)


class TypesHandle(Handle[DatabasesTypes]):
    """Database engines."""

    __slots__ = ()

    list = Bound(DatabasesTypes.list)
    get = Bound(DatabasesTypes.get)


class UsersHandle(Handle[DatabasesUsers]):
    """Users of one database."""

    __slots__ = ()

    list = Bound(DatabasesUsers.list)
    create = Bound(DatabasesUsers.create)
    update = Bound(DatabasesUsers.update)
    reset_password = Bound(DatabasesUsers.reset_password)
    delete = Bound(DatabasesUsers.delete)


class DatabaseHandle(Handle[DatabaseCalls]):
    """One database: `client.databases` without passing the app and the addon each time.

    database = client.database("my-app", "ad-1234")
    backup = await database.backups.create()
    """

    __slots__ = ()

    get = Bound(DatabaseCalls.get)
    update = Bound(DatabaseCalls.update)
    upgrade = Bound(DatabaseCalls.upgrade)
    pitr_restore = Bound(DatabaseCalls.pitr_restore)
    pitr_recovery_window = Bound(DatabaseCalls.pitr_recovery_window)
    enable_feature = Bound(DatabaseCalls.enable_feature)
    disable_feature = Bound(DatabaseCalls.disable_feature)
    action = Bound(DatabaseCalls.action)
    plan = Bound(DatabaseCalls.plan)
    metrics = Bound(DatabaseCalls.metrics)
    metrics_series = Bound(DatabaseCalls.metrics_series)
    health = Bound(DatabaseCalls.health)
    instances_status = Bound(DatabaseCalls.instances_status)
    lag = Bound(DatabaseCalls.lag)
    ping = Bound(DatabaseCalls.ping)
    logs_url = Bound(DatabaseCalls.logs_url)
    log_lines = Bound(DatabaseCalls.log_lines)
    stream_logs = Bound(DatabaseCalls.stream_logs)
    logs_archives = Bound(DatabaseCalls.logs_archives)

    @cached_property
    def backup_restorations(self) -> BackupRestorationsHandle:
        """Restorations of its backups."""
        return BackupRestorationsHandle(self._resource.backup_restorations, *self._ids)

    @cached_property
    def backups(self) -> BackupsHandle:
        """Its backups."""
        return BackupsHandle(self._resource.backups, *self._ids)

    @cached_property
    def firewall_managed_ranges(self) -> FirewallManagedRangesHandle:
        """Address ranges for its firewall rules."""
        return FirewallManagedRangesHandle(self._resource.firewall_managed_ranges, *self._ids)

    @cached_property
    def firewall_rules(self) -> FirewallRulesHandle:
        """Its firewall rules."""
        return FirewallRulesHandle(self._resource.firewall_rules, *self._ids)

    @cached_property
    def instances(self) -> InstancesHandle:
        """Its nodes."""
        return InstancesHandle(self._resource.instances, *self._ids)

    @cached_property
    def maintenances(self) -> MaintenancesHandle:
        """Its maintenances."""
        return MaintenancesHandle(self._resource.maintenances, *self._ids)

    @cached_property
    def operations(self) -> OperationsHandle:
        """Operations on it."""
        return OperationsHandle(self._resource.operations, *self._ids)

    @cached_property
    def plans(self) -> PlansHandle:
        """Plans of databases."""
        return PlansHandle(self._resource.plans, *self._ids)

    @cached_property
    def type_versions(self) -> TypeVersionsHandle:
        """Versions of database engines."""
        return TypeVersionsHandle(self._resource.type_versions, *self._ids)

    @cached_property
    def types(self) -> TypesHandle:
        """Database engines."""
        return TypesHandle(self._resource.types, *self._ids)

    @cached_property
    def users(self) -> UsersHandle:
        """Its users."""
        return UsersHandle(self._resource.users, *self._ids)
