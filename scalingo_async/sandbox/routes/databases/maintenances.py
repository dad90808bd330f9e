"""`databases.maintenances.*`: a past one and a future one."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.clock import iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.databases import Database, Maintenance

__all__ = ["routes"]

routes = Routes("database")

_PER_PAGE = 20
_PATH = "/databases/{addon_id}/maintenance"


def _view(database: Database, row: Maintenance) -> Json:
    return {
        "id": row.id,
        "database_id": database.id,
        "type": row.type,
        "status": row.status,
        "started_at": iso_or_none(row.started_at),
        "ended_at": iso_or_none(row.ended_at),
    }


@routes("databases.maintenances.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List a database's maintenances, newest first."""
    _, addon, database = find_database(call)
    rows = dbms_of(addon, database, call.now).maintenances
    page, meta = paginate(call, rows, per_page=_PER_PAGE)
    return json_response({"maintenance": [_view(database, row) for row in page], "meta": meta})


@routes("databases.maintenances.get", "GET", f"{_PATH}/{{maintenance_id}}")
def get(call: Call) -> Response:
    """Show a maintenance."""
    _, addon, database = find_database(call)
    for row in dbms_of(addon, database, call.now).maintenances:
        if row.id == call.params["maintenance_id"]:
            return json_response(_view(database, row))
    raise Refusal.not_found("maintenance")
