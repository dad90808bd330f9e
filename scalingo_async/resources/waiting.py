"""When what takes a while is at its end: the final states of each kind of thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio

from scalingo_async._core.build_log import in_a_line, last_lines
from scalingo_async._core.deployment_states import is_final
from scalingo_async.errors import (
    DeploymentFailedError,
    InvalidArgumentError,
    NotFoundError,
    OperationFailedError,
    ScalingoError,
)
from scalingo_async.models.base import bound
from scalingo_async.operations import Verdict, Watch, among, failed, verdict_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scalingo_async.models.addons import Addon
    from scalingo_async.models.base import Waiter
    from scalingo_async.models.databases.backup_restorations import DatabaseBackupRestoration
    from scalingo_async.models.databases.backups import DatabaseBackup
    from scalingo_async.models.databases.databases import (
        Database,
        DatabaseFeatureChange,
        DatabaseUpgrade,
    )
    from scalingo_async.models.databases.operations import DatabaseOperation
    from scalingo_async.models.dedicated_databases import DedicatedDatabase
    from scalingo_async.models.deployments import Deployment
    from scalingo_async.models.operations import Operation

T = TypeVar("T")
V = TypeVar("V")

SETTLING: Final = 60.0
"""Seconds within which a database that changes its plan leaves `running`."""

_NEXT_GENERATION: Final = "-ng"
"""How the ids of the providers of databases on dedicated resources end."""

# -- the final states ----------------------------------------------------------------------------

_RUNNING: Final = frozenset({"running"})
_SUSPENDED: Final = frozenset({"suspended"})
_DONE: Final = frozenset({"done"})
_DONE_OR_FINISHED: Final = frozenset({"done", "finished"})
_ACTIVATED: Final = frozenset({"ACTIVATED"})
_FAILED: Final = frozenset({"FAILED"})
_ERROR: Final = frozenset({"error"})
_ERROR_OR_CANCELLED: Final = frozenset({"error", "cancelled"})
_ERRORS: Final = frozenset({"error", "user-error", "cancelled"})


def deployment_verdict(deployment: Deployment) -> Verdict:
    """Judge a deployment: the words of one under way are known, and all others are final."""
    if not is_final(deployment.status):
        return Verdict.PENDING
    return Verdict.SUCCESS if deployment.status == "success" else Verdict.FAILURE


def addon_verdict(addon: Addon) -> Verdict:
    """Judge an addon."""
    return among(addon.status, success=_RUNNING, failure=_SUSPENDED)


def resumed_verdict(addon: Addon) -> Verdict:
    """Judge an addon that is to run again: it may be suspended for a while yet."""
    return among(addon.status, success=_RUNNING, failure=frozenset())


def database_verdict(database: Database) -> Verdict:
    """Judge a database; a stopped one will not run by itself, unless something is under way."""
    if database.status == "stopped" and database.current_operation_id is None:
        return Verdict.FAILURE
    return among(database.status, success=_RUNNING, failure=frozenset())


def database_operation_verdict(operation: DatabaseOperation) -> Verdict:
    """Judge an operation on a database; two words for a success are in use."""
    return among(operation.status, success=_DONE_OR_FINISHED, failure=_ERRORS)


def backup_verdict(backup: DatabaseBackup) -> Verdict:
    """Judge a backup."""
    return among(backup.status, success=_DONE, failure=_ERROR_OR_CANCELLED)


def restoration_verdict(restoration: DatabaseBackupRestoration) -> Verdict:
    """Judge the restoration of a backup."""
    return among(restoration.status, success=_DONE, failure=_ERROR)


def activation_verdict(feature: DatabaseFeatureChange) -> Verdict:
    """Judge a feature that is turned on."""
    return among(feature.status, success=_ACTIVATED, failure=_FAILED)


def removal_verdict(feature: DatabaseFeatureChange) -> Verdict:
    """Judge a feature that is turned off: it has a name and no state once it is gone."""
    if feature.name is not None and feature.status is None:
        return Verdict.SUCCESS
    return among(feature.status, success=frozenset(), failure=_FAILED)


class PlanChange:
    """Tells when an addon is on its new plan, and works.

    The status may still be the old `running` when it is first looked at. So the addon counts once
    it runs on the new plan. The database behind one on dedicated resources must have been seen at
    work and be `running` again, or be `running` still after the time in which it would have begun.

    Args:
        plan_id: The new plan.
        began: When the change was asked for, by the clock that `look` goes by.
    """

    def __init__(self, plan_id: str, began: float) -> None:
        self._plan_id = plan_id
        self._began = began
        self._left = False
        self._seen: Addon | None = None
        self._verdict = Verdict.PENDING

    def look(self, addon: Addon, database: Database | None, now: float) -> None:
        """Take in how things stand; the database is `None` where there is none to look at."""
        verdict = addon_verdict(addon)
        at_work = verdict is Verdict.PENDING
        if database is not None:
            at_work = at_work or database.status != "running"
            self._left = self._left or at_work
            at_work = at_work or not (self._left or now - self._began >= SETTLING)
        if verdict is Verdict.SUCCESS and (at_work or not self._is_on_plan(addon)):
            verdict = Verdict.PENDING
        self._seen, self._verdict = addon, verdict

    def _is_on_plan(self, addon: Addon) -> bool:
        return addon.plan is None or self._plan_id in {addon.plan.id, addon.plan.name}

    def verdict(self, addon: Addon) -> Verdict:
        """Judge the addon that was looked at last; nothing is known of others."""
        return self._verdict if addon is self._seen else Verdict.PENDING


# -- how each is waited for ----------------------------------------------------------------------


def operation(app: str, get: Callable[[str, str], Awaitable[Operation]]) -> Watch[Operation]:
    """Wait for an operation on an app."""
    return Watch(
        lambda one: f"operation {one.id} of {app}", lambda one: get(app, one.id), verdict_of
    )


def deployment(
    app: str,
    get: Callable[[str, str], Awaitable[Deployment]],
    output: Callable[[str, str], Awaitable[str]],
) -> Watch[Deployment]:
    """Wait for a deployment; when it fails, its build log is asked for."""

    async def failure(one: Deployment) -> DeploymentFailedError:
        try:
            lines = last_lines(await output(app, one.id))
        except ScalingoError:
            # 404 when there is none. Whatever it is, that the deployment failed is the news.
            lines = ""
        message = f"deployment {one.id} of {app} failed: {one.status}"
        if shown := in_a_line(lines):
            message = f"{message}; its log ends with: {shown}"
        return DeploymentFailedError(
            message, thing=one, deployment=one, status=one.status, output=lines
        )

    return Watch(
        lambda one: f"deployment {one.id} of {app}",
        lambda one: get(app, one.id),
        deployment_verdict,
        failure,
    )


def addon(
    app: str,
    get: Callable[[str, str], Awaitable[Addon]],
    verdict: Callable[[Addon], Verdict] = addon_verdict,
) -> Watch[Addon]:
    """Wait for an addon to run."""
    return Watch(lambda one: f"addon {one.id} of {app}", lambda one: get(app, one.id), verdict)


def plan_change(
    app: str,
    plan_id: str,
    get: Callable[[str, str], Awaitable[Addon]],
    database: Callable[[str, str], Awaitable[Database]],
) -> Watch[Addon]:
    """Wait for an addon whose plan is being changed."""
    change = PlanChange(plan_id, anyio.current_time())

    async def fetch(one: Addon) -> Addon:
        fresh = await get(app, one.id)
        provider = fresh.addon_provider
        behind = None
        if provider is not None and provider.id.endswith(_NEXT_GENERATION):
            behind = await database(app, one.id)
        change.look(fresh, behind, anyio.current_time())
        return fresh

    return Watch(lambda one: f"addon {one.id} of {app}", fetch, change.verdict)


def dedicated_database(
    get: Callable[[str], Awaitable[DedicatedDatabase]],
    addon_of: Callable[[str], Awaitable[Addon | None]],
    database: Callable[[str, str], Awaitable[Database]],
) -> Waiter:
    """Wait for a database on dedicated resources to run: its addon first, then the database.

    Neither is there from the beginning. The database is not asked for before its addon runs, so
    that a round is one request most of the time.
    """

    async def wait(thing: Any, limit: Any, on_progress: Any) -> Any:
        # What is behind one is kept for one wait: those of a list have their waiter in common.
        behind: Database | None = None

        async def fetch(one: DedicatedDatabase) -> DedicatedDatabase | None:
            nonlocal behind
            behind = None
            fresh = await _unless_missing(get(one.id))
            if fresh is None:
                return None
            if fresh.addon is None:
                fresh.addon = await _unless_missing(addon_of(one.id))
            if fresh.addon is not None and addon_verdict(fresh.addon) is Verdict.SUCCESS:
                behind = await _unless_missing(database(one.id, fresh.addon.id))
            return fresh

        def verdict(one: DedicatedDatabase) -> Verdict:
            if one.addon is not None and addon_verdict(one.addon) is Verdict.FAILURE:
                return Verdict.FAILURE
            return Verdict.PENDING if behind is None else database_verdict(behind)

        async def failure(one: DedicatedDatabase) -> OperationFailedError:
            stopped = behind or one.addon
            return failed(f"database {one.name}", one, stopped.status if stopped else None)

        watch = Watch(lambda one: f"database {one.name}", fetch, verdict, failure)
        return await watch(thing, limit, on_progress)

    return wait


async def _unless_missing(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except NotFoundError:
        return None


def database(
    app: str, addon_id: str, get: Callable[[str, str], Awaitable[Database]]
) -> Watch[Database]:
    """Wait for a database to run."""
    return Watch(
        lambda one: f"database {one.resource_id} of {app}",
        lambda _: get(app, addon_id),
        database_verdict,
    )


def database_operation(
    app: str, addon_id: str, *ways: Callable[[str, str, str], Awaitable[DatabaseOperation]]
) -> Watch[DatabaseOperation]:
    """Wait for an operation on a database."""
    fetch = _in_a_way_that_is_known(app, addon_id, ways)
    return Watch(
        lambda one: f"operation {one.id} of database {addon_id}",
        lambda one: fetch(one.id),
        database_operation_verdict,
    )


def backup(
    app: str, addon_id: str, *ways: Callable[[str, str, str], Awaitable[DatabaseBackup]]
) -> Watch[DatabaseBackup]:
    """Wait for a backup."""
    fetch = _in_a_way_that_is_known(app, addon_id, ways)
    return Watch(
        lambda one: f"backup {one.id} of database {addon_id}",
        lambda one: fetch(one.id),
        backup_verdict,
    )


def _in_a_way_that_is_known(
    app: str, addon_id: str, ways: tuple[Callable[[str, str, str], Awaitable[V]], ...]
) -> Callable[[str], Awaitable[V]]:
    """Ask in the first way that is not answered with 404, and in that way from then on.

    Official clients have two paths for some things, and which of them is known depends on the host
    that the database API is at.
    """
    known = list(ways)

    async def fetch(id_: str) -> V:
        for way in known[:-1]:
            found = await _unless_missing(way(app, addon_id, id_))
            if found is not None:
                known[:] = [way]
                return found
        found = await known[-1](app, addon_id, id_)
        known[:] = known[-1:]
        return found

    return fetch


def restoration(
    app: str,
    addon_id: str,
    get: Callable[[str, str, str], Awaitable[DatabaseBackupRestoration]],
) -> Watch[DatabaseBackupRestoration]:
    """Wait for the restoration of a backup."""
    return Watch(
        lambda one: f"restoration {one.id} of database {addon_id}",
        lambda one: get(app, addon_id, one.id),
        restoration_verdict,
    )


def feature(
    app: str,
    addon_id: str,
    name: str,
    get: Callable[[str, str], Awaitable[Database]],
    verdict: Callable[[DatabaseFeatureChange], Verdict],
) -> Watch[DatabaseFeatureChange]:
    """Wait for a feature of a database to be on, or off, as the verdict has it."""

    async def fetch(one: DatabaseFeatureChange) -> DatabaseFeatureChange:
        present = (await get(app, addon_id)).features or ()
        status = next((row.status for row in present if row.name == name), None)
        return bound(type(one)(name=name, status=status, message=one.message), watch)

    watch = Watch(lambda _: f"feature {name} of database {addon_id}", fetch, verdict)
    return watch


def upgrade(operation_of: Callable[[str], DatabaseOperation]) -> Waiter:
    """Wait for the operation of an upgrade.

    Args:
        operation_of: Makes an operation, which can be waited for, of its id.
    """

    async def wait(thing: DatabaseUpgrade, limit: Any, on_progress: Any) -> Any:
        if thing.operation_id is None:
            raise InvalidArgumentError(
                "the platform did not say which operation the upgrade is: wait for the database "
                "that client.databases.get returns, or look at its readable_version"
            )
        operation = operation_of(thing.operation_id)
        return await operation.wait(timeout=limit, on_progress=on_progress)

    return wait
