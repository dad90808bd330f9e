"""Tokens that processes share through Redis, encrypted."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from typing import Any, Final, Self

import anyio
import attrs
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from redis.asyncio import Redis

from scalingo_async import ConfigurationError, Secret, SharedToken
from scalingo_async.integrations.redis_link import (
    AwayError,
    Link,
    OnFailure,
    count_of,
    is_number,
    word_of,
)
from scalingo_async.integrations.redis_scripts import TOKEN_GET, TOKEN_GIVE_UP, TOKEN_PUT
from scalingo_async.long_waits import LONG, WaitLog
from scalingo_async.sharing import Uncopyable

__all__ = ["RedisTokens"]

_FIRST_LOOK: Final = 0.02
_LONGEST_LOOK: Final = 0.5
_LAST_MINUTE: Final = 60.0
_LONGEST_LIFE: Final = 24 * 3600.0


class RedisTokens(Uncopyable):
    """Bearer tokens and addon tokens that all processes with the same Redis share.

        client = AsyncClient.from_env(token_store=RedisTokens(redis, key))

    One process exchanges a token, and the others use it. Tokens are stored encrypted, and signed
    together with their account or addon. A refused token is replaced only if it is still the stored
    one.

    Args:
        redis: A client of redis-py for asyncio (`redis.asyncio.Redis`). It is not closed.
        key: A key from `cryptography.fernet.Fernet.generate_key()`. Of several keys, the first
            encrypts, and all decrypt: to rotate the key, put the new one first.
        on_failure: What to do while Redis can't be used. `"local"` exchanges a token for this
            process only, `"refuse"` raises `SharedStateError`.
        lock: Seconds after which an exchange is given up and another process starts one. It has to
            be longer than an exchange takes.
        timeout: The timeout of a call to Redis, in seconds.
        pause: The longest pause between calls to Redis after failures, in seconds. The first pause
            is a small part of it.
        prefix: The prefix of the keys.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    def __init__(
        self,
        redis: Redis,
        key: str | bytes | Secret | Iterable[str | bytes | Secret],
        *,
        on_failure: OnFailure = "local",
        lock: float = 30.0,
        timeout: float = 2.0,
        pause: float = 5.0,
        prefix: str = "scalingo_async",
    ) -> None:
        # No variable may hold a key when an error is raised.
        key = [_hidden(one) for one in ([key] if isinstance(key, str | bytes | Secret) else key)]
        fernet = _fernet(key)
        # A function, so that the keys are not shown.
        self._fernet: Callable[[], MultiFernet] = lambda: fernet
        if not (is_number(lock) and lock > 0):
            raise ConfigurationError("lock must be more than 0 s")
        self._link = Link(redis, timeout=timeout, pause=pause, on_failure=on_failure)
        self._lock = lock
        self._waits = WaitLog()
        self._prefix = prefix

    async def get(
        self,
        key: str,
        exchange: Callable[[], Awaitable[SharedToken]],
        *,
        refused: Secret | None,
    ) -> SharedToken:
        """Return a token; exchange one if there is none.

        Args:
            key: The account, and the addon for an addon token.
            exchange: Fetches a new token.
            refused: A token that is no longer valid.

        Returns:
            The token.

        Raises:
            ConfigurationError: The event loop is not asyncio.
            ScalingoError: The exchange failed.
            SharedStateError: Redis can't be used, and this client is not allowed to work without
                it.
        """
        tag = f"{{{self._prefix}:token:{hashlib.sha256(key.encode()).hexdigest()[:32]}}}"
        keys = (f"{tag}:held", f"{tag}:lock")
        owner = uuid.uuid4().hex
        useless = "" if refused is None else _mark(refused)
        look = _FIRST_LOOK
        start, said = anyio.current_time(), False
        try:
            while True:
                reply = await self._ask(keys, owner, useless)
                if reply.kind == "lead":
                    break
                if reply.kind == "token":
                    found = self._opened(key, reply)
                    if found is not None:
                        return found
                    # It can't be decrypted, because the key has changed. It is replaced.
                    useless = reply.mark
                else:
                    if not said and anyio.current_time() - start >= LONG:
                        said = True
                        self._waits.say("waiting for another process that is exchanging a token")
                    await anyio.sleep(look)
                    look = min(2 * look, _LONGEST_LOOK)
        except AwayError:
            self._link.refuse()
            return await exchange()
        return await self._lead(key, keys, owner, exchange)

    async def _ask(self, keys: tuple[str, str], owner: str, useless: str) -> _Reply:
        try:
            return await self._link.run(
                TOKEN_GET, keys, useless, owner, int(self._lock * 1000), read=_Reply.of
            )
        except AwayError:
            raise
        except BaseException:
            # Interrupted by something other than anyio: this process may have become the leader.
            await self._give_up(keys, owner)
            raise

    async def _lead(
        self,
        key: str,
        keys: tuple[str, str],
        owner: str,
        exchange: Callable[[], Awaitable[SharedToken]],
    ) -> SharedToken:
        """Exchange a token for all processes; the others wait for it."""
        try:
            fresh = await exchange()
            await self._put(key, keys, owner, fresh)
        except BaseException:
            # The next waiter tries it.
            await self._give_up(keys, owner)
            raise
        return fresh

    async def _put(self, key: str, keys: tuple[str, str], owner: str, fresh: SharedToken) -> None:
        # It is removed a little before it expires, so that no request starts with it then.
        lifetime = fresh.lifetime - min(_LAST_MINUTE, fresh.lifetime / 60)
        mark, box = _mark(fresh.token), self._sealed(key, fresh.token)
        # Without Redis it can be used in this process; the lock expires by itself.
        with suppress(AwayError):
            await self._link.run(
                TOKEN_PUT, keys, owner, mark, box, max(1, int(lifetime * 1000)), read=count_of
            )

    async def _give_up(self, keys: tuple[str, str], owner: str) -> None:
        with suppress(AwayError):
            await self._link.run(TOKEN_GIVE_UP, keys, owner, read=count_of)

    def _sealed(self, key: str, token: Secret) -> str:
        content = json.dumps({"for": key, "token": token.reveal()}).encode()
        return self._fernet().encrypt(content).decode("ascii")

    def _opened(self, key: str, reply: _Reply) -> SharedToken | None:
        try:
            content = json.loads(self._fernet().decrypt(reply.box))
        except (InvalidToken, ValueError, RecursionError):
            return None
        match content:
            # A token of another account or addon that was put there is not accepted.
            case {"for": str(subject), "token": str(token)} if subject == key and token:
                # One that stays for ever, or for longer than any token does, was put there by
                # somebody else.
                life = reply.left / 1000
                return SharedToken(Secret(token), life) if 0 < life <= _LONGEST_LIFE else None
            case _:
                return None


@attrs.frozen
class _Reply:
    """The reply of Redis to a request for a token."""

    kind: str
    mark: str = ""
    box: bytes = b""
    left: int = 0

    @classmethod
    def of(cls, reply: Any) -> Self:
        """Read a reply.

        Raises:
            LookupError: Something is missing.
            TypeError: It isn't a list.
            ValueError: It is invalid.
        """
        kind = word_of(reply[0])
        if kind in {"lead", "wait"} and len(reply) == 1:
            return cls(kind)
        if kind != "token":
            raise ValueError("unknown kind of reply")
        box = reply[2] if isinstance(reply[2], bytes) else str(reply[2]).encode()
        return cls(kind, word_of(reply[1]), box, reply[3] if type(reply[3]) is int else -1)


def _hidden(key: str | bytes | Secret) -> Secret:
    if isinstance(key, bytes):
        # A key that isn't text is refused later, by Fernet.
        return Secret(key.decode("latin-1"))
    return Secret(key)


def _fernet(keys: Collection[str | bytes | Secret]) -> MultiFernet:
    if not keys:
        raise ConfigurationError("the key is missing: make one with Fernet.generate_key()")
    try:
        return MultiFernet([Fernet(_hidden(key).reveal()) for key in keys])
    except ValueError:
        problem = ConfigurationError(
            "a key must be 32 bytes in URL-safe base64, as Fernet.generate_key() makes it"
        )
    raise problem


def _mark(token: Secret) -> str:
    """Return a hash that identifies a token without revealing it."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()[:32]
