"""`databases.logs_url` and `databases.logs_archives`; their URLs are served by `routes.logs`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database
from scalingo_async.sandbox.routes.logs import archives_page
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon

__all__ = ["routes"]

routes = Routes("database")

_HOUR = 3600.0


@routes("databases.logs_url", "GET", "/databases/{addon_id}/logs")
def get_url(call: Call) -> Response:
    """Issue a URL for reading the logs that is valid for an hour."""
    _, addon, _ = find_database(call)
    ticket = call.authority.ticket("logs", addon.id, _HOUR)
    url = f"{_base(call, addon)}/logs?token={ticket}&timestamp={int(call.now)}"
    return json_response({"url": url})


@routes("databases.logs_archives", "GET", "/databases/{addon_id}/logs_archives")
def list_archives(call: Call) -> Response:
    """List the archives of old log lines, newest first, by cursor or page."""
    _, addon, database = find_database(call)
    archives = dbms_of(addon, database, call.now).log_archives
    return archives_page(call, archives, _base(call, addon))


def _base(call: Call, addon: Addon) -> str:
    return f"{call.origin}{call.region.prefix}/logs/databases/{addon.id}"
