"""Models: payloads of the events of variables and log drains."""

import attrs

from scalingo_async.models.base import Model, masked
from scalingo_async.models.events.data import EventData

__all__ = [
    "DeleteAddonLogDrainData",
    "DeleteLogDrainData",
    "DeleteVariableData",
    "EditVariableData",
    "EditVariablesData",
    "EventVariable",
    "NewAddonLogDrainData",
    "NewLogDrainData",
    "NewVariableData",
]


@attrs.define(kw_only=True)
class NewVariableData(EventData):
    """The payload of `new_variable` events: a variable was added.

    Attributes:
        name: Name of the variable.
        value: Value in clear text; a secret.
        addon_name: Addon that made the change; `None` if a user made it.
    """

    name: str
    value: str | None = attrs.field(default=None, repr=masked)
    addon_name: str | None = None


@attrs.define(kw_only=True)
class EditVariableData(EventData):
    """The payload of `edit_variable` events: a variable was changed.

    Attributes:
        name: Name of the variable.
        value: New value in clear text; a secret.
        old_value: Old value in clear text; a secret.
        addon_name: Addon that made the change; `None` if a user made it.
    """

    name: str
    value: str | None = attrs.field(default=None, repr=masked)
    old_value: str | None = attrs.field(default=None, repr=masked)
    addon_name: str | None = None


@attrs.define(kw_only=True)
class EventVariable(Model):
    """A variable that was added, changed or removed together with others.

    Attributes:
        name: Name of the variable.
        value: Value in clear text; a secret.
        old_value: Old value, if it was changed, in clear text; a secret.
    """

    name: str
    value: str | None = attrs.field(default=None, repr=masked)
    old_value: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class EditVariablesData(EventData):
    """The payload of `edit_variables` events: several variables changed at once.

    Each list may be `None` or empty.

    Attributes:
        new_vars: Variables that were added.
        updated_vars: Variables that were changed.
        deleted_vars: Variables that were removed.
    """

    new_vars: list[EventVariable] | None = None
    updated_vars: list[EventVariable] | None = None
    deleted_vars: list[EventVariable] | None = None


@attrs.define(kw_only=True)
class DeleteVariableData(EventData):
    """The payload of `delete_variable` events: a variable was removed.

    Attributes:
        name: Name of the variable.
        value: Old value in clear text; a secret.
    """

    name: str
    value: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class NewLogDrainData(EventData):
    """The payload of `new_log_drain` events: a log drain was added to an app.

    Attributes:
        url: URL of the drain, with its credentials; a secret.
    """

    url: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class DeleteLogDrainData(EventData):
    """The payload of `delete_log_drain` events: a log drain was removed from an app.

    Attributes:
        url: URL of the drain, with its credentials; a secret.
    """

    url: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class NewAddonLogDrainData(EventData):
    """The payload of `new_addon_log_drain` events: a log drain was added to an addon.

    Attributes:
        url: URL of the drain, with its credentials; a secret.
        addon_uuid: Id of the addon (`ad-…`).
        addon_name: Name of the addon.
    """

    url: str = attrs.field(repr=masked)
    addon_uuid: str | None = None
    addon_name: str | None = None


@attrs.define(kw_only=True)
class DeleteAddonLogDrainData(EventData):
    """The payload of `delete_addon_log_drain` events: a log drain was removed from an addon.

    Attributes:
        url: URL of the drain, with its credentials; a secret.
        addon_uuid: Id of the addon (`ad-…`).
        addon_name: Name of the addon.
    """

    url: str = attrs.field(repr=masked)
    addon_uuid: str | None = None
    addon_name: str | None = None
