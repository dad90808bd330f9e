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

    It takes place in the database's `maintenance_window`; no field says when.

    Attributes:
        id: Id of the maintenance.
        database_id: Internal id of the database; calls take the id of the addon instead.
        type: Kind: `no-op`, `failing`, `instance-migration`, `pg-md5-to-sha256-auth-migration`,
            `db-upgrade`, `plan-update` or another word.
        status: State: `scheduled`, `notified`, `queued`, `cancelled`, `running`, `failed`, `done`
            or another word.
        started_at: Start; `None` before it.
        ended_at: End; `None` before it.
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
