"""`databases.*`, except operations with their own namespace or module."""

from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import (
    earliest_recovery,
    find_database,
    need_engine,
    start_database_operation,
    version_of,
)
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.catalogue.databases import (
    CA_CERTIFICATE,
    FEATURES,
    VERSIONS,
    database_plan,
)
from scalingo_async.sandbox.clock import iso, iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.databases.operations import operation_view
from scalingo_async.sandbox.routes.databases.plans import plan_view
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.databases import Database

__all__ = ["routes"]

routes = Routes("database")


def _view(app: App, addon: Addon, database: Database, now: float) -> Json:
    provider = addon.provider
    version = version_of(addon, database)
    node: Json = {
        "id": database.instance_id,
        "hostname": database.hostname,
        "port": database.port,
        "status": "running",
        "type": "db-node",
        "features": [],
        "private_ip": None,
    }
    weekday, hour = database.maintenance
    view: Json = {
        "id": database.id,
        "resource_id": addon.resource_id,
        "app_name": app.name,
        "created_at": iso(database.created_at),
        "encryption_at_rest": True,
        "features": [
            {"name": name, "status": status} for name, status in database.features.items()
        ],
        "plan": addon.plan.name,
        "status": database.status,
        "type_id": provider.type_id,
        "type_name": provider.type_name,
        "version_id": version.id,
        "mongo_repl_set_name": f"{addon.resource_id}-rs" if provider.id == "mongodb" else "",
        "instances": [node],
        "next_version_id": version.next_id,
        "readable_version": version.readable,
        "hostname": f"{database.hostname}:{database.port}",
        "current_operation_id": database.current_operation_id,
        "cluster": False,
        "periodic_backups_enabled": database.periodic_backups_enabled,
        "periodic_backups_scheduled_at": database.periodic_backups_scheduled_at,
        "flags": [],
        "maintenance_window": {
            "weekday_utc": weekday,
            "starting_hour_utc": hour,
            "duration_in_hour": 8,
        },
    }
    if provider.type_name == "postgresql":
        view["first_pitr_backup"] = iso_or_none(earliest_recovery(addon, database, now))
        view["postgresql_config"] = {"timescaledb_enabled": False}
    return view


@routes("databases.get", "GET", "/databases/{addon_id}")
def get(call: Call) -> Response:
    """Show a database."""
    app, addon, database = find_database(call)
    return json_response({"database": _view(app, addon, database, call.now)})


@routes("databases.update", "PATCH", "/databases/{addon_id}", also=["PUT"])
def update(call: Call) -> Response:
    """Change the schedule of backups and the maintenance window."""
    app, addon, database = find_database(call)
    body = call.rooted("database", lenient=True)
    window: object = body.get("maintenance_window")
    place = Fields(cast("Json", window) if isinstance(window, dict) else {})
    fields = Fields(body)
    enabled = fields.flag("periodic_backups_enabled")
    hours = _hours(fields, body.get("periodic_backups_scheduled_at"))
    weekday = place.whole("weekday_utc", most=6)
    hour = place.whole("starting_hour_utc", most=23)
    fields.errors |= place.errors
    fields.check()
    if enabled is not None:
        database.periodic_backups_enabled = enabled
    if hours is not None:
        database.periodic_backups_scheduled_at = hours
    before = database.maintenance
    database.maintenance = (
        before[0] if weekday is None else weekday,
        before[1] if hour is None else hour,
    )
    return json_response({"database": _view(app, addon, database, call.now)})


@routes("databases.upgrade", "POST", "/databases/{addon_id}/upgrade")
def upgrade(call: Call) -> Response:
    """Upgrade to the next version in the time of an operation."""
    found = app, addon, database = find_database(call)
    before = version_of(addon, database)
    if before.next_id is None:
        raise Refusal.bad_request("there is no version to upgrade to")
    after = VERSIONS[before.next_id]
    user = call.user

    def done(when: float) -> None:
        database.version_id = after.id
        data: Json = {
            "addon_name": addon.provider.name,
            "old_version": before.readable,
            "new_version": after.readable,
        }
        if app.id in call.region.apps:
            call.region.record("upgrade_database", data, user=user, app=app, at=when)

    operation = start_database_operation(call, found, "upgrade", "upgrading", done)
    major, minor, patch, build = after.numbers
    body: Json = {
        "message": f"Database upgrade to {after.readable} is pending",
        "operation_id": operation.id,
        "id": after.id,
        "created_at": iso(call.now),
        "updated_at": iso(call.now),
        "database_type_id": after.type_id,
        "major": major,
        "minor": minor,
        "patch": patch,
        "build": build,
        "release_number": 100,
        "features": ["tls"],
        "allowed_plugins": None,
        "warning_message": "",
    }
    location = f"{call.origin}{call.region.prefix}/api/operations/{operation.id}"
    return json_response(body, 202, {"Location": location})


@routes("databases.pitr_restore", "POST", "/databases/{addon_id}/pitr/restore")
def pitr_restore(call: Call) -> Response:
    """Recover to a point in time, in the time of an operation."""
    found = _, addon, database = find_database(call)
    need_engine(addon, "postgresql")
    fields = Fields(call.json())
    moment = fields.moment("restore_time", required=True)
    if (
        moment is not None
        and not earliest_recovery(addon, database, call.now) <= moment <= call.now
    ):
        fields.wrong("restore_time", "is not within the recovery window")
    fields.check()
    operation = start_database_operation(call, found, "pitr_restore", "updating")
    return json_response({"operation": operation_view(operation)}, 201)


@routes("databases.pitr_recovery_window", "GET", "/databases/{addon_id}/pitr/recovery_window")
def pitr_recovery_window(call: Call) -> Response:
    """Show the recovery window of a PostgreSQL."""
    _, addon, database = find_database(call)
    need_engine(addon, "postgresql")
    window = {
        "earliest_recoverable_at": iso(earliest_recovery(addon, database, call.now)),
        "latest_recoverable_at": iso(call.now),
    }
    return json_response({"recovery_window": window})


@routes("databases.enable_feature", "POST", "/databases/{addon_id}/features")
def enable_feature(call: Call) -> Response:
    """Enable a feature in the time of an operation."""
    app, addon, database = find_database(call)
    fields = Fields(call.rooted("feature", lenient=True))
    among = FEATURES[addon.provider.type_name]
    name = fields.text("name", required=True, among=among) or ""
    fields.check()
    features = database.features
    if name == "publicly-available" and features.get("force-ssl") != "ACTIVATED":
        raise Refusal.bad_request("force-ssl has to be enabled first")
    if features.get(name) in {None, "FAILED"}:
        features[name] = "PENDING_TO_ACTIVATE"
        result = "FAILED" if _fails(call) else "ACTIVATED"

        def end(_when: float) -> None:
            if features.get(name) == "PENDING_TO_ACTIVATE":
                features[name] = result

        call.world.after(call.world.settings.operation_time, end)
        call.record("database/add_feature", _event_data(addon, name), app)
    message = f"{name} feature is being enabled"
    return json_response({"name": name, "status": features[name], "message": message})


@routes("databases.disable_feature", "DELETE", "/databases/{addon_id}/features")
def disable_feature(call: Call) -> Response:
    """Disable a feature in the time of an operation."""
    app, addon, database = find_database(call)
    name = call.query("feature")
    if not name:
        raise Refusal.bad_request("feature is required")
    features = database.features
    if name not in features:
        raise Refusal.not_found("feature")
    if name == "force-ssl" and "publicly-available" in features:
        raise Refusal.bad_request("publicly-available needs force-ssl")
    features[name] = "PENDING_TO_REMOVE"
    fails = _fails(call)

    def end(_when: float) -> None:
        if features.get(name) != "PENDING_TO_REMOVE":
            return
        if fails:
            features[name] = "FAILED"
        else:
            del features[name]

    call.world.after(call.world.settings.operation_time, end)
    call.record("database/remove_feature", _event_data(addon, name), app)
    return json_response({"message": f"{name} feature has been disabled"})


@routes("databases.plan", "GET", "/databases/{addon_id}/plan")
def plan(call: Call) -> Response:
    """Show the plan of a database."""
    _, addon, _ = find_database(call)
    return json_response({"plan": plan_view(database_plan(addon.provider, addon.plan))})


@routes("databases.ca_certificate", "GET", "/ca_certificate", auth="none")
def ca_certificate(call: Call) -> Response:
    """Return the certificate of the authority; it is well-formed, but signs nothing."""
    _ = call
    return Response(CA_CERTIFICATE, 200, {"content-type": "application/x-pem-file"})


def _fails(call: Call) -> bool:
    failures = call.world.failing_operations
    if not failures:
        return False
    failures.popleft()
    return True


def _hours(fields: Fields, given: object) -> list[int] | None:
    """Return the hours of the backups, which are sent as one number or as a list."""
    if given is None:
        return None
    rows = cast("list[object]", given) if isinstance(given, list) else [given]
    hours = [row for row in rows if isinstance(row, int) and not isinstance(row, bool)]
    if not hours or len(hours) != len(rows) or not all(0 <= hour <= 23 for hour in hours):
        fields.wrong("periodic_backups_scheduled_at", "is not an hour of the day")
    return hours


def _event_data(addon: Addon, feature: str) -> Json:
    return {
        "feature": feature,
        "addon_provider_id": addon.provider.id,
        "addon_provider_name": addon.provider.name,
        "addon_uuid": addon.id,
    }
