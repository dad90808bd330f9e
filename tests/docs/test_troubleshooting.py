"""The page on troubleshooting quotes the messages that users really see."""

import asyncio
import gc
import http.server
import re
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager

import httpx
import pytest
import trustme
from docs_pages import DOCS, blocks

from scalingo_async import AsyncClient
from scalingo_async.blocking import Client
from scalingo_async.sandbox import Sandbox

PAGE = DOCS / "how-to" / "troubleshooting.md"

QUOTED = [block.source.strip() for block in blocks(PAGE) if block.language == "text"]
"""What stands alone; what is right behind Python is compared where the page is run."""

ELSEWHERE = {"INFO:scalingo_async:waiting 60 s for the rate limit, 1 call in the queue"}
"""It takes a wait of more than a second: `tests/test_long_waits.py` has it."""

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def client(url, **settings):
    hosts = dict.fromkeys(("api_url", "auth_url", "database_url", "billing_url"), url)
    return AsyncClient("tk-us-x", **hosts, max_retries=0, **settings)


@contextmanager
def untrusted():
    """Serve with a certificate of an authority that nobody knows."""
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(settings)
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        server.handle_error = lambda *_: None
        server.socket = settings.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def said(monkeypatch):
    """What went wrong in all these ways, one message for each."""
    found = []

    def note(main):
        try:
            asyncio.run(main())
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")

    with (
        Sandbox(apps=1, names=["my-app"]).running() as sandbox,
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        environ = sandbox.environ()

        def of(**settings):
            return AsyncClient.from_env(environ=environ, **settings)

        def call(method, *args, settings=None, **kwargs):
            async def main():
                async with of(**(settings or {})) as client:
                    await getattr(client.apps, method)(*args, **kwargs)

            note(main)

        def crowded(**options):
            async def main():
                async with of(rate_limit="1/60s") as client:
                    await client.apps.get("my-app")
                    await client.apps.get("my-app", **options)

            note(main)

        crowded(max_wait=1)
        crowded(deadline=0.2)
        sandbox.inject("apps.get", status=429)
        call("get", "my-app", settings={"rate_limit": None, "max_retries": 0})
        call("get", "no-such-app")
        html = {"content-type": "text/html"}
        sandbox.inject("apps.get", status=200, body="<html>Log in", headers=html)
        call("get", "my-app")

        async def no_token():
            AsyncClient.from_env(environ={})

        async def closed():
            async with of() as client:
                pass
            await client.apps.get("my-app")

        async def no_await():
            async with of() as client:
                asked = client.apps.get("my-app")
                try:
                    asked.name  # noqa: B018
                finally:
                    asked.close()

        async def plain_for():
            async with of() as client:
                for _ in client.apps.list():
                    pass

        async def together():
            async with of() as client, asyncio.TaskGroup() as tasks:
                tasks.create_task(client.apps.get("no-such-app"))

        async def blocking():
            with Client.from_env(environ=environ) as client:
                client.apps.get("my-app")

        async def wrong_token():
            wrong = {**environ, "SCALINGO_API_TOKEN": "tk-us-wrong"}
            async with AsyncClient.from_env(environ=wrong) as client:
                await client.users.self()

        for main in (
            wrong_token, no_token, closed, no_await, plain_for, together, blocking,
        ):  # fmt: skip
            note(main)

        async def elsewhere():
            async with of() as client:
                await client.region("osc-mars-1").apps.list()

        note(elsewhere)

        kept = [of()]
        mine = [httpx.AsyncClient()]

        async def use_again():
            await kept[0].apps.get("my-app")

        async def share():
            await of(http_client=mine[0]).apps.get("my-app")

        for main in (use_again, use_again, share, share):
            note(main)

        with untrusted() as url:

            async def distrust():
                async with client(url) as strict:
                    await strict.users.self()

            note(distrust)

        def unknown(*_, **__):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", unknown)

            async def lost():
                async with client("https://no-such-host.example.com") as far:
                    await far.users.self()

            note(lost)
        kept.clear()
        mine.clear()
        gc.collect()

    return found + [f"{warning.category.__name__}: {warning.message}" for warning in warned]


def test_the_messages_are_those_that_users_see(said):
    assert len(QUOTED) > 15
    known = [NUMBER.sub("N", message) for message in said]
    missing = [
        quoted
        for quoted in QUOTED
        if quoted not in ELSEWHERE
        and not any(NUMBER.sub("N", quoted) in message for message in known)
    ]
    assert not missing, "\n".join([*missing, "", "seen:", *said])
