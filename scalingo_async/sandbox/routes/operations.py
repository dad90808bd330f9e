"""`operations.get`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Operation

__all__ = ["operation_url", "operation_view", "routes"]

routes = Routes()


def operation_url(call: Call, app: App, operation: Operation) -> str:
    """Return the URL of an operation."""
    return f"{call.api_url}/apps/{app.id}/operations/{operation.id}"


def operation_view(call: Call, operation: Operation) -> Json:
    """Serialize an operation; that of a one-off container has the attach URL once it is done."""
    view: Json = {
        "id": operation.id,
        "app_id": operation.app_id,
        "created_at": iso(operation.created_at),
        "finished_at": None if operation.finished_at is None else iso(operation.finished_at),
        "status": operation.status,
        "type": operation.type,
        "error": operation.error,
        "message": None,
    }
    if operation.container is not None:
        data: Json = {"container_id": operation.container.id}
        if operation.status == "done":
            base = f"{call.origin}{call.region.prefix}/one-offs"
            data["attach_url"] = f"{base}/{operation.container.id}"
        view["start_one_off_data"] = data
    return view


@routes("operations.get", "GET", "/apps/{app}/operations/{operation_id}")
def get(call: Call) -> Response:
    """Show an operation."""
    operation = call.app().operations.get(call.params["operation_id"])
    if operation is None:
        raise Refusal.not_found("operation")
    return json_response({"operation": operation_view(call, operation)})
