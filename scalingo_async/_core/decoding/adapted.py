"""What pydantic asks instances for, where a type says no more than `Any`."""

from __future__ import annotations

from typing import Any


class Adapted:
    """The base of what pydantic can write.

    Classes are asked for a schema, which they have themselves. What is here must not be among the
    attributes of such a class itself: pydantic would take it for that of one of its own models.
    """

    __slots__ = ()

    @property
    def __pydantic_serializer__(self) -> Any:
        """What pydantic writes it with; it is made on first use."""
        try:
            from scalingo_async._core.decoding.schemas import serializer_of
        except ImportError:
            raise AttributeError("__pydantic_serializer__ needs pydantic 2") from None
        return serializer_of(type(self))
