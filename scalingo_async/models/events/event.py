"""Models: events, and who caused them."""

from datetime import datetime
from typing import Final

import attrs

from scalingo_async._core.decoding.record import NamedModel
from scalingo_async.models.base import Model, received_of
from scalingo_async.models.events.data import EventData, GenericData
from scalingo_async.models.events.types import payload_class
from scalingo_async.types import JSONValue

__all__ = ["Event", "EventUser"]


_NONE: Final = EventData()


@attrs.define(kw_only=True)
class EventUser(Model):
    """Who caused an event; actions of the platform carry technical users.

    Attributes:
        id: User id (`us-…`, or an old 24-hex id).
        username: Login name.
        email: E-mail address.
    """

    id: str
    username: str
    email: str


def _generic(data: JSONValue) -> GenericData:
    """Return a payload that is not known, or does not fit the class of its type."""
    # Without `__init__`, as decoders make models.
    generic = GenericData.__new__(GenericData)
    generic.data = data
    return generic


_PAYLOAD: Final = NamedModel(
    name="type", source="type_data", class_of=payload_class, otherwise=_generic
)


@attrs.define(kw_only=True)
class Event(Model):
    """Something that happened to an app, a project or an account.

    Attributes:
        id: Event id.
        created_at: When it happened.
        type: Kind of event, such as `deployment`; it decides the class of `data`. An open set.
        user: Who did it; absent when an addon did.
        app_id: App concerned; absent on account and project events.
        app_name: The app's name at the time: a later renaming does not change it.
        project_id: Project concerned.
        project_name: The project's name at the time.
        type_data: The payload as it came; may hold values of variables in clear.
        data: The payload as the class of its type, for `match event.data:`. A type that is not
            known here, or a payload that does not fit its class, gives `GenericData`.
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
        # Decoders don't come here. A changed copy has the payload of the original, unless it is
        # another one now.
        data = self.data
        if data is not _NONE and type(data) is payload_class(self.type):
            came = received_of(data)
            if came is self.type_data or (self.type_data is None and not came):
                return
        self.data = GenericData(data=self.type_data)
