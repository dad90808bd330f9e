"""`stacks.list`, `containers.sizes.list` and `metrics.list`: what there is to choose from."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import size_view
from scalingo_async.sandbox.behaviour.metrics import METRICS
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.catalogue.stacks import STACKS
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()


@routes("stacks.list", "GET", "/features/stacks", auth="none")
def list_stacks(call: Call) -> Response:
    """List the stacks, those that aren't to be used any more included."""
    _ = call
    rows = [
        {
            "id": stack.id,
            "name": stack.name,
            "base_image": stack.base_image,
            "default": stack.default,
            "created_at": f"20{stack.name[-2:]}-04-15T16:15:00.147Z",
            "description": f"Runtime stack based on Ubuntu {stack.name[-2:]}.04",
            "deprecated_at": stack.deprecated_at,
        }
        for stack in STACKS.values()
    ]
    return json_response({"stacks": rows})


@routes("containers.sizes.list", "GET", "/features/container_sizes", auth="optional")
def list_sizes(call: Call) -> Response:
    """List the sizes of containers; every app may have them all."""
    app_id = call.query("app_id")
    if app_id and call.region.find(app_id) is None:
        raise Refusal.not_found("app")
    rows = [size_view(call.region.name, name) for name in CONTAINER_SIZES]
    return json_response({"container_sizes": rows})


@routes("metrics.list", "GET", "/features/metrics", auth="none")
def list_metrics(call: Call) -> Response:
    """List the metrics for alerts and autoscalers."""
    _ = call
    rows = [
        {"id": row.id, "label": row.label, "suffix": row.suffix, "type": row.type}
        for row in METRICS.values()
    ]
    return json_response({"metrics": rows})
