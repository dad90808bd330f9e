"""Models: metrics, alerts and autoscalers."""

from datetime import datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.base import Model, span
from scalingo_async.types import JSONValue

__all__ = [
    "Alert",
    "Autoscaler",
    "ContainerStat",
    "MetricPoint",
    "MetricType",
]


@attrs.define(kw_only=True)
class ContainerStat(Model):
    """What a container uses now.

    Attributes:
        id: Label of the container, such as `web-1`; not its id.
        cpu_usage: Use of the processor in percent; it may be over 100.
        memory_usage: Memory in use, in bytes.
        memory_limit: Memory that it may use, in bytes.
        highest_memory_usage: Most memory in use, in bytes.
        swap_usage: Swap in use, in bytes.
        swap_limit: Swap that it may use, in bytes.
        highest_swap_usage: Most swap in use, in bytes.
    """

    id: str
    cpu_usage: int | None = None
    memory_usage: int | None = None
    memory_limit: int | None = None
    highest_memory_usage: int | None = None
    swap_usage: int | None = None
    swap_limit: int | None = None
    highest_swap_usage: int | None = None


@attrs.define(kw_only=True)
class MetricPoint(Model):
    """The value of a metric at a moment.

    Attributes:
        time: When.
        value: Value.
    """

    time: datetime
    value: float | None = None


@attrs.define(kw_only=True)
class MetricType(Model):
    """A metric that alerts and autoscalers can watch.

    Attributes:
        id: Id: `cpu`, `memory`, `swap`, `p95_response_time`, `5XX`, `all`, `rpm_per_container` or
            another word.
        label: Name for people.
        suffix: Unit to show after values, may be empty.
        type: What is measured: `global`, `router` or another word.
    """

    id: (
        Literal["cpu", "memory", "swap", "p95_response_time", "5XX", "all", "rpm_per_container"]
        | str
    )
    label: str
    suffix: str
    type: Literal["global", "router"] | str


@attrs.define(kw_only=True)
class Autoscaler(Model):
    """A rule that scales a container type of an app by itself.

    Attributes:
        id: Id (`au-…`).
        app_id: Id of the app.
        created_at: Creation.
        updated_at: Last change.
        last_scale: When it last scaled; `None` when it never did.
        container_type: Container type that it scales.
        min_containers: Least number of containers.
        max_containers: Largest number of containers.
        metric: Id of the metric that it watches.
        target: Value to keep the metric at; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
        disabled: Whether it is paused.
        alert_id_scale_up: Id of the alert behind scaling up.
        alert_id_scale_down: Id of the alert behind scaling down.
    """

    id: str
    app_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_scale: datetime | None = None
    container_type: str
    min_containers: int
    max_containers: int
    metric: str
    target: float
    disabled: bool | None = None
    alert_id_scale_up: str | None = None
    alert_id_scale_down: str | None = None


@attrs.define(kw_only=True)
class Alert(Model):
    """A message that is sent when a metric of an app goes too far.

    Attributes:
        id: Id (`al-…`).
        app_id: Id of the app.
        created_at: Creation.
        updated_at: Last change.
        deleted_at: Deletion; `None` while it exists.
        container_type: Container type that it watches.
        metric: Id of the metric that it watches.
        limit: Value that triggers it; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
        disabled: Whether it is paused.
        send_when_below: Whether it is triggered below the limit instead of above.
        duration_before_trigger: How long the limit must be passed, in nanoseconds.
        remind_every: Pause between reminders, such as `5m30s`. Should a number come, it is in
            `extra`.
        metadata: Further data, by name.
        notifiers: Ids of the notifiers that it uses.
    """

    id: str
    app_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    container_type: str | None = None
    metric: str | None = None
    limit: float | None = None
    disabled: bool | None = None
    send_when_below: bool | None = None
    duration_before_trigger: int | None = None
    remind_every: str | None = attrs.field(default=None, metadata={"lenient": True})
    metadata: dict[str, JSONValue] | None = None
    notifiers: list[str] | None = None

    @property
    def triggers_after(self) -> timedelta | None:
        """How long the limit must be passed, cut off at microseconds."""
        return span(self.duration_before_trigger, per=1000, microseconds=1)
