"""Models: users of databases."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "DatabaseUser",
    "DatabaseUserAttributes",
]


@attrs.define(kw_only=True)
class DatabaseUserAttributes(Model):
    """Engine-specific attributes of a user.

    Attributes:
        password_encryption: How PostgreSQL stores the password: `SCRAM-SHA-256`, `MD5` or another
            value.
        anonymizer_enabled: Whether the user sees anonymized data.
    """

    password_encryption: Literal["SCRAM-SHA-256", "MD5"] | str | None = None
    anonymizer_enabled: bool | None = None


@attrs.define(kw_only=True)
class DatabaseUser(Model):
    """A user of a database, identified by its name.

    Attributes:
        name: User name.
        read_only: Whether the user can only read.
        protected: Whether the platform manages the user, so that it can't be changed or deleted.
        password: Password, only in the results of `create` and `reset_password`; a secret.
        dbms_attributes: Engine-specific attributes.
    """

    name: str
    read_only: bool
    protected: bool
    password: str | None = attrs.field(default=None, repr=masked)
    dbms_attributes: DatabaseUserAttributes | None = None
