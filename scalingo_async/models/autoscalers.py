"""Models: autoscalers of container types."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "Autoscaler",
]


@attrs.define(kw_only=True)
class Autoscaler(Model):
    """A rule that scales a container type of an app automatically.

    Attributes:
        id: Id (`au-…`).
        app_id: Id of the app.
        created_at: When it was created.
        updated_at: When it was last changed.
        last_scale: When it last scaled; `None` if it never did.
        container_type: Container type to scale.
        min_containers: Minimum number of containers.
        max_containers: Maximum number of containers.
        metric: Id of the metric to watch.
        target: Target value of the metric; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
        disabled: Whether it is disabled.
        alert_id_scale_up: Id of the alert that triggers scaling up.
        alert_id_scale_down: Id of the alert that triggers scaling down.
    """

    id: str
    app_id: str | None = None
    created_at: datetime
    updated_at: datetime
    last_scale: datetime | None = None
    container_type: str
    min_containers: int
    max_containers: int
    metric: str
    target: float
    disabled: bool | None = None
    alert_id_scale_up: str
    alert_id_scale_down: str
