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
    """What only some engines know of a user.

    Attributes:
        password_encryption: How PostgreSQL keeps the password: `SCRAM-SHA-256`, `MD5` or another
            word.
        anonymizer_enabled: Whether the user sees anonymized data.
    """

    password_encryption: Literal["SCRAM-SHA-256", "MD5"] | str | None = None
    anonymizer_enabled: bool | None = None


@attrs.define(kw_only=True)
class DatabaseUser(Model):
    """A user of a database; its name is its id.

    Attributes:
        name: User name.
        read_only: Whether the user can only read.
        protected: Whether the platform manages the user, who can't be changed or deleted then.
        password: Password, only in the answers of `create` and `reset_password`; a secret.
        dbms_attributes: What only some engines know of the user.
    """

    name: str
    read_only: bool
    protected: bool
    password: str | None = attrs.field(default=None, repr=masked)
    dbms_attributes: DatabaseUserAttributes | None = None
