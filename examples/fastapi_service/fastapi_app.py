"""A FastAPI service: shows apps, their logs and the events of its webhook, and restarts apps.

    python examples/fastapi_service/fastapi_app.py

With no SCALINGO_API_TOKEN set it starts a sandbox, an in-memory Scalingo on a port of this machine.
In production it is served by as many workers as you like, which share the limit and the token
through REDIS_URL, with TOKEN_KEY to encrypt the token:

    uvicorn fastapi_app:app --app-dir examples/fastapi_service --workers 4

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

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from scalingo_async import AsyncClient, WebhookReceiver
from scalingo_async.integrations.fastapi import (
    Client,
    RequestIdMiddleware,
    add_error_handlers,
    client_lifespan,
    webhook_router,
)

sys.path.append(str(Path(__file__).resolve().parents[1]))

from service_page.known import Knowledge
from service_page.pages import HEADERS, STATIC, problem_page
from service_page.problems import ProblemError
from service_page.site import Site, announce
from service_page.store import store_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from redis.asyncio import Redis

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


SECRET = os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)


def make_receiver() -> WebhookReceiver:
    """Make what checks the webhooks."""
    if redis is None:
        return WebhookReceiver(SECRET)
    from scalingo_async.integrations.redis import RedisSeenEvents

    return WebhookReceiver(SECRET, seen=RedisSeenEvents(redis))


known = Knowledge(store_of(redis))
site = Site(known, public_url=os.environ.get("PUBLIC_URL"))
# The documentation pages of FastAPI load scripts from another site.
app = FastAPI(title="My apps", lifespan=client_lifespan(make_client), docs_url=None, redoc_url=None)
app.add_middleware(RequestIdMiddleware)
add_error_handlers(app)
app.include_router(webhook_router(make_receiver(), known.add_event))
app.mount("/static", StaticFiles(directory=STATIC))


@app.middleware("http")
async def add_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Add the security headers to all responses."""
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


@app.exception_handler(ProblemError)
async def show_problem(_: Request, error: ProblemError) -> HTMLResponse:
    """Show what went wrong instead of a page."""
    problem = error.problem
    headers = {"Retry-After": problem.retry_after} if problem.retry_after else None
    return HTMLResponse(problem_page(problem), problem.status, headers)


@app.get("/apps")
async def list_apps(client: Client) -> list[dict[str, str]]:
    """List the apps, for programs."""
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


@app.get("/", response_class=HTMLResponse)
async def home(request: Request, client: Client) -> str:
    """Show the apps and the last events."""
    return await site.home(client, str(request.base_url))


@app.get("/apps/{name}", response_class=HTMLResponse)
async def show(name: str, client: Client) -> str:
    """Show an app and the last lines of its log."""
    return await site.app(client, name)


@app.get("/apps/{name}/restart", response_class=HTMLResponse)
async def confirm(name: str, client: Client) -> str:
    """Ask for a confirmation of a restart."""
    return await site.confirm(client, name)


@app.post("/apps/{name}/restart")
async def restart(name: str, request: Request, client: Client) -> RedirectResponse:
    """Restart an app, and go to its page."""
    return RedirectResponse(await site.restart(client, name, request.headers), status_code=303)


def main() -> None:
    """Serve it, against a sandbox when there is no token."""
    form = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(description=__doc__, formatter_class=form).parse_args()
    import uvicorn

    port = int(os.environ.get("PORT", "8000"))
    url = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    if os.environ.get("SCALINGO_API_TOKEN"):
        # A generated secret is shown here and nowhere else.
        announce(url, SECRET, told=not os.environ.get("WEBHOOK_SECRET"))
        uvicorn.run(app, port=port, access_log=False)
        return
    from scalingo_async.sandbox import Sandbox

    with Sandbox(apps=8, operation_time=4).running() as sandbox:
        os.environ.update(sandbox.environ())
        print(f"A sandbox at {sandbox.url}: nothing real is touched.")
        site.secret = SECRET
        announce(url, SECRET, told=True)
        uvicorn.run(app, port=port, access_log=False)


if __name__ == "__main__":
    main()
