"""Notifiers of apps."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalingo_async.sandbox.catalogue.notifications import Platform

__all__ = [
    "Notifier",
]


@dataclass(slots=True, eq=False)
class Notifier:
    """A notifier: the events of an app to send, and their destination."""

    id: str
    platform: "Platform"
    name: str
    created_at: float
    updated_at: float
    active: bool = True
    send_all_alerts: bool = False
    send_all_events: bool = False
    selected_event_ids: list[str] = field(default_factory=list[str])
    type_data: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
