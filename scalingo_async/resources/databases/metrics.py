"""Metrics, health, plan and recovery window of running databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.durations import hours
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import API, Auth
from scalingo_async.models.databases.databases import DatabaseRecoveryWindow
from scalingo_async.models.databases.metrics import (
    DatabaseHealth,
    DatabaseInstanceStatus,
    DatabaseMetrics,
)
from scalingo_async.models.databases.plans import DatabasePlan
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import JSONValue, RequestOptions

__all__ = ["DatabasesMetrics"]

PLAN: Final[Endpoint[DatabasePlan]] = model(
    "databases.plan", "GET", "/databases/{addon_id}/plan", DatabasePlan, root="plan", **DATABASE_API
)
PITR_RECOVERY_WINDOW: Final[Endpoint[DatabaseRecoveryWindow]] = model(
    "databases.pitr_recovery_window",
    "GET",
    "/databases/{addon_id}/pitr/recovery_window",
    DatabaseRecoveryWindow,
    root="recovery_window",
    **DATABASE_API,
)
METRICS: Final[Endpoint[DatabaseMetrics]] = model(
    "databases.metrics", "GET", "/databases/{addon_id}/metrics", DatabaseMetrics, **DATABASE_API
)
METRICS_SERIES: Final[Endpoint[JSONValue]] = Endpoint(
    "databases.metrics_series",
    "GET",
    "/databases/{addon_id}/metrics/{metric}",
    "json",
    **DATABASE_API,
)
HEALTH: Final[Endpoint[DatabaseHealth]] = model(
    "databases.health", "GET", "/databases/{addon_id}/health", DatabaseHealth, **DATABASE_API
)
INSTANCES_STATUS: Final[Endpoint[list[DatabaseInstanceStatus]]] = items(
    "databases.instances_status",
    "GET",
    "/databases/{addon_id}/instances_status",
    DatabaseInstanceStatus,
    **DATABASE_API,
)
LAG: Final[Endpoint[JSONValue]] = Endpoint(
    "databases.lag", "GET", "/databases/{addon_id}/lag", "json", **DATABASE_API
)
PING: Final[Endpoint[JSONValue]] = Endpoint(
    "databases.ping", "POST", "/databases/{addon_id}/ping", "json", **DATABASE_API
)
CA_CERTIFICATE: Final[Endpoint[bytes]] = Endpoint(
    "databases.ca_certificate", "GET", "/ca_certificate", "bytes", api=API.DATABASE, auth=Auth.NONE
)


class DatabasesMetrics(Resource):
    """Metrics and health of running databases."""

    __slots__ = ()

    @performs(PLAN)
    async def plan(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabasePlan:
        """Get the plan of a database, as seen by the database API.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The plan.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(PLAN, (addon_id,), subject=(app, addon_id), options=options)

    @performs(PITR_RECOVERY_WINDOW)
    async def pitr_recovery_window(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseRecoveryWindow:
        """Get the period to which a database can be restored.

        PostgreSQL only.

        Source: not documented; known to the official Go and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The period.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            PITR_RECOVERY_WINDOW, (addon_id,), subject=(app, addon_id), options=options
        )

    @performs(METRICS)
    async def metrics(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseMetrics:
        """Get the current metrics of a database.

        Source: API documentation, “Get Database Metrics”:
        https://developers.scalingo.com/databases/metrics#get-database-metrics

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The metrics.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            METRICS, (addon_id,), subject=(app, addon_id), options=options
        )

    @performs(METRICS_SERIES)
    async def metrics_series(
        self,
        app: str,
        addon_id: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a database over time.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
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
            (addon_id, metric),
            query={"since": hours(since, "since"), "last": last},
            subject=(app, addon_id),
            options=options,
        )

    @performs(HEALTH)
    async def health(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseHealth:
        """Get the health of an Elasticsearch cluster.

        Source: API documentation, “Database Health”:
        https://developers.scalingo.com/databases/metrics#database-health

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The health.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            HEALTH, (addon_id,), subject=(app, addon_id), options=options
        )

    @performs(INSTANCES_STATUS)
    def instances_status(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseInstanceStatus]:
        """Get the state and the role of each node of a database.

        Source: API documentation, “Get Database Instances Status”:
        https://developers.scalingo.com/databases/status#get-database-instances-status

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(INSTANCES_STATUS, (addon_id,), subject=(app, addon_id), options=options)

    @performs(LAG)
    async def lag(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> JSONValue:
        """Get the replication lag of a database.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The data as sent by the platform: its format is not documented.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(LAG, (addon_id,), subject=(app, addon_id), options=options)

    @performs(PING)
    async def ping(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> JSONValue:
        """Check that a database responds.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The data as sent by the platform: its format is not documented.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(PING, (addon_id,), subject=(app, addon_id), options=options)

    @performs(CA_CERTIFICATE)
    async def ca_certificate(self, **options: Unpack[RequestOptions]) -> bytes:
        """Get the CA certificate of the region's databases.

        No token is required.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The contents of the certificate file.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(CA_CERTIFICATE, (), options=options)
