"""`operations.get`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import operation_view
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()


@routes("operations.get", "GET", "/apps/{app}/operations/{operation_id}")
def get(call: Call) -> Response:
    """Show an operation."""
    operation = call.app().operations.get(call.params["operation_id"])
    if operation is None:
        raise Refusal.not_found("operation")
    return json_response({"operation": operation_view(call, operation)})
