"""Models: events, their users, types and categories."""

from datetime import datetime
from typing import Final

import attrs

from scalingo_async._core.decoding.record import NamedModel
from scalingo_async.models.base import Model, received_of
from scalingo_async.models.events.data import EventData, GenericData
from scalingo_async.models.events.types import payload_class
from scalingo_async.types import JSONValue

__all__ = ["Event", "EventCategory", "EventType", "EventUser"]


_NONE: Final = EventData()


@attrs.define(kw_only=True)
class EventUser(Model):
    """The user who caused an event; actions of the platform have technical users.

    Attributes:
        id: User id (`us-…`, or an old 24-hex id).
        username: Login name.
        email: E-mail address.
    """

    id: str
    username: str
    email: str


def _generic(data: JSONValue) -> GenericData:
    """Return the payload of an unknown type, or one that doesn't fit the class of its type."""
    # Without `__init__`, as decoders create models.
    generic = GenericData.__new__(GenericData)
    generic.data = data
    return generic


_PAYLOAD: Final = NamedModel(
    name="type", source="type_data", class_of=payload_class, otherwise=_generic
)


@attrs.define(kw_only=True)
class Event(Model):
    """An event of an app, a project or an account.

    Attributes:
        id: Event id.
        created_at: When it happened.
        type: Event type, such as `deployment`; it determines the class of `data`. New types may
            appear.
        user: The user who caused it; absent if an addon did.
        app_id: Id of the app; absent on account and project events.
        app_name: Name of the app at the time of the event.
        project_id: Id of the project.
        project_name: Name of the project at the time of the event.
        type_data: The payload unchanged; may contain values of variables in clear text.
        data: The payload as an instance of its type's class, for `match event.data:`. It is
            `GenericData` if the type is unknown or the payload doesn't fit the class.
    """

    id: str
    created_at: datetime
    type: str
    user: EventUser | None = None
    app_id: str | None = None
    app_name: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    type_data: JSONValue = attrs.field(default=None, repr=False, metadata={"typed": "data"})
    data: EventData = attrs.field(
        alias="_data",
        eq=False,
        default=_NONE,
        metadata={"derived": _PAYLOAD},
    )

    def __attrs_post_init__(self) -> None:
        # Decoders don't call this. A changed copy keeps the payload of the original, unless the
        # payload was changed.
        data = self.data
        if data is not _NONE and type(data) is payload_class(self.type):
            came = received_of(data)
            if came is self.type_data or (self.type_data is None and not came):
                return
        self.data = GenericData(data=self.type_data)


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
