"""Waiters: how to wait for each kind of thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeVar

import anyio

from scalingo_async._core.absent import present_id
from scalingo_async._core.answer_text import one_line
from scalingo_async.errors import (
    NotFoundError,
    ResponseDecodeError,
    ScalingoError,
)
from scalingo_async.models.addons import Addon
from scalingo_async.models.base import Waiter, bound
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
from scalingo_async.waiting.build_log import in_a_line, last_lines
from scalingo_async.waiting.failures import DeploymentFailedError, OperationFailedError
from scalingo_async.waiting.final_states import (
    PlanChange,
    addon_completion,
    backup_completion,
    database_completion,
    database_operation_completion,
    deployment_completion,
    restoration_completion,
)
from scalingo_async.waiting.polling import (
    Completion,
    Polling,
    failed,
    operation_completion,
)

T = TypeVar("T")
V = TypeVar("V")


_NEXT_GENERATION: Final = "-ng"
"""The suffix of the provider ids of databases on dedicated resources."""


class _Identified(Protocol):
    """A thing that is fetched again by its id."""

    id: str


def _id_of(one: _Identified) -> str:
    """Return the id of a thing that will be fetched again.

    Raises:
        ResponseDecodeError: The platform's response has none.
    """
    return present_id(one.id, f"the {type(one).__name__} in the platform's response", "$.id")


def operation(app: str, get: Callable[[str, str], Awaitable[Operation]]) -> Polling[Operation]:
    """Wait for an operation on an app."""
    return Polling(
        lambda one: f"operation {one.id} of {app}",
        lambda one: get(app, _id_of(one)),
        operation_completion,
    )


def deployment(
    app: str,
    get: Callable[[str, str], Awaitable[Deployment]],
    output: Callable[[str, str], Awaitable[str]],
) -> Polling[Deployment]:
    """Wait for a deployment; if it fails, its build log is fetched."""

    async def failure(one: Deployment) -> DeploymentFailedError:
        try:
            lines = last_lines(await output(app, one.id))
        except ScalingoError:
            # 404 if there is none. Any error here must not hide that the deployment failed.
            lines = ""
        message = f"deployment {one_line(one.id)} of {app} failed: {one_line(one.status or '')}"
        if shown := in_a_line(lines):
            message = f"{message}; its log ends with: {shown}"
        return DeploymentFailedError(
            message, thing=one, deployment=one, status=one.status, output=lines
        )

    return Polling(
        lambda one: f"deployment {one.id} of {app}",
        lambda one: get(app, _id_of(one)),
        deployment_completion,
        failure,
    )


def addon(
    app: str,
    get: Callable[[str, str], Awaitable[Addon]],
    completion: Callable[[Addon], Completion] = addon_completion,
) -> Polling[Addon]:
    """Wait for an addon to run."""
    return Polling(
        lambda one: f"addon {one.id} of {app}", lambda one: get(app, _id_of(one)), completion
    )


def plan_change(
    app: str,
    plan_id: str,
    changed: Addon,
    get: Callable[[str, str], Awaitable[Addon]],
    database: Callable[[str, str], Awaitable[Database]],
) -> Polling[Addon]:
    """Wait for an addon whose plan is being changed; `changed` is the response to that."""
    change = PlanChange(plan_id, anyio.current_time(), changed.updated_at)

    async def fetch(one: Addon) -> Addon:
        fresh = await get(app, _id_of(one))
        behind = None
        if fresh.addon_provider.id.endswith(_NEXT_GENERATION):
            behind = await database(app, _id_of(one))
        change.look(fresh, behind, anyio.current_time())
        # Waiting for it again has to end in the same way: on the new plan.
        return bound(fresh, watch)

    watch = Polling(lambda one: f"addon {one.id} of {app}", fetch, change.completion)
    return watch


def dedicated_database(
    get: Callable[[str], Awaitable[DedicatedDatabase]],
    addon_of: Callable[[str], Awaitable[Addon | None]],
    database: Callable[[str, str], Awaitable[Database]],
) -> Waiter:
    """Wait for a database on dedicated resources to run: its addon first, then the database.

    Neither exists from the start. The database is not polled before its addon runs, so that a poll
    takes only one request most of the time.
    """

    async def wait(thing: Any, limit: Any, on_progress: Any) -> Any:
        # The addon is kept for one wait only: databases of a list share their waiter.
        behind: Database | None = None

        async def fetch(one: DedicatedDatabase) -> DedicatedDatabase | None:
            nonlocal behind
            behind = None
            fresh = await _unless_missing(get(_id_of(one)))
            if fresh is None:
                return None
            if fresh.addon is None:
                fresh.addon = await _unless_missing(addon_of(_id_of(one)))
            if fresh.addon is not None and addon_completion(fresh.addon) is Completion.SUCCESS:
                behind = await _unless_missing(database(_id_of(one), _id_of(fresh.addon)))
            return fresh

        def completion(one: DedicatedDatabase) -> Completion:
            if one.addon is not None and addon_completion(one.addon) is Completion.FAILURE:
                return Completion.FAILURE
            return Completion.PENDING if behind is None else database_completion(behind)

        async def failure(one: DedicatedDatabase) -> OperationFailedError[DedicatedDatabase]:
            stopped = behind or one.addon
            return failed(f"database {one.name}", one, stopped.status if stopped else None)

        watch = Polling(lambda one: f"database {one.name}", fetch, completion, failure)
        return await watch(thing, limit, on_progress)

    return wait


async def _unless_missing(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except NotFoundError:
        return None


def database(
    app: str, addon_id: str, get: Callable[[str, str], Awaitable[Database]]
) -> Polling[Database]:
    """Wait for a database to run."""
    return Polling(
        lambda one: f"database {one.resource_id} of {app}",
        lambda _: get(app, addon_id),
        database_completion,
    )


def database_operation(
    app: str, addon_id: str, *ways: Callable[[str, str, str], Awaitable[DatabaseOperation]]
) -> Polling[DatabaseOperation]:
    """Wait for an operation on a database."""
    fetch = _in_a_way_that_is_known(app, addon_id, ways)
    return Polling(
        lambda one: f"operation {one.id} of database {addon_id}",
        lambda one: fetch(_id_of(one)),
        database_operation_completion,
    )


def backup(
    app: str, addon_id: str, *ways: Callable[[str, str, str], Awaitable[DatabaseBackup]]
) -> Polling[DatabaseBackup]:
    """Wait for a backup."""
    fetch = _in_a_way_that_is_known(app, addon_id, ways)
    return Polling(
        lambda one: f"backup {one.id} of database {addon_id}",
        lambda one: fetch(_id_of(one)),
        backup_completion,
    )


def _in_a_way_that_is_known(
    app: str, addon_id: str, ways: tuple[Callable[[str, str, str], Awaitable[V]], ...]
) -> Callable[[str], Awaitable[V]]:
    """Use the first path that doesn't return 404, from then on.

    Official clients use two paths for some things, and the host of the database API decides which
    one exists.
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
) -> Polling[DatabaseBackupRestoration]:
    """Wait for the restoration of a backup."""
    return Polling(
        lambda one: f"restoration {one.id} of database {addon_id}",
        lambda one: get(app, addon_id, _id_of(one)),
        restoration_completion,
    )


def feature(
    app: str,
    addon_id: str,
    name: str,
    get: Callable[[str, str], Awaitable[Database]],
    completion: Callable[[DatabaseFeatureChange], Completion],
) -> Polling[DatabaseFeatureChange]:
    """Wait for a feature of a database to be on or off, depending on `completion`."""

    async def fetch(one: DatabaseFeatureChange) -> DatabaseFeatureChange:
        present = (await get(app, addon_id)).features or ()
        status = next((row.status for row in present if row.name == name), None)
        return bound(type(one)(name=name, status=status, message=one.message), watch)

    watch = Polling(lambda _: f"feature {name} of database {addon_id}", fetch, completion)
    return watch


def upgrade(operation_of: Callable[[str], DatabaseOperation]) -> Waiter:
    """Wait for the operation of an upgrade.

    Args:
        operation_of: Makes an operation that can be waited for from its id.
    """

    async def wait(thing: DatabaseUpgrade, limit: Any, on_progress: Any) -> Any:
        if not thing.operation_id:
            raise ResponseDecodeError(
                "the platform did not return the operation of the upgrade: wait for the "
                "database "
                "that client.databases.get returns, or check its readable_version",
                path="$.operation_id",
            )
        operation = operation_of(thing.operation_id)
        return await operation.wait(timeout=limit, on_progress=on_progress)

    return wait
