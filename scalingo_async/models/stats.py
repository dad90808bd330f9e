"""Models: stats: CPU and memory use of containers."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "ContainerStat",
]


@attrs.define(kw_only=True)
class ContainerStat(Model):
    """The current resource usage of a container.

    Attributes:
        id: Label of the container, such as `web-1`; not its id.
        cpu_usage: CPU usage in percent; it may exceed 100.
        memory_usage: Memory usage, in bytes.
        memory_limit: Memory limit, in bytes.
        highest_memory_usage: Peak memory usage, in bytes.
        swap_usage: Swap usage, in bytes.
        swap_limit: Swap limit, in bytes.
        highest_swap_usage: Peak swap usage, in bytes.
    """

    id: str
    cpu_usage: int
    memory_usage: int
    memory_limit: int
    highest_memory_usage: int
    swap_usage: int | None = None
    swap_limit: int | None = None
    highest_swap_usage: int | None = None
