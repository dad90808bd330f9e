"""Models: operations on databases, such as upgrades."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Waitable

__all__ = [
    "DatabaseOperation",
]


@attrs.define(kw_only=True)
class DatabaseOperation(Waitable):
    """An operation on a database, such as an upgrade.

    `finished`, `done`, `error`, `user-error` and `cancelled` are final; the first two mean success.
    The answer that starts an operation may hold its id alone. `wait` goes by that.

    Attributes:
        id: Id of the operation.
        type: Kind: `pitr_restore`, `upgrade` or another word.
        status: State: `pending`, `running`, `finished`, `error`, `user-error`, `cancelling`,
            `cancelled`, `done` or another word.
        created_at: Start.
        finished_at: End.
        error: What went wrong.
    """

    _source: ClassVar[str] = "client.databases.operations.get"

    id: str
    type: Literal["pitr_restore", "upgrade"] | str | None = None
    status: (
        Literal[
            "pending",
            "running",
            "finished",
            "error",
            "user-error",
            "cancelling",
            "cancelled",
            "done",
        ]
        | str
        | None
    ) = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    error: str | None = None
