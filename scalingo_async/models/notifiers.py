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
        user_ids: Ids of the users to write to, for `email`.
        emails: Further e-mail addresses to write to, for `email`.
        phone_number: Telephone number to write to, for a platform that is gone as it seems.
    """

    webhook_url: str | None = attrs.field(default=None, repr=masked)
    user_ids: list[str] | None = None
    emails: list[str] | None = None
    phone_number: str | None = None


@attrs.define(kw_only=True)
class Notifier(Model):
    """A rule that sends an app's events somewhere.

    Attributes:
        id: Id (`no-…`).
        name: Name for people.
        active: Whether it sends anything.
        type: Name of its platform: `email`, `slack`, `webhook`, `rocket_chat` or another word.
        platform_id: Id of its platform.
        created_at: Creation.
        updated_at: Last change.
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
