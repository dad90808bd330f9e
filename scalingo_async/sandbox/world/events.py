"""Events."""

from collections.abc import Callable
from dataclasses import dataclass

from scalingo_async.sandbox.json_types import Json

__all__ = [
    "Event",
]


@dataclass(slots=True)
class Event:
    """An event in a timeline.

    Attributes:
        data: The payload, or a function that returns it, for payloads that change later.
        audience: The ids of the users whose timelines contain it.
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
