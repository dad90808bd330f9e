"""Calls to Redis that never hang: each has a timeout, and after a failure there is a pause."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import anyio
from redis import exceptions

from scalingo_async import ConfigurationError, SharedStateError
from scalingo_async.sharing import Uncopyable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redis.asyncio import Redis

__all__ = ["AwayError", "Link", "OnFailure", "Script", "is_number", "text_of"]

OnFailure: TypeAlias = Literal["local", "refuse"]
"""What to do without Redis: go on in this process alone, or refuse."""

_FIRST: Final = 32
"""The first pause is this part of the longest."""

logger: Final = logging.getLogger("scalingo_async")


def is_number(value: object) -> bool:
    """Tell whether a setting is a number; `True` and `False` are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class AwayError(Exception):
    """Redis did not do what it was asked for.

    Attributes:
        sent: Whether it may have been done all the same.
    """

    def __init__(self, *, sent: bool) -> None:
        super().__init__("Redis is away")
        self.sent = sent


class Script:
    """A script for Redis, which runs it as one step.

    Args:
        source: The script, in Lua.
    """

    __slots__ = ("digest", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class Link(Uncopyable):
    """The way to Redis.

    A call that fails, or takes too long, opens the circuit: for a while calls fail at once, then
    one is tried. So a Redis that is away costs one timeout in each pause, not one in each call.
    The first pause is short, in case that nothing but this process was busy, and each is twice as
    long as the one before.

    Args:
        redis: A client of redis-py for asyncio. It is not closed.
        timeout: The longest that a call may take, in seconds.
        pause: The longest time without calls after failures, in seconds.
        on_failure: What those who call do when it is away.
        clock: A monotonic clock, in seconds.

    Raises:
        ConfigurationError: A setting makes no sense.
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
        if on_failure not in {"local", "refuse"}:
            raise ConfigurationError('on_failure must be "local" or "refuse"')
        self._redis: Any = redis
        self._timeout = timeout
        self._pause = pause
        self._on_failure = on_failure
        self._clock = clock
        self._away_until: float | None = None
        self._rest = 0.0
        self._trying = False

    async def run(self, script: Script, keys: Sequence[str], *args: str | float) -> Any:
        """Run a script.

        It is not interrupted by a cancellation: what was done and what is known of it must not
        drift apart. It is over soon in any case.

        Returns:
            What the script returns.

        Raises:
            AwayError: It failed, or was not tried.
            ConfigurationError: The event loop is not asyncio.
        """
        return await self._call(lambda: self._evaluate(script, keys, args))

    async def _evaluate(self, script: Script, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return await self._redis.evalsha(script.digest, len(keys), *keys, *args)
        except exceptions.NoScriptError:
            # Redis is new, or was started anew.
            return await self._redis.eval(script.source, len(keys), *keys, *args)

    async def _call(self, call: Callable[[], Any]) -> Any:
        if "asyncio" not in anyio.get_cancelled_exc_class().__module__:
            raise ConfigurationError(
                "redis-py works on asyncio only; on trio each process has to keep to itself"
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
                    # Perhaps an old connection, to a Redis that was started anew. Each script
                    # may run twice for one question.
                    answer = await call()
                except anyio.get_cancelled_exc_class():
                    # asyncio's tools answer a cancellation with one that the scope does not know.
                    await anyio.lowlevel.checkpoint_if_cancelled()
                    raise
                self._back()
                return answer
        except (exceptions.RedisError, OSError) as error:
            # Their messages may hold the address of Redis.
            problem = type(error).__name__
        finally:
            self._trying = False
        self._lost(problem)
        raise AwayError(sent=True)

    def _back(self) -> None:
        if self._away_until is not None:
            self._away_until = None
            self._rest = 0.0
            logger.info("Redis is back")

    def _lost(self, problem: str) -> None:
        if self._away_until is None:
            then = "keeps to itself" if self._on_failure == "local" else "refuses calls"
            logger.warning("Redis is away (%s): this process %s for now", problem, then)
        self._rest = min(self._pause, 2 * self._rest or self._pause / _FIRST)
        self._away_until = self._clock() + self._rest

    @property
    def rest(self) -> float:
        """Seconds until it makes sense to try again; 0 when it does."""
        return 0.0 if self._away_until is None else max(0.0, self._away_until - self._clock())

    def refuse(self) -> None:
        """Refuse to go on without Redis, if that is what is wanted.

        Raises:
            SharedStateError: It is.
        """
        if self._on_failure == "refuse":
            raise SharedStateError(
                "Redis is away, and this client may not go on without it; nothing was sent"
            )


def text_of(value: object) -> str:
    """Return a reply as text, whichever way the client decodes replies."""
    return value.decode() if isinstance(value, bytes) else str(value)
