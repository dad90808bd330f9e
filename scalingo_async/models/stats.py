"""Models: stats: CPU and memory use of containers."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "ContainerStat",
]


@attrs.define(kw_only=True)
class ContainerStat(Model):
    """What a container uses now.

    Attributes:
        id: Label of the container, such as `web-1`; not its id.
        cpu_usage: Use of the processor in percent; it may be over 100.
        memory_usage: Memory in use, in bytes.
        memory_limit: Memory that it may use, in bytes.
        highest_memory_usage: Most memory in use, in bytes.
        swap_usage: Swap in use, in bytes.
        swap_limit: Swap that it may use, in bytes.
        highest_swap_usage: Most swap in use, in bytes.
    """

    id: str
    cpu_usage: int
    memory_usage: int
    memory_limit: int
    highest_memory_usage: int
    swap_usage: int | None = None
    swap_limit: int | None = None
    highest_swap_usage: int | None = None
