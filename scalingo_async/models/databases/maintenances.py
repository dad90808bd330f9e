"""Models: maintenances of databases."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabaseMaintenance",
]


@attrs.define(kw_only=True)
class DatabaseMaintenance(Model):
    """A maintenance of a database.

    It takes place in the database's `maintenance_window`; there is no field for the time.

    Attributes:
        id: Id of the maintenance.
        database_id: Internal id of the database; methods take the addon id instead.
        type: Kind: `no-op`, `failing`, `instance-migration`, `pg-md5-to-sha256-auth-migration`,
            `db-upgrade`, `plan-update` or another value.
        status: State: `scheduled`, `notified`, `queued`, `cancelled`, `running`, `failed`, `done`
            or another value.
        started_at: When it started; `None` before that.
        ended_at: When it ended; `None` before that.
    """

    id: str
    database_id: str
    type: (
        Literal[
            "no-op",
            "failing",
            "instance-migration",
            "pg-md5-to-sha256-auth-migration",
            "db-upgrade",
            "plan-update",
        ]
        | str
    )
    status: (
        Literal["scheduled", "notified", "queued", "cancelled", "running", "failed", "done"] | str
    )
    started_at: datetime | None = None
    ended_at: datetime | None = None
