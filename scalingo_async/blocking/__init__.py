"""The client for programs that block: Django, Celery, Flask, scripts, threads.

    from scalingo_async.blocking import Client

    with Client.from_env() as client:
        for app in client.apps.list():
            print(app.name)

It does what `scalingo_async` does, without `await`; there is no second implementation behind it.
"""

from importlib import import_module
from typing import Any

__all__ = ["Client", "WebhookReceiver", "bulk"]

_HOMES = {"Client": "client", "WebhookReceiver": "webhooks"}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for (PEP 562)."""
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif name == "bulk":
        return import_module(f"{__name__}.bulk")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
