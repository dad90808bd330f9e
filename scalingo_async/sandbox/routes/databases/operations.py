"""`databases.operations.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import Found, databases_of
from scalingo_async.sandbox.clock import iso, iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.databases import DatabaseOperation

__all__ = ["operation_view", "routes"]

routes = Routes("database")


def operation_view(operation: DatabaseOperation) -> Json:
    """Show an operation of a database."""
    return {
        "id": operation.id,
        "type": operation.type,
        "status": operation.status,
        "created_at": iso(operation.created_at),
        "finished_at": iso_or_none(operation.finished_at),
        "error": operation.error,
    }


@routes("databases.operations.get_by_url", "GET", "/operations/{operation_id}")
@routes("databases.operations.get", "GET", "/databases/{addon_id}/operations/{operation_id}")
def get(call: Call) -> Response:
    """Show an operation of a database."""
    for found in databases_of(call):
        operation = _operation(found, call.params["operation_id"])
        if operation is not None:
            return json_response({"operation": operation_view(operation)})
    raise Refusal.not_found("operation")


def _operation(found: Found, operation_id: str) -> DatabaseOperation | None:
    return found[2].operations.get(operation_id)
