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
    """The memory of a database.

    Attributes:
        memory: Memory in use, in bytes.
        memory_max: Most memory in use, in bytes.
        memory_limit: Memory that it may use, in bytes.
        swap: Swap in use, in bytes.
        swap_max: Most swap in use, in bytes.
        swap_limit: Swap that it may use, in bytes.
    """

    memory: int | None = None
    memory_max: int | None = None
    memory_limit: int | None = None
    swap: int | None = None
    swap_max: int | None = None
    swap_limit: int | None = None


@attrs.define(kw_only=True)
class DatabaseInstanceCpuMetrics(Model):
    """The processor of a node.

    Attributes:
        usage_in_percents: Use in percent.
    """

    usage_in_percents: float


@attrs.define(kw_only=True)
class DatabaseInstanceMemoryMetrics(Model):
    """The memory of a node.

    Attributes:
        memory_usage: Memory in use, in bytes.
        swap_usage: Swap in use, in bytes.
        memory_limit: Memory that it may use, in bytes.
        swap_limit: Swap that it may use, in bytes.
        max_memory_usage: Most memory in use, in bytes.
        max_swap_usage: Most swap in use, in bytes.
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
        instance_address: Where it listens, as `host:port`.
        real_disk_size: Disk in use, in bytes.
        cpu: Its processor.
        memory: Its memory.
    """

    instance_id: str
    instance_address: str | None = None
    real_disk_size: int | None = None
    cpu: DatabaseInstanceCpuMetrics | None = None
    memory: DatabaseInstanceMemoryMetrics | None = None


@attrs.define(kw_only=True)
class DatabaseMetrics(Model):
    """The present metrics of a database.

    Attributes:
        cpu_usage: Use of the processor in percent, 0 to 100.
        memory: Its memory.
        database_size: Size of the data in bytes.
        real_disk_size: Disk in use, in bytes.
        database_stats: Figures of the engine, by name: `data_size` in bytes (InfluxDB, MongoDB,
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
        epoch: When, in seconds since 1970, as text.
        status: State: `green`, `yellow`, `red` or another word.
        cluster: Name of the cluster.
        shards: Number of shards, as text.
        pending_tasks: Number of waiting tasks, as text.
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
        type: Part that it plays: `db-node`, `gateway`, `utility` or another word.
        status: State: `booting`, `running`, `restarting`, `migrating`, `upgrading`, `stopped`,
            `removing` or another word.
        role: Role of a data node: `leader`, `follower` or another word; empty for others.
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
