"""A client of a sandbox: in process, or over real sockets."""

from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx

from scalingo_async import AsyncClient, RetryPolicy
from scalingo_async.sandbox import Sandbox
from scalingo_async.transports.httpx import HttpxTransport

UNSERVED = Sandbox(apps=0).url
"""The URL of a sandbox that is used in process."""

QUICK = RetryPolicy(base=0.0, cap=0.0)
"""No pauses between attempts."""


def transport_of(sandbox: Sandbox) -> HttpxTransport | None:
    """Return what leads to a sandbox that is not served; `None` for one that is."""
    return (
        None
        if sandbox.url != UNSERVED
        else HttpxTransport(transport=httpx.ASGITransport(app=sandbox.app))
    )


def client_of(sandbox: Sandbox, **settings: Any) -> AsyncClient:
    """Make a client of a sandbox, without a rate limit unless one is given."""
    given = {"rate_limit": None, "retry": QUICK, "trust_env": False, **settings}
    if "transport" not in given:
        given["transport"] = transport_of(sandbox)
    return AsyncClient.from_env(environ=sandbox.environ(), **given)


@asynccontextmanager
async def served(sandbox: Sandbox):
    """Serve a sandbox; starting and stopping it blocks, so a thread does."""
    context = sandbox.running()
    await anyio.to_thread.run_sync(context.__enter__)
    try:
        yield sandbox
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(context.__exit__, None, None, None)


async def at_once(*calls) -> list[Any]:
    """Make calls at once; returns what they returned or raised, in order."""
    results: list[Any] = [None] * len(calls)

    async def one(number: int, call: Any) -> None:
        try:
            results[number] = await call()
        except Exception as error:
            results[number] = error

    async with anyio.create_task_group() as tasks:
        for number, call in enumerate(calls):
            tasks.start_soon(one, number, call)
    return results
