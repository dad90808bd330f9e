"""An ASGI application as a server runs it: its lifespan first, then requests, in this event loop."""

from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx


@asynccontextmanager
async def running(app: Any):
    """Run the lifespan of an application; yields an HTTP client of it."""
    state: dict[str, Any] = {}
    to_app, from_server = anyio.create_memory_object_stream[dict](2)
    to_server, from_app = anyio.create_memory_object_stream[dict](2)

    async def call(scope, receive, send):
        await app({**scope, "state": dict(state)}, receive, send)

    async with anyio.create_task_group() as tasks, to_app, from_server, to_server, from_app:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
        tasks.start_soon(app, scope, from_server.receive, to_server.send)
        await to_app.send({"type": "lifespan.startup"})
        started = await from_app.receive()
        assert started["type"] == "lifespan.startup.complete", started
        transport = httpx.ASGITransport(app=call, raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
                yield http
        finally:
            with anyio.CancelScope(shield=True):
                await to_app.send({"type": "lifespan.shutdown"})
                stopped = await from_app.receive()
        assert stopped["type"] == "lifespan.shutdown.complete", stopped
