"""Models: versions of database engines, and their plugins."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model
from scalingo_async.types import JSONValue

__all__ = [
    "DatabaseTypeVersion",
    "DatabaseTypeVersionPlugin",
]


@attrs.define(kw_only=True)
class DatabaseTypeVersion(Model):
    """A version of a database engine.

    `Database.readable_version` has the form `major.minor.patch-build`.

    Attributes:
        id: Id of the version.
        database_type_id: Id of the engine.
        created_at: When it was created.
        updated_at: When it was last changed.
        features: Features of the version, such as `tls`.
        next_upgrade: The version that an upgrade installs: an object with the fields of a version,
            or a string; `None` for the latest.
        allowed_plugins: Plugins of Elasticsearch: objects with the fields of
            `DatabaseTypeVersionPlugin`, or strings.
        major: Major number.
        minor: Minor number.
        patch: Patch number.
        build: Build number.
    """

    id: str
    database_type_id: str
    created_at: datetime
    updated_at: datetime
    features: list[str] | None = None
    next_upgrade: JSONValue = None
    allowed_plugins: list[JSONValue] | None = None
    major: int
    minor: int
    patch: int
    build: int


@attrs.define(kw_only=True)
class DatabaseTypeVersionPlugin(Model):
    """An Elasticsearch plugin.

    Attributes:
        id: Id of the plugin.
        feature_name: Feature that enables it.
        install_name: Name that it is installed under.
        display_name: Display name.
        description: Description.
    """

    id: str
    feature_name: str
    install_name: str
    display_name: str
    description: str | None = None
