"""Redirects: whatever one says, an API's is an error, and a download's takes no secret along."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from instruments.wire import PATIENCE, always, answer, serving

from scalingo_async import AsyncClient, RetryPolicy
from scalingo_async.errors import APIConnectionError, APIStatusError, UntrustedURLError

pytestmark = pytest.mark.anyio

CANARY = "canary-0123456789"
STATUSES = (301, 302, 303, 307, 308)
TARGETS = {
    # where it leads, and whether a download may go there
    "the same place": ("/elsewhere", True),
    "another port": ("{other}/elsewhere", True),
    "the same host, encrypted": ("https://localhost:1/elsewhere", None),
    "a host below": ("http://below.localhost:{port}/elsewhere", False),
    "another host": ("http://storage.example.com/elsewhere", False),
    "a user": ("http://user:password@localhost:{port}/elsewhere", False),
    "a host without a scheme": ("//storage.example.com/elsewhere", False),
    "no HTTP": ("file:///etc/passwd", False),
}
"""`None`: it may go there, and nobody answers."""

CALLS: dict[str, Callable[[AsyncClient], Awaitable[Any]]] = {
    "a bearer token": lambda c: c.apps.get("my-app"),
    "an addon's token": lambda c: c.databases.get("my-app", "ad-1"),
    "a one-time code": lambda c: c.tokens.create(name="mine", otp=CANARY),
    "a body": lambda c: c.variables.create("my-app", name="A", value=CANARY),
    "a header of the caller's": lambda c: c.apps.list(headers={"x-mine": CANARY}),
}


def client_of(kind, url: str) -> AsyncClient:
    return AsyncClient(
        bearer_token=CANARY,
        api_url=url,
        auth_url=url,
        database_url=url,
        rate_limit=None,
        max_retries=0,
        retry=RetryPolicy(base=0.0, cap=0.0),
        transport=kind.make(trust_env=False),
    )


def redirecting(status: int, target: str, other: str):
    """Hand out the token of an addon, and redirect everything else but what was redirected."""
    token = answer(b'{"addon": {"id": "ad-1", "token": "canary-of-the-addon"}}')

    async def behave(peer):
        while True:
            received = await peer.request()
            if received.target.endswith("/token"):
                await peer.send(token)
            elif received.target == "/elsewhere":
                await peer.send(answer(b"moved"))
            else:
                where = target.format(port=peer.wire.port, other=other)
                await peer.send(answer(b"", f"{status} Moved", f"Location: {where}"))

    return behave


async def test_no_redirect_of_an_api_is_followed(kind):
    """Neither by the library beneath: five statuses, eight targets, five kinds of secrets."""
    seen = 0
    async with serving(always(answer(b"{}"))) as other:
        for status in STATUSES:
            for name, (target, _) in TARGETS.items():
                async with serving(redirecting(status, target, other.url)) as wire:
                    async with client_of(kind, wire.url) as client:
                        for secret, call in CALLS.items():
                            with anyio.fail_after(PATIENCE), pytest.raises(APIStatusError) as it:
                                await call(client)
                            said = f"{status} to {name} with {secret}"
                            assert it.value.status_code == status, said
                            assert "canary" not in str(it.value), said
                            seen += 1
                    targets = [received.target for received in wire.requests]
                    # One request for each call, and one for the token of the addon.
                    assert len(targets) == len(CALLS) + 1, f"{status} to {name}: {targets}"
                    assert "/elsewhere" not in targets, f"{status} to {name}"
        assert other.connections == 0
    assert seen == 200, f"{seen} redirects were tried"


async def test_a_download_follows_where_it_may_and_takes_no_secret_along(kind, tmp_path):
    followed = 0
    async with serving(always(answer(b"moved"))) as other:
        for status in STATUSES:
            for name, (target, allowed) in TARGETS.items():
                async with serving(redirecting(status, target, other.url)) as wire:
                    path = tmp_path / f"{status}-{name}"
                    async with client_of(kind, wire.url) as client:
                        if allowed:
                            await client.sources.download(f"{wire.url}/file?x={CANARY}", path)
                            assert path.read_bytes() == b"moved"
                            followed += 1
                        else:
                            error = UntrustedURLError if allowed is False else APIConnectionError
                            with pytest.raises(error):
                                await client.sources.download(f"{wire.url}/file", path)
                            assert not path.exists()
                    for received in wire.requests:
                        assert "canary" not in str(received.headers), f"{status} to {name}"
        assert other.connections == len(STATUSES)
        for received in other.requests:
            assert (received.method, received.target) == ("GET", "/elsewhere")
            assert "canary" not in str(received.headers)
    assert followed == 2 * len(STATUSES)
