"""`databases.instances.metrics_series`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.behaviour.databases import find_database
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.databases.metrics import past
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes("database")


@routes(
    "databases.instances.metrics_series",
    "GET",
    "/databases/{addon_id}/instances/{instance_id}/metrics/{metric}",
)
def get_series(call: Call) -> Response:
    """Show the values of a metric of one instance of a database."""
    _, addon, database = find_database(call)
    if call.params["instance_id"] != database.instance_id:
        raise Refusal.not_found("instance")
    return past(call, addon, database)
