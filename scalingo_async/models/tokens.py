"""Models: API tokens of the account."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Token",
]


@attrs.define(kw_only=True)
class Token(Model):
    """An API token of the account.

    Attributes:
        id: Id, a UUID.
        name: Label.
        created_at: When it was created.
        last_used_at: When it was last exchanged for a bearer token; `None` if it never was.
        issued_at: When its current secret was created; a renewal changes it.
        token: The token itself (`tk-us-…`), only in the results of `create`, `login` and `renew`; a
            secret.
    """

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    issued_at: datetime | None = None
    token: str | None = attrs.field(default=None, repr=masked)
