"""Backups of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import items, model
from scalingo_async.models.backups import (
    DatabaseBackup,
    DatabaseBackupArchive,
    DatabaseBackupRestoration,
)
from scalingo_async.models.base import bound
from scalingo_async.resources import waiting
from scalingo_async.resources.base import DATABASE_API, Resource

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.operations import Watch
    from scalingo_async.pagination import Paginator
    from scalingo_async.types import RequestOptions

__all__ = ["DatabasesBackups"]

LIST: Final[Endpoint[list[DatabaseBackup]]] = items(
    "databases.backups.list",
    "GET",
    "/databases/{addon_id}/backups",
    DatabaseBackup,
    root="database_backups",
    **DATABASE_API,
)
CREATE: Final[Endpoint[DatabaseBackup]] = model(
    "databases.backups.create",
    "POST",
    "/databases/{addon_id}/backups",
    DatabaseBackup,
    root="database_backup",
    **DATABASE_API,
)
GET: Final[Endpoint[DatabaseBackup]] = model(
    "databases.backups.get",
    "GET",
    "/databases/{addon_id}/backups/{backup_id}",
    DatabaseBackup,
    root="database_backup",
    **DATABASE_API,
)
GET_BY_ID: Final[Endpoint[DatabaseBackup]] = model(
    "databases.backups.get_by_id",
    "GET",
    "/backups/{backup_id}",
    DatabaseBackup,
    root="database_backup",
    **DATABASE_API,
)
ARCHIVE_URL: Final[Endpoint[DatabaseBackupArchive]] = model(
    "databases.backups.archive_url",
    "GET",
    "/databases/{addon_id}/backups/{backup_id}/archive",
    DatabaseBackupArchive,
    **DATABASE_API,
)
RESTORE: Final[Endpoint[DatabaseBackupRestoration]] = model(
    "databases.backups.restore",
    "POST",
    "/databases/{addon_id}/backups/{backup_id}/restore",
    DatabaseBackupRestoration,
    **DATABASE_API,
)


class DatabasesBackups(Resource):
    """Backups of a database."""

    __slots__ = ()

    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseBackup]:
        """List the backups of a database, newest first.

        Source: API documentation, page `backups`, “List Database Backups”.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: A request failed.
        """
        return self._list(
            LIST,
            (addon_id,),
            subject=(app, addon_id),
            options=options,
            waiter=self._watch(app, addon_id),
        )

    async def create(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackup:
        """Start a backup of a database.

        The backup takes a while: `wait` of what is returned waits for its end. One is made at a
        time.

        Source: API documentation, page `backups`, “Create a New Backup”.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The new backup.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        made = await self._session.call(
            CREATE, (addon_id,), subject=(app, addon_id), options=options
        )
        return bound(made, self._watch(app, addon_id))

    async def get(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackup:
        """Get one backup of a database.

        Official clients differ here: use `get_by_id` where the platform does not know this.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The backup.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        found = await self._session.call(
            GET, (addon_id, backup_id), subject=(app, addon_id), options=options
        )
        return bound(found, self._watch(app, addon_id))

    async def get_by_id(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackup:
        """Get one backup of a database by its id alone.

        Source: not documented; known to the official Go and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The backup.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        found = await self._session.call(
            GET_BY_ID, (backup_id,), subject=(app, addon_id), options=options
        )
        return bound(found, self._watch(app, addon_id))

    async def archive_url(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackupArchive:
        """Get the URL of a backup as a file; it carries its own token.

        There are no files of Elasticsearch and OpenSearch.

        Source: API documentation, page `backups`, “Get a Backup Download Link”.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        return await self._session.call(
            ARCHIVE_URL, (addon_id, backup_id), subject=(app, addon_id), options=options
        )

    async def restore(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackupRestoration:
        """Restore a backup into its database.

        The platform goes on after its answer: `wait` of what is returned waits for the end.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The restoration.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        from scalingo_async.resources.databases_backup_restorations import watch

        made = await self._session.call(
            RESTORE, (addon_id, backup_id), subject=(app, addon_id), options=options
        )
        return bound(made, watch(self._session, app, addon_id))

    def _watch(self, app: str, addon_id: str) -> Watch[DatabaseBackup]:
        return waiting.backup(app, addon_id, self.get_by_id, self.get)
