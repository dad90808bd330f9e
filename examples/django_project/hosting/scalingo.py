"""The clients of this process: one for code that blocks, one for views under ASGI."""

from scalingo_async import AsyncClient
from scalingo_async.blocking import Client

# Somebody waits for the page: no call may take long.
client = Client.from_env(max_wait=5, deadline=20)
async_client = AsyncClient.from_env(max_wait=5, deadline=20)
