"""Models: alerts on the metrics of an app."""

from datetime import datetime, timedelta

import attrs

from scalingo_async.models.base import Model, span
from scalingo_async.types import JSONValue

__all__ = [
    "Alert",
]


@attrs.define(kw_only=True)
class Alert(Model):
    """An alert: a notification when a metric of an app passes a limit.

    Attributes:
        id: Id (`al-…`).
        app_id: Id of the app.
        created_at: When it was created.
        updated_at: When it was last changed.
        deleted_at: When it was deleted; `None` while it exists.
        container_type: Container type to watch.
        metric: Id of the metric to watch.
        limit: Limit that triggers it; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
        disabled: Whether it is disabled.
        send_when_below: Whether it is triggered below the limit instead of above it.
        duration_before_trigger: How long the value must stay past the limit, in nanoseconds.
        remind_every: Interval between reminders, such as `5m30s`. If the API sends a number, it is
            in `extra`.
        metadata: Additional data by name.
        notifiers: Ids of the notifiers that send it.
    """

    id: str
    app_id: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    container_type: str
    metric: str
    limit: float
    disabled: bool
    send_when_below: bool
    duration_before_trigger: int | None = None
    remind_every: str | None = attrs.field(default=None, metadata={"lenient": True})
    metadata: dict[str, JSONValue] | None = None
    notifiers: list[str] | None = None

    @property
    def triggers_after(self) -> timedelta | None:
        """How long the value must stay past the limit, truncated to microseconds."""
        return span(self.duration_before_trigger, per=1000, microseconds=1)
