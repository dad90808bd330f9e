"""`stats.list`: generated values, since nothing really runs."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.metrics import Wave
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import Container

__all__ = ["routes"]

routes = Routes()


@routes("stats.list", "GET", "/apps/{app}/stats")
def list_(call: Call) -> Response:
    """List the current resource usage of each container."""
    app = call.app()
    rows = [
        _view(container, call.now) for container in app.containers if container.state == "running"
    ]
    return json_response({"stats": rows})


def _view(container: Container, now: float) -> Json:
    memory = CONTAINER_SIZES[container.size].memory
    # The values change every ten seconds.
    moment = now // 10 * 10
    used = Wave(0.2 * memory, 0.8 * memory, whole=True).at(f"{container.id}:memory", moment)
    swap = Wave(0, memory / 20, whole=True).at(f"{container.id}:swap", moment)
    return {
        "id": container.label,
        "cpu_usage": Wave(0, 60, whole=True).at(f"{container.id}:cpu", moment),
        "memory_usage": used,
        "memory_limit": memory,
        "highest_memory_usage": round(0.85 * memory),
        "swap_usage": swap,
        "swap_limit": 3 * memory,
        "highest_swap_usage": round(0.05 * memory),
    }
