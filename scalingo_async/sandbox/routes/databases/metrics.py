"""`databases.metrics*`, `.health`, `.instances_status`, `.lag` and `.ping`: generated values."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import find_database, need_engine
from scalingo_async.sandbox.behaviour.metrics import Wave, hours_back, series
from scalingo_async.sandbox.catalogue.databases import database_plan
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.databases import Database

__all__ = ["past", "routes"]

routes = Routes("database")

_MIB = 1024 * 1024


@routes("databases.metrics", "GET", "/databases/{addon_id}/metrics")
def get(call: Call) -> Response:
    """Show the resource usage of a database."""
    _, addon, database = find_database(call)
    limit = database_plan(addon.provider, addon.plan).memory * _MIB
    # The values change every ten seconds.
    moment = call.now // 10 * 10
    used = Wave(0.2 * limit, 0.8 * limit, whole=True).at(f"{database.id}:memory", moment)
    cpu = Wave(0, 40, whole=True).at(f"{database.id}:cpu", moment)
    size, swap, highest = 37_825_858, 20_480, round(0.85 * limit)
    node: Json = {
        "instance_id": database.instance_id,
        "instance_address": f"{database.hostname}:{database.port}",
        "real_disk_size": size,
        "cpu": {"usage_in_percents": cpu},
        "memory": {
            "memory_usage": used,
            "swap_usage": swap,
            "memory_limit": limit,
            "swap_limit": limit,
            "max_memory_usage": highest,
            "max_swap_usage": swap,
        },
    }
    body: Json = {
        "cpu_usage": cpu,
        "memory": {
            "memory": used,
            "memory_max": highest,
            "memory_limit": limit,
            "swap": swap,
            "swap_max": swap,
            "swap_limit": limit,
        },
        "database_stats": _engine_stats(addon),
        "database_size": size,
        "real_disk_size": size,
        "instances_metrics": {database.instance_id: node},
    }
    return json_response(body)


@routes("databases.metrics_series", "GET", "/databases/{addon_id}/metrics/{metric}")
def get_series(call: Call) -> Response:
    """Show the values of a metric of a database."""
    _, addon, database = find_database(call)
    return past(call, addon, database)


def past(call: Call, addon: Addon, database: Database) -> Response:
    """Return the values of the metric in the path."""
    metric = call.params["metric"]
    points = series(
        f"{database.id}:{metric}",
        _wave(metric, addon),
        now=call.now,
        begin=database.created_at,
        hours=hours_back(call),
        last=call.flag("last"),
    )
    return json_response({f"{metric}_metrics": points})


@routes("databases.health", "GET", "/databases/{addon_id}/health")
def health(call: Call) -> Response:
    """Show the health of an Elasticsearch; it is always healthy."""
    _, addon, _ = find_database(call)
    need_engine(addon, "elasticsearch")
    body = {
        "epoch": str(int(call.now)),
        "status": "green",
        "cluster": addon.resource_id,
        "shards": "12",
        "pending_tasks": "0",
    }
    return json_response(body)


@routes("databases.instances_status", "GET", "/databases/{addon_id}/instances_status")
def instances_status(call: Call) -> Response:
    """Show the state of a database's instances."""
    _, _, database = find_database(call)
    return json_response([_instance(database)])


@routes("databases.lag", "GET", "/databases/{addon_id}/lag")
def lag(call: Call) -> Response:
    """Show the replication lag of the followers; there are none."""
    find_database(call)
    return json_response({"lag": 0})


@routes("databases.ping", "POST", "/databases/{addon_id}/ping")
def ping(call: Call) -> Response:
    """Return whether the engine responds; it does if the database is running."""
    _, _, database = find_database(call)
    return json_response({"ok": int(database.status == "running")})


def _instance(database: Database) -> Json:
    busy = database.status in {"upgrading", "migrating"}
    return {
        "id": database.instance_id,
        "type": "db-node",
        "status": database.status if busy else "running",
        "role": "leader",
        "dbms_status": "running",
    }


def _engine_stats(addon: Addon) -> Json:
    stats: Json = {}
    if addon.provider.type_name in {"influxdb", "mongodb", "mysql", "postgresql"}:
        stats["data_size"] = 11_044_896
    if addon.provider.type_name in {"mysql", "postgresql"}:
        stats |= {"current_connections": 4, "max_connections": 120}
    return stats


def _wave(metric: str, addon: Addon) -> Wave:
    plan = database_plan(addon.provider, addon.plan)
    match metric:
        case "cpu":
            return Wave(0.5, 40)
        case "memory":
            return Wave(0.2 * plan.memory * _MIB, 0.8 * plan.memory * _MIB, whole=True)
        case "swap":
            return Wave(0, 0.05 * plan.memory * _MIB, whole=True)
        case "disk":
            return Wave(0.1 * plan.disk * _MIB, 0.12 * plan.disk * _MIB, whole=True)
        case "diskio":
            return Wave(0, 900_000, whole=True)
        case _:
            raise Refusal.bad_request(f"unknown metric '{metric}'")
