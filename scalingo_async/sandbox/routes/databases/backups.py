"""`databases.backups.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.backup_files import backup_file
from scalingo_async.sandbox.behaviour.backups import back_up, new_backup
from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import databases_of, find_database
from scalingo_async.sandbox.behaviour.files import file_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.databases.backup_restorations import restoration_view
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.databases import Backup, Database, Restoration

__all__ = ["routes"]

routes = Routes("database")

_HOUR = 3600.0


def _view(addon: Addon, database: Database, backup: Backup) -> Json:
    return {
        "id": backup.id,
        "database_id": database.id,
        "name": backup.name,
        "size": backup.size,
        "status": backup.status,
        "method": backup.method,
        "type": addon.provider.type_name,
        "created_at": iso(backup.created_at),
        "started_at": None if backup.started_at is None else iso(backup.started_at),
    }


@routes("databases.backups.list", "GET", "/databases/{addon_id}/backups")
def list_(call: Call) -> Response:
    """List a database's backups, newest first."""
    _, addon, database = find_database(call)
    newest = reversed(database.backups.values())
    rows = [_view(addon, database, backup) for backup in newest]
    return json_response({"database_backups": rows})


@routes("databases.backups.create", "POST", "/databases/{addon_id}/backups")
def create(call: Call) -> Response:
    """Create a backup; it is done after the time of an operation."""
    app, addon, database = find_database(call)
    if any(backup.status in {"scheduled", "running"} for backup in database.backups.values()):
        raise Refusal.bad_request("a backup is running")
    backup = new_backup(call.region, addon, database, "manual")
    back_up(call.region, app, addon, backup, call.user)
    return json_response({"database_backup": _view(addon, database, backup)}, 201)


@routes("databases.backups.get_by_id", "GET", "/backups/{backup_id}")
@routes("databases.backups.get", "GET", "/databases/{addon_id}/backups/{backup_id}")
def get(call: Call) -> Response:
    """Show a backup."""
    _, addon, database, backup = _find(call)
    return json_response({"database_backup": _view(addon, database, backup)})


@routes("databases.backups.archive_url", "GET", "/databases/{addon_id}/backups/{backup_id}/archive")
def archive_url(call: Call) -> Response:
    """Issue a URL for downloading a backup that is valid for an hour."""
    _, addon, _, backup = _find(call)
    if backup.status != "done":
        raise Refusal.bad_request("the backup is not done")
    ticket = call.authority.ticket("backup", backup.id, _HOUR)
    base = f"{call.origin}{call.region.prefix}/api/databases/{addon.id}/backups/{backup.id}"
    return json_response({"download_url": f"{base}/download?token={ticket}"})


@routes(
    "databases.backups.download",
    "GET",
    "/databases/{addon_id}/backups/{backup_id}/download",
    auth="none",
)
def download(call: Call) -> Response:
    """Serve the archive of a backup to anyone with the URL."""
    call.authority.check_ticket(call.query("token") or "", "backup", call.params["backup_id"])
    _, _, _, backup = _find(call)
    name = f"{backup.name}.tar.gz"
    return file_response(call.request, backup_file(backup), "application/x-gzip", name)


@routes("databases.backups.restore", "POST", "/databases/{addon_id}/backups/{backup_id}/restore")
def restore(call: Call) -> Response:
    """Restore a backup in the time of an operation."""
    _, _, database, backup = _find(call)
    if backup.status != "done":
        raise Refusal.bad_request("the backup is not done")
    restoration = Restoration(call.world.ids.hex(), backup.id, call.now)
    database.restorations[restoration.id] = restoration
    total = call.world.settings.operation_time
    failures = call.world.failing_restorations
    result = failures.popleft() if failures else "done"

    def run(when: float) -> None:
        restoration.status = "running"
        restoration.started_at = when

    def end(when: float) -> None:
        restoration.status = result
        restoration.ended_at = when

    call.world.after(0.2 * total, run)
    call.world.after(total, end)
    return json_response(restoration_view(database, restoration))


def _find(call: Call) -> tuple[App, Addon, Database, Backup]:
    for app, addon, database in databases_of(call):
        backup = database.backups.get(call.params["backup_id"])
        if backup is not None:
            return app, addon, database, backup
    if "addon_id" in call.params:
        find_database(call)
    raise Refusal.not_found("database_backup")
