"""Models: collaborators of an app."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Collaborator",
]


@attrs.define(kw_only=True)
class Collaborator(Model):
    """Someone who works on an app, or was invited to.

    Attributes:
        id: Id of the collaboration. In the list over all apps it may come twice: it is one per
            person.
        app_id: Id of the app.
        app_name: Name of the app.
        email: E-mail address.
        user_id: Id of the user; `None` until the invitation is accepted.
        username: User name; `n/a` until the invitation is accepted.
        status: State of the invitation: `pending`, `accepted`, `user account deleted` or another
            word.
        is_limited: Whether the person has the limited role.
        invitation_link: URL to accept the invitation with; a secret, since whoever holds it can
            join. Its presence says nothing about the state: see `status`.
        tfa_status: Whether the person has two-factor authentication; `None` until the invitation is
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
