"""State that several processes can share: the rate limit of an account, and its tokens.

By default, processes share nothing. `scalingo_async.integrations.redis` shares through Redis; any
object with the methods below works as well.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeAlias

import attrs

# For implementations: integrations import nothing from `_core`.
from scalingo_async._core.uncopyable import Uncopyable as Uncopyable  # noqa: PLC0414
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.types import Secret

__all__ = ["Outcome", "RateLimiter", "RateLimiters", "SharedToken", "TokenStore"]

Outcome: TypeAlias = Literal["answered", "refused", "lost", "unsent"]
"""The outcome of a request: it has a response; the response is a 429; it isn't known whether it
was carried out; it was not sent."""


class RateLimiter(Protocol):
    """The rate limiter for the requests of one account to one API."""

    async def acquire(self, patience: float = math.inf, *, low: bool = False) -> float | None:
        """Wait for a slot.

        Args:
            patience: The longest wait for it, in seconds.
            low: Whether to let other calls go first.

        Returns:
            Seconds waited; `None` if there is no slot in time.

        Raises:
            ScalingoError: The limiter failed; the request is not sent.
        """
        ...

    async def release(self, outcome: Outcome, retry_after: float | None = None) -> None:
        """Record the outcome of a request that had a slot; each `acquire` has one `release`.

        It is also called for cancelled calls, so it has to shield what it awaits, and to end soon.
        It raises nothing.

        Args:
            outcome: The outcome.
            retry_after: The `Retry-After` of a 429, in seconds.
        """
        ...

    def estimate(self) -> float:
        """Return a lower bound for the wait of one more call, in seconds."""
        ...

    def forecast(self, requests: int) -> float:
        """Return a lower bound for the duration of work of low priority, in seconds.

        Args:
            requests: How many requests it still has to send.
        """
        ...

    def status(self) -> RateLimitStatus:
        """Return the state of the limit, as far as this process knows."""
        ...


class RateLimiters(Protocol):
    """Makes the rate limiters of a client, one for each API that it uses."""

    def get(self, key: str, limit: RateLimit, max_in_flight: int) -> RateLimiter:
        """Make a limiter.

        Args:
            key: The account and the API. All limiters with the same key share one limit. The
                account is hashed.
            limit: The limit.
            max_in_flight: How many requests of this client may be in flight at a time.

        Returns:
            The limiter.
        """
        ...


@attrs.frozen
class SharedToken:
    """A token and its lifetime.

    Attributes:
        token: The token.
        lifetime: Seconds from now for which it is valid.
    """

    token: Secret
    lifetime: float


class TokenStore(Protocol):
    """Stores the tokens of accounts and addons for several processes."""

    async def get(
        self,
        key: str,
        exchange: Callable[[], Awaitable[SharedToken]],
        *,
        refused: Secret | None,
    ) -> SharedToken:
        """Return a token; exchange one if there is none.

        Concurrent processes should make only one exchange.

        Args:
            key: The account, and the addon for an addon token. The account is hashed.
            exchange: Fetches a new token.
            refused: A token that is no longer valid: it was refused, or expires soon. If the stored
                token is a different one, it is returned; otherwise it is replaced.

        Returns:
            The token.

        Raises:
            ScalingoError: The exchange failed, or the store can't be reached.
        """
        ...
