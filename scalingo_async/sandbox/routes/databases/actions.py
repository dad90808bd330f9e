"""`databases.action`: the actions of the engines."""

from collections.abc import Callable, Mapping
from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.databases import Dbms, RetentionPolicy, Statement

__all__ = ["routes"]

routes = Routes("database")


class _Failed(Exception):  # noqa: N818 - it becomes an answer with `ok` 0
    """An action failed."""


@routes("databases.action", "POST", "/databases/{addon_id}/action")
def act(call: Call) -> Response:
    """Run an action of an engine; a failure is in the body of a response with status 200."""
    _, addon, database = find_database(call)
    body = call.json()
    name = body.get("action_name")
    if not isinstance(name, str) or not name:
        raise Refusal.missing("action_name")
    action = _ACTIONS.get(addon.provider.type_name, {}).get(name, _unknown)
    try:
        result = action(dbms_of(addon, database, call.now), body.get("params"), call.now)
    except _Failed as failure:
        return json_response({"ok": 0, "error": str(failure)})
    return json_response({"ok": 1, "result": result})


_Action = Callable[[Dbms, object, float], object]


def _unknown(_dbms: Dbms, _params: object, _now: float) -> None:
    raise _Failed("this database has no such action")


def _parameter(params: object, name: str) -> object:
    value = cast("dict[str, object]", params).get(name) if isinstance(params, dict) else None
    if value is None or value == "":
        raise _Failed(f"{name} is required")
    return value


# MySQL and MongoDB ------------------------------------------------------------------------------


def _list_databases(dbms: Dbms, _params: object, _now: float) -> object:
    return [{"name": name, "protected": fixed} for name, fixed in dbms.logical.items()]


def _create_database(dbms: Dbms, params: object, _now: float) -> object:
    name = str(_parameter(params, "database_name"))
    if name in dbms.logical:
        raise _Failed(f"database {name} already exists")
    dbms.logical[name] = False
    return {"name": name, "protected": False}


def _logical(dbms: Dbms, params: object) -> str:
    name = str(_parameter(params, "database_name"))
    if name not in dbms.logical:
        raise _Failed(f"database {name} does not exist")
    return name


def _delete_database(dbms: Dbms, params: object, _now: float) -> None:
    name = _logical(dbms, params)
    if dbms.logical[name]:
        raise _Failed(f"database {name} is protected")
    del dbms.logical[name]


def _reset_database(dbms: Dbms, params: object, _now: float) -> None:
    _logical(dbms, params)


def _get_sql_mode(dbms: Dbms, _params: object, _now: float) -> object:
    return dbms.sql_mode


def _set_sql_mode(dbms: Dbms, params: object, _now: float) -> None:
    if not isinstance(params, str):
        raise _Failed("params should be a string")
    dbms.sql_mode = params


# PostgreSQL -------------------------------------------------------------------------------------


def _list_extensions(_dbms: Dbms, _params: object, _now: float) -> object:
    return [{"name": "plpgsql", "version": "v1.0"}, {"name": "postgis", "version": "v3.4.2"}]


def _list_queries(dbms: Dbms, _params: object, now: float) -> object:
    (user,) = (row.name for row in dbms.users.values() if row.protected)
    return [
        {
            "query": query,
            "state": state,
            "username": user,
            "query_start": iso(now - 1),
            "pid": pid,
            "query_duration": 1_000_000_000,
        }
        for pid, (query, state) in dbms.queries.items()
    ]


def _process(dbms: Dbms, params: object) -> int:
    pid = _parameter(params, "pid")
    if not isinstance(pid, int) or pid not in dbms.queries:
        raise _Failed(f"there is no process {pid}")
    return pid


def _cancel_query(dbms: Dbms, params: object, _now: float) -> None:
    pid = _process(dbms, params)
    dbms.queries[pid] = (dbms.queries[pid][0], "idle")


def _terminate_query(dbms: Dbms, params: object, _now: float) -> None:
    del dbms.queries[_process(dbms, params)]


def _count_statements(dbms: Dbms, _params: object, _now: float) -> None:
    if dbms.statements is None:
        dbms.statements = [
            Statement(query, 1000 * (turn + 1), 500 * (turn + 1))
            for turn, (query, _) in enumerate(dbms.queries.values())
        ]


def _statements(dbms: Dbms) -> list[Statement]:
    if dbms.statements is None:
        raise _Failed("pg_stat_statements is not enabled")
    return dbms.statements


def _reset_statements(dbms: Dbms, _params: object, _now: float) -> None:
    _statements(dbms).clear()


def _list_statements(dbms: Dbms, _params: object, _now: float) -> object:
    return [
        {
            "user_id": 1000,
            "query": row.query,
            "calls": row.calls,
            "rows": row.rows,
            "total_time": 0.6 * row.calls,
            "min_time": 0.2,
            "max_time": 3.5,
            "mean_time": 0.6,
            "std_dev": 0.1,
        }
        for row in _statements(dbms)
    ]


# InfluxDB ---------------------------------------------------------------------------------------


def _list_policies(dbms: Dbms, _params: object, _now: float) -> object:
    return [
        {"name": row.name, "duration": row.duration, "default": row.default}
        for row in dbms.policies.values()
    ]


def _add_policy(dbms: Dbms, params: object, _now: float) -> None:
    name, duration = str(_parameter(params, "name")), str(_parameter(params, "duration"))
    if name in dbms.policies:
        raise _Failed(f"retention policy {name} already exists")
    default = cast("dict[str, object]", params).get("default") is True
    if default:
        for row in dbms.policies.values():
            row.default = False
    dbms.policies[name] = RetentionPolicy(name, duration, default)


def _delete_policy(dbms: Dbms, params: object, _now: float) -> None:
    name = str(_parameter(params, "name"))
    if dbms.policies.pop(name, None) is None:
        raise _Failed(f"there is no retention policy {name}")


_LOGICAL: Mapping[str, _Action] = {
    "list-databases": _list_databases,
    "create-database": _create_database,
    "delete-database": _delete_database,
    "reset-database": _reset_database,
}

_ACTIONS: Mapping[str, Mapping[str, _Action]] = {
    "mongodb": _LOGICAL,
    "mysql": {**_LOGICAL, "get-sqlmode": _get_sql_mode, "set-sqlmode": _set_sql_mode},
    "postgresql": {
        "list-extensions": _list_extensions,
        "pg-list-queries": _list_queries,
        "pg-cancel-query": _cancel_query,
        "pg-terminate-query": _terminate_query,
        "pg-stat-statements-enable": _count_statements,
        "pg-stat-statements-reset": _reset_statements,
        "pg-stat-statements-list": _list_statements,
    },
    "influxdb": {
        "list-retention-policies": _list_policies,
        "add-retention-policy": _add_policy,
        "del-retention-policy": _delete_policy,
    },
}
