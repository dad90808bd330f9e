"""Models: the base of all event payloads."""

import attrs

from scalingo_async.models.base import Model
from scalingo_async.types import JSONValue

__all__ = ["EventData", "GenericData"]


@attrs.define(kw_only=True)
class EventData(Model):
    """The base class of all event payloads, so that `match event.data` has a type to narrow."""


@attrs.define(kw_only=True)
class GenericData(EventData):
    """The payload of an unknown event type, or one with an unexpected format.

    Attributes:
        data: The payload unchanged.
    """

    data: JSONValue = attrs.field(default=None, repr=False)
