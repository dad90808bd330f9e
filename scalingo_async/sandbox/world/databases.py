"""Databases and everything that belongs to them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scalingo_async.sandbox.world.logs import Log

if TYPE_CHECKING:
    from scalingo_async.sandbox.world.logs import LogArchive

__all__ = [
    "Backup",
    "Database",
    "DatabaseOperation",
    "DatabaseUser",
    "Dbms",
    "FirewallRule",
    "Maintenance",
    "NetPeering",
    "Restoration",
    "RetentionPolicy",
    "Statement",
]


@dataclass(slots=True, eq=False)
class DatabaseOperation:
    """An operation on a database: an upgrade, or a point-in-time recovery."""

    id: str
    type: str
    created_at: float
    status: str = "pending"
    finished_at: float | None = None
    error: str | None = None


@dataclass(slots=True, eq=False)
class DatabaseUser:
    """A user of a database; the protected one is managed by the platform."""

    name: str
    read_only: bool
    protected: bool
    password: str = field(repr=False)


@dataclass(slots=True, eq=False)
class Maintenance:
    """A maintenance of a database."""

    id: str
    type: str
    status: str
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True, eq=False)
class FirewallRule:
    """A firewall rule of a dedicated database: an address range, or a managed range."""

    id: str
    type: str
    cidr: str | None
    range_id: str | None
    label: str | None
    created_at: float
    updated_at: float


@dataclass(slots=True, eq=False)
class NetPeering:
    """A peering between a dedicated database's network and a customer's."""

    id: str
    outscale_net_peering_id: str
    outscale_source_net_id: str
    outscale_source_account_id: str
    created_at: float
    status: str = "active"


@dataclass(slots=True, eq=False)
class RetentionPolicy:
    """A retention policy of an InfluxDB."""

    name: str
    duration: str
    default: bool


@dataclass(slots=True, eq=False)
class Statement:
    """PostgreSQL's statistics of a statement."""

    query: str
    calls: int
    rows: int


@dataclass(slots=True, eq=False)
class Dbms:
    """The contents of a database, generated on first access.

    Attributes:
        logical: The logical databases of a MySQL or MongoDB; True for the protected ones.
        sql_mode: The SQL modes of a MySQL.
        queries: The running queries of a PostgreSQL, by process id: text and state.
        statements: The statement statistics of a PostgreSQL, if it collects them.
        policies: The retention policies of an InfluxDB.
    """

    users: dict[str, DatabaseUser]
    logical: dict[str, bool]
    sql_mode: str
    queries: dict[int, tuple[str, str]]
    policies: dict[str, RetentionPolicy]
    maintenances: list[Maintenance]
    logs: Log
    log_archives: "list[LogArchive]"
    statements: list[Statement] | None = None
    firewall_rules: dict[str, FirewallRule] = field(default_factory=dict[str, FirewallRule])
    net_peerings: dict[str, NetPeering] = field(default_factory=dict[str, NetPeering])


@dataclass(slots=True, eq=False)
class Backup:
    """A backup of a database.

    Attributes:
        payload: The size of the data in its archive, in bytes.
        suffix: The suffix of the file's name in the archive, such as `.pgsql`.
    """

    id: str
    name: str
    method: str
    payload: int
    created_at: float
    status: str = "scheduled"
    started_at: float | None = None
    size: int | None = None
    suffix: str = ".dump"


@dataclass(slots=True, eq=False)
class Restoration:
    """A restoration of a backup."""

    id: str
    backup_id: str
    created_at: float
    status: str = "scheduled"
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True, eq=False)
class Database:
    """The database of an addon.

    Attributes:
        version_id: Its version, if it is no longer the provider's first.
        maintenance: The day of the week (0 is Sunday) and the hour of its maintenance window, UTC.
        ip_range: The address range of a dedicated database's network.
        inside: Its contents, once they have been accessed.
    """

    id: str
    created_at: float
    instance_id: str
    hostname: str
    port: int
    password: str = field(repr=False)
    status: str = "creating"
    features: dict[str, str] = field(default_factory=dict[str, str])
    periodic_backups_enabled: bool = True
    periodic_backups_scheduled_at: list[int] = field(default_factory=lambda: [3])
    backups: dict[str, Backup] = field(default_factory=dict[str, Backup])
    restorations: dict[str, Restoration] = field(default_factory=dict[str, Restoration])
    version_id: str = ""
    maintenance: tuple[int, int] = (3, 21)
    ip_range: str | None = None
    current_operation_id: str | None = None
    operations: dict[str, DatabaseOperation] = field(default_factory=dict[str, DatabaseOperation])
    inside: Dbms | None = None
