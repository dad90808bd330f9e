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
        value: Value after.
        old_value: Value before.
    """

    name: str
    value: JSONValue = None
    old_value: JSONValue = None


@attrs.define(kw_only=True)
class EditProjectData(EventData):
    """The payload of `edit_project` events: a project was renamed or made default.

    Attributes:
        updated_values: What changed.
    """

    updated_values: list[EventUpdatedValue] | None = None


@attrs.define(kw_only=True)
class DeleteProjectData(EventData):
    """The payload of `delete_project` events: a project was deleted.

    Attributes:
        project_id: Id of the project, in some answers.
    """

    project_id: str | None = None


@attrs.define(kw_only=True)
class _TransferInvitationData(EventData):
    """What the payloads about the transfer of a project have in common.

    Attributes:
        transfer_invitation_id: Id of the invitation (`tin-…`).
        invited_user: Who was invited.
        inviter: Who has invited.
        status: State: `pending`, `accepted`, `declined`, `canceled`, `failed`, `error` or another
            word.
        status_reason: Why it failed; empty otherwise.
        expires_at: End of the invitation.
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
    """What those payloads have in common that name the recipient in their other form.

    Attributes:
        recipient_email: E-mail address of who was invited.
        recipient_username: User name of who was invited.
    """

    recipient_email: str | None = None
    recipient_username: str | None = None


@attrs.define(kw_only=True)
class NewProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `new_project_transfer_invitation` events: someone was invited.

    Two forms are known; the keys of one of them are there.
    """


@attrs.define(kw_only=True)
class AcceptProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `accept_project_transfer_invitation` events: a yes.

    Two forms are known; the keys of one of them are there.
    """


@attrs.define(kw_only=True)
class AcceptProjectTransferInvitationErrorData(_TransferInvitationData):
    """The payload of `accept_project_transfer_invitation_error` events.

    A project could not be handed over. Two forms are known; the keys of one of them are there.

    Attributes:
        error: What went wrong.
    """

    error: str | None = None


@attrs.define(kw_only=True)
class CancelProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `cancel_project_transfer_invitation` events: a withdrawal.

    Two forms are known; the keys of one of them are there.
    """


@attrs.define(kw_only=True)
class DeclineProjectTransferInvitationData(_TransferRecipientData):
    """The payload of `decline_project_transfer_invitation` events: a no.

    Two forms are known; the keys of one of them are there.
    """
