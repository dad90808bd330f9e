"""Fixtures of the tests that need more than Python: a Redis, and asyncio."""

from collections.abc import Iterator

import pytest
import pytest_asyncio
from redis_server import BINARY, MISSING, RedisServer


@pytest.fixture
def server() -> Iterator[RedisServer]:
    if BINARY is None:
        pytest.fail(MISSING)
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest_asyncio.fixture
async def redis(server):
    async with server.client() as redis:
        yield redis
