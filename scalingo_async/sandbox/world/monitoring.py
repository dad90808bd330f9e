"""Alerts and autoscalers."""

from dataclasses import dataclass, field

__all__ = [
    "Alert",
    "Autoscaler",
]


@dataclass(slots=True, eq=False)
class Autoscaler:
    """An autoscaler of a container type; in the sandbox it never fires."""

    id: str
    created_at: float
    updated_at: float
    container_type: str
    min_containers: int
    max_containers: int
    metric: str
    target: float
    alert_id_scale_up: str
    alert_id_scale_down: str
    disabled: bool = False


@dataclass(slots=True, eq=False)
class Alert:
    """An alert on a metric; in the sandbox it never fires.

    Attributes:
        duration_before_trigger: Nanoseconds.
        remind_every: A duration in Go's format, such as `5m30s`.
    """

    id: str
    created_at: float
    updated_at: float
    container_type: str
    metric: str
    limit: float
    disabled: bool = False
    send_when_below: bool = False
    duration_before_trigger: int = 0
    remind_every: str | None = None
    notifiers: list[str] = field(default_factory=list[str])
