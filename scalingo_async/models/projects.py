"""Models: projects, transfer invitations, and possible recipients."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.apps import Owner
from scalingo_async.models.base import Model

__all__ = [
    "EligibleNewOwner",
    "Project",
    "ProjectTransferInvitation",
]


@attrs.define(kw_only=True)
class Project(Model):
    """A project: a group of apps and databases of one owner.

    Attributes:
        id: Id (`pr-…`).
        name: Name.
        default: Whether it is its owner's default project.
        created_at: When it was created.
        updated_at: When it was last changed.
        owner: Its owner.
        flags: Flags by name, such as `private-network`.
    """

    id: str
    name: str
    default: bool
    created_at: datetime
    updated_at: datetime
    owner: Owner
    flags: dict[str, bool] | None = None


@attrs.define(kw_only=True)
class ProjectTransferInvitation(Model):
    """An invitation to become the owner of a project.

    Attributes:
        id: Id (`tin-…`).
        project_id: Id of the project.
        invited_user_id: Id of the invited user.
        invited_user_name: Name of the invited user.
        inviter_user_id: Id of the user who sent the invitation.
        status: State: `pending`, `accepted`, `declined`, `canceled`, `failed`, `error` or another
            value. After `error`, contact Scalingo's support.
        status_reason: Why it failed; empty otherwise.
        expires_at: When it expires, three days after its creation.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: str
    project_id: str
    invited_user_id: str
    invited_user_name: str
    inviter_user_id: str
    status: Literal["pending", "accepted", "declined", "canceled", "failed", "error"] | str
    status_reason: str | None = None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@attrs.define(kw_only=True)
class EligibleNewOwner(Model):
    """A user who could become the owner of a project.

    Attributes:
        user_id: Id of the user.
        user_name: Name of the user.
    """

    user_id: str
    user_name: str
