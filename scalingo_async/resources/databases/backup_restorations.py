"""Restorations of backups of a database."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async._core.session import Session
from scalingo_async.models.base import bound
from scalingo_async.models.databases.backup_restorations import DatabaseBackupRestoration
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions
from scalingo_async.waiting import waiters
from scalingo_async.waiting.polling import Polling

__all__ = ["DatabasesBackupRestorations"]

GET: Final[Endpoint[DatabaseBackupRestoration]] = model(
    "databases.backup_restorations.get",
    "GET",
    "/databases/{addon_id}/backup_restorations/{restoration_id}",
    DatabaseBackupRestoration,
    root="backup_restoration",
    **DATABASE_API,
)


class DatabasesBackupRestorations(Resource):
    """Restorations of backups of a database."""

    __slots__ = ()

    @performs(GET)
    async def get(
        self, app: str, addon_id: str, restoration_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackupRestoration:
        """Get one restoration of a backup.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            restoration_id: Id of the restoration.
            **options: Options of the call.

        Returns:
            The restoration.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(
            GET, (addon_id, restoration_id), subject=(app, addon_id), options=options
        )
        return bound(found, watch(self._session, app, addon_id))


def watch(session: Session, app: str, addon_id: str) -> Polling[DatabaseBackupRestoration]:
    """Return the function that waits for the restorations of a database's backups."""
    return waiters.restoration(app, addon_id, DatabasesBackupRestorations(session).get)
