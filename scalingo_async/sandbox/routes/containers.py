"""`containers.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.containers import stop
from scalingo_async.sandbox.behaviour.embedded import size_view
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Container, Formation

__all__ = ["container_types_view", "container_view", "routes"]

routes = Routes()

_SIGNALS = ("SIGUSR1", "SIGUSR2")


def container_view(call: Call, app: App, container: Container) -> Json:
    """Show a container."""
    return {
        "id": container.id,
        "app_id": app.id,
        "type": container.type,
        "type_index": container.index,
        "label": container.label,
        "state": container.state,
        "command": container.command,
        "size": container.size,
        "container_size": size_view(call.region.name, container.size),
        "created_at": iso(container.created_at),
        "deleted_at": None,
    }


def container_types_view(app: App) -> list[Json]:
    """Show the container types of an app."""
    return [_type_view(app, row) for row in app.formation.values()]


def _type_view(app: App, formation: Formation) -> Json:
    return {
        "name": formation.name,
        "amount": formation.amount,
        "size": formation.size,
        "command": formation.command,
        "app_id": app.id,
    }


@routes("containers.list", "GET", "/apps/{app}/ps")
def list_(call: Call) -> Response:
    """List the running containers, including one-off containers."""
    app = call.app()
    containers = sorted(app.containers, key=lambda row: (row.type, row.index, row.created_at))
    rows = [container_view(call, app, container) for container in containers]
    return json_response({"containers": rows})


@routes("containers.types.list", "GET", "/apps/{app}/containers")
def list_types(call: Call) -> Response:
    """List the container types with their amounts and sizes."""
    return json_response({"containers": container_types_view(call.app())})


@routes("containers.sizes.list", "GET", "/features/container_sizes", auth="optional")
def list_sizes(call: Call) -> Response:
    """List the container sizes; they are all available to every app."""
    app_id = call.query("app_id")
    if app_id and call.region.find(app_id) is None:
        raise Refusal.not_found("app")
    rows = [size_view(call.region.name, name) for name in CONTAINER_SIZES]
    return json_response({"container_sizes": rows})


@routes("containers.stop", "POST", "/apps/{app}/containers/{container_id}/stop")
def stop_one_off(call: Call) -> Response:
    """Stop a one-off container in the time of an operation."""
    app, container = _find(call)
    if container.type != "one-off":
        raise Refusal.bad_request("only one-off containers can be stopped")
    container.state = "stopping"
    call.world.after(call.world.settings.operation_time, lambda when: stop(app, [container], when))
    return Response(status_code=202)


@routes("containers.kill", "POST", "/apps/{app}/containers/{container_id}/kill")
def kill(call: Call) -> Response:
    """Send a signal to a container; its only effect is a line in the log."""
    app, container = _find(call)
    name = call.json().get("signal")
    if name not in _SIGNALS:
        raise Refusal.invalid(signal=["is not included in the list"])
    app.log(call.now, "manager", f"signal {name} sent to container [{container.label}]")
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Container]:
    """Return the container in the path, by id or label."""
    app = call.app()
    name = call.params["container_id"]
    for container in app.containers:
        if name in {container.id, container.label}:
            return app, container
    raise Refusal.not_found("container")
