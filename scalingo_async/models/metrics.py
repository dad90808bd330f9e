"""Models: metrics: types and points in time."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "MetricPoint",
    "MetricType",
]


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
