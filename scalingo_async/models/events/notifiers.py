"""Models: payloads of the events of notifiers."""

import attrs

from scalingo_async.models.base import masked
from scalingo_async.models.events.data import EventData
from scalingo_async.types import JSONValue

__all__ = [
    "DeleteNotifierData",
    "EditNotifierData",
    "NewNotifierData",
]


@attrs.define(kw_only=True)
class _NotifierData(EventData):
    """The fields shared by the payloads of notifier events.

    Attributes:
        notifier_name: Name of the notifier.
        active: Whether it sends anything.
        send_all_events: Whether it sends all events.
        selected_events: Names of the event types that it sends.
        notifier_type: Name of its platform.
        notifier_type_data: Its settings by name; secrets.
        platform_name: Display name of its platform.
    """

    notifier_name: str
    active: bool | None = None
    send_all_events: bool | None = None
    selected_events: list[str] | None = None
    notifier_type: str | None = None
    notifier_type_data: dict[str, JSONValue] | None = attrs.field(default=None, repr=masked)
    platform_name: str | None = None


@attrs.define(kw_only=True)
class NewNotifierData(_NotifierData):
    """The payload of `new_notifier` events: a notifier was added."""


@attrs.define(kw_only=True)
class EditNotifierData(_NotifierData):
    """The payload of `edit_notifier` events: a notifier was changed."""


@attrs.define(kw_only=True)
class DeleteNotifierData(_NotifierData):
    """The payload of `delete_notifier` events: a notifier was removed.

    Attributes:
        active: Whether it sent anything.
        send_all_events: Whether it sent all events.
        selected_events: Names of the event types that it sent.
    """
