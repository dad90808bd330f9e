"""`databases.backup_restorations.get`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import find_database
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.databases import Database, Restoration

__all__ = ["restoration_view", "routes"]

routes = Routes("database")


def restoration_view(database: Database, restoration: Restoration) -> Json:
    """Show a restoration of a backup."""
    started, ended = restoration.started_at, restoration.ended_at
    return {
        "id": restoration.id,
        "created_at": iso(restoration.created_at),
        "started_at": None if started is None else iso(started),
        "ended_at": None if ended is None else iso(ended),
        "method": "backup",
        "status": restoration.status,
        "database_id": database.id,
        "source_backup_id": restoration.backup_id,
    }


@routes(
    "databases.backup_restorations.get",
    "GET",
    "/databases/{addon_id}/backup_restorations/{restoration_id}",
)
def get(call: Call) -> Response:
    """Show a restoration."""
    _, _, database = find_database(call)
    restoration = database.restorations.get(call.params["restoration_id"])
    if restoration is None:
        raise Refusal.not_found("backup_restoration")
    return json_response({"backup_restoration": restoration_view(database, restoration)})
