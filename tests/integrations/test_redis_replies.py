"""Whatever a Redis answers, the documented policy for one that can't be used applies."""

from typing import Any

import anyio
import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import exceptions
from redis_replies import FRESH, JSONISH, KEY, Answering, use

from scalingo_async import RateLimit, SharedStateError, SharedToken
from scalingo_async.integrations.redis import RedisLimiters, RedisTokens

pytestmark = pytest.mark.asyncio

HOSTILE = [
    None,
    7,
    -1,
    10**30,
    1.5,
    float("nan"),
    True,
    b"\xff\xfe",
    "\ud83d",
    "",
    [],
    {},
    [b"\xff"],
    [b"go"],
    [b"go", b"epoch"],
    [b"go", b"\xff\xfe", 1, 0],
    [b"go", b"epoch\r\n", 1, 0],
    [b"go", "x" * 10_000, 1, 0],
    [b"go", "\u0663", 1, 0],
    [b"go", b"epoch", b"1", 0],
    [b"go", b"epoch", -1, 0],
    [b"go", b"epoch", float("inf"), 0],
    [b"go", b"epoch", 1, None],
    [b"wait", b"epoch", 1, 0],
    [b"wait", b"epoch", 1, 0, 10**18, 0],
    [b"wait", b"epoch", 1, 0, 5, -(2**63)],
    [b"lose", b"epoch", 1, 0],
    [b"token"],
    [b"token", None, None, None],
    [b"token", b"\xff", b"box", 5],
    [b"lead!"],
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ValueError("a library's"),
    RecursionError("too deep"),
    exceptions.ResponseError("WRONGTYPE Operation against a key"),
    exceptions.InvalidResponse("Protocol Error"),
    exceptions.DataError("no data"),
    OSError("no way"),
]
"""What no script of ours returns."""

SOFT = [[b"token", b"a1", b"box", 5], [b"token", "a1", None, b"x"], [b"token", "a1", b"\xff", 1]]
"""A token that can't be read: it is exchanged for another."""


@pytest.mark.parametrize("answer", HOSTILE, ids=lambda answer: repr(answer)[:40])
async def test_answers_that_make_no_sense(answer):
    assert await use(answer, "local") == []
    # One number is an answer to some of the questions.
    some = {"event"} if answer == 7 and answer is not True else set()
    assert set(await use(answer, "refuse")) == {"limit", "token", "event"} - some


@pytest.mark.parametrize("policy", ["local", "refuse"])
async def test_a_redis_that_forgets_again_and_again_is_useless(policy):
    assert await use([b"forgot", b"epoch"], policy) == (
        [] if policy == "local" else ["limit", "token", "event"]
    )


async def test_what_is_left_undone_is_no_error_of_a_release():
    redis: Any = Answering([b"go", b"epoch", 1, 0])
    limiter = RedisLimiters(redis, on_failure="refuse").get("k", RateLimit(), 10)
    assert await limiter.acquire() is not None
    redis.answer = [b"\xff", None]
    await limiter.release("answered")
    with pytest.raises(SharedStateError, match="nothing was sent"):
        await limiter.acquire()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=st.lists(JSONISH, min_size=1, max_size=7) | JSONISH)
async def test_any_answer(answer):
    """Those that are answers after all may be waited for, or asked again."""
    for policy in ("local", "refuse"):
        with anyio.move_on_after(0.02):
            await use(answer, policy)


@pytest.mark.parametrize("answer", SOFT, ids=repr)
async def test_a_token_that_cannot_be_read_is_exchanged(answer):
    class Once(Answering):
        """Has such a token at first; then who asks may exchange one."""

        async def evalsha(self, *args: Any) -> object:
            answer, self.answer = self.answer, [b"lead"]
            return answer

    async def exchange() -> SharedToken:
        return FRESH

    redis: Any = Once(answer)
    store = RedisTokens(redis, KEY, on_failure="refuse")
    assert await store.get("a", exchange, refused=None) == FRESH


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"for": "a"}',
        b'{"for": "a", "token": 7}',
        b'{"for": "a", "token": ""}',
        b'{"for": ["a"], "token": "t"}',
        b"\xff",
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:30]),
)
async def test_a_box_that_holds_something_else_is_exchanged(content):
    await test_a_token_that_cannot_be_read_is_exchanged(
        [b"token", b"a1", Fernet(KEY).encrypt(content), 5]
    )
