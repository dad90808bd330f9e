"""Models: stacks: the base images of apps."""

from datetime import date, datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "Stack",
]


@attrs.define(kw_only=True)
class Stack(Model):
    """A base image that apps are built on and run on.

    Attributes:
        id: Id (`st-…`).
        name: Name, such as `scalingo-22`.
        base_image: Docker image.
        default: Whether new apps use it.
        created_at: When it was created.
        description: Description.
        deprecated_at: Date of its deprecation, possibly in the future; `None` if it isn't
            deprecated.
    """

    id: str
    name: str
    base_image: str
    default: bool
    created_at: datetime
    description: str | None = None
    deprecated_at: date | None = None
