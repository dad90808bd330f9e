"""Backups of a database."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Unpack

from scalingo_async._core.absent import present
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.urls import ServerURL
from scalingo_async.errors import BadRequestError
from scalingo_async.files.downloads import FILE_ANSWERS, Origin, download
from scalingo_async.files.transfers import Progress, handed_out
from scalingo_async.models.base import bound
from scalingo_async.models.databases.backup_restorations import DatabaseBackupRestoration
from scalingo_async.models.databases.backups import DatabaseBackup, DatabaseBackupArchive
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions, Secret
from scalingo_async.waiting import waiters
from scalingo_async.waiting.final_states import backup_completion
from scalingo_async.waiting.polling import Completion, Polling

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
DOWNLOAD: Final[Endpoint[bytes]] = Endpoint(
    "databases.backups.download",
    "GET",
    "{download_url}",
    "bytes",
    api=API.ABSOLUTE,
    auth=Auth.SIGNED,
    handled=FILE_ANSWERS,
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

    @performs(LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseBackup]:
        """List the backups of a database, newest first.

        Source: API documentation, “List Database Backups”:
        https://developers.scalingo.com/databases/backups#list-database-backups

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
        return self._list(
            LIST,
            (addon_id,),
            subject=(app, addon_id),
            options=options,
            waiter=self._watch(app, addon_id),
        )

    @performs(CREATE)
    async def create(
        self, app: str, addon_id: str, *, adopt: bool = False, **options: Unpack[RequestOptions]
    ) -> DatabaseBackup:
        """Start a backup of a database.

        The backup takes a while: `wait` on the result waits for its end. Only one backup runs at a
        time; meanwhile, the platform refuses another one. With `adopt`, the running one is returned
        instead: this takes one more request, for the list of backups. If it ends between the two
        requests, it is returned in its final state. A second backup is never started.

        Source: API documentation, “Create a New Backup”:
        https://developers.scalingo.com/databases/backups#create-a-new-backup

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            adopt: Return the running backup if there is one.
            **options: Options of the call; with `adopt`, of each of the two requests.

        Returns:
            The new backup, or with `adopt` the running one.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            BadRequestError: A backup is already running (`code` is `already_running`); with
                `adopt`, only if the list contains no backup at all.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        try:
            made = await self._session.call(
                CREATE, (addon_id,), subject=(app, addon_id), options=options
            )
        except BadRequestError as error:
            if not adopt or error.code != "already_running":
                raise
            found = await self._session.call(
                LIST, (addon_id,), subject=(app, addon_id), options=options
            )
            if not found:
                raise
            made = _blocking(found)
        return bound(made, self._watch(app, addon_id))

    async def latest(
        self,
        app: str,
        addon_id: str,
        *,
        status: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup | None:
        """Get the latest backup of a database, optionally in a given state: one request.

            backup = await client.databases.backups.latest("my-app", "ad-1234", status="done")

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            status: Required state, such as `done`; `None` for any state.
            **options: Options of the call.

        Returns:
            The backup; `None` if there is none in that state.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        backups = await self.list(app, addon_id, **options).collect()
        fitting = [one for one in backups if status is None or one.status == status]
        # By date, not by position, since the order of the list isn't guaranteed.
        return max(fitting, key=lambda one: one.created_at, default=None)

    @performs(GET)
    async def get(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackup:
        """Get one backup of a database.

        Official clients differ here: if the platform doesn't support this, use `get_by_id`.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The backup.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(
            GET, (addon_id, backup_id), subject=(app, addon_id), options=options
        )
        return bound(found, self._watch(app, addon_id))

    @performs(GET_BY_ID)
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
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(
            GET_BY_ID, (backup_id,), subject=(app, addon_id), options=options
        )
        return bound(found, self._watch(app, addon_id))

    @performs(ARCHIVE_URL)
    async def archive_url(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackupArchive:
        """Get the download URL of a backup; it contains its own token.

        Elasticsearch and OpenSearch have no backup files.

        Source: API documentation, “Get a Backup Download Link”:
        https://developers.scalingo.com/databases/backups#get-a-backup-download-link

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            ARCHIVE_URL, (addon_id, backup_id), subject=(app, addon_id), options=options
        )

    @performs(DOWNLOAD)
    async def download(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download a backup, a gzipped tar, into a file.

        It is written under a temporary name, and renamed when it is complete. If the connection
        breaks, the download resumes; if the URL has expired, a new one is fetched. Elasticsearch
        and OpenSearch have no backup files.

        Source: API documentation, “Get a Backup Download Link”:
        https://developers.scalingo.com/databases/backups#get-a-backup-download-link

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            path: Path of the file; or of a folder, in which the file gets the name sent by the
                server.
            size: Expected size of the file in bytes, such as `backup.size`; by default, the size
                sent by the server.
            overwrite: Replace an existing file.
            resume: Keep a partial download as `<path>.part` if the download fails, and resume the
                partial download of an earlier call if the file is unchanged.
            on_progress: Called with a `Progress` about every megabyte.
            **options: Options of the call. `deadline` limits the whole download, and `max_retries`
                how often it is resumed without progress.

        Returns:
            The path of the file, which only its owner can read.

        Raises:
            InvalidArgumentError: An argument is invalid, or the file already exists.
            NotFoundError: There is no such app or addon.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            IncompleteDownloadError: The file did not come whole.
            OversizedDownloadError: The file is larger than it should be.
            OSError: The file can't be written, such as on a full disk.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """

        async def locate() -> ServerURL:
            archive = await self.archive_url(app, addon_id, backup_id, **options)
            answer = "the response to databases.backups.archive_url"
            url = Secret(present(archive.download_url, answer, "$.download_url"))
            return await handed_out(self._session, url)

        self._session.prepare(ARCHIVE_URL, (addon_id, backup_id), subject=(app, addon_id))
        return await download(
            self._session,
            DOWNLOAD,
            Origin(locate, renewable=True, name=f"{backup_id}.tar.gz"),
            path,
            size=size,
            overwrite=overwrite,
            resume=resume,
            on_progress=on_progress,
            options=options,
        )

    @performs(RESTORE)
    async def restore(
        self, app: str, addon_id: str, backup_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseBackupRestoration:
        """Restore a backup into its database.

        The operation continues after the response: `wait` on the result waits for the end.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            backup_id: Id of the backup.
            **options: Options of the call.

        Returns:
            The restoration.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        from scalingo_async.resources.databases.backup_restorations import watch

        made = await self._session.call(
            RESTORE, (addon_id, backup_id), subject=(app, addon_id), options=options
        )
        return bound(made, watch(self._session, app, addon_id))

    def _watch(self, app: str, addon_id: str) -> Polling[DatabaseBackup]:
        return waiters.backup(app, addon_id, self.get_by_id, self.get)


def _blocking(backups: Sequence[DatabaseBackup]) -> DatabaseBackup:
    """Return the running backup because of which another one was refused.

    If it has ended since, it is the latest one, as no other could start before.
    """
    unfinished = [row for row in backups if backup_completion(row) is Completion.PENDING]
    return max(unfinished or backups, key=lambda row: (row.status == "running", row.created_at))
