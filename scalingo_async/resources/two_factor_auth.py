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
        """Tell whether the account has two-factor authentication.

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
        """Begin to turn two-factor authentication on.

        It is on after `two_factor_auth.validate`.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            provider: Kind: `totp` is the only one known.
            **options: Options of the call.

        Returns:
            The secret for an authenticator, as a URI.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            BadRequestError: It is on already (`code` is `already_enabled`), or there is no such
                kind.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(INITIATE, (), body={"provider": provider}, options=options)

    @performs(VALIDATE)
    @conceals("attempt")
    async def validate(
        self, *, attempt: str | Secret, **options: Unpack[RequestOptions]
    ) -> TwoFactorAuthValidation:
        """Turn two-factor authentication on with a first code.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            attempt: Code of the authenticator: six digits, as text.
            **options: Options of the call.

        Returns:
            The recovery codes, this once.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            BadRequestError: The code is wrong (`code` is `otp_wrong`), or nothing was begun
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
        """Turn two-factor authentication off.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            attempt: Code of the authenticator: six digits, as text.
            **options: Options of the call.

        Returns:
            The state.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            BadRequestError: It is not on (`code` is `not_enabled`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            DISABLE, (), body={"attempt": Secret(attempt)}, options=options
        )
