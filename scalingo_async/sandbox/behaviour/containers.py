"""Containers that start and stop."""

from collections.abc import Iterable

from scalingo_async.sandbox.world.apps import App, Container
from scalingo_async.sandbox.world.state import World

__all__ = ["boot", "running", "settled_status", "stop"]


def boot(
    world: World,
    app: App,
    kind: str,
    index: int,
    size: str,
    when: float,
    *,
    command: str = "",
    state: str = "booting",
) -> Container:
    """Start a container of an app."""
    container = Container(world.ids.hex(), kind, index, size, when, command, state)
    app.containers.append(container)
    app.log(when, "manager", f"container [{container.label}] ({container.id}) started")
    return container


def running(app: App, when: float) -> None:
    """Mark booting containers as running."""
    for container in app.containers:
        if container.state == "booting" and container.type in app.formation:
            container.state = "running"
            app.log(when, container.label, "Listening on 0.0.0.0")


def settled_status(app: App) -> str:
    """Return the status of an idle app: it is stopped if all amounts are 0."""
    return "running" if any(row.amount for row in app.formation.values()) else "stopped"


def stop(app: App, containers: Iterable[Container], when: float) -> None:
    """Stop containers."""
    for container in containers:
        if container in app.containers:
            app.containers.remove(container)
            app.log(when, "manager", f"container [{container.label}] ({container.id}) has stopped")
