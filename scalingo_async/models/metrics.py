"""Models: metrics: types and data points."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, cast

import attrs

from scalingo_async._core.arguments import wrong_kind
from scalingo_async.models.base import Model

__all__ = [
    "MetricPoint",
    "MetricType",
]


@attrs.define(kw_only=True)
class MetricPoint(Model):
    """The value of a metric at a point in time.

    Attributes:
        time: Time of the value.
        value: Value.
    """

    time: datetime
    value: float | None = None

    @staticmethod
    def columns(points: "Iterable[MetricPoint]") -> tuple[list[datetime], list[float | None]]:
        """Return the times and values of points as two lists, for tables and plots.

            times, values = MetricPoint.columns(await client.metrics.get("my-app", "router"))

        Args:
            points: The points, oldest first as returned: a page or a list.

        Returns:
            The times and the values, in the same order and with the same length. A missing value is
            `None`.

        Raises:
            InvalidArgumentError: `points` is something else.
        """
        rows = [(point.time, point.value) for point in _points(points)]
        return [time for time, _ in rows], [value for _, value in rows]


@attrs.define(kw_only=True)
class MetricType(Model):
    """A metric that alerts and autoscalers can watch.

    Attributes:
        id: Id: `cpu`, `memory`, `swap`, `p95_response_time`, `5XX`, `all`, `rpm_per_container` or
            another value.
        label: Display name.
        suffix: Unit for display after values, may be empty.
        type: Source: `global`, `router` or another value.
    """

    id: (
        Literal["cpu", "memory", "swap", "p95_response_time", "5XX", "all", "rpm_per_container"]
        | str
    )
    label: str
    suffix: str
    type: Literal["global", "router"] | str


def _points(given: object) -> Iterator[MetricPoint]:
    if not isinstance(given, Iterable):
        raise wrong_kind(given, "points", "a list of MetricPoint")
    for point in cast("Iterable[object]", given):
        if not isinstance(point, MetricPoint):
            raise wrong_kind(point, "points", "a list of MetricPoint", "")
        yield point
