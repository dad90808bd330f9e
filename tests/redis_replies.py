"""A Redis that answers what it is told, and all that reads from one."""

from typing import Any

import anyio
from cryptography.fernet import Fernet
from hypothesis import strategies as st

from scalingo_async import RateLimit, Secret, SharedStateError, SharedToken
from scalingo_async.integrations.redis import RedisLimiters, RedisSeenEvents, RedisTokens

KEY = Fernet.generate_key()
FRESH = SharedToken(Secret("theFreshToken"), 3600.0)


class Answering:
    """Answers each script as it was told."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    async def execute_command(self, *args: Any, **options: Any) -> object:
        raise NotImplementedError

    async def evalsha(self, *args: Any) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def use(answer: object, policy: str) -> list[str]:
    """Use all that reads from Redis; returns what refused."""
    refused: list[str] = []
    redis: Any = Answering(answer)
    limiter = RedisLimiters(redis, on_failure=policy, pause=60.0).get("k", RateLimit(), 10)
    tokens = RedisTokens(redis, KEY, on_failure=policy, pause=60.0)
    seen = RedisSeenEvents(redis, on_failure=policy, pause=60.0)

    async def exchange() -> SharedToken:
        return FRESH

    async def limit() -> None:
        assert await limiter.acquire() is not None
        await limiter.release("answered")

    async def token() -> None:
        assert await tokens.get("a", exchange, refused=None) == FRESH

    async def event() -> None:
        assert isinstance(await seen.add("a"), bool)

    for call in (limit, token, event):
        try:
            with anyio.fail_after(60):
                await call()
        except SharedStateError:
            refused.append(call.__name__)
    await seen.discard("a")
    return refused


JSONISH = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=40)
    | st.text(max_size=40)
    | st.sampled_from([b"go", b"wait", b"forgot", b"token", b"lead", "go", "token", 0, 1]),
    lambda inner: st.lists(inner, max_size=7),
    max_leaves=12,
)
