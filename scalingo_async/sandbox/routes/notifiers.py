"""`notifiers.*`. No notification is ever sent."""

from typing import Any, cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.notifications import EVENT_TYPES, PLATFORMS, Platform
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.notifiers import Notifier

__all__ = ["routes"]

routes = Routes()

_PATH = "/apps/{app}/notifiers"
_ONE = f"{_PATH}/{{notifier_id}}"
_SWITCHES = ("active", "send_all_alerts", "send_all_events")


def _view(app: App, row: Notifier) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "active": row.active,
        "type": row.platform.name,
        "platform_id": row.platform.id,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "send_all_alerts": row.send_all_alerts,
        "send_all_events": row.send_all_events,
        "selected_event_ids": row.selected_event_ids,
        "app_id": app.id,
        "app": app.name,
        "type_data": row.type_data,
    }


@routes("notifiers.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List an app's notifiers; every new app has one for e-mail."""
    app = call.app()
    return json_response({"notifiers": [_view(app, row) for row in app.notifiers.values()]})


@routes("notifiers.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add a notifier. `active` is required, although the documentation says otherwise."""
    app = call.app()
    fields = _fields(call)
    platform = PLATFORMS.get(str(fields.get("platform_id")))
    if platform is None:
        raise Refusal.not_found("notification_platform")
    blank = [name for name in ("name", "active") if fields.get(name) in (None, "")]
    if blank:
        raise Refusal.invalid(**{name: ["can't be blank"] for name in blank})
    changes = _changes(app, platform, fields, None)
    now = call.now
    row = Notifier(call.world.ids.prefixed("no"), platform, str(fields["name"]), now, now)
    _apply(row, changes)
    app.notifiers[row.id] = row
    _record(call, "new_notifier", app, row)
    return json_response({"notifier": _view(app, row)}, 201)


@routes("notifiers.get", "GET", _ONE)
def get(call: Call) -> Response:
    """Show a notifier."""
    app, row = _find(call)
    return json_response({"notifier": _view(app, row)})


@routes("notifiers.update", "PATCH", _ONE, also=["PUT"])
def update(call: Call) -> Response:
    """Change a notifier, except its platform."""
    app, row = _find(call)
    _apply(row, _changes(app, row.platform, _fields(call), row.type_data))
    row.updated_at = call.now
    _record(call, "edit_notifier", app, row)
    return json_response({"notifier": _view(app, row)})


@routes("notifiers.test", "POST", f"{_ONE}/test")
def test(call: Call) -> Response:
    """Return that a test notification was sent."""
    _find(call)
    return Response(status_code=200, headers={"content-type": "text/plain; charset=utf-8"})


@routes("notifiers.delete", "DELETE", _ONE)
def delete(call: Call) -> Response:
    """Delete a notifier."""
    app, row = _find(call)
    del app.notifiers[row.id]
    _record(call, "delete_notifier", app, row)
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Notifier]:
    app = call.app()
    row = app.notifiers.get(call.params["notifier_id"])
    if row is None:
        # The platform uses this name.
        raise Refusal.not_found("base")
    return app, row


def _fields(call: Call) -> Json:
    """Return the value of the root key, which is plural in one example of the documentation."""
    body = call.json()
    return call.rooted("notifier" if "notifiers" not in body else "notifiers")


def _changes(app: App, platform: Platform, fields: Json, present: Json | None) -> Json:
    """Return the validated fields that were sent; a new notifier requires its settings."""
    changes: Json = {name: fields[name] for name in _SWITCHES if fields.get(name) is not None}
    errors = {
        name: ["should be a boolean"]
        for name, value in changes.items()
        if not isinstance(value, bool)
    }
    title = fields.get("name")
    if isinstance(title, str) and title.strip():
        changes["name"] = title
    elif title is not None:
        errors["name"] = ["can't be blank"]
    selected = _selected(fields)
    if selected is not None:
        changes["selected_event_ids"] = selected
        if not EVENT_TYPES.keys() >= set(selected):
            errors["selected_event_ids"] = ["is invalid"]
    if errors:
        raise Refusal.invalid(**errors)
    given: Any = fields.get("type_data")
    if present is None or given is not None:
        more = cast("Json", given) if isinstance(given, dict) else {}
        changes["type_data"] = _type_data(app, platform, {**(present or {}), **more})
    return changes


def _selected(fields: Json) -> list[str] | None:
    """Return the ids of the selected event types; the older field contains their names."""
    names = _texts(fields.get("selected_events"))
    if fields.get("selected_event_ids") is None and names is not None:
        by_name = {row.name: row.id for row in EVENT_TYPES.values()}
        return [by_name.get(name, name) for name in names]
    return _texts(fields.get("selected_event_ids"))


def _texts(value: object) -> list[str] | None:
    if value is None:
        return None
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else [""]


def _type_data(app: App, platform: Platform, data: Json) -> Json:
    """Return the validated settings of a platform."""
    if platform.name != "email":
        url = data.get("webhook_url")
        if not isinstance(url, str) or not url:
            raise Refusal.invalid(webhook_url=["can't be blank"])
        if not url.startswith(("https://", "http://")):
            raise Refusal.invalid(webhook_url=["is invalid"])
        return {"webhook_url": url}
    user_ids = _texts(data.get("user_ids")) or []
    if not app.members() >= set(user_ids):
        raise Refusal.invalid(user_ids=["should be collaborators of the application"])
    return {"user_ids": user_ids, "emails": _texts(data.get("emails")) or []}


def _apply(row: Notifier, changes: Json) -> None:
    for name, value in changes.items():
        setattr(row, name, value)


def _record(call: Call, kind: str, app: App, row: Notifier) -> None:
    data: Json = {
        "notifier_name": row.name,
        "active": row.active,
        "send_all_events": row.send_all_events,
        "selected_events": [EVENT_TYPES[key].name for key in row.selected_event_ids],
        "notifier_type": row.platform.name,
        "notifier_type_data": row.type_data,
        "platform_name": row.platform.name,
    }
    call.record(kind, data, app)
