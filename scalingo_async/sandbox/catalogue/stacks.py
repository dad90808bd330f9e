"""The stacks that apps run on."""

from dataclasses import dataclass

__all__ = [
    "STACKS",
    "Stack",
]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that apps are built and run on."""

    id: str
    name: str
    base_image: str
    default: bool
    deprecated_at: str | None = None


STACKS = {
    stack.id: stack
    for stack in (
        Stack(
            "st-6a7c3d10-52f4-4d2b-8a5e-0c3f9e100018",
            "scalingo-18",
            "scalingo/scalingo-18:v3",
            default=False,
            deprecated_at="2024-01-01",
        ),
        Stack(
            "st-6a7c3d10-52f4-4d2b-8a5e-0c3f9e100022",
            "scalingo-22",
            "scalingo/scalingo-22:v9",
            default=False,
        ),
        Stack(
            "st-6a7c3d10-52f4-4d2b-8a5e-0c3f9e100024",
            "scalingo-24",
            "scalingo/scalingo-24:v2",
            default=True,
        ),
    )
}
