"""Models: organizations of the account."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "Organization",
]


@attrs.define(kw_only=True)
class Organization(Model):
    """An organization at Scalingo.

    Attributes:
        id: Id, a UUID.
        name: Name.
        slug: Name for URLs.
        created_at: Creation.
        flags: Flags, by name.
    """

    id: str
    name: str
    slug: str
    created_at: datetime
    flags: dict[str, bool] | None = None
