"""`databases.logs_url` and `databases.logs_archives`, and what their URLs give."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.logs import archive, archives_page
from scalingo_async.sandbox.server.log_feeds import log_response, streamed
from scalingo_async.sandbox.server.routing import WEBSOCKET, Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.databases import Dbms

__all__ = ["log_routes", "routes"]

routes = Routes("database")
log_routes = Routes("logs")

_HOUR = 3600.0


@routes("databases.logs_url", "GET", "/databases/{addon_id}/logs")
def get_url(call: Call) -> Response:
    """Give a URL from which to read the logs for an hour."""
    _, addon, _ = find_database(call)
    ticket = call.authority.ticket("logs", addon.id, _HOUR)
    url = f"{_base(call, addon)}/logs?token={ticket}&timestamp={int(call.now)}"
    return json_response({"url": url})


@routes("databases.logs_archives", "GET", "/databases/{addon_id}/logs_archives")
def list_archives(call: Call) -> Response:
    """List the archives of old log lines, newest first, by cursor or by page."""
    _, addon, database = find_database(call)
    archives = dbms_of(addon, database, call.now).log_archives
    return archives_page(call, archives, _base(call, addon))


@log_routes("logs.dump", "GET", "/databases/{addon_id}/logs", auth="none", other=streamed)
@log_routes("logs.stream_websocket", WEBSOCKET, "/databases/{addon_id}/logs", auth="none")
def read(call: Call) -> Response:
    """Give the last lines as text, or follow the log."""
    addon_id = call.params["addon_id"]
    logs = _dbms(call, "logs", addon_id).logs
    return log_response(call, logs, lambda: call.region.addon(addon_id) is not None)


@log_routes(
    "logs.archives.download", "GET", "/databases/{addon_id}/archives/{archive_id}", auth="none"
)
def download(call: Call) -> Response:
    """Give an archive to whoever has the URL."""
    return archive(call, _dbms(call, "archive", call.params["archive_id"]).log_archives)


def _base(call: Call, addon: Addon) -> str:
    return f"{call.origin}{call.region.prefix}/logs/databases/{addon.id}"


def _dbms(call: Call, purpose: str, target: str) -> Dbms:
    call.authority.check_ticket(call.query("token") or "", purpose, target)
    found = call.region.addon(call.params["addon_id"])
    if found is None or found[1].database is None:
        raise Refusal.not_found("database")
    return dbms_of(found[1], found[1].database, call.now)
