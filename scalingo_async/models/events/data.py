"""Models: what the payloads of all events have in common."""

import attrs

from scalingo_async.models.base import Model
from scalingo_async.types import JSONValue

__all__ = ["EventData", "GenericData"]


class EventData(Model):
    """The base of every event payload, so that `match event.data` has a type to narrow."""

    # It has no fields of its own, so it is not worth a class of attrs.
    __slots__ = ()


@attrs.define(kw_only=True)
class GenericData(EventData):
    """A payload of an event type that is not known here, or of an unexpected shape.

    Attributes:
        data: The payload as it came.
    """

    data: JSONValue = attrs.field(default=None, repr=False)
