"""Models: notification platforms that notifiers send to."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "NotificationPlatform",
]


@attrs.define(kw_only=True)
class NotificationPlatform(Model):
    """A platform that notifiers send to.

    Its id differs from one installation to the next: look it up by name.

    Attributes:
        id: Id, which `platform_id` takes.
        name: Name: `email`, `slack`, `webhook`, `rocket_chat` or another word.
        display_name: Name for people.
        logo_url: URL of the logo (SVG).
        available_event_ids: Ids of the event types that it takes.
        description: Description.
    """

    id: str
    name: Literal["email", "slack", "webhook", "rocket_chat"] | str
    display_name: str
    logo_url: str
    available_event_ids: list[str]
    description: str
