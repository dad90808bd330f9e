"""Addons and their databases: provisioning, the variables they add to an app, and backups."""

from collections.abc import Callable

from scalingo_async.sandbox.catalogue.addons import Plan, Provider
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App, Variable
from scalingo_async.sandbox.world.databases import Database
from scalingo_async.sandbox.world.state import Region, World

__all__ = [
    "new_addon",
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
    """Add an addon to an app; returns it with the names of the variables that it added."""
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
    """Make an addon and its database run after the time of an operation, or make it fail.

    `done` is called when it runs.
    """
    failure = world.failing_addons.popleft() if world.failing_addons else None
    addon.ready_at = world.clock.time() + world.settings.operation_time

    def end(when: float) -> None:
        addon.updated_at = when
        if failure is not None or addon.status == "provisioning":
            addon.status = failure or "running"
        # If the plan was changed in the meantime, the database stays busy for longer.
        if addon.database is not None and (failure is not None or when >= addon.ready_at):
            addon.database.status = "running" if failure is None else "stopped"
        if failure is None and done is not None:
            done(when)

    world.after(world.settings.operation_time, end)


def remove_variables(app: App, addon: Addon) -> list[str]:
    """Remove the variables that an addon added; returns their names."""
    gone = [row for row in app.variables.values() if row.addon_id == addon.id]
    for row in gone:
        del app.variables[row.id]
    return [row.name for row in gone]
