"""Authentication: the exchange of a credential for a bearer token.

It is imported when the first token is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from scalingo_async._core.endpoint import Endpoint, model
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import RedactedDict
from scalingo_async._core.session import Session, located
from scalingo_async.credentials import Credential, UserPassword, basic
from scalingo_async.errors import AuthenticationError, ResponseDecodeError
from scalingo_async.request import Handler
from scalingo_async.types import Headers, Secret

if TYPE_CHECKING:
    from scalingo_async.models.tokens import Token

T = TypeVar("T")


def _token() -> type[Token]:
    # Only a login answers with one.
    from scalingo_async.models.tokens import Token

    return Token


LOGIN: Final[Endpoint[Token]] = model(
    "tokens.login",
    "POST",
    "/tokens",
    _token,
    root="token",
    api=API.AUTH,
    auth=Auth.BASIC,
    wrap="token",
    exchange=True,
)
EXCHANGE: Final[Endpoint[Secret]] = Endpoint(
    "tokens.exchange",
    "POST",
    "/tokens/exchange",
    "secret",
    root="token",
    api=API.AUTH,
    auth=Auth.BASIC,
    idempotent=True,
    exchange=True,
)

_REFUSED: Final = {
    EXCHANGE.id: "the API token is wrong, or was revoked",
    LOGIN.id: "the user name or the password is wrong",
}


def exchange_headers(token: Secret) -> dict[str, str]:
    """Return the credential of an exchange: basic, with an empty user name."""
    return RedactedDict(authorization=basic("", token))


def login_headers(login: UserPassword) -> dict[str, str]:
    """Return the credential of a login, with its one-time code."""
    headers = RedactedDict(authorization=basic(login.username, login.password))
    if login.otp is not None:
        headers["x-authorization-otp"] = login.otp.reveal()
    return headers


class TokenExchange:
    """Asks the authentication API for bearer tokens.

    Args:
        credential: The credential to exchange.
        session: The client's session, which makes the requests.
        handler: Sends them: a chain that needs no token.
    """

    def __init__(self, credential: Credential, session: Session, handler: Handler) -> None:
        self._credential = credential
        self._session = session
        self._handler = handler

    async def bearer_token(self) -> Secret:
        """Fetch a bearer token.

        Raises:
            AuthenticationError: The credential is refused.
            ScalingoError: A request failed.
        """
        token = await self._api_token()
        return await self._ask(EXCHANGE, exchange_headers(token))

    async def _api_token(self) -> Secret:
        """Return the API token; a user name and password log in once to get one."""
        credential = self._credential
        if not isinstance(credential, UserPassword):
            return credential.token
        state = self._session.state
        if state.login_token is None:
            body = {"name": credential.token_name}
            made = await self._ask(LOGIN, login_headers(credential), body)
            if not made.token:
                raise ResponseDecodeError("the answer to tokens.login holds no token", path="$")
            state.login_token = Secret(made.token)
        return state.login_token

    async def _ask(
        self, endpoint: Endpoint[T], headers: dict[str, str], body: dict[str, Any] | None = None
    ) -> T:
        session = self._session
        request = session.prepare(endpoint, (), body=body, headers=headers)
        request = located(request, session.lookup.hosts.base(API.AUTH))
        try:
            response = await self._handler(request)
        except AuthenticationError as error:
            if not error.otp_required:
                error.message += f"; {_REFUSED[endpoint.id]}"
            raise
        # For what an error says of it; the credential is in the headers.
        response.request = attrs.evolve(request, headers=Headers())
        return endpoint.decode(response)
