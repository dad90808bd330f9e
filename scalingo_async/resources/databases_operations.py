"""Operations on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import model
from scalingo_async.models.databases import DatabaseOperation
from scalingo_async.resources.base import DATABASE_API, Resource

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.types import RequestOptions

__all__ = ["DatabasesOperations"]

GET: Final[Endpoint[DatabaseOperation]] = model(
    "databases.operations.get",
    "GET",
    "/databases/{addon_id}/operations/{operation_id}",
    DatabaseOperation,
    root="operation",
    **DATABASE_API,
)


class DatabasesOperations(Resource):
    """Operations on a database; their states are not those of operations on apps."""

    __slots__ = ()

    async def get(
        self, app: str, addon_id: str, operation_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseOperation:
        """Get one operation on a database.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            operation_id: Id of the operation.
            **options: Options of the call.

        Returns:
            The operation.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        return await self._session.call(
            GET, (addon_id, operation_id), subject=(app, addon_id), options=options
        )
