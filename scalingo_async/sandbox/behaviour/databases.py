"""Databases: finding, filling and changing them."""

from collections.abc import Callable, Iterator

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.catalogue.databases import VERSIONS, Version, database_plan
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.databases import (
    Database,
    DatabaseOperation,
    DatabaseUser,
    Dbms,
    Maintenance,
    RetentionPolicy,
)
from scalingo_async.sandbox.world.logs import Log, LogArchive

__all__ = [
    "Found",
    "databases_of",
    "dbms_of",
    "earliest_recovery",
    "find_database",
    "need_engine",
    "start_database_operation",
    "version_of",
]

Found = tuple[App, Addon, Database]

_HOUR = 3600
_DAY = 24 * _HOUR
_SQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE"


def databases_of(call: Call) -> Iterator[Found]:
    """Iterate over the databases that a request can refer to.

    That is the database in the path, or else the one that the addon's token is valid for. A user's
    bearer token, where it is accepted, gives access to all databases visible to the user.
    """
    scope = None if call.principal is None else call.principal.addon
    addon_id = call.params.get("addon_id") or (scope[2] if scope is not None else None)
    if addon_id is not None:
        found = call.region.addon(addon_id)
        rows = [] if found is None else [found]
    else:
        apps = call.region.visible_to(call.user)
        rows = [(app, addon) for app in apps for addon in app.addons.values()]
    for app, addon in rows:
        if addon.database is not None:
            yield app, addon, addon.database


def find_database(call: Call) -> Found:
    """Return the database that a request refers to."""
    for found in databases_of(call):
        return found
    raise Refusal.not_found("database")


def need_engine(addon: Addon, *engines: str) -> None:
    """Refuse an action that the database's engine doesn't support."""
    if addon.provider.type_name not in engines:
        raise Refusal.bad_request(f"not supported by {addon.provider.name}")


def version_of(addon: Addon, database: Database) -> Version:
    """Return a database's version."""
    return VERSIONS[database.version_id or addon.provider.version_id]


def earliest_recovery(addon: Addon, database: Database, now: float) -> float:
    """Return the earliest time that a PostgreSQL can be recovered to."""
    days = database_plan(addon.provider, addon.plan).pitr_days or 0
    return max(database.created_at, now - days * _DAY)


def dbms_of(addon: Addon, database: Database, now: float) -> Dbms:
    """Return the contents of a database; the first call generates them."""
    if database.inside is None:
        # Separate ids, so that reading doesn't change the ids of other things.
        database.inside = _fill(addon, database, Ids(database.id), now)
    return database.inside


def _fill(addon: Addon, database: Database, ids: Ids, now: float) -> Dbms:
    name = addon.resource_id
    created = database.created_at
    age = now - created
    maintenances = [Maintenance(ids.hex(), "no-op", "scheduled")]
    if age > 2 * _DAY:
        began = now - _DAY
        maintenances.append(Maintenance(ids.hex(), "no-op", "done", began, began + 60))
    shown = min(age, 20 * _HOUR)
    logs = Log()
    for turn in range(20):
        logs.write(now - shown + turn * shown / 20, "db-node-1", f"checkpoint {turn} complete")
    return Dbms(
        users={name: DatabaseUser(name, False, True, database.password)},
        logical={name: True},
        sql_mode=_SQL_MODE,
        queries={
            2000: ("SELECT * FROM users WHERE last_seen_at < now()", "active"),
            2001: ("SELECT 1", "idle"),
        },
        policies={"autogen": RetentionPolicy("autogen", "0", default=True)},
        maintenances=maintenances,
        logs=logs,
        log_archives=[
            LogArchive(ids.hex(), now - (back + 2) * _DAY, now - (back + 1) * _DAY, 50)
            for back in range(min(12, int(age // _DAY) - 1))
        ],
    )


def start_database_operation(
    call: Call, found: Found, kind: str, busy: str, done: Callable[[float], None] | None = None
) -> DatabaseOperation:
    """Start an operation of a database, which is `busy` during it; `done` is called on success."""
    _, addon, database = found
    world = call.world
    if database.status != "running":
        raise Refusal.bad_request("the database is not running")
    operation = DatabaseOperation(world.ids.hex(), kind, call.now)
    database.operations[operation.id] = operation
    database.current_operation_id = operation.id
    database.status = busy
    error = world.failing_operations.popleft() if world.failing_operations else None
    logs = dbms_of(addon, database, call.now).logs
    total = world.settings.operation_time

    def run(_when: float) -> None:
        operation.status = "running"

    def end(when: float) -> None:
        operation.finished_at = when
        operation.status = "finished" if error is None else "error"
        operation.error = error
        database.status = "running"
        database.current_operation_id = None
        logs.write(when, "db-node-1", f"{kind} {operation.status}")
        if error is None and done is not None:
            done(when)

    world.after(0.2 * total, run)
    world.after(total, end)
    return operation
