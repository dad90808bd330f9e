"""Backups of databases, and how they are created."""

from datetime import UTC, datetime

from scalingo_async.sandbox.behaviour.backup_files import backup_file
from scalingo_async.sandbox.catalogue.databases import BACKUP_SUFFIXES
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.databases import Backup, Database
from scalingo_async.sandbox.world.state import Region

__all__ = [
    "back_up",
    "backup_data",
    "backup_suffix",
    "new_backup",
]


def backup_suffix(addon: Addon) -> str:
    """Return the suffix of the file's name in an archive."""
    return BACKUP_SUFFIXES.get(addon.provider.type_name, ".dump")


def new_backup(region: Region, addon: Addon, database: Database, method: str) -> Backup:
    """Create a backup."""
    now = region.world.clock.time()
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d%H%M%S")
    payload = region.world.settings.backup_size
    name = f"{moment}_{addon.resource_id}"
    backup = Backup(region.world.ids.hex(), name, method, payload, now)
    backup.suffix = backup_suffix(addon)
    database.backups[backup.id] = backup
    return backup


def backup_data(addon: Addon, backup: Backup, ended_at: float) -> Json:
    """Return the payload of a backup's event."""
    return {
        "addon_name": addon.provider.name,
        "addon_uuid": addon.id,
        "resource_id": addon.resource_id,
        "backup_id": backup.id,
        "backup_status": backup.status,
        "backup_method": backup.method,
        "started_at": None if backup.started_at is None else iso(backup.started_at),
        "ended_at": iso(ended_at),
    }


def back_up(region: Region, app: App, addon: Addon, backup: Backup, user: User) -> None:
    """Run a backup from `scheduled` to its final state."""
    world = region.world
    total = world.settings.operation_time
    failure = world.failing_backups.popleft() if world.failing_backups else None

    def run(when: float) -> None:
        backup.status = "running"
        backup.started_at = when

    def end(when: float) -> None:
        backup.status = failure or "done"
        backup.size = 0 if failure else backup_file(backup).size
        kind = "failed" if failure else "succeeded"
        if app.id in region.apps and addon.id in app.addons:
            region.record(
                f"database_backup_{kind}",
                backup_data(addon, backup, when),
                user=user,
                app=app,
                at=when,
            )

    world.after(0.2 * total, run)
    world.after(total, end)
