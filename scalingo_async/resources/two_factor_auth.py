"""Two-factor authentication of the account."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async._core.operation import API
from scalingo_async._core.secrets import conceals
from scalingo_async.models.two_factor_auth import (
    TwoFactorAuth,
    TwoFactorAuthInitiation,
    TwoFactorAuthValidation,
)
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions, Secret

__all__ = ["TwoFactorAuthResource"]

GET: Final[Endpoint[TwoFactorAuth]] = model(
    "two_factor_auth.get", "GET", "/client/tfa", TwoFactorAuth, root="tfa", api=API.AUTH
)
INITIATE: Final[Endpoint[TwoFactorAuthInitiation]] = model(
    "two_factor_auth.initiate",
    "POST",
    "/client/tfa",
    TwoFactorAuthInitiation,
    root="tfa",
    api=API.AUTH,
    wrap="tfa",
)
VALIDATE: Final[Endpoint[TwoFactorAuthValidation]] = model(
    "two_factor_auth.validate",
    "POST",
    "/client/tfa/validate",
    TwoFactorAuthValidation,
    root="tfa",
    api=API.AUTH,
    wrap="tfa",
)
DISABLE: Final[Endpoint[TwoFactorAuth]] = model(
    "two_factor_auth.disable",
    "DELETE",
    "/client/tfa",
    TwoFactorAuth,
    root="tfa",
    api=API.AUTH,
    wrap="tfa",
)


class TwoFactorAuthResource(Resource):
    """Two-factor authentication of the account."""

    __slots__ = ()

    @performs(GET)
    async def get(self, **options: Unpack[RequestOptions]) -> TwoFactorAuth:
        """Get the state of the account's two-factor authentication.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            **options: Options of the call.

        Returns:
            The state.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (), options=options)

    @performs(INITIATE)
    async def initiate(
        self, *, provider: str, **options: Unpack[RequestOptions]
    ) -> TwoFactorAuthInitiation:
        """Start enabling two-factor authentication.

        It is enabled after `two_factor_auth.validate`.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            provider: Kind: `totp` is the only known one.
            **options: Options of the call.

        Returns:
            The secret for an authenticator, as a URI.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            BadRequestError: It is already enabled (`code` is `already_enabled`), or the kind is
                unknown.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(INITIATE, (), body={"provider": provider}, options=options)

    @performs(VALIDATE)
    @conceals("attempt")
    async def validate(
        self, *, attempt: str | Secret, **options: Unpack[RequestOptions]
    ) -> TwoFactorAuthValidation:
        """Enable two-factor authentication with a first code.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            attempt: Code of the authenticator: six digits, as a string.
            **options: Options of the call.

        Returns:
            The recovery codes, which can't be read again.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            BadRequestError: The code is wrong (`code` is `otp_wrong`), or no activation was started
                (`not_initiated`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            VALIDATE, (), body={"attempt": Secret(attempt)}, options=options
        )

    @performs(DISABLE)
    @conceals("attempt")
    async def disable(
        self, *, attempt: str | Secret, **options: Unpack[RequestOptions]
    ) -> TwoFactorAuth:
        """Disable two-factor authentication.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            attempt: Code of the authenticator: six digits, as a string.
            **options: Options of the call.

        Returns:
            The state.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            BadRequestError: It is not enabled (`code` is `not_enabled`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            DISABLE, (), body={"attempt": Secret(attempt)}, options=options
        )
