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
    The response that starts an operation may contain only its id. `wait` follows these rules.

    Attributes:
        id: Id of the operation.
        type: Kind: `pitr_restore`, `upgrade` or another value.
        status: State: `pending`, `running`, `finished`, `error`, `user-error`, `cancelling`,
            `cancelled`, `done` or another value.
        created_at: When it started.
        finished_at: When it ended.
        error: Error message.
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
