"""Authentication: API tokens, bearer tokens, addon tokens and the tokens in URLs."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import jwt

from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.world.accounts import ApiToken, User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.state import Region, World

__all__ = ["Authority", "Principal", "Ticket", "basic_credentials"]

_ALGORITHM = "HS512"
_SWEEP_ABOVE = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Principal:
    """The identity behind a credential.

    Attributes:
        user: The user.
        token: The API token that the credential was created from.
        addon: The (region, app, addon) that an addon's token is valid for.
    """

    user: User
    token: ApiToken
    addon: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Grant:
    principal: Principal
    expires_at: float


@dataclass(frozen=True, slots=True)
class Ticket:
    """The permission that a token in a URL grants."""

    purpose: str
    target: str
    expires_at: float


class Authority:
    """Issues credentials and checks them.

    Args:
        world: The sandbox's state.
        ids: A separate generator, so that traffic doesn't change the ids of other things.
    """

    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._ids = ids
        self._key = ids.secret(96)
        self._grants: dict[str, _Grant] = {}
        self._tickets: dict[str, Ticket] = {}
        self.exchanges = 0

    # API tokens -----------------------------------------------------------------------------

    def exchange(self, authorization: str | None) -> str:
        """Exchange the API token that was sent as the password for a bearer token."""
        login, secret = basic_credentials(authorization)
        token = self._api_token(secret) if not login else None
        if token is None:
            raise _invalid_credentials()
        token.last_used_at = self._world.clock.time()
        self.exchanges += 1
        lifetime = self._world.settings.bearer_lifetime
        return self._issue(Principal(token.user, token), lifetime, {"uuid": token.user.id})

    def login(self, authorization: str | None, otp: str | None) -> User:
        """Return the user with the given name or e-mail address and password."""
        login, password = basic_credentials(authorization)
        user = self._world.user_by_login(login) if login else None
        if user is None or user.password != password:
            raise _invalid_credentials()
        if user.two_factor:
            if otp is None:
                raise Refusal(401, {"error": "OTP Required"})
            if not user.accepts(otp, self._world.clock.time()):
                raise _invalid_credentials()
        return user

    def _api_token(self, secret: str) -> ApiToken | None:
        return next((row for row in self._world.tokens.values() if row.secret == secret), None)

    # Bearer tokens --------------------------------------------------------------------------

    def addon_token(self, principal: Principal, region: Region, app: App, addon: Addon) -> str:
        """Issue a token for the database API that is valid for one addon."""
        scope = (region.name, app.id, addon.id)
        lifetime = self._world.settings.addon_token_lifetime
        return self._issue(
            Principal(principal.user, principal.token, scope), lifetime, {"addon_id": addon.id}
        )

    def principal(self, authorization: str | None) -> Principal | None:
        """Return the identity behind a bearer token; `None` if it is missing, wrong or expired."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._granted(token)

    def attaching(self, authorization: str | None) -> Principal | None:
        """Return the identity behind a bearer token sent as a password without a user name."""
        login, token = basic_credentials(authorization)
        principal = None if login else self._granted(token)
        return None if principal is None or principal.addon is not None else principal

    def _granted(self, token: str) -> Principal | None:
        grant = self._grants.get(token)
        if grant is None or grant.expires_at <= self._world.clock.time():
            return None
        # Deleting the account invalidates its tokens at once.
        return grant.principal if grant.principal.user.id in self._world.users else None

    def expire_all(self) -> int:
        """Invalidate every bearer and addon token; returns how many were still valid."""
        now = self._world.clock.time()
        good = sum(grant.expires_at > now for grant in self._grants.values())
        self._grants.clear()
        return good

    def revoke(self, token: str) -> bool:
        """Invalidate an API token, a bearer or an addon token; False if it wasn't valid."""
        known = self._api_token(token)
        if known is not None:
            del self._world.tokens[known.id]
            return True
        return self._grants.pop(token, None) is not None

    def _issue(self, principal: Principal, lifetime: float, claims: dict[str, Any]) -> str:
        now = self._world.clock.time()
        # Whole seconds as on the platform, unless a test asks for a shorter lifetime.
        issued: float = int(now) if lifetime >= 60 else round(now, 3)
        expires = issued + lifetime
        payload = {
            "iss": "Scalingo",
            "iat": issued,
            **claims,
            "rnd": self._ids.hex(32),
            "exp": expires,
        }
        token = jwt.encode(payload, self._key, algorithm=_ALGORITHM)
        # Valid tokens are stored, so there is no signature to check.
        if len(self._grants) > _SWEEP_ABOVE:
            self._grants = {
                key: grant for key, grant in self._grants.items() if grant.expires_at > now
            }
        self._grants[token] = _Grant(principal, expires)
        return token

    # Tokens in URLs -------------------------------------------------------------------------

    def ticket(self, purpose: str, target: str, lifetime: float) -> str:
        """Issue a token for a URL that grants one permission for a limited time."""
        now = self._world.clock.time()
        if len(self._tickets) > _SWEEP_ABOVE:
            self._tickets = {
                key: ticket for key, ticket in self._tickets.items() if ticket.expires_at > now
            }
        token = self._ids.secret(64)
        self._tickets[token] = Ticket(purpose, target, now + lifetime)
        return token

    def expire_tickets(self) -> None:
        """Invalidate the tokens in all URLs."""
        self._tickets.clear()

    def check_ticket(self, token: str, purpose: str, target: str) -> None:
        """Refuse a URL whose token is wrong or has expired."""
        ticket = self._tickets.get(token)
        good = (
            ticket is not None
            and (ticket.purpose, ticket.target) == (purpose, target)
            and ticket.expires_at > self._world.clock.time()
        )
        if not good:
            raise Refusal(401, {"error": "invalid token"})


def basic_credentials(authorization: str | None) -> tuple[str, str]:
    """Return the user name and password of HTTP basic authentication."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise _invalid_credentials()
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _invalid_credentials() from None
    login, _, password = text.partition(":")
    return login, password


def _invalid_credentials() -> Refusal:
    return Refusal(401, {"error": "Invalid credentials"})
