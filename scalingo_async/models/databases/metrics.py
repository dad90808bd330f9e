"""Models: metrics of databases and their instances (CPU, memory), health and status."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model
from scalingo_async.types import JSONValue

__all__ = [
    "DatabaseHealth",
    "DatabaseInstanceCpuMetrics",
    "DatabaseInstanceMemoryMetrics",
    "DatabaseInstanceMetrics",
    "DatabaseInstanceStatus",
    "DatabaseMemoryMetrics",
    "DatabaseMetrics",
]


@attrs.define(kw_only=True)
class DatabaseMemoryMetrics(Model):
    """The memory usage of a database.

    Attributes:
        memory: Memory usage, in bytes.
        memory_max: Peak memory usage, in bytes.
        memory_limit: Memory limit, in bytes.
        swap: Swap usage, in bytes.
        swap_max: Peak swap usage, in bytes.
        swap_limit: Swap limit, in bytes.
    """

    memory: int | None = None
    memory_max: int | None = None
    memory_limit: int | None = None
    swap: int | None = None
    swap_max: int | None = None
    swap_limit: int | None = None


@attrs.define(kw_only=True)
class DatabaseInstanceCpuMetrics(Model):
    """The CPU usage of a node.

    Attributes:
        usage_in_percents: Usage in percent.
    """

    usage_in_percents: float


@attrs.define(kw_only=True)
class DatabaseInstanceMemoryMetrics(Model):
    """The memory usage of a node.

    Attributes:
        memory_usage: Memory usage, in bytes.
        swap_usage: Swap usage, in bytes.
        memory_limit: Memory limit, in bytes.
        swap_limit: Swap limit, in bytes.
        max_memory_usage: Peak memory usage, in bytes.
        max_swap_usage: Peak swap usage, in bytes.
    """

    memory_usage: int | None = None
    swap_usage: int | None = None
    memory_limit: int | None = None
    swap_limit: int | None = None
    max_memory_usage: int | None = None
    max_swap_usage: int | None = None


@attrs.define(kw_only=True)
class DatabaseInstanceMetrics(Model):
    """The metrics of a node of a database.

    Attributes:
        instance_id: Id of the node.
        instance_address: Address, as `host:port`.
        real_disk_size: Disk usage, in bytes.
        cpu: Its CPU usage.
        memory: Its memory usage.
    """

    instance_id: str
    instance_address: str | None = None
    real_disk_size: int | None = None
    cpu: DatabaseInstanceCpuMetrics | None = None
    memory: DatabaseInstanceMemoryMetrics | None = None


@attrs.define(kw_only=True)
class DatabaseMetrics(Model):
    """The current metrics of a database.

    Attributes:
        cpu_usage: CPU usage in percent, 0 to 100.
        memory: Its memory usage.
        database_size: Size of the data in bytes.
        real_disk_size: Disk usage, in bytes.
        database_stats: Statistics of the engine, by name: `data_size` in bytes (InfluxDB, MongoDB,
            MySQL, PostgreSQL), `current_connections` and `max_connections` (MySQL, PostgreSQL),
            numbers of collections, objects and indexes (MongoDB).
        instances_metrics: Metrics of its nodes, by id.
    """

    cpu_usage: float | None = None
    memory: DatabaseMemoryMetrics | None = None
    database_size: int | None = None
    real_disk_size: int | None = None
    database_stats: dict[str, JSONValue] | None = None
    instances_metrics: dict[str, DatabaseInstanceMetrics] | None = None


@attrs.define(kw_only=True)
class DatabaseHealth(Model):
    """The health of an Elasticsearch cluster, as Elasticsearch prints it.

    Attributes:
        epoch: Time, in seconds since 1970, as a string.
        status: State: `green`, `yellow`, `red` or another value.
        cluster: Name of the cluster.
        shards: Number of shards, as a string.
        pending_tasks: Number of pending tasks, as a string.
    """

    epoch: str
    status: Literal["green", "yellow", "red"] | str
    cluster: str
    shards: str
    pending_tasks: str | None = None


@attrs.define(kw_only=True)
class DatabaseInstanceStatus(Model):
    """The state of a node of a database.

    Attributes:
        id: Id of the node.
        type: Kind of node: `db-node`, `gateway`, `utility` or another value.
        status: State: `booting`, `running`, `restarting`, `migrating`, `upgrading`, `stopped`,
            `removing` or another value.
        role: Role of a data node: `leader`, `follower` or another value; empty for others.
        dbms_status: State of the engine.
    """

    id: str
    type: Literal["db-node", "gateway", "utility"] | str
    status: (
        Literal["booting", "running", "restarting", "migrating", "upgrading", "stopped", "removing"]
        | str
    )
    role: Literal["leader", "follower", ""] | str | None = None
    dbms_status: str | None = None
