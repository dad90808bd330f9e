"""What belongs to a database, beyond its backups."""

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
    """Something that takes time on a database: an upgrade, or a way back in time."""

    id: str
    type: str
    created_at: float
    status: str = "pending"
    finished_at: float | None = None
    error: str | None = None


@dataclass(slots=True, eq=False)
class DatabaseUser:
    """A user of a database; the protected one is the platform's."""

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
    """Who may reach a dedicated database: a range of addresses, or one of the platform's."""

    id: str
    type: str
    cidr: str | None
    range_id: str | None
    label: str | None
    created_at: float
    updated_at: float


@dataclass(slots=True, eq=False)
class NetPeering:
    """A link between a dedicated database's network and a customer's."""

    id: str
    outscale_net_peering_id: str
    outscale_source_net_id: str
    outscale_source_account_id: str
    created_at: float
    status: str = "active"


@dataclass(slots=True, eq=False)
class RetentionPolicy:
    """How long an InfluxDB keeps its data."""

    name: str
    duration: str
    default: bool


@dataclass(slots=True, eq=False)
class Statement:
    """What PostgreSQL counted of a statement."""

    query: str
    calls: int
    rows: int


@dataclass(slots=True, eq=False)
class Dbms:
    """What is inside of a database. It is made when somebody first looks.

    Attributes:
        logical: The logical databases of a MySQL or MongoDB; True for the protected ones.
        sql_mode: The modes of a MySQL.
        queries: The queries that run on a PostgreSQL, by process id: text and state.
        statements: The statements of a PostgreSQL, when it keeps count of them.
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
        payload: Bytes of data in its archive.
        suffix: What the name of the file in the archive ends with, such as `.pgsql`.
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
    """What is behind the addon of a database.

    Attributes:
        version_id: Its version, if it isn't the provider's first any more.
        maintenance: The day of the week (0 is Sunday) and the hour of its maintenance, UTC.
        ip_range: The addresses of the network of a dedicated one.
        inside: What is inside of it, once somebody has looked.
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
