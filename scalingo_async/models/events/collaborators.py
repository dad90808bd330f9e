"""Models: payloads of the events of collaborators."""

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.events.data import EventData

__all__ = [
    "AcceptCollaboratorData",
    "ChangeCollaboratorRoleData",
    "DeleteCollaboratorData",
    "EventCollaborator",
    "EventInviter",
    "NewCollaboratorData",
]


@attrs.define(kw_only=True)
class EventInviter(Model):
    """The user who invited a collaborator.

    Attributes:
        id: Id of the user.
        username: User name.
        email: E-mail address.
    """

    id: str | None = None
    username: str | None = None
    email: str | None = None


@attrs.define(kw_only=True)
class EventCollaborator(Model):
    """The collaborator in an event.

    Attributes:
        id: Id of the user.
        email: E-mail address.
        username: User name; absent until the invitation is accepted.
        inviter: The user who sent the invitation, if it was accepted.
        is_limited: Whether the user has the limited role.
    """

    id: str | None = None
    email: str | None = None
    username: str | None = None
    inviter: EventInviter | None = None
    is_limited: bool | None = None


@attrs.define(kw_only=True)
class NewCollaboratorData(EventData):
    """The payload of `new_collaborator` events: a collaborator was invited.

    Attributes:
        collaborator: The collaborator.
    """

    collaborator: EventCollaborator


@attrs.define(kw_only=True)
class AcceptCollaboratorData(EventData):
    """The payload of `accept_collaborator` events: an invitation was accepted.

    Attributes:
        collaborator: The collaborator.
    """

    collaborator: EventCollaborator


@attrs.define(kw_only=True)
class DeleteCollaboratorData(EventData):
    """The payload of `delete_collaborator` events: a collaborator was removed.

    Attributes:
        collaborator: The collaborator.
    """

    collaborator: EventCollaborator


@attrs.define(kw_only=True)
class ChangeCollaboratorRoleData(EventData):
    """The payload of `change_collaborator_role` events: the limited role was set or removed.

    Attributes:
        collaborator: The collaborator.
    """

    collaborator: EventCollaborator
