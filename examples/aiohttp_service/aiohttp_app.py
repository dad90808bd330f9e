"""An aiohttp service: shows apps, their logs and the events of its webhook, and restarts apps.

    python examples/aiohttp_service/aiohttp_app.py

With no SCALINGO_API_TOKEN set it starts a sandbox, an in-memory Scalingo on a port of this machine.
In production run as many processes as you like, which share the limit and the token through
REDIS_URL, with TOKEN_KEY to encrypt the token; PORT is where each listens.

WEBHOOK_SECRET is the end of the URL that the notifier sends to. Pages show it only with a sandbox,
because whoever opens a page would learn it. PUBLIC_URL is the URL of the service behind a proxy.
There is no login: put one in front before other people can reach it.

The pages are in examples/service_page.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
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

sys.path.append(str(Path(__file__).resolve().parents[1]))

from service_page.known import Knowledge
from service_page.pages import HEADERS, STATIC, problem_page
from service_page.problems import ProblemError
from service_page.site import Site, announce
from service_page.store import store_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.typedefs import Handler
    from redis.asyncio import Redis

    from scalingo_async import SeenEvents
    from scalingo_async.transports.base import Transport

SESSION = web.AppKey("session", ClientSession)
SITE = web.AppKey("site", Site)


def redis_of(environ: dict[str, str]) -> Redis | None:
    """Return the Redis that the processes share, if there is one."""
    if not environ.get("REDIS_URL"):
        return None
    from redis.asyncio import Redis

    return Redis.from_url(environ["REDIS_URL"])  # pyright: ignore[reportUnknownMemberType]


async def session_context(app: web.Application) -> AsyncIterator[None]:
    """Open the session that all of this service shares."""
    async with ClientSession() as session:
        app[SESSION] = session
        yield


async def list_apps(request: web.Request) -> web.Response:
    """List the apps, for programs."""
    apps = [found async for found in get_client(request).apps.list()]
    return web.json_response(
        [{"name": found.name, "status": found.status or "unknown"} for found in apps]
    )


async def health(request: web.Request) -> web.Response:
    """Tell whether the platform can be used; it counts on the rate limit, so ask now and then."""
    result = await get_client(request).check()
    found = {"cause": result.cause, "seconds": round(result.seconds, 3)}
    return web.json_response(found, status=200 if result else 503)


async def home(request: web.Request) -> web.Response:
    """Show the apps and the last events."""
    text = await request.app[SITE].home(get_client(request), str(request.url.origin()))
    return web.Response(text=text, content_type="text/html")


async def show(request: web.Request) -> web.Response:
    """Show an app and the last lines of its log."""
    text = await request.app[SITE].app(get_client(request), request.match_info["name"])
    return web.Response(text=text, content_type="text/html")


async def confirm(request: web.Request) -> web.Response:
    """Ask for a confirmation of a restart."""
    text = await request.app[SITE].confirm(get_client(request), request.match_info["name"])
    return web.Response(text=text, content_type="text/html")


async def restart(request: web.Request) -> web.Response:
    """Restart an app, and go to its page."""
    client, name = get_client(request), request.match_info["name"]
    raise web.HTTPSeeOther(await request.app[SITE].restart(client, name, request.headers))


@web.middleware
async def show_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show what went wrong instead of a page."""
    try:
        return await handler(request)
    except ProblemError as error:
        problem = error.problem
        headers = {"Retry-After": problem.retry_after} if problem.retry_after else None
        text = problem_page(problem)
        return web.Response(
            text=text, status=problem.status, headers=headers, content_type="text/html"
        )


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to a response."""
    response.headers.update(HEADERS)


def make_app(environ: dict[str, str], secret: str, *, told: bool = False) -> web.Application:
    """Make the application; processes share what they may.

    Args:
        environ: The environment.
        secret: The secret of the webhook.
        told: Whether pages show it.
    """
    redis = redis_of(environ)
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

    known = Knowledge(store_of(redis))
    app = web.Application(middlewares=[request_id_middleware(), error_middleware(), show_problems])
    app[SITE] = Site(known, secret if told else None, environ.get("PUBLIC_URL"))
    app.cleanup_ctx.extend([session_context, client_sharing(SESSION, make_client)])
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            web.get("/", home),
            web.get("/apps", list_apps),
            web.get("/apps/{name}", show),
            web.get("/apps/{name}/restart", confirm),
            web.post("/apps/{name}/restart", restart),
            web.get("/health", health),
            web.static("/static", STATIC),
            *webhook_routes(receiver, known.add_event),
        ]
    )
    return app


def main() -> None:
    """Serve it, against a sandbox when there is no token."""
    form = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(description=__doc__, formatter_class=form).parse_args()
    environ = dict(os.environ)
    port = int(environ.get("PORT", "8000"))
    url = environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    secret = environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)
    if environ.get("SCALINGO_API_TOKEN"):
        # A generated secret is shown here and nowhere else.
        announce(url, secret, told=not environ.get("WEBHOOK_SECRET"))
        app = make_app(environ, secret)
        web.run_app(app, host="127.0.0.1", port=port, access_log=None)
        return
    from scalingo_async.sandbox import Sandbox

    with Sandbox(apps=8, operation_time=4).running() as sandbox:
        print(f"A sandbox at {sandbox.url}: nothing real is touched.")
        announce(url, secret, told=True)
        app = make_app({**environ, **sandbox.environ()}, secret, told=True)
        web.run_app(app, host="127.0.0.1", port=port, access_log=None)


if __name__ == "__main__":
    main()
