"""Deadlines and timeouts through the whole client, wherever a request stalls."""

import json

import anyio
import pytest
from api_facts import sample_of
from instruments.wire import (
    PATIENCE,
    always,
    answer,
    chunked,
    endless,
    serving,
    then_close,
    then_stall,
)

from scalingo_async import AsyncClient, RetryPolicy
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    DeadlineExceededError,
)
from scalingo_async.types import Timeout
from transports.sending import Kind

pytestmark = pytest.mark.anyio

SOON = 0.05
"""A limit that is meant to be reached, in seconds."""

APP = json.dumps({"app": sample_of("App", full=False) | {"name": "my-app"}}).encode()


def client_of(kind: Kind, url: str, connections: int = 10, **settings) -> AsyncClient:
    return AsyncClient(
        bearer_token="tk-not-a-real-one",
        api_url=url,
        auth_url=url,
        database_url=url,
        rate_limit=None,
        max_retries=0,
        # No test waits for what is between two attempts.
        retry=RetryPolicy(base=0.0, cap=0.0),
        transport=kind.make(trust_env=False, max_connections=connections),
        **settings,
    )


def after_one(behaviour):
    """Answer one request first, so that a connection is there before time matters."""

    async def behave(peer):
        await peer.request()
        await peer.send(answer(APP))
        await behaviour(peer)

    return behave


STALLS = {
    "headers": then_stall(),
    "headers half way": then_stall(b"HTTP/1.1 200 OK\r\nA: "),
    "body": then_stall(answer(APP)[:-5]),
    "one byte at a time": endless(chunked(), then=b"1\r\n \r\n"),
    "early answers for ever": endless(then=b"HTTP/1.1 102 Processing\r\n\r\n"),
}


@pytest.mark.parametrize("name", STALLS)
async def test_deadlines(kind, name):
    async with serving(after_one(STALLS[name])) as wire, client_of(kind, wire.url) as client:
        await client.apps.get("my-app", deadline=PATIENCE)
        with anyio.fail_after(PATIENCE), pytest.raises(DeadlineExceededError) as caught:
            await client.apps.get("my-app", deadline=SOON)
        assert caught.value.sent
        assert caught.value.phase in {"write", "read"}
        assert f"it was at: {caught.value.phase}" in str(caught.value)
        assert wire.connections == 1


async def test_a_deadline_during_a_handshake(kind):
    async def read_nothing(peer):
        await anyio.sleep_forever()

    async with serving(read_nothing) as wire:
        url = wire.url.replace("http:", "https:")
        async with client_of(kind, url, deadline=SOON) as client:
            with anyio.fail_after(PATIENCE), pytest.raises(DeadlineExceededError) as caught:
                await client.apps.get("my-app")
            assert (caught.value.phase, caught.value.sent) == ("connect", False)


async def test_a_deadline_in_line_for_a_connection(kind):
    async with (
        serving(then_stall()) as wire,
        client_of(kind, wire.url, 1) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(client.apps.get, "one")
        await wire.stalled.wait()
        with pytest.raises(DeadlineExceededError) as caught:
            await client.apps.get("two", deadline=SOON)
        assert (caught.value.phase, caught.value.sent) == ("pool", False)
        tasks.cancel_scope.cancel()
    assert [seen.target for seen in wire.requests] == ["/v1/apps/one"]


async def test_a_timeout_ends_an_attempt(kind):
    async with (
        serving(then_stall()) as wire,
        client_of(kind, wire.url, timeout=Timeout(read=SOON)) as client,
    ):
        for call, requests in ((client.apps.get, 3), (client.apps.delete, 1)):
            more = {"current_name": "my-app"} if call == client.apps.delete else {}
            before = len(wire.requests)
            with anyio.fail_after(PATIENCE), pytest.raises(APITimeoutError) as caught:
                await call("my-app", **more, max_retries=requests - 1)
            assert (caught.value.phase, caught.value.sent) == ("read", True)
            assert len(wire.requests) - before == requests


async def test_what_may_not_be_repeated_is_not(kind):
    async with serving(then_close()) as wire, client_of(kind, wire.url) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.apps.create(name="my-app", max_retries=5)
        assert caught.value.sent
    assert len(wire.requests) == 1


async def test_closing_the_client_ends_its_calls(kind):
    errors = []

    async def one():
        try:
            await client.apps.get("my-app")
        except ClientClosedError as error:
            errors.append(error)

    async with serving(then_stall()) as wire, client_of(kind, wire.url, 3) as client:
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                for _ in range(10):
                    tasks.start_soon(one)
                await wire.stalled.wait()
                await client.aclose()
            await wire.all_closed()
        assert len(errors) == 10
        await client.aclose()
        with pytest.raises(ClientClosedError):
            await client.apps.get("my-app")


async def test_clients_share_nothing(kind):
    async with (
        serving(always(answer(APP))) as wire,
        client_of(kind, wire.url) as one,
        client_of(kind, wire.url) as other,
    ):
        await one.apps.get("my-app")
        await other.apps.get("my-app")
        await one.aclose()
        assert (await other.apps.get("my-app")).name == "my-app"
        assert wire.connections == 2
