"""`notification_platforms.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.notifications import EVENT_TYPES, PLATFORMS, Platform
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()


def _view(row: Platform) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "display_name": row.display_name,
        "logo_url": f"https://cdn2.scalingo.com/dashboard/assets/notification/{row.name}.svg",
        "available_event_ids": list(EVENT_TYPES),
        "description": row.description,
    }


@routes("notification_platforms.list", "GET", "/notification_platforms", auth="optional")
def list_(call: Call) -> Response:
    """List the notification platforms."""
    _ = call
    rows = [_view(row) for row in PLATFORMS.values()]
    return json_response({"notification_platforms": rows})


@routes("notification_platforms.search", "GET", "/notification_platforms/search", auth="optional")
def search(call: Call) -> Response:
    """List the platforms with a name: one, or none."""
    name = call.query("name")
    if not name:
        raise Refusal.bad_request("name is required")
    rows = [_view(row) for row in PLATFORMS.values() if row.name == name]
    return json_response({"notification_platforms": rows})


@routes(
    "notification_platforms.get", "GET", "/notification_platforms/{platform_id}", auth="optional"
)
def get(call: Call) -> Response:
    """Show a platform."""
    platform = PLATFORMS.get(call.params["platform_id"])
    if platform is None:
        raise Refusal.not_found("notification_platform")
    return json_response({"notification_platform": _view(platform)})
