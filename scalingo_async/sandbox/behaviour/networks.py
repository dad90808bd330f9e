"""The private networks of projects and their host names, derived from other state."""

from functools import lru_cache

from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.projects import Project
from scalingo_async.sandbox.world.state import Region

__all__ = ["domain_names", "network_id", "network_view"]

_MOST_IPS = 65_533


@lru_cache(maxsize=1024)
def _network(project_id: str) -> tuple[str, int]:
    ids = Ids(f"network {project_id}")
    return ids.prefixed("pn"), ids.random.randrange(1, 255)


def network_id(project: Project) -> str:
    """Return the id of a project's network."""
    return _network(project.id)[0]


def network_view(region: Region, project: Project) -> Json:
    """Serialize a project's network: containers get addresses in the order they start."""
    id_, second = _network(project.id)
    containers = sorted(
        (container.created_at, container.id)
        for app in region.apps.values()
        if app.project is project
        for container in app.containers
    )
    used = [f"10.{second}.{2 + n >> 8}.{2 + n & 255}" for n in range(len(containers))]
    return {
        "id": id_,
        "subnet": f"10.{second}.0.0/16",
        "gateway": f"10.{second}.0.1",
        "max_ips_count": _MOST_IPS,
        "used_ips_count": len(used),
        "used_ips": used,
    }


def domain_names(app: App) -> list[str]:
    """Return the host names of an app's containers in the network, each with its final dot."""
    zone = f"{app.uuid}.{network_id(app.project)}.private-network.internal."
    containers = [row for row in app.containers if row.type in app.formation]
    rows = sorted((row.type, row.index) for row in containers if row.state != "stopping")
    return [f"{index}.{kind}.{zone}" for kind, index in rows]
