"""Metrics of an app over time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.arguments import number_segment
from scalingo_async._core.durations import hours
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import Auth
from scalingo_async.models.metrics import MetricPoint, MetricType
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Metrics"]

GET: Final[Endpoint[list[MetricPoint]]] = items(
    "metrics.get", "GET", "/apps/{app}/stats/{metric}", MetricPoint
)
GET_FOR_TYPE: Final[Endpoint[list[MetricPoint]]] = items(
    "metrics.get_for_type", "GET", "/apps/{app}/stats/{metric}/{container_type}", MetricPoint
)
GET_FOR_CONTAINER: Final[Endpoint[list[MetricPoint]]] = items(
    "metrics.get_for_container",
    "GET",
    "/apps/{app}/stats/{metric}/{container_type}/{container_index}",
    MetricPoint,
)
RECOMMENDED_VALUE: Final[Endpoint[MetricPoint]] = model(
    "metrics.recommended_value", "GET", "/apps/{app}/stats/{metric}/recommended_value", MetricPoint
)
LIST: Final[Endpoint[list[MetricType]]] = items(
    "metrics.list", "GET", "/features/metrics", MetricType, root="metrics", auth=Auth.NONE
)


class Metrics(Resource):
    """Metrics of an app over time."""

    __slots__ = ()

    @performs(GET)
    def get(
        self,
        app: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        status_code: str | None = None,
        statistics_type: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of an app as a whole, or of its router, over time.

        `MetricPoint.columns` splits the points into times and values, for plots and data frames.

        Source: API documentation, “Get Metrics Data of an Application”:
        https://developers.scalingo.com/apps#get-metrics-data-of-an-application

        Args:
            app: Id or name of the app.
            metric: Metric: `cpu`, `memory`, `swap`, `router` or `requests`.
            since: How far to look back: a duration, or a number of hours.
            last: Get only the latest value.
            status_code: Class of status codes to count, for `router`: `1XX` to `5XX`, or `all`.
            statistics_type: Statistics to get, for `requests`, such as `p95` or `p99`.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or the metric has no values.
            BadRequestError: The metric belongs to containers: use `get_for_type` or
                `get_for_container`.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            GET,
            (app, metric),
            query={
                "since": hours(since, "since"),
                "last": last,
                "status_code": status_code,
                "statistics_type": statistics_type,
            },
            options=options,
        )

    @performs(GET_FOR_TYPE)
    def get_for_type(
        self,
        app: str,
        metric: str,
        container_type: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of a container type, averaged over its containers, over time.

        `MetricPoint.columns` splits the points into times and values, for plots and data frames.

        Source: API documentation, “Get Metrics Data of an Application”:
        https://developers.scalingo.com/apps#get-metrics-data-of-an-application

        Args:
            app: Id or name of the app.
            metric: Metric: `cpu`, `memory` or `swap`.
            container_type: Container type, such as `web`.
            since: How far to look back: a duration, or a number of hours.
            last: Get only the latest value.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or the metric has no values.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            GET_FOR_TYPE,
            (app, metric, container_type),
            query={"since": hours(since, "since"), "last": last},
            options=options,
        )

    @performs(GET_FOR_CONTAINER)
    def get_for_container(
        self,
        app: str,
        metric: str,
        container_type: str,
        container_index: int | str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of one container over time.

        `MetricPoint.columns` splits the points into times and values, for plots and data frames.

        Source: API documentation, “Get Metrics Data of an Application”:
        https://developers.scalingo.com/apps#get-metrics-data-of-an-application

        Args:
            app: Id or name of the app.
            metric: Metric: `cpu`, `memory` or `swap`.
            container_type: Container type, such as `web`.
            container_index: Number of the container within its type, from 1: `web-1` has 1.
            since: How far to look back: a duration, or a number of hours.
            last: Get only the latest value.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or the metric has no values.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            GET_FOR_CONTAINER,
            (app, metric, container_type, number_segment(container_index)),
            query={"since": hours(since, "since"), "last": last},
            options=options,
        )

    @performs(RECOMMENDED_VALUE)
    async def recommended_value(
        self,
        app: str,
        metric: str,
        *,
        container_type: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> MetricPoint:
        """Get the target that the platform suggests for an autoscaler on a metric.

        Source: API documentation, “Get Recommended Value for a Metric”:
        https://developers.scalingo.com/apps#get-recommended-value-for-a-metric

        Args:
            app: Id or name of the app.
            metric: Id of the metric, one of `metrics.list`.
            container_type: Container type, such as `web`; required for `cpu`, `memory` and `swap`.
            **options: Options of the call.

        Returns:
            The value.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            RECOMMENDED_VALUE,
            (app, metric),
            query={"container_type": container_type},
            options=options,
        )

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[MetricType]:
        """List the metrics that alerts and autoscalers can watch.

        No token is required.

        Source: API documentation, “List the Metrics Available”:
        https://developers.scalingo.com/metrics#list-the-metrics-available

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)
