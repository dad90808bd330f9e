"""Maintenances of a database."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.decoding.shapes import without_root
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import Pages
from scalingo_async.models.databases.maintenances import DatabaseMaintenance
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions

__all__ = ["DatabasesMaintenances"]

LIST: Final[Endpoint[list[DatabaseMaintenance]]] = items(
    "databases.maintenances.list",
    "GET",
    "/databases/{addon_id}/maintenance",
    DatabaseMaintenance,
    root="maintenance",
    **DATABASE_API,
    pages=Pages.NUMBERS,
)
GET: Final[Endpoint[DatabaseMaintenance]] = model(
    "databases.maintenances.get",
    "GET",
    "/databases/{addon_id}/maintenance/{maintenance_id}",
    DatabaseMaintenance,
    **DATABASE_API,
    reshape=without_root("maintenance"),
)


class DatabasesMaintenances(Resource):
    """Maintenances of a database."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self,
        app: str,
        addon_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseMaintenance]:
        """List the maintenances of a database.

        Source: API documentation, “List database Maintenance”:
        https://developers.scalingo.com/databases/maintenance#list-database-maintenance

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST,
            (addon_id,),
            query={"page": page, "per_page": per_page},
            subject=(app, addon_id),
            options=options,
        )

    @performs(GET)
    async def get(
        self, app: str, addon_id: str, maintenance_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseMaintenance:
        """Get one maintenance of a database.

        Source: API documentation, “Retrieve Maintenance Information”:
        https://developers.scalingo.com/databases/maintenance#retrieve-maintenance-information

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            maintenance_id: Id of the maintenance.
            **options: Options of the call.

        Returns:
            The maintenance.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            GET, (addon_id, maintenance_id), subject=(app, addon_id), options=options
        )
