"""Models: organizations of the account."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model
from scalingo_async.types import JSONValue

__all__ = [
    "Organization",
    "OrganizationEvent",
    "OrganizationEventActor",
    "OrganizationEventTarget",
    "OrganizationPermission",
]


@attrs.define(kw_only=True)
class Organization(Model):
    """An organization at Scalingo.

    Attributes:
        id: Id, a UUID.
        name: Name.
        slug: Name for URLs.
        created_at: When it was created.
        flags: Flags by name.
    """

    id: str
    name: str
    slug: str
    created_at: datetime
    flags: dict[str, bool] | None = None


@attrs.define(kw_only=True)
class OrganizationPermission(Model):
    """Whether the user has a permission in an organization; its truth value is the answer.

    Attributes:
        can: Whether the user has the permission.
    """

    can: bool

    def __bool__(self) -> bool:
        """Return `can`, so that it can be used in `if`."""
        return self.can


@attrs.define(kw_only=True)
class OrganizationEventActor(Model):
    """The user who caused an event in an organization.

    Attributes:
        id: Id of the user, a UUID.
        username: User name.
        email: E-mail address.
    """

    id: str
    username: str | None = None
    email: str | None = None


@attrs.define(kw_only=True)
class OrganizationEventTarget(Model):
    """The object that an event in an organization refers to.

    Attributes:
        id: Id.
        type: Kind of object; the possible values are not documented.
    """

    id: str
    type: str


@attrs.define(kw_only=True)
class OrganizationEvent(Model):
    """An event in an organization; its format differs from the events of an app.

    Attributes:
        id: Id.
        event_name: Event name, such as `organization.update`.
        actor: The user who caused it.
        target: The object that it refers to.
        changes: The changes, by attribute name.
        created_at: When it happened.
    """

    id: str
    event_name: str
    actor: OrganizationEventActor
    target: OrganizationEventTarget
    changes: dict[str, JSONValue]
    created_at: datetime
