"""`databases.update`, `.upgrade`, `.pitr_*`, `.*_feature` and `databases.operations.*`."""

from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import (
    Found,
    database_view,
    databases_of,
    earliest_recovery,
    find_database,
    need_engine,
    start_database_operation,
    version_of,
)
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.catalogue.databases import FEATURES, VERSIONS
from scalingo_async.sandbox.clock import iso, iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.databases import DatabaseOperation

__all__ = ["routes"]

routes = Routes("database")


def _operation_view(operation: DatabaseOperation) -> Json:
    return {
        "id": operation.id,
        "type": operation.type,
        "status": operation.status,
        "created_at": iso(operation.created_at),
        "finished_at": iso_or_none(operation.finished_at),
        "error": operation.error,
    }


@routes("databases.update", "PATCH", "/databases/{addon_id}", also=["PUT"])
def update(call: Call) -> Response:
    """Change when backups are made, and when maintenance may be."""
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
    return json_response({"database": database_view(app, addon, database, call.now)})


@routes("databases.upgrade", "POST", "/databases/{addon_id}/upgrade")
def upgrade(call: Call) -> Response:
    """Go to the next version, in the time of an operation."""
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
def restore(call: Call) -> Response:
    """Go back to a moment, in the time of an operation."""
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
    return json_response({"operation": _operation_view(operation)}, 201)


@routes("databases.pitr_recovery_window", "GET", "/databases/{addon_id}/pitr/recovery_window")
def recovery_window(call: Call) -> Response:
    """Show between which moments a PostgreSQL can go back."""
    _, addon, database = find_database(call)
    need_engine(addon, "postgresql")
    window = {
        "earliest_recoverable_at": iso(earliest_recovery(addon, database, call.now)),
        "latest_recoverable_at": iso(call.now),
    }
    return json_response({"recovery_window": window})


@routes("databases.enable_feature", "POST", "/databases/{addon_id}/features")
def enable(call: Call) -> Response:
    """Turn a feature on, in the time of an operation."""
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
def disable(call: Call) -> Response:
    """Turn a feature off, in the time of an operation."""
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


@routes("databases.operations.get_by_url", "GET", "/operations/{operation_id}")
@routes("databases.operations.get", "GET", "/databases/{addon_id}/operations/{operation_id}")
def get_operation(call: Call) -> Response:
    """Show an operation of a database."""
    for found in databases_of(call):
        operation = _operation(found, call.params["operation_id"])
        if operation is not None:
            return json_response({"operation": _operation_view(operation)})
    raise Refusal.not_found("operation")


def _fails(call: Call) -> bool:
    failures = call.world.failing_operations
    if not failures:
        return False
    failures.popleft()
    return True


def _operation(found: Found, operation_id: str) -> DatabaseOperation | None:
    return found[2].operations.get(operation_id)


def _hours(fields: Fields, given: object) -> list[int] | None:
    """Return the hours of the backups, which come as one number or as several."""
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
