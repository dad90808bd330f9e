"""Models: two-factor authentication (TFA): state, initiation, validation."""

from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "TwoFactorAuth",
    "TwoFactorAuthInitiation",
    "TwoFactorAuthValidation",
]


@attrs.define(kw_only=True)
class TwoFactorAuth(Model):
    """Whether the account has two-factor authentication.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is on.
        provider: Kind: `totp` or another word; `None` while it is off.
    """

    id: str | None = None
    uuid: str
    enabled: bool
    provider: Literal["totp"] | str | None = None


@attrs.define(kw_only=True)
class TwoFactorAuthInitiation(Model):
    """Two-factor authentication that was asked for, but not confirmed yet.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is on; not before `two_factor_auth.validate`.
        provider: Kind: `totp` or another word; `None` while it is off.
        uri: The `otpauth://` URI for an authenticator, which holds the secret; a secret.
    """

    id: str | None = None
    uuid: str
    enabled: bool
    provider: Literal["totp"] | str | None = None
    uri: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class TwoFactorAuthValidation(Model):
    """Two-factor authentication that was just confirmed.

    Attributes:
        codes: Recovery codes, shown this once; secrets.
        user: What holds now.
    """

    codes: list[str] = attrs.field(repr=masked)
    user: TwoFactorAuth
