"""`containers.*`, `apps.scale`, `apps.restart` and `apps.run`."""

import re
from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.containers import boot, running, stop
from scalingo_async.sandbox.behaviour.embedded import (
    container_view,
    formation_view,
    operation_url,
    size_view,
)
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Container, Formation
from scalingo_async.sandbox.world.compliance import AuditLog
from scalingo_async.sandbox.world.one_offs import OneOff

__all__ = ["routes"]

routes = Routes()

_MOST_CONTAINERS = 10
_SIGNALS = ("SIGUSR1", "SIGUSR2")
_TYPE_NAME = re.compile(r"[a-z][a-z0-9-]*")


@routes("containers.list", "GET", "/apps/{app}/ps")
def list_(call: Call) -> Response:
    """List the containers that run, one-off ones included."""
    app = call.app()
    containers = sorted(app.containers, key=lambda row: (row.type, row.index, row.created_at))
    rows = [container_view(call, app, container) for container in containers]
    return json_response({"containers": rows})


@routes("containers.types.list", "GET", "/apps/{app}/containers")
def list_types(call: Call) -> Response:
    """List the container types with their amounts and sizes."""
    return json_response({"containers": _formation(call.app())})


@routes("containers.sizes.list", "GET", "/features/container_sizes", auth="optional")
def list_sizes(call: Call) -> Response:
    """List the sizes of containers; every app may have them all."""
    app_id = call.query("app_id")
    if app_id and call.region.find(app_id) is None:
        raise Refusal.not_found("app")
    rows = [size_view(call.region.name, name) for name in CONTAINER_SIZES]
    return json_response({"container_sizes": rows})


@routes("apps.scale", "POST", "/apps/{app}/scale")
def scale(call: Call) -> Response:
    """Change amounts and sizes; an operation does it if the app has been deployed."""
    app = call.app()
    wanted = [_wanted(app, row) for row in call.items("containers")]
    before = {name: str(row) for name, row in app.formation.items()}
    for row in wanted:
        app.formation[row.name] = row
    after = {name: str(row) for name, row in app.formation.items()}
    call.record("scale", {"previous_containers": before, "containers": after}, app)
    if not app.deployed:
        return json_response({"containers": _formation(app)})
    app.status = "scaling"
    changed = {name for name, text in after.items() if before.get(name) != text}

    leaving = _adjust(call, app, changed)

    def arrive(when: float) -> None:
        app.status = "running"
        stop(app, leaving, when)
        running(app, when)

    operation = call.world.start_operation(app, "scale", [arrive])
    return json_response(
        {"containers": _formation(app)}, 202, {"Location": operation_url(call, app, operation)}
    )


@routes("apps.restart", "POST", "/apps/{app}/restart")
def restart(call: Call) -> Response:
    """Restart all containers, or those of the types and labels in `scope`."""
    app = call.app()
    scope = _scope(app, call.json().get("scope"))
    data: Json = {"scope": scope, "addon_name": None, "reason": "user_restart"}
    call.record("restart", data, app)
    status, app.status = app.status, "restarting"
    hit = [
        row
        for row in app.containers
        if row.type in app.formation
        and row.state != "stopping"
        and (not scope or row.type in scope or row.label in scope)
    ]
    for row in hit:
        row.state = "stopping"

    def arrive(when: float) -> None:
        app.status = status if status != "restarting" else "running"
        stop(app, hit, when)
        for row in hit:
            boot(call.world, app, row.type, row.index, row.size, when, state="running")

    operation = call.world.start_operation(app, "restart", [arrive])
    return Response(status_code=202, headers={"Location": operation_url(call, app, operation)})


@routes("apps.run", "POST", "/apps/{app}/run")
def run(call: Call) -> Response:
    """Start a one-off container."""
    app = call.app()
    fields = call.json()
    command = fields.get("command")
    if not isinstance(command, str) or not command.strip():
        raise Refusal.invalid(command=["can't be blank"])
    size = _size(fields.get("size") or "M")
    env = _env(fields.get("env"))
    detached = fields.get("detached") is True
    app.one_offs_started += 1
    container = boot(
        call.world, app, "one-off", app.one_offs_started, size, call.now, command=command
    )
    log = _audit_log(call, app, command)
    # The size is known when the container is gone; until then it grows.
    call.record("run", lambda: _run_data(log, command, detached=detached), app)

    def arrive(when: float) -> None:
        if container.state == "booting":
            container.state = "running"
        log.entries.append((when, "output", f"$ {command}\r\n"))
        if detached:
            # Nobody attaches, so it does its work at once and is gone.
            app.log(when, container.label, f"$ {command}")
            stop(app, [container], when)

    operation = call.world.start_operation(app, "start-one-off", [arrive])
    operation.container = container
    if not detached:
        call.region.add_one_off(OneOff(app, container, env))
    url = operation_url(call, app, operation)
    view = container_view(call, app, container)
    view["app"] = {"id": app.id, "name": app.name}
    view["memory"] = float(CONTAINER_SIZES[size].memory)
    body: Json = {"container": view, "operation": operation.id, "operation_url": url}
    return json_response(body, 200, {"Location": url})


@routes("containers.stop", "POST", "/apps/{app}/containers/{container_id}/stop")
def stop_one_off(call: Call) -> Response:
    """Stop a one-off container, in the time of an operation."""
    app, container = _find(call)
    if container.type != "one-off":
        raise Refusal.bad_request("only one-off containers can be stopped")
    container.state = "stopping"
    call.world.after(call.world.settings.operation_time, lambda when: stop(app, [container], when))
    return Response(status_code=202)


@routes("containers.kill", "POST", "/apps/{app}/containers/{container_id}/kill")
def kill(call: Call) -> Response:
    """Send a signal to a container; all that comes of it is a line in the log."""
    app, container = _find(call)
    name = call.json().get("signal")
    if name not in _SIGNALS:
        raise Refusal.invalid(signal=["is not included in the list"])
    app.log(call.now, "manager", f"signal {name} sent to container [{container.label}]")
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Container]:
    """Return the container in the path, by its id or its label."""
    app = call.app()
    name = call.params["container_id"]
    for container in app.containers:
        if name in {container.id, container.label}:
            return app, container
    raise Refusal.not_found("container")


def _audit_log(call: Call, app: App, command: str) -> AuditLog:
    """Begin to write down what happens in a one-off container."""
    banner = "You are in a \x1b[1;34mone-off container\x1b[0m.\r\n"
    entries = [(call.now, "output", banner), (call.now, "input", f"{command}\r\n")]
    log = AuditLog(call.world.ids.uuid(), entries)
    app.audit_logs[log.id] = log
    return log


def _run_data(log: AuditLog, command: str, *, detached: bool) -> Json:
    return {
        "command": command,
        "audit_log_id": log.id,
        "audit_log_size": log.size,
        "detached": detached,
    }


def _formation(app: App) -> list[Json]:
    return [formation_view(app, row) for row in app.formation.values()]


def _wanted(app: App, row: object) -> Formation:
    fields = cast("Json", row) if isinstance(row, dict) else {}
    name, amount = fields.get("name"), fields.get("amount")
    if not isinstance(name, str) or not name:
        raise Refusal.invalid(name=["can't be blank"])
    known = app.formation.get(name)
    if known is None and (app.deployed or not _TYPE_NAME.fullmatch(name)):
        raise Refusal.not_found("container_type")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise Refusal.invalid(amount=["is not a number"])
    if amount < 0:
        raise Refusal.invalid(amount=["must be greater than or equal to 0"])
    if amount > _MOST_CONTAINERS:
        raise Refusal.invalid(amount=[f"must be less than or equal to {_MOST_CONTAINERS}"])
    size = _size(fields.get("size") or (known.size if known is not None else "M"))
    return Formation(name, amount, size, known.command if known is not None else "")


def _size(name: object) -> str:
    if not isinstance(name, str) or name not in CONTAINER_SIZES:
        raise Refusal.not_found("container_size")
    return name


def _env(variables: object) -> dict[str, str]:
    if variables is not None and not isinstance(variables, dict):
        raise Refusal.invalid(env=["is not an object"])
    env = cast("dict[str, object]", variables or {})
    if not all(isinstance(value, str) and "\0" not in value for value in env.values()):
        raise Refusal.invalid(env=["values have to be text"])
    return cast("dict[str, str]", env)


def _adjust(call: Call, app: App, changed: set[str]) -> list[Container]:
    """Boot what is missing and mark what is too much; returns what is to stop."""
    leaving: list[Container] = []
    for name in sorted(changed):
        formation = app.formation[name]
        alive = [row for row in app.containers if row.type == name and row.state != "stopping"]
        for row in alive:
            if row.index > formation.amount or row.size != formation.size:
                row.state = "stopping"
                leaving.append(row)
        kept = {row.index for row in alive if row.state != "stopping"}
        for index in range(1, formation.amount + 1):
            if index not in kept:
                boot(call.world, app, name, index, formation.size, call.now)
    return leaving


def _scope(app: App, scope: object) -> list[str]:
    given = [scope] if isinstance(scope, str) else scope or []
    if not isinstance(given, list):
        raise Refusal.invalid(scope=["should be an array"])
    names = cast("list[object]", given)
    wrong = [
        f"'{name}' → no such process type"
        for name in names
        if str(name) not in app.formation and not _runs(app, str(name))
    ]
    if wrong:
        raise Refusal.invalid(scope=wrong)
    return [str(name) for name in names]


def _runs(app: App, label: str) -> bool:
    return any(row.label == label and row.type in app.formation for row in app.containers)
