"""An async view that works under WSGI and ASGI."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse

from hosting.scalingo import client


async def show(request: HttpRequest, name: str) -> JsonResponse:
    """Show the status of an app."""
    app = await sync_to_async(client.apps.get)(name)
    return JsonResponse({"name": app.name, "status": app.status})
