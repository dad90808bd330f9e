"""Fixtures of the tests that need more than Python: a Redis, and asyncio."""

from collections.abc import Iterator

import pytest
from redis_server import BINARY, MISSING, RedisServer


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio alone, as redis-py does."""
    return "asyncio"


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


@pytest.fixture
async def redis(server):
    async with server.client() as redis:
        yield redis
