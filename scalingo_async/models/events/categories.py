"""Models: the types of events that notifiers can listen to, and their categories."""

import attrs

from scalingo_async.models.base import Model

__all__ = ["EventCategory", "EventType"]


@attrs.define(kw_only=True)
class EventType(Model):
    """A kind of event that a notifier can listen to.

    Attributes:
        id: Event type id, what `selected_event_ids` of a notifier takes.
        category_id: Id of its `EventCategory`.
        name: Name in the vocabulary of notifiers, such as `app_deployed`. The `type` of events
            is another vocabulary.
        display_name: Name for people.
        description: When such events come.
        template: Empty or absent in every known answer.
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
        display_name: Name for people.
    """

    id: str
    name: str
    position: int
    display_name: str
