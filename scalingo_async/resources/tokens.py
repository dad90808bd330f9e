"""API tokens of the account, and their exchange for bearer tokens."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.operation import API
from scalingo_async._core.secrets import conceals
from scalingo_async.credentials import UserPassword, check_token
from scalingo_async.middleware.authentication.exchange import (
    EXCHANGE,
    LOGIN,
    exchange_headers,
    login_headers,
)
from scalingo_async.models.tokens import Token
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource, otp_header
from scalingo_async.types import RequestOptions, Secret

__all__ = ["Tokens"]


LIST: Final[Endpoint[list[Token]]] = items(
    "tokens.list", "GET", "/tokens", Token, root="tokens", api=API.AUTH
)
GET: Final[Endpoint[Token]] = model(
    "tokens.get", "GET", "/tokens/{token_id}", Token, root="token", api=API.AUTH
)
CREATE: Final[Endpoint[Token]] = model(
    "tokens.create", "POST", "/tokens", Token, root="token", api=API.AUTH, wrap="token"
)
RENEW: Final[Endpoint[Token]] = model(
    "tokens.renew", "PATCH", "/tokens/{token_id}/renew", Token, root="token", api=API.AUTH
)
DELETE: Final[Endpoint[None]] = nothing(
    "tokens.delete", "DELETE", "/tokens/{token_id}", api=API.AUTH
)


class Tokens(Resource):
    """API tokens of the account, and their exchange for bearer tokens."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Token]:
        """List the API tokens of the account.

        Their secrets are not in the list.

        Source: API documentation, “List your tokens”:
        https://developers.scalingo.com/tokens#list-your-tokens

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(GET)
    async def get(self, token_id: str, **options: Unpack[RequestOptions]) -> Token:
        """Get one API token, without its secret.

        It isn't certain that the platform supports this.

        Source: not documented; known to the official Go client.

        Args:
            token_id: Id of the token.
            **options: Options of the call.

        Returns:
            The token.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such token.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (token_id,), options=options)

    @performs(CREATE)
    @conceals("otp")
    async def create(
        self, *, name: str, otp: str | Secret | None = None, **options: Unpack[RequestOptions]
    ) -> Token:
        """Create an API token.

        The secret is in the result, and can't be read again.

        Source: API documentation, “Create a token”:
        https://developers.scalingo.com/tokens#create-a-token

        Args:
            name: Label of the token.
            otp: The current one-time code, for accounts with two-factor authentication.
            **options: Options of the call.

        Returns:
            The new token.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE, (), body={"name": name}, headers=otp_header(otp), options=options
        )

    @performs(LOGIN)
    @conceals("password", "otp")
    async def login(
        self,
        username: str,
        password: str | Secret,
        *,
        name: str,
        otp: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> Token:
        """Log in with a user name and a password; this creates an API token.

        If the account has two-factor authentication, it raises an `AuthenticationError` with a true
        `otp_required`; call again with the current code.

        Source: API documentation, “Create a token”:
        https://developers.scalingo.com/tokens#create-a-token

        Args:
            username: User name or e-mail address.
            password: The password.
            name: Label of the new token.
            otp: The current one-time code, for accounts with two-factor authentication.
            **options: Options of the call.

        Returns:
            The new token, with its secret, which can't be read again.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            AuthenticationError: The login failed, or a one-time code is required (`otp_required`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        login = UserPassword(username, password, otp)
        return await self._session.call(
            LOGIN, (), body={"name": name}, headers=login_headers(login), options=options
        )

    @performs(RENEW)
    async def renew(self, token_id: str, **options: Unpack[RequestOptions]) -> Token:
        """Renew the secret of an API token.

        The new secret is in the result, and can't be read again. The old one stops working at once.

        Source: API documentation, “Regenerate a token”:
        https://developers.scalingo.com/tokens#regenerate-a-token

        Args:
            token_id: Id of the token.
            **options: Options of the call.

        Returns:
            The token.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such token.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(RENEW, (token_id,), options=options)

    @performs(EXCHANGE)
    @conceals("api_token")
    async def exchange(self, api_token: str | Secret, **options: Unpack[RequestOptions]) -> Secret:
        """Exchange an API token for a bearer token (a JWT) that is valid for one hour.

        The client does this automatically; call it to pass a bearer token to another program.

        Source: API documentation, “Exchange a token for a Bearer Token”:
        https://developers.scalingo.com/tokens#exchange-a-token-for-a-bearer-token

        Args:
            api_token: The API token (`tk-us-…`).
            **options: Options of the call.

        Returns:
            The bearer token.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            AuthenticationError: The token is unknown.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        token = check_token(api_token, "api_token")
        return await self._session.call(
            EXCHANGE, (), headers=exchange_headers(token), options=options
        )

    @performs(DELETE)
    async def delete(self, token_id: str, **options: Unpack[RequestOptions]) -> None:
        """Revoke an API token.

        Bearer tokens that it was exchanged for may stay valid until they expire.

        Source: API documentation, “Delete a Token”:
        https://developers.scalingo.com/tokens#delete-a-token

        Args:
            token_id: Id of the token.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such token.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (token_id,), options=options)
