"""Models: results of database actions: logical databases, extensions, queries, retention."""

from datetime import datetime, timedelta

import attrs

from scalingo_async.models.base import Model, span
from scalingo_async.types import JSONValue

__all__ = [
    "DatabaseActionResult",
    "DatabaseExtension",
    "DatabaseLogical",
    "DatabaseQuery",
    "DatabaseRetentionPolicy",
    "DatabaseStatement",
]


@attrs.define(kw_only=True)
class DatabaseActionResult(Model):
    """The result of an action on a database.

    A failed action may have a successful HTTP status: check `ok`.

    Attributes:
        ok: 1 for success, 0 for failure.
        result: Result, which depends on the action: an object, an array, a string or `None`.
        error: Why it failed, if `ok` is 0.
    """

    ok: int
    result: JSONValue = None
    error: str | None = None


@attrs.define(kw_only=True)
class DatabaseLogical(Model):
    """A database on a MySQL or MongoDB server, from `list-databases` and `create-database`.

    Attributes:
        name: Name.
        protected: Whether it can't be deleted.
    """

    name: str
    protected: bool


@attrs.define(kw_only=True)
class DatabaseExtension(Model):
    """A PostgreSQL extension, from `list-extensions`.

    Attributes:
        name: Name.
        version: Version, with a leading `v`.
    """

    name: str
    version: str


@attrs.define(kw_only=True)
class DatabaseQuery(Model):
    """A running PostgreSQL query, from `pg-list-queries`; idle connections are included.

    Attributes:
        query: Text of the query.
        state: State in PostgreSQL, such as `active` or `idle`.
        username: Database user.
        query_start: When it started.
        pid: Process id, for `pg-cancel-query`.
        query_duration: Duration in nanoseconds.
    """

    query: str
    state: str | None = None
    username: str | None = None
    query_start: datetime | None = None
    pid: int
    query_duration: int | None = None

    @property
    def duration(self) -> timedelta | None:
        """How long it has been running, truncated to microseconds."""
        return span(self.query_duration, per=1000, microseconds=1)


@attrs.define(kw_only=True)
class DatabaseStatement(Model):
    """PostgreSQL's statistics of a statement, from `pg-stat-statements-list`.

    Attributes:
        user_id: Numeric id of the PostgreSQL user.
        query: Text of the statement.
        calls: How often it ran.
        rows: Rows that it returned or changed.
        total_time: Total time, in milliseconds.
        min_time: Shortest time, in milliseconds.
        max_time: Longest time, in milliseconds.
        mean_time: Mean time, in milliseconds.
        std_dev: Standard deviation of the time, in milliseconds.
    """

    user_id: int
    query: str
    calls: int
    rows: int
    total_time: float
    min_time: float
    max_time: float
    mean_time: float
    std_dev: float


@attrs.define(kw_only=True)
class DatabaseRetentionPolicy(Model):
    """An InfluxDB retention policy, from `list-retention-policies`.

    Attributes:
        name: Name.
        duration: Duration such as `30d`; `0` means forever.
        default: Whether it is used if none is given.
    """

    name: str
    duration: str
    default: bool
