"""Database engines."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async.models.databases.types import DatabaseType
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions

__all__ = ["DatabasesTypes"]

LIST: Final[Endpoint[list[DatabaseType]]] = items(
    "databases.types.list",
    "GET",
    "/database_types",
    DatabaseType,
    root="database_types",
    **DATABASE_API,
)
GET: Final[Endpoint[DatabaseType]] = model(
    "databases.types.get",
    "GET",
    "/database_types/{database_type_id}",
    DatabaseType,
    root="database_type",
    **DATABASE_API,
)


class DatabasesTypes(Resource):
    """Database engines."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseType]:
        """List the database engines.

        Source: not documented; known to the official JavaScript client.

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
        return self._list(LIST, (), subject=(app, addon_id), options=options)

    @performs(GET)
    async def get(
        self, app: str, addon_id: str, database_type_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseType:
        """Get one database engine.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            database_type_id: Id of the engine.
            **options: Options of the call.

        Returns:
            The engine.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            GET, (database_type_id,), subject=(app, addon_id), options=options
        )
