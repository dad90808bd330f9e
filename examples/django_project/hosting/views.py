"""Views that talk to the platform: most block, some are async."""

import asyncio
import os

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from hosting.scalingo import async_client, client


@require_GET
def list_apps(request: HttpRequest) -> JsonResponse:
    """List the apps."""
    apps = [{"name": app.name, "status": app.status} for app in client.apps.list()]
    return JsonResponse({"apps": apps, "worker": os.getpid()})


@require_GET
def show(request: HttpRequest, name: str) -> JsonResponse:
    """Show an app and its containers."""
    app = client.apps.get(name)
    containers = {kind.name: kind.amount for kind in client.containers.types.list(name)}
    return JsonResponse({"name": app.name, "status": app.status, "containers": containers})


@require_POST
def restart(request: HttpRequest, name: str) -> JsonResponse:
    """Restart an app, and answer when it runs again."""
    client.apps.restart(name).wait(timeout=60)
    return JsonResponse({"name": name, "status": client.apps.get(name).status})


async def status(request: HttpRequest, name: str) -> JsonResponse:
    """Show the status of an app: an async view that works under WSGI and ASGI."""
    app = await sync_to_async(client.apps.get)(name)
    return JsonResponse({"name": app.name, "status": app.status})


async def containers(request: HttpRequest) -> JsonResponse:
    """Show the containers of all apps, asked for at once; under ASGI only."""
    names = [app.name async for app in async_client.apps.list()]
    kinds = await asyncio.gather(
        *(async_client.containers.types.list(name).collect() for name in names)
    )
    totals = [sum(kind.amount for kind in found) for found in kinds]
    return JsonResponse({"containers": dict(zip(names, totals, strict=True))})
