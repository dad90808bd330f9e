"""Rate limit: the limiters of a client, one for each API."""

from __future__ import annotations

import time
from collections.abc import Hashable

from scalingo_async._core.operation import API
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.credentials import Credential, fingerprint
from scalingo_async.hosts import HostLookup
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.request import Request
from scalingo_async.sharing import RateLimiter, RateLimiters


class ClientLimiters(Uncopyable):
    """Creates the limiters of a client when they are needed.

    Args:
        limit: The limit, `None` for no limit.
        lookup: The URLs of the APIs; each API has its own limiter.
        made: The limiters that the client's copies have created already; clients of one account
            with the same limit share a window.
        elsewhere: Shares the limit with other processes.
        credential: Identifies the account there.
        max_connections: How many requests may be in flight at a time.
    """

    def __init__(
        self,
        limit: RateLimit | None,
        *,
        lookup: HostLookup,
        made: dict[Hashable, RateLimiter],
        elsewhere: RateLimiters | None,
        credential: Credential,
        max_connections: int,
    ) -> None:
        self._limit = limit
        self._lookup = lookup
        self._made = made
        self._elsewhere = elsewhere
        self._credential = credential
        self._max_connections = max_connections

    def of(self, request: Request) -> RateLimiter | None:
        """Return the limiter of a request, if it has one."""
        return self.at(request.endpoint.api) if is_limited(request) else None

    def at(self, api: API) -> RateLimiter | None:
        """Return the limiter of an API, if there is a limit."""
        limit = self._limit
        if limit is None:
            return None
        url = self._lookup.hosts.base(api)
        key = (url, limit)
        limiter = self._made.get(key)
        if limiter is None:
            limiter = self._made[key] = self._make(limit, url)
        return limiter

    def _make(self, limit: RateLimit, url: str) -> RateLimiter:
        if self._elsewhere is None:
            return Limiter(limit, max_in_flight=self._max_connections, clock=time.monotonic)
        account = fingerprint(self._credential)
        return self._elsewhere.get(f"{account} {url}", limit, self._max_connections)


def is_limited(request: Request) -> bool:
    """Return whether a request counts against a limit: the APIs do, signed URLs don't."""
    return request.endpoint.api is not API.ABSOLUTE
