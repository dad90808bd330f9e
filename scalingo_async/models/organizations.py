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
        created_at: Creation.
        flags: Flags, by name.
    """

    id: str
    name: str
    slug: str
    created_at: datetime
    flags: dict[str, bool] | None = None


@attrs.define(kw_only=True)
class OrganizationPermission(Model):
    """Whether the user may do something in an organization; it is true when that is so.

    Attributes:
        can: Whether it is allowed.
    """

    can: bool

    def __bool__(self) -> bool:
        """Say whether it is allowed, so that `if` does what it reads like."""
        return self.can


@attrs.define(kw_only=True)
class OrganizationEventActor(Model):
    """Who did something in an organization.

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
    """What something was done to in an organization.

    Attributes:
        id: Id.
        type: Kind of thing; the platform's words are not documented.
    """

    id: str
    type: str


@attrs.define(kw_only=True)
class OrganizationEvent(Model):
    """Something that happened in an organization; it has not the form of an app's events.

    Attributes:
        id: Id.
        event_name: What happened, such as `organization.update`.
        actor: Who did it.
        target: What it was done to.
        changes: What changed, by the name of the attribute.
        created_at: When it happened.
    """

    id: str
    event_name: str
    actor: OrganizationEventActor
    target: OrganizationEventTarget
    changes: dict[str, JSONValue]
    created_at: datetime
