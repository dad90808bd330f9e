"""The async client of this process, for async views under ASGI."""

from scalingo_async import AsyncClient

async_client = AsyncClient.from_env(max_wait=5, deadline=20)
