"""Models: database backups, and the URLs of their archives."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Model, Waitable, masked

__all__ = [
    "DatabaseBackup",
    "DatabaseBackupArchive",
]


@attrs.define(kw_only=True)
class DatabaseBackup(Waitable):
    """A backup of a database.

    `wait` returns at `done` and fails at `error` or `cancelled`.

    Attributes:
        id: Id of the backup.
        database_id: Internal id of the database; methods take the addon id instead.
        name: Name of the file.
        size: Size in bytes; 0 or `None` until it is done.
        status: State: `pending`, `scheduled`, `running`, `done`, `error`, `cancelling`, `cancelled`
            or another value.
        method: Reason: `periodic`, `manual` or another value.
        created_at: When it was requested.
        started_at: When it started.
        hidden: Whether it is hidden from users in lists.
        type: Database engine; most responses lack it.
    """

    _source: ClassVar[str] = "client.databases.backups.get_by_id"

    id: str
    database_id: str
    name: str
    size: int | None = None
    status: (
        Literal["pending", "scheduled", "running", "done", "error", "cancelling", "cancelled"] | str
    )
    method: Literal["periodic", "manual"] | str
    created_at: datetime
    started_at: datetime | None = None
    hidden: bool | None = None
    type: str | None = None


@attrs.define(kw_only=True)
class DatabaseBackupArchive(Model):
    """The download URL of a backup.

    Attributes:
        download_url: URL of the file, which contains a token; a secret.
    """

    download_url: str = attrs.field(repr=masked)
