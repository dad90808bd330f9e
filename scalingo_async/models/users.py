"""Models: the user of the account, preferences, and the linked GitHub profile."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model, masked
from scalingo_async.types import JSONValue

__all__ = [
    "GithubProfile",
    "User",
    "UserPreferences",
]


@attrs.define(kw_only=True)
class GithubProfile(Model):
    """The GitHub account linked to the user; all fields are `None` if there is none.

    Attributes:
        username: User name at GitHub.
        email: E-mail address at GitHub.
        avatar_url: URL of the avatar.
        profile_url: URL of the page at GitHub.
    """

    username: str | None = None
    email: str | None = None
    avatar_url: str | None = None
    profile_url: str | None = None


@attrs.define(kw_only=True)
class UserPreferences(Model):
    """The user's preferences in the dashboard; the API can't change them.

    Attributes:
        time_zone: Time zone.
        locale: Language.
        stream_logs: Whether logs are streamed.
        sticky_search: Whether searches are sticky.
        app_sort_key: Sort key of apps.
        theme: Name of the theme.
        logs_font_size: Font size of logs.
    """

    time_zone: str | None = None
    locale: str | None = None
    stream_logs: bool | None = None
    sticky_search: bool | None = None
    app_sort_key: str | None = None
    theme: str | None = None
    logs_font_size: str | None = None


@attrs.define(kw_only=True)
class User(Model):
    """The user behind the account.

    Other users are represented by at least id, e-mail address and user name.

    Attributes:
        id: Id (`us-…`).
        uuid: The same id.
        email: E-mail address.
        username: User name.
        fullname: First and last name.
        company: Company.
        location: Location.
        role: Role chosen at sign-up, one of `users.roles`.
        created_at: When it was created.
        free_trial_started_at: When the free trial started.
        free_trial_end_time: When the free trial ends.
        suspended_at: When the account was suspended.
        suspension_reason: Why it was suspended.
        tos_accepted: Whether the terms of service are accepted.
        email_newsletter: Whether the user is subscribed to the newsletter.
        profile_valid: Whether the profile is complete.
        confirmed: Whether the e-mail address is confirmed.
        unconfirmed_email: New e-mail address that is not confirmed yet.
        referral_url: The account's referral link.
        referral_clicks: How many people followed the referral link.
        flags: Flags of the account, by name.
        limits: Limits of the account, by name; strings or numbers.
        github: The linked GitHub account.
        preferences: The preferences in the dashboard.
        contracts: Which contracts are accepted, by name.
        new_contracts: Which upcoming contracts are accepted, by name.
        intercom_hash: Proof of identity for the support chat, in old responses; a secret.
    """

    id: str
    uuid: str | None = None
    email: str
    username: str
    fullname: str | None = None
    company: str | None = None
    location: str | None = None
    role: str | None = None
    created_at: datetime | None = None
    free_trial_started_at: datetime | None = None
    free_trial_end_time: datetime | None = None
    suspended_at: datetime | None = None
    suspension_reason: str | None = None
    tos_accepted: bool | None = None
    email_newsletter: bool | None = None
    profile_valid: bool | None = None
    confirmed: bool | None = None
    unconfirmed_email: str | None = None
    referral_url: str | None = None
    referral_clicks: int | None = None
    flags: dict[str, bool] | None = None
    limits: dict[str, JSONValue] | None = None
    github: GithubProfile | None = None
    preferences: UserPreferences | None = None
    contracts: dict[str, bool] | None = None
    new_contracts: dict[str, bool] | None = None
    intercom_hash: str | None = attrs.field(default=None, repr=masked)
