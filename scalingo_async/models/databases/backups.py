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

    `wait` ends with `done`, and fails with `error` and `cancelled`.

    Attributes:
        id: Id of the backup.
        database_id: Internal id of the database; calls take the id of the addon instead.
        name: Name of the file.
        size: Size in bytes; 0 or `None` until it is done.
        status: State: `pending`, `scheduled`, `running`, `done`, `error`, `cancelling`, `cancelled`
            or another word.
        method: Why it was made: `periodic`, `manual` or another word.
        created_at: When it was asked for.
        started_at: Start.
        hidden: Whether it is left out of lists for people.
        type: Database engine; seldom in an answer.
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
    """Where a backup can be downloaded from.

    Attributes:
        download_url: URL of the file, with a token of its own; a secret.
    """

    download_url: str = attrs.field(repr=masked)
