"""Calls to Redis that never hang: each has a timeout, and failures open a circuit breaker."""

from __future__ import annotations

import hashlib
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar

import anyio
from redis import exceptions
from redis.asyncio import Redis

from scalingo_async import ConfigurationError, SharedStateError
from scalingo_async.sharing import Uncopyable

__all__ = ["AwayError", "Link", "OnFailure", "Script", "count_of", "is_number", "logger", "word_of"]

T = TypeVar("T")

OnFailure: TypeAlias = Literal["local", "refuse"]
"""What to do without Redis: work in this process only, or refuse."""

_FIRST: Final = 32
"""The first pause, as a part of the longest."""

_MOST: Final = 10**15
_LONGEST_WORD: Final = 64

logger: Final = logging.getLogger("scalingo_async")


def is_number(value: object) -> bool:
    """Return whether a setting is a number; `True` and `False` aren't."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: object) -> str:
    kind = value if isinstance(value, type) else type(value)
    return f"the class {kind.__name__}" if kind is value else f"{kind.__module__}.{kind.__name__}"


class AwayError(Exception):
    """A call to Redis failed, or its reply was invalid.

    Attributes:
        sent: Whether it may have been executed anyway.
    """

    def __init__(self, *, sent: bool) -> None:
        super().__init__("Redis can't be used")
        self.sent = sent


class Script:
    """A script that Redis runs atomically.

    Args:
        source: The script, in Lua.
    """

    __slots__ = ("digest", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class Link(Uncopyable):
    """The connection to Redis, with a circuit breaker.

    A call that fails or times out opens the circuit: calls fail at once for a while, then one is
    tried. So an unreachable Redis costs one timeout per pause, not one per call. The first pause is
    short, in case this process was just busy, and each pause is twice as long as the previous one.

    Args:
        redis: A client of redis-py for asyncio. It is not closed.
        timeout: The timeout of a call, in seconds.
        pause: The longest pause between calls after failures, in seconds.
        on_failure: What the callers do while Redis can't be used.
        clock: A monotonic clock, in seconds.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        timeout: float,
        pause: float,
        on_failure: OnFailure,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (is_number(timeout) and timeout > 0 and is_number(pause) and pause >= 0):
            raise ConfigurationError("timeout must be more than 0 s, and pause 0 s or more")
        if on_failure not in ("local", "refuse"):
            raise ConfigurationError('on_failure must be "local" or "refuse"')
        if isinstance(redis, type) or not inspect.iscoroutinefunction(
            getattr(redis, "execute_command", None)
        ):
            raise ConfigurationError(
                f"redis must be a redis.asyncio.Redis, not {_said(redis)}: write "
                "redis.asyncio.from_url('redis://...')"
            )
        # A function, so that a client of Redis and its password are not shown.
        self._redis: Callable[[], Any] = lambda: redis
        self._timeout = timeout
        self._pause = pause
        self._on_failure = on_failure
        self._clock = clock
        self._away_until: float | None = None
        self._rest = 0.0
        self._trying = False

    async def run(
        self, script: Script, keys: Sequence[str], *args: str | float, read: Callable[[Any], T]
    ) -> T:
        """Run a script.

        A cancellation doesn't interrupt it, so that the state here always matches the state in
        Redis. It ends soon in any case.

        Other programs may write to this Redis, so its replies are not trusted: if a reply can't be
        read, Redis counts as unusable.

        Args:
            script: The script.
            keys: Its keys.
            *args: Its arguments.
            read: Converts the reply. For a wrong reply it may raise `ValueError`, `TypeError`,
                `LookupError` or `OverflowError`.

        Returns:
            The converted reply of the script.

        Raises:
            AwayError: It failed, or was not tried.
            ConfigurationError: The event loop is not asyncio.
        """

        async def call() -> T:
            return read(await self._evaluate(script, keys, args))

        return await self._call(call)

    async def _evaluate(self, script: Script, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return await self._redis().evalsha(script.digest, len(keys), *keys, *args)
        except exceptions.NoScriptError:
            # Redis is new, or was restarted.
            return await self._redis().eval(script.source, len(keys), *keys, *args)

    async def _call(self, call: Callable[[], Awaitable[T]]) -> T:
        if "asyncio" not in anyio.get_cancelled_exc_class().__module__:
            raise ConfigurationError(
                "redis-py works only on asyncio; on trio, processes can't share state"
            )
        if self._away_until is not None:
            if self._trying or self._clock() < self._away_until:
                raise AwayError(sent=False)
            self._trying = True
        problem = "TimeoutError"
        try:
            with anyio.move_on_after(self._timeout, shield=True):
                try:
                    answer = await call()
                except exceptions.ConnectionError:
                    # Perhaps an old connection to a Redis that was restarted. Each script may run
                    # twice for one request.
                    answer = await call()
                except anyio.get_cancelled_exc_class():
                    # asyncio turns a cancellation into another one, which the scope doesn't know.
                    await anyio.lowlevel.checkpoint_if_cancelled()
                    raise
                self._back()
                return answer
        except (exceptions.RedisError, OSError) as error:
            # Their messages may contain the address of Redis.
            problem = type(error).__name__
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
            # A client that decodes replies raises `UnicodeDecodeError` itself.
            problem = "its reply is invalid"
        finally:
            self._trying = False
        self._lost(problem)
        raise AwayError(sent=True)

    def useless(self, problem: str) -> AwayError:
        """Note that Redis can't be used although it replies; return the error to raise."""
        self._lost(problem)
        return AwayError(sent=False)

    def _back(self) -> None:
        if self._away_until is not None:
            self._away_until = None
            self._rest = 0.0
            logger.info("Redis can be used again")

    def _lost(self, problem: str) -> None:
        if self._away_until is None:
            then = "works alone" if self._on_failure == "local" else "refuses calls"
            logger.warning("Redis can't be used (%s): this process %s for now", problem, then)
        self._rest = min(self._pause, 2 * self._rest or self._pause / _FIRST)
        self._away_until = self._clock() + self._rest

    @property
    def strict(self) -> bool:
        """Whether callers refuse to work without Redis."""
        return self._on_failure == "refuse"

    @property
    def rest(self) -> float:
        """Seconds until the next call may be tried; 0 if it may be tried now."""
        return 0.0 if self._away_until is None else max(0.0, self._away_until - self._clock())

    def refuse(self) -> None:
        """Refuse to work without Redis, if `on_failure` is `"refuse"`.

        Raises:
            SharedStateError: It is `"refuse"`.
        """
        if self.strict:
            raise SharedStateError(
                "Redis can't be used, and this client is not allowed to work without it; nothing "
                "was sent"
            )


def word_of(value: object) -> str:
    """Return a reply as a short ASCII word, whether or not the client decodes replies.

    Raises:
        ValueError: It isn't one.
    """
    word = value.decode("ascii") if isinstance(value, bytes) else value
    if not isinstance(word, str) or not word.isascii() or not word.isalnum():
        raise ValueError("no word")
    if len(word) > _LONGEST_WORD:
        raise ValueError("too long")
    return word


def count_of(value: object) -> int:
    """Return a reply as a number.

    Raises:
        ValueError: It isn't one, or is out of range.
    """
    if type(value) is not int or not 0 <= value <= _MOST:
        raise ValueError("no number")
    return value
