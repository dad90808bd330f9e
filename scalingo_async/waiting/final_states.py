"""Final states: when each kind of thing has ended, and how."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from scalingo_async.models.addons import Addon
from scalingo_async.models.databases.backup_restorations import DatabaseBackupRestoration
from scalingo_async.models.databases.backups import DatabaseBackup
from scalingo_async.models.databases.databases import Database, DatabaseFeatureChange
from scalingo_async.models.databases.operations import DatabaseOperation
from scalingo_async.models.deployments import Deployment
from scalingo_async.waiting.deployment_states import is_final
from scalingo_async.waiting.polling import Completion, completion_among

_RUNNING: Final = frozenset({"running"})


_SUSPENDED: Final = frozenset({"suspended"})


_DONE: Final = frozenset({"done"})


_DONE_OR_FINISHED: Final = frozenset({"done", "finished"})


_ACTIVATED: Final = frozenset({"ACTIVATED"})


_FAILED: Final = frozenset({"FAILED"})


_ERROR: Final = frozenset({"error"})


_ERROR_OR_CANCELLED: Final = frozenset({"error", "cancelled"})


_ERRORS: Final = frozenset({"error", "user-error", "cancelled"})


def deployment_completion(deployment: Deployment) -> Completion:
    """Judge a deployment: its transient states are known, and all others are final."""
    if not is_final(deployment.status):
        return Completion.PENDING
    return Completion.SUCCESS if deployment.status == "success" else Completion.FAILURE


def addon_completion(addon: Addon) -> Completion:
    """Judge an addon."""
    return completion_among(addon.status, success=_RUNNING, failure=_SUSPENDED)


def resumed_completion(addon: Addon) -> Completion:
    """Judge an addon that will run again: it may still be suspended for a while."""
    return completion_among(addon.status, success=_RUNNING, failure=frozenset())


def database_completion(database: Database) -> Completion:
    """Judge a database; a stopped one won't run again unless an operation is in progress."""
    if database.status == "stopped" and not database.current_operation_id:
        return Completion.FAILURE
    return completion_among(database.status, success=_RUNNING, failure=frozenset())


def database_operation_completion(operation: DatabaseOperation) -> Completion:
    """Judge an operation on a database; there are two states for success."""
    return completion_among(operation.status, success=_DONE_OR_FINISHED, failure=_ERRORS)


def backup_completion(backup: DatabaseBackup) -> Completion:
    """Judge a backup."""
    return completion_among(backup.status, success=_DONE, failure=_ERROR_OR_CANCELLED)


def restoration_completion(restoration: DatabaseBackupRestoration) -> Completion:
    """Judge the restoration of a backup."""
    return completion_among(restoration.status, success=_DONE, failure=_ERROR)


def activation_completion(feature: DatabaseFeatureChange) -> Completion:
    """Judge a feature that is turned on."""
    return completion_among(feature.status, success=_ACTIVATED, failure=_FAILED)


def removal_completion(feature: DatabaseFeatureChange) -> Completion:
    """Judge a feature that is turned off: it has a name but no state once it is gone."""
    if feature.name is not None and feature.status is None:
        return Completion.SUCCESS
    return completion_among(feature.status, success=frozenset(), failure=_FAILED)


class PlanChange:
    """Judges when an addon runs on its new plan.

    The status may still be the old `running` at the first poll. So the addon has to run on the new
    plan. The database of an addon on dedicated resources must run as well, with no operation in
    progress, and report that plan. Because the change might not have started yet, this counts only
    for one of three reasons:

    - the change was seen in progress before;
    - the date of the addon is later than the response to the call in two consecutive polls: the
      change was too short to be seen;
    - this has been so for the time in which the change would have started.

    Args:
        plan_id: The new plan.
        began: When the change was requested, by the clock of `look`.
        changed_at: When the addon was last changed, from the response to that request; `None` if it
            doesn't say.
    """

    def __init__(self, plan_id: str, began: float, changed_at: datetime | None = None) -> None:
        self._plan_id = plan_id
        # The time since when no change was seen in progress.
        self._quiet_since = began
        self._changed_at = changed_at
        self._left = False
        self._moved = False
        self._seen: Addon | None = None
        self._completion = Completion.PENDING

    def look(self, addon: Addon, database: Database | None, now: float) -> None:
        """Note the current states; the database is `None` if there is none."""
        completion = addon_completion(addon)
        at_work = completion is Completion.PENDING or (
            database is not None and (database.status != "running" or _is_busy(database))
        )
        if at_work:
            self._left, self._quiet_since = True, now
        moved = self._has_moved(addon)
        if completion is Completion.SUCCESS:
            over = not at_work and self._is_on_plan(addon)
            if over and database is not None:
                settled = now - self._quiet_since >= SETTLING
                if self._says_so(addon, database):
                    over = self._left or (moved and self._moved) or settled
                else:
                    # It may have another name for the plan, if the change was seen in progress.
                    over = self._left and settled
            if not over:
                completion = Completion.PENDING
        self._moved = moved and not at_work
        self._seen, self._completion = addon, completion

    def _is_on_plan(self, addon: Addon) -> bool:
        return self._plan_id in {addon.plan.id, addon.plan.name}

    def _says_so(self, addon: Addon, database: Database) -> bool:
        """Return whether the database itself reports the plan."""
        return database.plan in {addon.plan.name, addon.plan.id}

    def _has_moved(self, addon: Addon) -> bool:
        before, now = self._changed_at, addon.updated_at
        return before is not None and now is not None and now > before

    def completion(self, addon: Addon) -> Completion:
        """Judge the addon that was polled last; nothing is known about others."""
        return self._completion if addon is self._seen else Completion.PENDING


SETTLING: Final = 10.0
"""Seconds within which a database that changes its plan leaves `running`.

The official command line tool polls at this interval, and relies on seeing it.
"""


def _is_busy(database: Database) -> bool:
    return bool(database.current_operation_id)
