"""Models: restorations of database backups."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Waitable

__all__ = [
    "DatabaseBackupRestoration",
]


@attrs.define(kw_only=True)
class DatabaseBackupRestoration(Waitable):
    """The restoration of a backup.

    `wait` returns at `done` and fails at `error`.

    Attributes:
        id: Id of the restoration.
        created_at: When it was requested.
        started_at: When it started; `None` before that.
        ended_at: When it ended; `None` before that.
        method: What is restored: `backup`, `remote` or another value.
        status: State: `scheduled`, `running`, `done`, `error` or another value.
        database_id: Internal id of the database; methods take the addon id instead.
        source_backup_id: Id of the backup that is restored.
    """

    _source: ClassVar[str] = "client.databases.backup_restorations.get"

    id: str
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    method: Literal["backup", "remote"] | str
    status: Literal["scheduled", "running", "done", "error"] | str
    database_id: str
    source_backup_id: str | None = None
