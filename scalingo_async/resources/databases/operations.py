"""Operations on a database."""

from __future__ import annotations

import re
from typing import Final, Unpack

from scalingo_async._core.arguments import string
from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async._core.session import Session
from scalingo_async.errors import UntrustedURLError
from scalingo_async.models.base import bound
from scalingo_async.models.databases.operations import DatabaseOperation
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions
from scalingo_async.waiting import waiters
from scalingo_async.waiting.polling import Polling

__all__ = ["DatabasesOperations"]

GET: Final[Endpoint[DatabaseOperation]] = model(
    "databases.operations.get",
    "GET",
    "/databases/{addon_id}/operations/{operation_id}",
    DatabaseOperation,
    root="operation",
    **DATABASE_API,
)

GET_BY_URL: Final[Endpoint[DatabaseOperation]] = model(
    "databases.operations.get_by_url",
    "GET",
    "/operations/{operation_id}",
    DatabaseOperation,
    root="operation",
    **DATABASE_API,
)

_IDS: Final = re.compile(
    r"(?:[^?#]*/databases/([A-Za-z0-9_-]{1,64})|(?![^?#]*/(?:apps|databases)/)[^?#]*)"
    r"/operations/([A-Za-z0-9_-]{1,64})/?(?:\?.*)?"
).fullmatch


class DatabasesOperations(Resource):
    """Operations on a database; their states differ from those of operations on apps."""

    __slots__ = ()

    @performs(GET)
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
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(
            GET, (addon_id, operation_id), subject=(app, addon_id), options=options
        )
        return bound(found, watch(self._session, app, addon_id))

    @performs(GET_BY_URL)
    async def get_by_url(
        self, app: str, addon_id: str, operation_url: str, **options: Unpack[RequestOptions]
    ) -> DatabaseOperation:
        """Get one operation on a database by the URL that a call returned.

        Only the id of the operation is taken from the URL. The request goes to the configured
        database API, so the addon's token is never sent to the URL's host.

        Source: API documentation, “Upgrade a Database”:
        https://developers.scalingo.com/databases/databases#upgrade-a-database

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            operation_url: A `Location` header of the database API, such as
                `https://db-api.osc-fr1.scalingo.com/api/operations/…`.
            **options: Options of the call.

        Returns:
            The operation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            UntrustedURLError: The URL does not name an operation, or one of an app or of another
                database; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        ids = _IDS(string(operation_url, "operation_url", called="text"))
        if ids is None:
            raise UntrustedURLError(
                "operation_url does not name an operation on a database: it should end with "
                "/operations/<id>. For an app, see operations.get_by_url"
            )
        if ids[1] is not None and ids[1] != addon_id:
            raise UntrustedURLError("operation_url names an operation on another database")
        found = await self._session.call(
            GET_BY_URL, (ids[2],), subject=(app, addon_id), options=options
        )
        return bound(found, watch(self._session, app, addon_id))


def watch(session: Session, app: str, addon_id: str) -> Polling[DatabaseOperation]:
    """Return the function that waits for the operations on a database."""

    async def get_by_id(app: str, addon_id: str, id_: str) -> DatabaseOperation:
        found = await session.call(GET_BY_URL, (id_,), subject=(app, addon_id))
        return bound(found, watched)

    get = DatabasesOperations(session).get
    watched = waiters.database_operation(app, addon_id, get_by_id, get)
    return watched
