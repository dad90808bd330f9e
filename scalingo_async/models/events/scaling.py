"""Models: payloads of the events of alerts and autoscalers."""

import attrs

from scalingo_async.models.events.data import EventData

__all__ = [
    "AlertData",
    "DeleteAlertData",
    "DeleteAutoscalerData",
    "EditAutoscalerData",
    "NewAlertData",
    "NewAutoscalerData",
]


@attrs.define(kw_only=True)
class NewAlertData(EventData):
    """The payload of `new_alert` events: an alert was configured.

    Attributes:
        container_type: Container type to watch.
        metric: Id of the metric to watch.
        limit: Limit that triggers it.
        limit_text: The limit, formatted for display.
        send_when_below: Whether it is triggered below the limit instead of above it.
    """

    container_type: str
    metric: str
    limit: float | None = None
    limit_text: str | None = None
    send_when_below: bool | None = None


@attrs.define(kw_only=True)
class AlertData(EventData):
    """The payload of `alert` events: an alert was triggered or resolved.

    Attributes:
        sender_name: Affected container.
        metric: Id of the metric.
        limit: Limit that triggers it.
        limit_text: The limit, formatted for display.
        value: Measured value.
        value_text: The value, formatted for display.
        activated: Whether it was triggered; false when it was resolved.
        send_when_below: Whether it is triggered below the limit instead of above it.
        raw_limit: The raw limit.
        raw_value: The raw value.
    """

    sender_name: str | None = None
    metric: str
    limit: float | None = None
    limit_text: str | None = None
    value: float | None = None
    value_text: str | None = None
    activated: bool | None = None
    send_when_below: bool | None = None
    raw_limit: float | None = None
    raw_value: float | None = None


@attrs.define(kw_only=True)
class DeleteAlertData(EventData):
    """The payload of `delete_alert` events: an alert was removed.

    Attributes:
        container_type: Container type that it watched.
        metric: Id of the metric that it watched.
    """

    container_type: str
    metric: str


@attrs.define(kw_only=True)
class _AutoscalerData(EventData):
    """The fields shared by the payloads of autoscaler events.

    Attributes:
        container_type: Container type to scale.
        min_containers: Minimum number of containers, as a string.
        max_containers: Maximum number of containers, as a string.
        metric: Id of the metric to watch.
        target: Target value of the metric.
        target_text: The target, formatted for display.
    """

    container_type: str
    min_containers: str | None = None
    max_containers: str | None = None
    metric: str | None = None
    target: float | None = None
    target_text: str | None = None


@attrs.define(kw_only=True)
class NewAutoscalerData(_AutoscalerData):
    """The payload of `new_autoscaler` events: an autoscaler was configured."""


@attrs.define(kw_only=True)
class EditAutoscalerData(_AutoscalerData):
    """The payload of `edit_autoscaler` events: an autoscaler was changed."""


@attrs.define(kw_only=True)
class DeleteAutoscalerData(EventData):
    """The payload of `delete_autoscaler` events: an autoscaler was removed.

    Attributes:
        container_type: Container type that it scaled.
        metric: Id of the metric that it watched.
    """

    container_type: str
    metric: str | None = None
