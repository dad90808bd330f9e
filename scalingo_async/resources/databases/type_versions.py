"""Versions of database engines."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async.models.databases.type_versions import DatabaseTypeVersion
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions

__all__ = ["DatabasesTypeVersions"]

GET: Final[Endpoint[DatabaseTypeVersion]] = model(
    "databases.type_versions.get",
    "GET",
    "/database_type_versions/{version_id}",
    DatabaseTypeVersion,
    root="database_type_version",
    **DATABASE_API,
)


class DatabasesTypeVersions(Resource):
    """Versions of database engines."""

    __slots__ = ()

    @performs(GET)
    async def get(
        self, app: str, addon_id: str, version_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseTypeVersion:
        """Get one version of a database engine.

        Source: API documentation, “Get a Database Type Version”:
        https://developers.scalingo.com/databases/database_type_versions#get-a-database-type-version

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            version_id: Id of the version.
            **options: Options of the call.

        Returns:
            The version.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            GET, (version_id,), subject=(app, addon_id), options=options
        )
