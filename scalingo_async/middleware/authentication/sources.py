"""Authentication: the source of each request's token."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from scalingo_async._core.operation import API, Auth
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.credentials import BearerToken, Credential, fingerprint
from scalingo_async.errors import AuthenticationError, NotFoundError
from scalingo_async.middleware.authentication.lifetime import lifetime_of
from scalingo_async.middleware.authentication.token_cache import (
    StaticToken,
    TokenCache,
    TokenSource,
)
from scalingo_async.request import Handler, Request
from scalingo_async.sharing import SharedToken, TokenStore
from scalingo_async.types import Secret


class TokenSources(Uncopyable):
    """The tokens of a client: one for the account, one for each addon.

    Args:
        credential: The credential of the client.
        exchange_chain: Sends the exchange of the credential: a chain that needs no token.
        store: Shares tokens with other processes. Attributes:
        session: What asks for tokens, through the chain that these are for; it is given once
            that stands.
    """

    session: Session

    def __init__(
        self, credential: Credential, exchange_chain: Handler, store: TokenStore | None
    ) -> None:
        self._credential = credential
        self._exchange_chain = exchange_chain
        self._store = store

    def of(self, request: Request) -> TokenSource:
        """Return the source of a request's token."""
        subject = request.subject
        if subject is not None and request.endpoint.auth is Auth.ADDON:
            return self._addon(*subject)
        return self.bearer()

    def bearer(self) -> TokenSource:
        """Return the source of the account's bearer token."""
        credential = self._credential
        if isinstance(credential, BearerToken):
            return StaticToken(credential.token)
        caches = self.session.state.tokens
        return caches.get("bearer", lambda: self._cache("bearer", self._exchange))

    async def _exchange(self) -> Secret:
        from scalingo_async.middleware.authentication.exchange import TokenExchange

        exchange = TokenExchange(self._credential, self.session, self._exchange_chain)
        return await exchange.bearer_token()

    def _addon(self, app: str, addon_id: str) -> TokenCache:
        """Return the cache of an addon's token, by the app's id if that is known."""
        session = self.session
        api = session.lookup.hosts.base(API.DATABASE)
        ids, tokens = session.state.app_ids, session.state.tokens
        key = (api, ids.id_of(api, app), addon_id)

        async def exchange() -> Secret:
            from scalingo_async.middleware.authentication.addon_exchange import addon_token

            asked_as = cache.asked_as
            try:
                token, app_id = await addon_token(session, asked_as, addon_id)
            except (AuthenticationError, NotFoundError):
                # The name may belong to another app now.
                ids.forget(api, asked_as)
                raise
            if app_id and app_id != asked_as:
                # The platform has accepted the name for this addon, so the id is valid as well.
                ids.learn(api, asked_as, app_id)
                tokens.merge(key, (api, app_id, addon_id), token)
            return token

        # Processes may know different ids for a name, so the store uses what was given.
        shared_as = f"{api} {app} {addon_id}"
        cache = tokens.get(key, lambda: self._cache(shared_as, exchange))
        cache.asked_as = app
        return cache

    def _cache(self, name: str, exchange: Callable[[], Awaitable[Secret]]) -> TokenCache:
        """Create the cache of a token, in front of the store if there is one."""
        store = self._store
        if store is None:
            return TokenCache(exchange)
        account = fingerprint(self._credential)
        key = f"{account} {self.session.lookup.hosts.base(API.AUTH)} {name}"

        async def fetch() -> SharedToken:
            asked_as = cache.asked_as

            async def renew() -> SharedToken:
                # Other callers may have come while the store was queried.
                cache.asked_as = asked_as
                token = await exchange()
                return SharedToken(token, lifetime_of(token.reveal(), time.time()))

            return await store.get(key, renew, refused=cache.last)

        cache = TokenCache(fetch)
        return cache
