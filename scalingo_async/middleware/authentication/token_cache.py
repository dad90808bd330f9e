"""Token cache: tokens are cached, refreshed early, and exchanged once for all callers."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, NamedTuple, Protocol

import anyio

from scalingo_async._core.cancellation import attributed
from scalingo_async._core.event_loop import current_event_loop
from scalingo_async._core.secrets import fresh
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.long_waits import WaitLog, waited
from scalingo_async.middleware.authentication.lifetime import (
    MUST_REFRESH,
    REFRESH_EARLY,
    lifetime_of,
)
from scalingo_async.sharing import SharedToken
from scalingo_async.types import Secret

_FAILURE_KEPT: Final = 1.0
_TRUSTED_FOR: Final = 60.0


class TokenSource(Protocol):
    """The source of a request's token."""

    def peek(self) -> Secret | None:
        """Return the token if it is cached."""
        ...

    async def get(self) -> Secret:
        """Return the token, and fetch it if it isn't cached."""
        ...

    def invalidate(self, token: Secret) -> bool:
        """Note that a token was refused; return whether another one is available."""
        ...

    def note_fresh_refusal(self, token: Secret) -> None:
        """Note that a newly fetched token was refused as well."""
        ...


class _Held(NamedTuple):
    """A token, and when it expires."""

    token: Secret
    fresh_until: float
    usable_until: float


class _Exchange:
    """An exchange in progress; callers that come meanwhile wait for it."""

    __slots__ = ("_waits", "asked_as", "done", "event_loop", "failure", "token")

    def __init__(self, asked_as: str) -> None:
        self.asked_as = asked_as
        self.event_loop = current_event_loop()
        self.done = anyio.Event()
        self._waits = WaitLog()
        self.token: Secret | None = None
        self.failure: Exception | None = None

    async def join(self, asked_as: str) -> Secret | None:
        """Wait for its end; return the token, `None` if the leader was cancelled.

        If the leader named the app in another way, its failure doesn't count: the result is `None`
        as well. Even a token with a short lifetime is valid for the callers that waited for it.

        Raises:
            ScalingoError: The exchange failed.
        """
        await waited(self.done, self._say)
        if self.failure is not None and self.asked_as == asked_as:
            raise fresh(self.failure)
        return self.token

    def _say(self) -> None:
        self._waits.say("waiting for another call that is exchanging a token")


class TokenCache(Uncopyable):
    """One token, exchanged when it is needed, once for all callers.

    A thousand concurrent callers make one exchange. If the exchanging caller is cancelled, the next
    one takes over. If an exchange fails, all waiting callers fail, and so do new ones for one
    second.

    Args:
        exchange: Fetches a new token, or one that another process has exchanged.
        clock: A monotonic clock, in seconds.
        wall: The wall clock, for tokens that don't say when they were issued.

    Attributes:
        asked_as: How the last caller named the app; `""` if it doesn't matter.
    """

    __slots__ = (
        "_clock",
        "_exchange",
        "_failed_as",
        "_failed_at",
        "_failure",
        "_held",
        "_last",
        "_trusted_until",
        "_under_way",
        "_wall",
        "asked_as",
    )

    def __init__(
        self,
        exchange: Callable[[], Awaitable[Secret | SharedToken]],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._wall = wall
        self._held: _Held | None = None
        self._last: Secret | None = None
        self._under_way: _Exchange | None = None
        self._failure: Exception | None = None
        self._failed_at = 0.0
        self._failed_as = ""
        self._trusted_until = -math.inf
        self.asked_as = ""

    @property
    def last(self) -> Secret | None:
        """The last token, refused or not."""
        return self._last

    def peek(self) -> Secret | None:
        """Return the token if it needs no refresh, without waiting."""
        held = self._held
        return held.token if held is not None and self._clock() < held.fresh_until else None

    def _stale(self) -> Secret | None:
        """Return the token if it needs a refresh, but is still valid for a while."""
        held = self._held
        return held.token if held is not None and self._clock() < held.usable_until else None

    async def get(self) -> Secret:
        """Return a valid token; exchange one if there is none.

        Raises:
            ScalingoError: The exchange failed.
        """
        asked_as = self.asked_as
        while True:
            token = self.peek()
            if token is not None:
                return token
            exchange = self._under_way
            if exchange is None or exchange.event_loop is not current_event_loop():
                return await self._lead(asked_as)
            token = self._stale()
            if token is None:
                token = await exchange.join(asked_as)
            if token is not None:
                return token

    async def _lead(self, asked_as: str) -> Secret:
        stale = self._stale()
        self.asked_as = asked_as
        recent = self._failed_as == asked_as and self._clock() < self._failed_at + _FAILURE_KEPT
        if self._failure is not None and recent:
            if stale is not None:
                return stale
            raise fresh(self._failure)
        exchange = self._under_way = _Exchange(asked_as)
        try:
            # A store without a reply counts as a failure as well.
            found = await attributed(self._exchange())
        except Exception as error:
            # Any exception, because a transport or a store may be the caller's own.
            exchange.failure = self._failure = fresh(error)
            self._failed_at = self._clock()
            self._failed_as = asked_as
            # An early refresh may fail: the old token is still valid for a while.
            stale = self._stale()
            if stale is None:
                raise
            return stale
        else:
            token = self.keep(found)
            self._failure = None
            exchange.token = token
            return token
        finally:
            # Also if this caller is cancelled: the waiting callers must check again.
            if self._under_way is exchange:
                self._under_way = None
            exchange.done.set()

    def keep(self, found: Secret | SharedToken) -> Secret:
        """Store a token that has just been exchanged; return it."""
        if isinstance(found, SharedToken):
            token, lifetime = found.token, found.lifetime
        else:
            token, lifetime = found, lifetime_of(found.reveal(), self._wall())
        now = self._clock()
        self._trusted_until = -math.inf
        self._held = _Held(
            token,
            fresh_until=now + lifetime - min(REFRESH_EARLY, lifetime / 12),
            usable_until=now + lifetime - min(MUST_REFRESH, lifetime / 60),
        )
        self._last = token
        return token

    def invalidate(self, token: Secret) -> bool:
        """Forget a token that was refused, if it is still this one.

        Returns:
            Whether a retry makes sense: with a newer token, or after an exchange.
        """
        held = self._held
        if held is None or held.token != token:
            return True
        if self._clock() < self._trusted_until:
            return False
        self._held = None
        return True

    def note_fresh_refusal(self, token: Secret) -> None:
        """Note that a newly exchanged token was refused as well, so the token isn't the cause.

        The platform also returns 401 for an app that the account can't access. For one minute, a
        401 causes no exchange then.
        """
        if self._held is not None and self._held.token == token:
            self._trusted_until = self._clock() + _TRUSTED_FOR


class StaticToken(Uncopyable):
    """A token that the user provided and that can't be renewed.

    Args:
        token: The token.
    """

    __slots__ = ("_token",)

    def __init__(self, token: Secret) -> None:
        self._token = token

    def peek(self) -> Secret:
        """Return the token."""
        return self._token

    async def get(self) -> Secret:
        """Return the token."""
        return self._token

    def invalidate(self, token: Secret) -> bool:  # noqa: ARG002 - there is no other one
        """Return false: a retry makes no sense."""
        return False

    def note_fresh_refusal(self, token: Secret) -> None:
        """Do nothing: the token is never exchanged."""


class TokenCaches(Uncopyable):
    """Token caches by key, limited in number (LRU).

    Args:
        limit: How many are kept.
    """

    __slots__ = ("_caches", "_limit")

    def __init__(self, limit: int = 4096) -> None:
        self._caches: OrderedDict[Hashable, TokenCache] = OrderedDict()
        self._limit = limit

    def get(self, key: Hashable, make: Callable[[], TokenCache]) -> TokenCache:
        """Return the cache of a key; create it if there is none."""
        cache = self._caches.get(key)
        if cache is None:
            cache = self._caches[key] = make()
            if len(self._caches) > self._limit:
                self._caches.popitem(last=False)
        else:
            self._caches.move_to_end(key)
        return cache

    def merge(self, key: Hashable, other: Hashable, token: Secret) -> None:
        """Merge the caches of two keys that belong to the same thing.

        Args:
            key: The key under which the token was exchanged; its cache is found under it no more.
            other: The key that the cache is found under from now on. If it has a cache of its own,
                that one stays, and holds the token.
            token: The token.
        """
        cache = self._caches.pop(key, None)
        found = self._caches.get(other)
        if found is not None:
            found.keep(token)
        elif cache is not None:
            self._caches[other] = cache

    def __len__(self) -> int:
        return len(self._caches)
