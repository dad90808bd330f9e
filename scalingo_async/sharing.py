"""What several processes may share: the rate limit of an account, and its tokens.

Each process keeps to itself unless it is told where to share. `scalingo_async.integrations.redis`
shares through Redis; anything that has the methods below does as well.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeAlias

import attrs

# For what shares something: integrations import nothing of `_core`.
from scalingo_async._core.uncopyable import Uncopyable as Uncopyable  # noqa: PLC0414
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.types import Secret

__all__ = ["Outcome", "RateLimiter", "RateLimiters", "SharedToken", "TokenStore"]

Outcome: TypeAlias = Literal["answered", "refused", "lost", "unsent"]
"""What became of a request: it was answered; it was answered with a 429; nobody knows whether it
was carried out; it did not leave."""


class RateLimiter(Protocol):
    """Lets the requests of one account to one API leave when it is their turn."""

    async def acquire(self, patience: float = math.inf, *, low: bool = False) -> float | None:
        """Wait for a place.

        Args:
            patience: The longest wait for it, in seconds.
            low: Whether it lets others pass.

        Returns:
            Seconds waited; `None` when there is no place in time.

        Raises:
            ScalingoError: It can't tell; the request is not sent.
        """
        ...

    async def release(self, outcome: Outcome, retry_after: float | None = None) -> None:
        """Note what became of a request that had a place; each `acquire` has one `release`.

        It is called for calls that were cancelled, too: what it awaits has to be shielded, and
        to be over soon. It raises nothing.

        Args:
            outcome: What became of it.
            retry_after: What the platform asks for after a 429, in seconds.
        """
        ...

    def estimate(self) -> float:
        """Return a lower bound of how long one more call has to wait, in seconds."""
        ...

    def forecast(self, requests: int) -> float:
        """Return a lower bound of how long work of low priority takes, in seconds.

        Args:
            requests: How many requests it still has to send.
        """
        ...

    def status(self) -> RateLimitStatus:
        """Return where the limit stands, as far as this process knows."""
        ...


class RateLimiters(Protocol):
    """Makes the rate limiters of a client: one for each API that it talks to."""

    def get(self, key: str, limit: RateLimit, max_in_flight: int) -> RateLimiter:
        """Make a limiter.

        Args:
            key: The account and the API. All limiters of a key share one limit. The account is
                in it as a hash.
            limit: The limit.
            max_in_flight: How many requests of this client may be unanswered at a time.

        Returns:
            The limiter.
        """
        ...


@attrs.frozen
class SharedToken:
    """A token, and for how long.

    Attributes:
        token: The token.
        lifetime: Seconds from now for which it is good.
    """

    token: Secret
    lifetime: float


class TokenStore(Protocol):
    """Keeps the tokens of accounts and addons where several processes find them."""

    async def get(
        self,
        key: str,
        exchange: Callable[[], Awaitable[SharedToken]],
        *,
        refused: Secret | None,
    ) -> SharedToken:
        """Return a token, exchanging one when there is none.

        Processes that come together should make one exchange.

        Args:
            key: The account, and the addon if it is one's token. The account is in it as a hash.
            exchange: Fetches a new token.
            refused: A token that is of no use any more: it was refused, or expires soon. The
                stored one is returned if it is another, and replaced if it is this one.

        Returns:
            The token.

        Raises:
            ScalingoError: The exchange failed, or the store can't be reached.
        """
        ...
