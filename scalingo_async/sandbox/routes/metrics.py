"""`metrics.*`: generated values, since nothing really runs."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.metrics import METRICS, Wave, hours_back, series
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Formation

__all__ = ["routes"]

routes = Routes()

_DAY = 86_400
_PATH = "/apps/{app}/stats"
_STATUSES = frozenset({"1XX", "2XX", "3XX", "4XX", "5XX", "all"})
_ROUTER = {"router": Wave(0, 400, whole=True), "requests": Wave(8, 120)}
_RESOURCES = frozenset({"cpu", "memory", "ram", "swap"})


@routes("metrics.list", "GET", "/features/metrics", auth="none")
def list_(call: Call) -> Response:
    """List the metrics for alerts and autoscalers."""
    _ = call
    rows = [
        {"id": row.id, "label": row.label, "suffix": row.suffix, "type": row.type}
        for row in METRICS.values()
    ]
    return json_response({"metrics": rows})


@routes("metrics.get", "GET", f"{_PATH}/{{metric}}")
@routes("metrics.get_for_type", "GET", f"{_PATH}/{{metric}}/{{container_type}}")
@routes("metrics.get_for_container", "GET", f"{_PATH}/{{metric}}/{{container_type}}/{{index}}")
def get(call: Call) -> Response:
    """Show the values of a metric: of the app, a container type or one container."""
    app = call.app()
    metric = call.params["metric"]
    hours = hours_back(call)
    begin = app.created_at if app.deployed else call.now
    if metric in _ROUTER:
        status = call.query("status_code") or "all"
        if status not in _STATUSES:
            raise Refusal.bad_request(f"'status_code' should be one of {sorted(_STATUSES)}")
        wave = _ROUTER[metric]
        if status not in {"2XX", "all"}:
            wave = Wave(0, 8, whole=True)
        seed = f"{app.id}:{metric}:{status}:{call.query('statistics_type') or ''}"
    elif metric in _RESOURCES:
        formation = _formation(call, app)
        wave = _wave(metric, formation.size)
        seed = f"{app.id}:{metric}:{formation.name}:{call.params.get('index', '')}"
    else:
        raise Refusal.bad_request(f"unknown metric '{metric}'")
    points = series(seed, wave, now=call.now, begin=begin, hours=hours, last=call.flag("last"))
    return json_response(points)


@routes("metrics.recommended_value", "GET", f"{_PATH}/{{metric}}/recommended_value")
def recommend(call: Call) -> Response:
    """Suggest a limit for an alert; for resources, the container type is required."""
    app = call.app()
    metric = METRICS.get(call.params["metric"])
    if metric is None:
        raise Refusal.bad_request(f"unknown metric '{call.params['metric']}'")
    kind = call.query("container_type")
    if metric.type == "global" and kind is None:
        raise Refusal.bad_request("'container_type' should be defined")
    if kind is not None and kind not in app.formation:
        raise Refusal.not_found("container_type")
    midnight = call.now // _DAY * _DAY
    return json_response({"time": iso(midnight), "value": metric.recommended})


def _formation(call: Call, app: App) -> Formation:
    """Return the container type in the path, after checking the index."""
    kind, index = call.params.get("container_type"), call.params.get("index")
    if kind is None:
        raise Refusal.bad_request("'container' should be defined")
    if kind not in app.formation:
        raise Refusal.not_found("container_type")
    formation = app.formation[kind]
    if index is not None and index not in map(str, range(1, formation.amount + 1)):
        raise Refusal.not_found("container")
    return formation


def _wave(metric: str, size: str) -> Wave:
    memory = CONTAINER_SIZES[size].memory
    match metric:
        case "cpu":
            return Wave(0.5, 60)
        case "swap":
            return Wave(0, memory / 20)
        case _:
            return Wave(0.2 * memory, 0.8 * memory)
