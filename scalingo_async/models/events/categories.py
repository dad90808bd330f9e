"""Models: the types of events that notifiers can listen to, and their categories."""

import attrs

from scalingo_async.models.base import Model

__all__ = ["EventCategory", "EventType"]


@attrs.define(kw_only=True)
class EventType(Model):
    """An event type that a notifier can select.

    Attributes:
        id: Id, for `selected_event_ids` of a notifier.
        category_id: Id of its `EventCategory`.
        name: Name for notifiers, such as `app_deployed`. It differs from the `type` of events.
        display_name: Display name.
        description: When such events occur.
        template: Empty or absent in all known responses.
    """

    id: str
    category_id: str
    name: str
    display_name: str | None = None
    description: str
    template: str | None = None


@attrs.define(kw_only=True)
class EventCategory(Model):
    """A group of event types.

    Attributes:
        id: Category id.
        name: Name, such as `app_operations`.
        position: Display order, 1 first.
        display_name: Display name.
    """

    id: str
    name: str
    position: int
    display_name: str
