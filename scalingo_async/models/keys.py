"""Models: public SSH keys of the account."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.users import User

__all__ = [
    "Key",
]


@attrs.define(kw_only=True)
class Key(Model):
    """A public SSH key of the account.

    Attributes:
        id: Id: a UUID, or 24 hex digits for old keys.
        name: Label.
        content: The public key.
        fingerprint: Fingerprint (MD5), as hex bytes separated by colons.
        created_at: When it was created.
        owner: Its owner; some responses contain only part of it.
    """

    id: str
    name: str
    content: str
    fingerprint: str | None = None
    created_at: datetime | None = None
    owner: User | None = None
