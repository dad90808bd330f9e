"""`logs.*`, including the URLs of databases' logs."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of
from scalingo_async.sandbox.behaviour.embedded import app_view
from scalingo_async.sandbox.behaviour.files import file_response, whole
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.log_feeds import as_text, log_response, streamed
from scalingo_async.sandbox.server.routing import WEBSOCKET, Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.databases import Dbms
from scalingo_async.sandbox.world.logs import Log, LogArchive

__all__ = ["archives_page", "log_routes", "routes"]

routes = Routes()
log_routes = Routes("logs")

_HOUR = 3600.0
_ARCHIVES_PER_PAGE = 10


@routes("logs.get_url", "GET", "/apps/{app}/logs")
def get_url(call: Call) -> Response:
    """Issue a URL for reading the logs that is valid for an hour."""
    app = call.app()
    ticket = call.authority.ticket("logs", app.id, _HOUR)
    url = f"{_base(call, app)}/logs?token={ticket}&timestamp={int(call.now)}"
    return json_response({"app": app_view(call, app), "logs_url": url})


@routes("logs.archives.list", "GET", "/apps/{app}/logs_archives")
def list_archives(call: Call) -> Response:
    """List the archives of old log lines, newest first, by cursor or page."""
    app = call.app()
    return archives_page(call, app.log_archives, _base(call, app))


@log_routes("logs.dump", "GET", "/apps/{app_id}/logs", auth="none", other=streamed)
@log_routes("logs.stream_websocket", WEBSOCKET, "/apps/{app_id}/logs", auth="none")
def read(call: Call) -> Response:
    """Return the last lines as text, or stream the log; 204 if it has never had a line."""
    app = _app(call, "logs", call.params["app_id"])
    return log_response(call, app.logs, lambda: call.region.apps.get(app.id) is app)


@log_routes("logs.dump", "GET", "/databases/{addon_id}/logs", auth="none", other=streamed)
@log_routes("logs.stream_websocket", WEBSOCKET, "/databases/{addon_id}/logs", auth="none")
def read_database(call: Call) -> Response:
    """Return the last lines as text, or stream the log."""
    addon_id = call.params["addon_id"]
    logs = _dbms(call, "logs", addon_id).logs
    return log_response(call, logs, lambda: call.region.addon(addon_id) is not None)


@log_routes("logs.archives.download", "GET", "/apps/{app_id}/archives/{archive_id}", auth="none")
def download(call: Call) -> Response:
    """Serve an archive to anyone with the URL."""
    return _archive(call, _app(call, "archive", call.params["archive_id"]).log_archives)


@log_routes(
    "logs.archives.download", "GET", "/databases/{addon_id}/archives/{archive_id}", auth="none"
)
def download_database(call: Call) -> Response:
    """Serve an archive to anyone with the URL."""
    return _archive(call, _dbms(call, "archive", call.params["archive_id"]).log_archives)


def archives_page(call: Call, archives: Sequence[LogArchive], base: str) -> Response:
    """Return a page of archives, with download URLs below `base`."""
    page, cursor = call.query("page"), call.query("cursor")
    start = _number(cursor, 0)
    if page is not None:
        start = (max(1, _number(page, 1)) - 1) * _ARCHIVES_PER_PAGE
    end = start + _ARCHIVES_PER_PAGE
    has_more = end < len(archives)
    rows = [_archive_view(call, base, row) for row in archives[start:end]]
    return json_response(
        {"next_cursor": str(end) if has_more else "", "has_more": has_more, "archives": rows}
    )


def _archive(call: Call, archives: Sequence[LogArchive]) -> Response:
    found = [row for row in archives if row.id == call.params["archive_id"]]
    if not found:
        raise Refusal.not_found("archive")
    row = found[0]
    # Stored under the time of its first line, which is also in the file's name.
    name = f"{datetime.fromtimestamp(row.since, UTC):%Y%m%d%H%M}-{row.id}.log.gz"
    return file_response(call.request, whole(_content(row)), "application/x-gzip", name)


def _base(call: Call, app: App) -> str:
    return f"{call.origin}{call.region.prefix}/logs/apps/{app.id}"


def _app(call: Call, purpose: str, target: str) -> App:
    call.authority.check_ticket(call.query("token") or "", purpose, target)
    app = call.region.apps.get(call.params["app_id"])
    if app is None:
        raise Refusal.not_found("app")
    return app


def _archive_view(call: Call, base: str, row: LogArchive) -> Json:
    ticket = call.authority.ticket("archive", row.id, _HOUR)
    return {
        "url": f"{base}/archives/{row.id}?token={ticket}",
        "size": len(_content(row)),
        "from": _archive_date(row.since),
        "to": _archive_date(row.until),
    }


def _archive_date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a %b %d %H:%M:%S +0000 UTC %Y")


def _content(row: LogArchive) -> bytes:
    step = (row.until - row.since) / row.lines
    lines = Log()
    for number in range(row.lines):
        lines.write(row.since + number * step, "web-1", f"request {number} served")
    return gzip.compress(as_text(lines).encode(), mtime=0)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _dbms(call: Call, purpose: str, target: str) -> Dbms:
    call.authority.check_ticket(call.query("token") or "", purpose, target)
    found = call.region.addon(call.params["addon_id"])
    if found is None or found[1].database is None:
        raise Refusal.not_found("database")
    return dbms_of(found[1], found[1].database, call.now)
