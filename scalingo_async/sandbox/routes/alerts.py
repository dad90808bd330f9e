"""`alerts.*`. Alerts are stored, but never fire."""

from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.behaviour.metrics import METRICS, limit_text
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.monitoring import Alert

__all__ = ["routes"]

routes = Routes()

_ALIVE = "0001-01-01T00:00:00.000Z"
_PATH = "/apps/{app}/alerts"


def _view(app: App, alert: Alert) -> Json:
    return {
        "id": alert.id,
        "app_id": app.id,
        "created_at": iso(alert.created_at),
        "updated_at": iso(alert.updated_at),
        "container_type": alert.container_type,
        "metric": alert.metric,
        "limit": alert.limit,
        "disabled": alert.disabled,
        "send_when_below": alert.send_when_below,
        "duration_before_trigger": alert.duration_before_trigger,
        "remind_every": alert.remind_every,
        "metadata": {"recipient": "user"},
        "notifiers": alert.notifiers,
    }


@routes("alerts.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List an app's alerts."""
    app = call.app()
    rows = [_view(app, alert) | {"deleted_at": _ALIVE} for alert in app.alerts.values()]
    return json_response({"alerts": rows})


@routes("alerts.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add an alert."""
    app = call.app()
    alert = Alert(call.world.ids.prefixed("al"), call.now, call.now, "", "", 0)
    _change(app, alert, call.rooted("alert"), required=True)
    app.alerts[alert.id] = alert
    data: Json = {
        "container_type": alert.container_type,
        "metric": alert.metric,
        "limit": alert.limit,
        "limit_text": limit_text(alert.metric, alert.limit),
        "send_when_below": alert.send_when_below,
    }
    call.record("new_alert", data, app)
    return json_response({"alert": _view(app, alert)}, 201)


@routes("alerts.get", "GET", f"{_PATH}/{{alert_id}}")
def get(call: Call) -> Response:
    """Show an alert."""
    app, alert = _find(call)
    return json_response({"alert": _view(app, alert)})


@routes("alerts.update", "PATCH", f"{_PATH}/{{alert_id}}", also=["PUT"])
def update(call: Call) -> Response:
    """Change an alert."""
    app, alert = _find(call)
    _change(app, alert, call.rooted("alert", lenient=True), required=False)
    alert.updated_at = call.now
    return json_response({"alert": _view(app, alert)})


@routes("alerts.delete", "DELETE", f"{_PATH}/{{alert_id}}")
def delete(call: Call) -> Response:
    """Delete an alert."""
    app, alert = _find(call)
    del app.alerts[alert.id]
    data: Json = {"container_type": alert.container_type, "metric": alert.metric}
    call.record("delete_alert", data, app)
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Alert]:
    app = call.app()
    alert = app.alerts.get(call.params["alert_id"])
    if alert is None:
        raise Refusal.not_found("alert")
    return app, alert


def _change(app: App, alert: Alert, body: Json, *, required: bool) -> None:
    """Change an alert: all fields, or none if one is invalid."""
    fields = Fields(body)
    values: Json = {
        "container_type": fields.text("container_type", required=required, among=app.formation),
        "metric": fields.text("metric", required=required, among=METRICS),
        "limit": fields.number("limit", required=required, least=0),
        "disabled": fields.flag("disabled"),
        "send_when_below": fields.flag("send_when_below"),
        "duration_before_trigger": fields.whole("duration_before_trigger"),
        "remind_every": fields.duration("remind_every"),
        "notifiers": _notifiers(app, fields, body.get("notifiers")),
    }
    fields.check()
    for name, value in values.items():
        if value is not None:
            setattr(alert, name, value)


def _notifiers(app: App, fields: Fields, given: object) -> list[str] | None:
    if given is None:
        return None
    rows = cast("list[object]", given) if isinstance(given, list) else [None]
    if not all(isinstance(row, str) for row in rows):
        fields.wrong("notifiers", "should be an array of ids")
    elif not all(row in app.notifiers for row in rows):
        fields.wrong("notifiers", "should be ids of notifiers of the application")
    return [str(row) for row in rows]
