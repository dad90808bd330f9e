"""`databases.firewall_managed_ranges.list`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.databases import managed_ranges
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes("database")


@routes("databases.firewall_managed_ranges.list", "GET", "/firewall/managed_ranges")
def list_(call: Call) -> Response:
    """List the platform's managed address ranges."""
    ranges = managed_ranges(call.region.name)
    return json_response({"ranges": [{"id": key, "name": name} for key, name in ranges.items()]})
