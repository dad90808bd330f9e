"""Nodes of a database."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.durations import hours
from scalingo_async._core.endpoint import Endpoint, performs
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import JSONValue, RequestOptions

__all__ = ["DatabasesInstances"]

METRICS_SERIES: Final[Endpoint[JSONValue]] = Endpoint(
    "databases.instances.metrics_series",
    "GET",
    "/databases/{addon_id}/instances/{instance_id}/metrics/{metric}",
    "json",
    **DATABASE_API,
)


class DatabasesInstances(Resource):
    """Nodes of a database."""

    __slots__ = ()

    @performs(METRICS_SERIES)
    async def metrics_series(
        self,
        app: str,
        addon_id: str,
        instance_id: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a node over time.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            instance_id: Id of the node.
            metric: Metric: `cpu`, `memory`, `swap`, `disk` or `diskio`.
            since: How far to look back: a duration, or a number of hours; 3 by default.
            last: Get only the latest value.
            **options: Options of the call.

        Returns:
            The data as sent by the platform: its format is not documented.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            METRICS_SERIES,
            (addon_id, instance_id, metric),
            query={"since": hours(since, "since"), "last": last},
            subject=(app, addon_id),
            options=options,
        )
