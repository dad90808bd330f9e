"""Models: database types: the database engines."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabaseType",
]


@attrs.define(kw_only=True)
class DatabaseType(Model):
    """A database engine.

    Attributes:
        id: Id of the engine.
        name: Name, such as `postgresql`.
        logo_url: URL of the logo.
        short_description: One-line description.
        description: Long description.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: str
    name: str
    logo_url: str | None = None
    short_description: str | None = None
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
