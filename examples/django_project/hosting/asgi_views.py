"""An async view for ASGI only, with an async client."""

import asyncio

from django.http import HttpRequest, JsonResponse

from hosting.async_scalingo import async_client


async def containers(request: HttpRequest) -> JsonResponse:
    """Count the containers of all apps, with concurrent calls."""
    names = [app.name async for app in async_client.apps.list()]
    kinds = await asyncio.gather(
        *(async_client.containers.types.list(name).collect() for name in names)
    )
    totals = [sum(kind.amount for kind in found) for found in kinds]
    return JsonResponse({"containers": dict(zip(names, totals, strict=True))})
