"""Blocking views."""

import os

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from hosting.scalingo import client


@require_GET
def list_apps(request: HttpRequest) -> JsonResponse:
    """List the apps of all pages, and the id of this process."""
    apps = [{"name": app.name, "status": app.status} for app in client.apps.list()]
    return JsonResponse({"apps": apps, "worker": os.getpid()})


@require_POST
def configure(request: HttpRequest, name: str) -> JsonResponse:
    """Set variables of an app, and respond when it runs with them."""
    known = {variable.name: variable.value for variable in client.variables.list(name)}
    changed = {key: value for key, value in request.POST.items() if known.get(key) != value}
    if changed:
        client.variables.bulk_update(name, variables=changed)
        client.apps.restart(name).wait(timeout=60)
    return JsonResponse({"changed": sorted(changed), "status": client.apps.get(name).status})
