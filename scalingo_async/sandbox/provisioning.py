"""Addons and their databases: how they come, what they put into an app, and their backups."""

from collections.abc import Callable
from datetime import UTC, datetime

from scalingo_async.sandbox.backup_files import backup_file
from scalingo_async.sandbox.catalog import Plan, Provider
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.entities import Addon, App, Backup, Database, Json, User, Variable
from scalingo_async.sandbox.state import Region, World

__all__ = [
    "back_up",
    "backup_data",
    "new_addon",
    "new_backup",
    "provision",
    "remove_variables",
]

_ALIASES = {
    "postgresql": "DATABASE_URL",
    "mysql": "DATABASE_URL",
    "redis": "REDIS_URL",
    "mongodb": "MONGO_URL",
    "influxdb": "INFLUX_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
}


def new_addon(
    region: Region, app: App, provider: Provider, plan: Plan, when: float
) -> tuple[Addon, list[str]]:
    """Add an addon to an app; returns it with the names of the variables that came with it."""
    ids = region.world.ids
    resource = f"{app.name.replace('-', '_')[:32]}_{ids.random.randrange(1000, 10_000)}"
    addon = Addon(ids.prefixed("ad"), app.id, resource, provider, plan, when, when)
    app.addons[addon.id] = addon
    if not provider.is_database:
        return addon, []
    host = resource.replace("_", "-")
    addon.database = Database(
        ids.hex(),
        when,
        ids.uuid(),
        f"{host}.{provider.type_name}.{region.name}.scalingo-dbs.com",
        ids.random.randrange(30_000, 40_000),
        ids.secret(24),
    )
    url = (
        f"{provider.scheme}://{resource}:{addon.database.password}"
        f"@{addon.database.hostname}:{addon.database.port}/{resource}"
    )
    main = f"SCALINGO_{provider.type_name.upper()}_URL"
    names: list[str] = []
    for name, value in ((main, url), (_ALIASES[provider.type_name], f"${main}")):
        if app.variable(name) is None:
            variable = Variable(ids.hex(), name, value, addon.id)
            app.variables[variable.id] = variable
            names.append(name)
    return addon, names


def provision(world: World, addon: Addon, done: Callable[[float], None] | None = None) -> None:
    """Let an addon work, and its database, after the time of an operation, or let it fail.

    What is to be `done` then is done when it works.
    """
    failure = world.failing_addons.popleft() if world.failing_addons else None
    addon.ready_at = world.clock.time() + world.settings.operation_time

    def end(when: float) -> None:
        addon.updated_at = when
        if failure is not None or addon.status == "provisioning":
            addon.status = failure or "running"
        # A plan that was changed meanwhile keeps the database busy for longer.
        if addon.database is not None and (failure is not None or when >= addon.ready_at):
            addon.database.status = "running" if failure is None else "stopped"
        if failure is None and done is not None:
            done(when)

    world.after(world.settings.operation_time, end)


def remove_variables(app: App, addon: Addon) -> list[str]:
    """Take away the variables that came with an addon; returns their names."""
    gone = [row for row in app.variables.values() if row.addon_id == addon.id]
    for row in gone:
        del app.variables[row.id]
    return [row.name for row in gone]


def new_backup(region: Region, addon: Addon, database: Database, method: str) -> Backup:
    """Ask for a backup."""
    now = region.world.clock.time()
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d%H%M%S")
    payload = region.world.settings.backup_size
    name = f"{moment}_{addon.resource_id}"
    backup = Backup(region.world.ids.hex(), name, method, payload, now)
    database.backups[backup.id] = backup
    return backup


def backup_data(addon: Addon, backup: Backup, ended_at: float) -> Json:
    """Return the payload of the event of a backup."""
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
    """Let a backup go its way, from `scheduled` to its end."""
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
