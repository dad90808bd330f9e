"""Models: notifiers of an app, and the settings of each type."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Notifier",
    "NotifierTypeData",
]


@attrs.define(kw_only=True)
class NotifierTypeData(Model):
    """The settings of a notifier, which depend on its type.

    Attributes:
        webhook_url: URL to send to, for `slack`, `webhook` and `rocket_chat`; a secret.
        user_ids: Ids of the recipients, for `email`.
        emails: Additional e-mail addresses, for `email`.
        phone_number: Telephone number, for a platform that apparently no longer exists.
    """

    webhook_url: str | None = attrs.field(default=None, repr=masked)
    user_ids: list[str] | None = None
    emails: list[str] | None = None
    phone_number: str | None = None


@attrs.define(kw_only=True)
class Notifier(Model):
    """A rule that sends an app's events to a notification platform.

    Attributes:
        id: Id (`no-…`).
        name: Display name.
        active: Whether it is active.
        type: Name of its platform: `email`, `slack`, `webhook`, `rocket_chat` or another value.
        platform_id: Id of its platform.
        created_at: When it was created.
        updated_at: When it was last changed.
        send_all_alerts: Whether it sends all alerts.
        send_all_events: Whether it sends all events.
        selected_event_ids: Ids of the event types that it sends.
        app_id: Id of the app.
        app: Name of the app.
        type_data: Settings, which depend on its type.
    """

    id: str
    name: str
    active: bool
    type: Literal["email", "slack", "webhook", "rocket_chat"] | str
    platform_id: str
    created_at: datetime
    updated_at: datetime
    send_all_alerts: bool
    send_all_events: bool
    selected_event_ids: list[str]
    app_id: str
    app: str
    type_data: NotifierTypeData | None = None
