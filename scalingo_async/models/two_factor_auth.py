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
    """The state of the account's two-factor authentication.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is enabled.
        provider: Kind: `totp` or another value; `None` while it is disabled.
    """

    id: str | None = None
    uuid: str
    enabled: bool
    provider: Literal["totp"] | str | None = None


@attrs.define(kw_only=True)
class TwoFactorAuthInitiation(Model):
    """Two-factor authentication that was initiated, but isn't confirmed yet.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is enabled; false until `two_factor_auth.validate`.
        provider: Kind: `totp` or another value; `None` while it is disabled.
        uri: The `otpauth://` URI for an authenticator, which contains the key; a secret.
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
        codes: Recovery codes, shown only once; secrets.
        user: The new state.
    """

    codes: list[str] = attrs.field(repr=masked)
    user: TwoFactorAuth
