"""Models: operations on apps: start, restart, scaling, and the start of a one-off container."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Model, Waitable, masked

__all__ = [
    "Operation",
    "StartOneOffData",
]


@attrs.define(kw_only=True)
class StartOneOffData(Model):
    """The result of starting a one-off container.

    Attributes:
        attach_url: URL to attach to the container, once the operation is done; a secret.
        container_id: Id of the container.
    """

    attach_url: str | None = attrs.field(default=None, repr=masked)
    container_id: str | None = None


@attrs.define(kw_only=True)
class Operation(Waitable):
    """An operation on an app: a restart, a scaling, the start of a one-off container.

    `wait` returns at `done` and fails at `error`.

    Attributes:
        id: Id of the operation.
        app_id: Id of the app.
        created_at: When it started.
        finished_at: When it ended; `None` while it runs.
        status: State: `pending`, `running`, `done`, `error` or another value. `done` and `error`
            are final.
        type: Kind: `scale`, `restart`, `start`, `start-one-off` or another value.
        error: Error message, if the status is `error`.
        start_one_off_data: The started container, for the type `start-one-off`.
    """

    _source: ClassVar[str] = "client.operations.get"

    id: str
    app_id: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    status: Literal["pending", "running", "done", "error"] | str
    type: Literal["scale", "restart", "start", "start-one-off"] | str | None = None
    error: str | None = None
    start_one_off_data: StartOneOffData | None = None
