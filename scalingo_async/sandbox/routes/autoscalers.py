"""`autoscalers.*`. Autoscalers are stored, but never fire."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.behaviour.metrics import METRICS, limit_text
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.monitoring import Autoscaler

__all__ = ["routes"]

routes = Routes()

_MOST_CONTAINERS = 10
_NEVER = "0001-01-01T00:00:00.000Z"
_PATH = "/apps/{app}/autoscalers"


def _view(app: App, row: Autoscaler) -> Json:
    return {
        "id": row.id,
        "app_id": app.id,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "last_scale": _NEVER,
        "container_type": row.container_type,
        "min_containers": row.min_containers,
        "max_containers": row.max_containers,
        "metric": row.metric,
        "target": row.target,
        "disabled": row.disabled,
        "alert_id_scale_up": row.alert_id_scale_up,
        "alert_id_scale_down": row.alert_id_scale_down,
    }


@routes("autoscalers.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List an app's autoscalers."""
    app = call.app()
    return json_response({"autoscalers": [_view(app, row) for row in app.autoscalers.values()]})


@routes("autoscalers.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add an autoscaler; a container type has at most one."""
    app = call.app()
    fields = Fields(call.rooted("autoscaler"))
    kind = fields.text("container_type", required=True)
    if kind is not None and kind not in app.formation:
        fields.wrong("container_type", "is not included in the list")
    if any(row.container_type == kind for row in app.autoscalers.values()):
        fields.wrong("container_type", "has already been taken")
    ids, now = call.world.ids, call.now
    row = Autoscaler(
        ids.prefixed("au"), now, now, str(kind), 0, 0, "", 0, ids.prefixed("al"), ids.prefixed("al")
    )
    _change(row, fields, required=True)
    app.autoscalers[row.id] = row
    call.record("new_autoscaler", _event_data(row), app)
    return json_response({"autoscaler": _view(app, row)}, 201)


@routes("autoscalers.get", "GET", f"{_PATH}/{{autoscaler_id}}")
def get(call: Call) -> Response:
    """Show an autoscaler."""
    app, row = _find(call)
    return json_response({"autoscaler": _view(app, row)})


@routes("autoscalers.update", "PATCH", f"{_PATH}/{{autoscaler_id}}", also=["PUT"])
def update(call: Call) -> Response:
    """Change an autoscaler, except its container type."""
    app, row = _find(call)
    _change(row, Fields(call.rooted("autoscaler", lenient=True)), required=False)
    row.updated_at = call.now
    call.record("edit_autoscaler", _event_data(row), app)
    return json_response({"autoscaler": _view(app, row)})


@routes("autoscalers.delete", "DELETE", f"{_PATH}/{{autoscaler_id}}")
def delete(call: Call) -> Response:
    """Delete an autoscaler."""
    app, row = _find(call)
    del app.autoscalers[row.id]
    data: Json = {"container_type": row.container_type, "metric": row.metric}
    call.record("delete_autoscaler", data, app)
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Autoscaler]:
    app = call.app()
    row = app.autoscalers.get(call.params["autoscaler_id"])
    if row is None:
        raise Refusal.not_found("autoscaler")
    return app, row


def _change(row: Autoscaler, fields: Fields, *, required: bool) -> None:
    """Change an autoscaler: all fields, or none if one is invalid."""
    least = fields.whole("min_containers", required=required, least=1, most=_MOST_CONTAINERS)
    most = fields.whole("max_containers", required=required, least=1, most=_MOST_CONTAINERS)
    metric = fields.text("metric", required=required, among=METRICS)
    target = fields.number("target", required=required, least=0)
    disabled = fields.flag("disabled")
    if (most or row.max_containers) < (least or row.min_containers):
        fields.wrong("max_containers", "must be greater than or equal to min_containers")
    fields.check()
    row.min_containers = least or row.min_containers
    row.max_containers = most or row.max_containers
    row.metric = metric or row.metric
    row.target = row.target if target is None else target
    row.disabled = row.disabled if disabled is None else disabled


def _event_data(row: Autoscaler) -> Json:
    return {
        "container_type": row.container_type,
        "min_containers": str(row.min_containers),
        "max_containers": str(row.max_containers),
        "metric": row.metric,
        "target": row.target,
        "target_text": limit_text(row.metric, row.target),
    }
