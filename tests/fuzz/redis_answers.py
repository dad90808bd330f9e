"""What a Redis answers: any value has the effect that is documented for one that can't be used."""

from __future__ import annotations

import asyncio

import anyio
from hypothesis import strategies as st
from redis_replies import JSONISH, use

from .running import drawn, target


@target("Redis replies", 4)
@drawn(st.lists(JSONISH, min_size=1, max_size=7) | JSONISH, st.sampled_from(["local", "refuse"]))
def replies(answer, policy):
    """Those that are answers after all may be waited for, or asked again."""

    async def used() -> None:
        with anyio.move_on_after(0.02):
            refused = await use(answer, policy)
            assert not refused or policy == "refuse"

    asyncio.run(used())
