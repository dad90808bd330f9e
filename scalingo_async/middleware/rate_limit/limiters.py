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
    """Makes the limiters of a client when they are needed.

    Args:
        limit: The limit, `None` for none.
        lookup: Where the APIs are; each has a limiter of its own.
        made: Those that the client's copies have made already; clients of one account with the
            same limit share a window.
        elsewhere: Where the limit is shared with other processes.
        credential: Tells accounts apart there.
        max_connections: How many requests may be unanswered at a time.
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
        """Return the limiter that a request counts on, if it does."""
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
    """Tell whether a request counts on a rate limit: those to the APIs do, signed URLs don't."""
    return request.endpoint.api is not API.ABSOLUTE
