"""The sizes of containers."""

from dataclasses import dataclass

__all__ = [
    "CONTAINER_SIZES",
    "ContainerSize",
]


@dataclass(frozen=True, slots=True)
class ContainerSize:
    """A container size; `memory` in bytes."""

    id: str
    name: str
    memory: int
    ordinal: int
    price_per_minute: str


_MIB = 1024 * 1024


CONTAINER_SIZES = {
    size.name: size
    for size in (
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0001", "S", 256 * _MIB, 1, "0.000166667"),
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0002", "M", 512 * _MIB, 2, "0.000333333"),
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0003", "L", 1024 * _MIB, 3, "0.000666667"),
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0004", "XL", 2048 * _MIB, 4, "0.001333333"),
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0005", "2XL", 4096 * _MIB, 5, "0.002666667"),
        ContainerSize("a21b5c0e-1c4f-4c0b-9a55-6f5f2a1d0006", "3XL", 8192 * _MIB, 6, "0.005333333"),
    )
}
