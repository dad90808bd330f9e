"""A FastAPI service: lists apps, restarts one, and shows the events that come to its webhook.

    python examples/fastapi_service/fastapi_app.py

With no SCALINGO_API_TOKEN set it starts a sandbox, an in-memory Scalingo on a port of this machine.
In production it is served by as many workers as you like, which share the limit and the token
through REDIS_URL, with TOKEN_KEY to encrypt the token:

    uvicorn fastapi_app:app --app-dir examples/fastapi_service --workers 4

WEBHOOK_SECRET is the end of the URL that the notifier sends to. There is no login: put one in
front before you let anybody near it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import deque
from html import escape
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from scalingo_async import AsyncClient, WebhookReceiver
from scalingo_async.integrations.fastapi import (
    Client,
    RequestIdMiddleware,
    add_error_handlers,
    client_lifespan,
    webhook_router,
)

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from scalingo_async.models import Event

SHOWN = 20

redis: Redis | None = None
if os.environ.get("REDIS_URL"):
    from redis.asyncio import Redis

    redis = Redis.from_url(os.environ["REDIS_URL"])  # pyright: ignore[reportUnknownMemberType]


def make_client() -> AsyncClient:
    """Make the client of this worker; it shares what it may with the others."""
    # A user waits for the page, so no call may take long.
    limit, max_wait = os.environ.get("RATE_LIMIT", "60/60s"), float(os.environ.get("MAX_WAIT", "5"))
    if redis is None:
        return AsyncClient.from_env(deadline=30, max_wait=max_wait, rate_limit=limit)
    from scalingo_async.integrations.redis import RedisLimiters, RedisTokens

    return AsyncClient.from_env(
        deadline=30,
        max_wait=max_wait,
        rate_limit=limit,
        limiters=RedisLimiters(redis, local_share=0.25),
        token_store=RedisTokens(redis, os.environ["TOKEN_KEY"]),
    )


class Board:
    """The last events: in Redis when there is one, so that all workers show the same."""

    def __init__(self) -> None:
        self._events: deque[dict[str, str]] = deque(maxlen=SHOWN)

    async def add(self, event: Event) -> None:
        """Note an event."""
        line = {
            "at": event.created_at.isoformat(sep=" ", timespec="seconds"),
            "type": event.type,
            "app": event.app_name or "",
        }
        if redis is None:
            self._events.appendleft(line)
            return
        async with redis.pipeline() as pipe:
            pipe.lpush("service:events", json.dumps(line))
            pipe.ltrim("service:events", 0, SHOWN - 1)
            await pipe.execute()

    async def lines(self) -> list[dict[str, str]]:
        """Return the last events, newest first."""
        if redis is None:
            return list(self._events)
        found = await redis.lrange("service:events", 0, SHOWN - 1)
        return [json.loads(line) for line in found]


def make_receiver() -> WebhookReceiver:
    """Make what checks the webhooks; without a secret nobody knows the URL."""
    secret = os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)
    if redis is None:
        return WebhookReceiver(secret)
    from scalingo_async.integrations.redis import RedisSeenEvents

    return WebhookReceiver(secret, seen=RedisSeenEvents(redis))


board = Board()
app = FastAPI(title="My apps", lifespan=client_lifespan(make_client))
app.add_middleware(RequestIdMiddleware)
add_error_handlers(app)
app.include_router(webhook_router(make_receiver(), board.add))


@app.get("/apps")
async def list_apps(client: Client) -> list[dict[str, str]]:
    """List the apps."""
    return [
        {"name": found.name, "status": found.status or "unknown"}
        async for found in client.apps.list()
    ]


@app.get("/health")
async def health(client: Client, response: Response) -> dict[str, str | float | None]:
    """Tell whether the platform can be used; it counts on the rate limit, so ask now and then."""
    result = await client.check()
    response.status_code = 200 if result else 503
    return {"cause": result.cause, "seconds": round(result.seconds, 3)}


@app.post("/apps/{name}/restart")
async def restart(name: str, client: Client) -> RedirectResponse:
    """Restart an app, and go back to the page; it goes on restarting meanwhile."""
    await client.apps.restart(name)
    return RedirectResponse("/", status_code=303)


@app.get("/", response_class=HTMLResponse)
async def page(client: Client) -> str:
    """Show the apps and the last events."""
    apps = [found async for found in client.apps.list()]
    rows = "".join(
        f"<tr><td>{escape(found.name)}</td><td>{escape(found.status or 'unknown')}</td><td>"
        f'<form method="post" action="/apps/{escape(found.name)}/restart">'
        "<button>Restart</button></form></td></tr>"
        for found in apps
    )
    events = "".join(
        f"<li>{escape(line['at'])} <b>{escape(line['type'])}</b> {escape(line['app'])}</li>"
        for line in await board.lines()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>My apps</title>'
        f"<h1>My apps</h1><table>{rows}</table>"
        f"<h2>Last events</h2><ul id=events>{events or '<li>none yet</li>'}</ul></html>"
    )


def main() -> None:
    """Serve it, against a sandbox when there is no token."""
    import uvicorn

    port = int(os.environ.get("PORT", "8000"))
    if os.environ.get("SCALINGO_API_TOKEN"):
        uvicorn.run(app, port=port, access_log=False)
        return
    from scalingo_async.sandbox import Sandbox

    with Sandbox(apps=8).running() as sandbox:
        os.environ.update(sandbox.environ())
        print(f"A sandbox at {sandbox.url}: nothing real is touched.", flush=True)
        uvicorn.run(app, port=port, access_log=False)


if __name__ == "__main__":
    main()
