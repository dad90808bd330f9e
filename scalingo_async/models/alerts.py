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
        """How long the limit must be passed, cut off at microseconds."""
        return span(self.duration_before_trigger, per=1000, microseconds=1)
