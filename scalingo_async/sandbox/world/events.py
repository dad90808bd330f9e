"""What happened."""

from collections.abc import Callable
from dataclasses import dataclass

from scalingo_async.sandbox.json_types import Json

__all__ = [
    "Event",
]


@dataclass(slots=True)
class Event:
    """An entry of a timeline.

    Attributes:
        data: The payload, or a function that makes it, for those that change afterwards.
        audience: The ids of the users whose timelines show it.
    """

    id: str
    created_at: float
    type: str
    user: Json | None
    app_id: str | None
    app_name: str | None
    project_id: str | None
    project_name: str | None
    data: Json | Callable[[], Json]
    audience: frozenset[str]
