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

    Its id differs between installations of the platform: look it up by name.

    Attributes:
        id: Id, for `platform_id`.
        name: Name: `email`, `slack`, `webhook`, `rocket_chat` or another value.
        display_name: Display name.
        logo_url: URL of the logo (SVG).
        available_event_ids: Ids of the supported event types.
        description: Description.
    """

    id: str
    name: Literal["email", "slack", "webhook", "rocket_chat"] | str
    display_name: str
    logo_url: str
    available_event_ids: list[str]
    description: str
