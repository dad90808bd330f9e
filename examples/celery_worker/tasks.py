"""Celery tasks that call the platform.

    celery -A tasks worker --concurrency 2
    celery -A tasks worker --pool threads --concurrency 8

The Redis at REDIS_URL is the broker and stores the results.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_shutdown

from scalingo_async import APIConnectionError, RateLimitError, ServerError
from scalingo_async.blocking import Client, bulk

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

app = Celery("tasks", broker=REDIS, backend=REDIS)
client = Client.from_env(priority="low")


@app.task(soft_time_limit=900)
def restart(name: str) -> str | None:
    """Restart an app, and wait until it runs again; the soft time limit cancels the wait."""
    client.apps.restart(name).wait(timeout=None)
    return client.apps.get(name).status


@app.task(soft_time_limit=1800)
def restart_all(status: str = "running") -> dict[str, str]:
    """Restart all apps with a status, five at a time; return the failures by app name."""
    apps = [app for app in client.apps.list() if app.status == status]
    report = bulk.map(client.apps.restart, apps, concurrency=5, wait=300).report()
    return {outcome.item.name: str(outcome.error) for outcome in report if outcome.error}


@app.task(bind=True, max_retries=5)
def scale(self: Task, name: str, **amounts: int) -> None:
    """Scale the containers of an app; this is idempotent, so Celery can retry it."""
    try:
        client.apps.scale(name, containers=amounts).wait()
    except (APIConnectionError, RateLimitError, ServerError) as error:
        pause = error.retry_after if isinstance(error, RateLimitError) else None
        raise self.retry(exc=error, countdown=pause or 2**self.request.retries) from error


@app.task
def list_apps() -> dict[str, Any]:
    """Return the names of all apps, and the id of this process."""
    return {"names": [found.name for found in client.apps.list()], "worker": os.getpid()}


@worker_process_shutdown.connect
def close(**_: Any) -> None:
    """Close the connections of this process."""
    client.close()
