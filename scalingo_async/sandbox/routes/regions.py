"""`regions.list`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.state import Region

__all__ = ["routes"]

routes = Routes("auth")


def _view(region: Region, origin: str) -> Json:
    base = origin + region.prefix
    host = origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]
    return {
        "name": region.name,
        "display_name": region.display_name,
        "api": base,
        "database_api": base,
        "dashboard": f"https://dashboard.scalingo.com/apps/{region.name}",
        "ssh": f"{host}:22",
        "default": region.default,
    }


@routes("regions.list", "GET", "/regions", auth="optional")
def list_(call: Call) -> Response:
    """List the regions; private ones only for authenticated clients."""
    shown = [
        _view(region, call.origin)
        for region in call.world.regions.values()
        if region.public or call.principal is not None
    ]
    return json_response({"regions": shown})
