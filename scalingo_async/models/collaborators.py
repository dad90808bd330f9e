"""Models: collaborators of an app."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Collaborator",
]


@attrs.define(kw_only=True)
class Collaborator(Model):
    """A collaborator of an app, or a user who was invited.

    Attributes:
        id: Id of the collaboration. In the list for all apps it may occur several times: it is the
            same for all apps of a person.
        app_id: Id of the app.
        app_name: Name of the app.
        email: E-mail address.
        user_id: Id of the user; `None` until the invitation is accepted.
        username: User name; `n/a` until the invitation is accepted.
        status: State of the invitation: `pending`, `accepted`, `user account deleted` or another
            value.
        is_limited: Whether the user has the limited role.
        invitation_link: URL for accepting the invitation; a secret, since anyone with it can join.
            It may also be present after the invitation was accepted: check `status`.
        tfa_status: Whether the user has two-factor authentication; `None` until the invitation is
            accepted.
    """

    id: str
    app_id: str
    app_name: str | None = None
    email: str
    user_id: str | None = None
    username: str | None = None
    status: Literal["pending", "accepted", "user account deleted"] | str
    is_limited: bool | None = None
    invitation_link: str | None = attrs.field(default=None, repr=masked)
    tfa_status: bool | None = None
