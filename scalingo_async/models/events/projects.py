"""Models: payloads of the events of projects and of their transfer."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.events.data import EventData
from scalingo_async.models.events.event import EventUser
from scalingo_async.types import JSONValue

__all__ = [
    "AcceptProjectTransferInvitationData",
    "AcceptProjectTransferInvitationErrorData",
    "CancelProjectTransferInvitationData",
    "DeclineProjectTransferInvitationData",
    "DeleteProjectData",
    "EditProjectData",
    "EventUpdatedValue",
    "NewProjectData",
    "NewProjectTransferInvitationData",
]


@attrs.define(kw_only=True)
class NewProjectData(EventData):
    """The payload of `new_project` events: a project was created.

    Attributes:
        default: Whether it is the default project.
    """

    default: bool | None = None


@attrs.define(kw_only=True)
class EventUpdatedValue(Model):
    """A setting that changed.

    Attributes:
        name: Name of the setting.
        value: New value.
        old_value: Old value.
    """

    name: str
    value: JSONValue = None
    old_value: JSONValue = None


@attrs.define(kw_only=True)
class EditProjectData(EventData):
    """The payload of `edit_project` events: a project was renamed or made default.

    Attributes:
        updated_values: The changed settings.
    """

    updated_values: list[EventUpdatedValue] | None = None


@attrs.define(kw_only=True)
class DeleteProjectData(EventData):
    """The payload of `delete_project` events: a project was deleted.

    Attributes:
        project_id: Id of the project, in some responses.
    """

    project_id: str | None = None


@attrs.define(kw_only=True)
class _TransferInvitationData(EventData):
    """The fields shared by the payloads of project transfer events.

    Attributes:
        transfer_invitation_id: Id of the invitation (`tin-…`).
        invited_user: The invited user.
        inviter: The user who sent the invitation.
        status: State: `pending`, `accepted`, `declined`, `canceled`, `failed`, `error` or another
            value.
        status_reason: Why it failed; empty otherwise.
        expires_at: When the invitation expires.
        invitation_id: Id of the invitation, under another key.
    """

    transfer_invitation_id: str | None = None
    invited_user: EventUser | None = None
    inviter: EventUser | None = None
    status: (
        Literal["pending", "accepted", "declined", "canceled", "failed", "error"] | str | None
    ) = None
    status_reason: str | None = None
    expires_at: datetime | None = None
    invitation_id: str | None = None


@attrs.define(kw_only=True)
class _TransferRecipientData(_TransferInvitationData):
    """The fields of the other form of these payloads, which identify the recipient.

    Attributes:
        recipient_email: E-mail address of the invited user.
        recipient_username: User name of the invited user.
    """

    recipient_email: str | None = None
    recipient_username: str | None = None


@attrs.define(kw_only=True)
class NewProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `new_project_transfer_invitation` events: an invitation was sent.

    Two forms are known; each payload has the keys of one of them.
    """


@attrs.define(kw_only=True)
class AcceptProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `accept_project_transfer_invitation` events: an invitation was accepted.

    Two forms are known; each payload has the keys of one of them.
    """


@attrs.define(kw_only=True)
class AcceptProjectTransferInvitationErrorData(_TransferInvitationData):
    """The payload of `accept_project_transfer_invitation_error` events.

    A project could not be transferred. Two forms are known; each payload has the keys of one of
    them.

    Attributes:
        error: Error message.
    """

    error: str | None = None


@attrs.define(kw_only=True)
class CancelProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `cancel_project_transfer_invitation` events: an invitation was cancelled.

    Two forms are known; each payload has the keys of one of them.
    """


@attrs.define(kw_only=True)
class DeclineProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `decline_project_transfer_invitation` events: an invitation was declined.

    Two forms are known; each payload has the keys of one of them.
    """
