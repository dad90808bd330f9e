"""The Django example for ASGI: `uvicorn project.asgi:application`."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

django = get_asgi_application()

from hosting.async_scalingo import async_client  # noqa: E402 - Django is set up first


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve Django, and close the async client when the server ends."""
    if scope["type"] != "lifespan":
        await django(scope, receive, send)
        return
    async with async_client:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
