"""An aiohttp service: lists apps, restarts one, and shows the events that come to its webhook.

    python examples/aiohttp_service/aiohttp_app.py

With no SCALINGO_API_TOKEN set it starts a sandbox, an in-memory Scalingo on a port of this machine.
In production run as many processes as you like, which share the limit and the token through
REDIS_URL, with TOKEN_KEY to encrypt the token; PORT is where each listens.

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

from aiohttp import ClientSession, web

from scalingo_async import AsyncClient, WebhookReceiver
from scalingo_async.integrations.aiohttp import (
    client_sharing,
    error_middleware,
    get_client,
    request_id_middleware,
    webhook_routes,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from scalingo_async import SeenEvents
    from scalingo_async.models import Event
    from scalingo_async.transports.base import Transport

SHOWN = 20
SESSION = web.AppKey("session", ClientSession)


def redis_of(environ: dict[str, str]) -> Redis | None:
    """Return the Redis that the processes share, if there is one."""
    if not environ.get("REDIS_URL"):
        return None
    from redis.asyncio import Redis

    return Redis.from_url(environ["REDIS_URL"])  # pyright: ignore[reportUnknownMemberType]


class Board:
    """The last events: in Redis when there is one, so that all processes show the same."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._events: deque[dict[str, str]] = deque(maxlen=SHOWN)

    async def add(self, event: Event) -> None:
        """Note an event."""
        line = {
            "at": event.created_at.isoformat(sep=" ", timespec="seconds"),
            "type": event.type,
            "app": event.app_name or "",
        }
        if self._redis is None:
            self._events.appendleft(line)
            return
        async with self._redis.pipeline() as pipe:
            pipe.lpush("service:events", json.dumps(line))
            pipe.ltrim("service:events", 0, SHOWN - 1)
            await pipe.execute()

    async def lines(self) -> list[dict[str, str]]:
        """Return the last events, newest first."""
        if self._redis is None:
            return list(self._events)
        found = await self._redis.lrange("service:events", 0, SHOWN - 1)
        return [json.loads(line) for line in found]


BOARD = web.AppKey("board", Board)


async def session_context(app: web.Application) -> AsyncIterator[None]:
    """Open the session that all of this service shares."""
    async with ClientSession() as session:
        app[SESSION] = session
        yield


async def list_apps(request: web.Request) -> web.Response:
    """List the apps."""
    apps = [found async for found in get_client(request).apps.list()]
    return web.json_response(
        [{"name": found.name, "status": found.status or "unknown"} for found in apps]
    )


async def health(request: web.Request) -> web.Response:
    """Tell whether the platform can be used; it counts on the rate limit, so ask now and then."""
    result = await get_client(request).check()
    found = {"cause": result.cause, "seconds": round(result.seconds, 3)}
    return web.json_response(found, status=200 if result else 503)


async def restart(request: web.Request) -> web.Response:
    """Restart an app, and go back to the page; it goes on restarting meanwhile."""
    await get_client(request).apps.restart(request.match_info["name"])
    raise web.HTTPSeeOther("/")


async def page(request: web.Request) -> web.Response:
    """Show the apps and the last events."""
    apps = [found async for found in get_client(request).apps.list()]
    rows = "".join(
        f"<tr><td>{escape(found.name)}</td><td>{escape(found.status or 'unknown')}</td><td>"
        f'<form method="post" action="/apps/{escape(found.name)}/restart">'
        "<button>Restart</button></form></td></tr>"
        for found in apps
    )
    events = "".join(
        f"<li>{escape(line['at'])} <b>{escape(line['type'])}</b> {escape(line['app'])}</li>"
        for line in await request.app[BOARD].lines()
    )
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>My apps</title>'
        f"<h1>My apps</h1><table>{rows}</table>"
        f"<h2>Last events</h2><ul id=events>{events or '<li>none yet</li>'}</ul></html>"
    )
    return web.Response(text=text, content_type="text/html")


def make_app(environ: dict[str, str]) -> web.Application:
    """Make the application; processes share what they may."""
    redis = redis_of(environ)
    secret = environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)
    limit, max_wait = environ.get("RATE_LIMIT", "60/60s"), float(environ.get("MAX_WAIT", "5"))

    def make_client(*, transport: Transport) -> AsyncClient:
        # A user waits for the page, so no call may take long.
        if redis is None:
            return AsyncClient.from_env(
                environ=environ,
                transport=transport,
                deadline=30,
                max_wait=max_wait,
                rate_limit=limit,
            )
        from scalingo_async.integrations.redis import RedisLimiters, RedisTokens

        return AsyncClient.from_env(
            environ=environ,
            transport=transport,
            deadline=30,
            max_wait=max_wait,
            rate_limit=limit,
            limiters=RedisLimiters(redis, local_share=0.25),
            token_store=RedisTokens(redis, environ["TOKEN_KEY"]),
        )

    receiver = WebhookReceiver(secret)
    if redis is not None:
        from scalingo_async.integrations.redis import RedisSeenEvents

        seen: SeenEvents = RedisSeenEvents(redis)
        receiver = WebhookReceiver(secret, seen=seen)

    app = web.Application(middlewares=[request_id_middleware(), error_middleware()])
    app[BOARD] = Board(redis)
    app.cleanup_ctx.extend([session_context, client_sharing(SESSION, make_client)])
    app.add_routes(
        [
            web.get("/", page),
            web.get("/apps", list_apps),
            web.get("/health", health),
            web.post("/apps/{name}/restart", restart),
            *webhook_routes(receiver, app[BOARD].add),
        ]
    )
    return app


def main() -> None:
    """Serve it, against a sandbox when there is no token."""
    environ = dict(os.environ)
    port = int(environ.get("PORT", "8000"))
    if environ.get("SCALINGO_API_TOKEN"):
        web.run_app(make_app(environ), host="127.0.0.1", port=port, access_log=None)
        return
    from scalingo_async.sandbox import Sandbox

    with Sandbox(apps=8).running() as sandbox:
        print(f"A sandbox at {sandbox.url}: nothing real is touched.", flush=True)
        app = make_app({**environ, **sandbox.environ()})
        web.run_app(app, host="127.0.0.1", port=port, access_log=None)


if __name__ == "__main__":
    main()
