"""Models: payloads of the events of an account: sign-in, keys, tokens, integrations."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.events.data import EventData

__all__ = [
    "AuthorizeGithubData",
    "DeleteIntegrationData",
    "DeleteKeyData",
    "DeleteTokenData",
    "EditKeyData",
    "EventGithubUser",
    "EventIntegrationData",
    "LoginFailureData",
    "LoginLockData",
    "LoginSuccessData",
    "LoginUnlockSuccessData",
    "NewIntegrationData",
    "NewKeyData",
    "NewTokenData",
    "NewUserData",
    "PasswordResetQueryData",
    "PasswordResetSuccessData",
    "RegenerateTokenData",
    "RevokeGithubData",
    "TfaDisabledData",
    "TfaEnabledData",
]


@attrs.define(kw_only=True)
class NewUserData(EventData):
    """The payload of `new_user` events: the account was created."""


@attrs.define(kw_only=True)
class NewKeyData(EventData):
    """The payload of `new_key` events: an SSH key was added.

    Attributes:
        name: Label of the key.
        fingerprint: Fingerprint of the key (MD5).
    """

    name: str
    fingerprint: str | None = None


@attrs.define(kw_only=True)
class EditKeyData(EventData):
    """The payload of `edit_key` events: an SSH key was changed.

    Attributes:
        name: Label of the key.
        fingerprint: Fingerprint of the key (MD5).
    """

    name: str
    fingerprint: str | None = None


@attrs.define(kw_only=True)
class DeleteKeyData(EventData):
    """The payload of `delete_key` events: an SSH key was removed.

    Attributes:
        name: Label of the key.
    """

    name: str


@attrs.define(kw_only=True)
class NewTokenData(EventData):
    """The payload of `new_token` events: an API token was created.

    Attributes:
        token_name: Label of the token.
        token_id: Id of the token.
    """

    token_name: str
    token_id: str | None = None


@attrs.define(kw_only=True)
class RegenerateTokenData(EventData):
    """The payload of `regenerate_token` events: an API token was renewed.

    Attributes:
        token_name: Label of the token.
        token_id: Id of the token.
    """

    token_name: str
    token_id: str | None = None


@attrs.define(kw_only=True)
class DeleteTokenData(EventData):
    """The payload of `delete_token` events: an API token was deleted.

    Attributes:
        token_name: Label of the token.
        token_id: Id of the token.
    """

    token_name: str
    token_id: str | None = None


@attrs.define(kw_only=True)
class TfaEnabledData(EventData):
    """The payload of `tfa_enabled` events: two-factor authentication was turned on.

    Attributes:
        provider: Kind, such as `totp`.
    """

    provider: str | None = None


@attrs.define(kw_only=True)
class TfaDisabledData(EventData):
    """The payload of `tfa_disabled` events: two-factor authentication was turned off."""


@attrs.define(kw_only=True)
class LoginSuccessData(EventData):
    """The payload of `login_success` events: a login succeeded.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class LoginFailureData(EventData):
    """The payload of `login_failure` events: a login failed.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class LoginLockData(EventData):
    """The payload of `login_lock` events: 10 failed logins locked the account.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class LoginUnlockSuccessData(EventData):
    """The payload of `login_unlock_success` events: the account was unlocked.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class PasswordResetQueryData(EventData):
    """The payload of `password_reset_query` events: a password reset was asked for.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class PasswordResetSuccessData(EventData):
    """The payload of `password_reset_success` events: the password was reset.

    Attributes:
        remote_ip: IP address of the request.
    """

    remote_ip: str | None = None


@attrs.define(kw_only=True)
class EventIntegrationData(Model):
    """The account on a source code platform in an event.

    Attributes:
        login: User name on the platform.
        avatar_url: URL of the avatar.
        url: URL of the platform, for self-hosted ones.
    """

    login: str | None = None
    avatar_url: str | None = None
    url: str | None = None


@attrs.define(kw_only=True)
class NewIntegrationData(EventData):
    """The payload of `new_integration` events: a source code platform was linked.

    Attributes:
        integration_id: Id of the `SCMIntegration`.
        integration_type: Platform: `github`, `github-enterprise`, `gitlab`, `gitlab-self-hosted` or
            another value.
        data: The account on the platform.
    """

    integration_id: str
    integration_type: (
        Literal["github", "github-enterprise", "gitlab", "gitlab-self-hosted"] | str | None
    ) = None
    data: EventIntegrationData | None = None


@attrs.define(kw_only=True)
class DeleteIntegrationData(EventData):
    """The payload of `delete_integration` events: a source code platform was unlinked.

    Attributes:
        integration_id: Id of the `SCMIntegration`.
        integration_type: Platform: `github`, `github-enterprise`, `gitlab`, `gitlab-self-hosted` or
            another value.
        data: The account on the platform.
    """

    integration_id: str
    integration_type: (
        Literal["github", "github-enterprise", "gitlab", "gitlab-self-hosted"] | str | None
    ) = None
    data: EventIntegrationData | None = None


@attrs.define(kw_only=True)
class EventGithubUser(Model):
    """The GitHub account in an event.

    Attributes:
        login: User name at GitHub.
        avatar_url: URL of the avatar.
    """

    login: str | None = None
    avatar_url: str | None = None


@attrs.define(kw_only=True)
class AuthorizeGithubData(EventData):
    """The payload of `authorize_github` events: a GitHub account was linked.

    Only in old lists; now it is `new_integration`.

    Attributes:
        github_user: The account at GitHub.
    """

    github_user: EventGithubUser | None = None


@attrs.define(kw_only=True)
class RevokeGithubData(EventData):
    """The payload of `revoke_github` events: a GitHub account was unlinked.

    Only in old lists; now it is `delete_integration`.
    """
