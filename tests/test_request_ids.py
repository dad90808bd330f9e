"""Request ids: of a context, on all of its requests, and nothing else in a header."""

import anyio
import pytest
from sandbox_client import client_of

from scalingo_async import (
    InvalidArgumentError,
    current_request_id,
    new_request_id,
    request_id_context,
)
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    return Sandbox(apps=3, rate_limit=None)


def carried(sandbox: Sandbox) -> list[str | None]:
    return [request.headers.get("x-request-id") for request in sandbox.requests]


async def test_all_requests_of_a_context_carry_its_id(sandbox):
    async with client_of(sandbox) as client:
        assert current_request_id() is None
        with request_id_context("order-4711"):
            assert current_request_id() == "order-4711"
            sandbox.inject("events.list", status=503)
            name = sandbox.apps()[0].name
            assert [event async for event in client.events.list(name, per_page=2)]
            with request_id_context("inner"):
                await client.apps.get(name)
            await client.request("GET", "/apps")
            with request_id_context(None):
                await client.apps.get(name)
        await client.apps.get(name)
    assert sandbox.requests[0].operation == "tokens.exchange"
    # An exchange, a refused attempt, and the pages.
    pages = len(sandbox.requests) - 4
    assert pages >= 3
    assert carried(sandbox) == [*["order-4711"] * pages, "inner", "order-4711", None, None]


async def test_tasks_have_contexts_of_their_own(sandbox):
    async with client_of(sandbox) as client:
        name = sandbox.apps()[0].name
        both = anyio.Event()

        async def one(request_id: str) -> None:
            with request_id_context(request_id):
                if request_id == "b":
                    both.set()
                await both.wait()
                await client.apps.get(name)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one, "a")
            tasks.start_soon(one, "b")
    gets = [r for r in sandbox.requests if r.operation == "apps.get"]
    assert {r.headers.get("x-request-id") for r in gets} == {"a", "b"}


async def test_a_header_of_the_call_goes_first(sandbox):
    async with client_of(sandbox, headers={"X-Request-ID": "of the client"}) as client:
        with request_id_context("of-the-context"):
            await client.apps.list(headers={"X-Request-ID": "of the call"})
            await client.apps.list()
        await client.apps.list()
    assert carried(sandbox)[-3:] == ["of the call", "of-the-context", "of the client"]


@pytest.mark.parametrize("wrong", ["", "a b", "a\r\nb", "é", "x" * 129, "\x7f", 4711, b"bytes"])
async def test_what_is_no_id_is_refused_and_not_repeated(wrong):
    with pytest.raises(InvalidArgumentError, match="printable ASCII") as caught:
        with request_id_context(wrong):
            raise AssertionError("not entered")
    assert current_request_id() is None
    assert not wrong or str(wrong) not in str(caught.value)


async def test_ids_that_fit():
    for fitting in ("x" * 128, "!~", new_request_id()):
        with request_id_context(fitting):
            assert current_request_id() == fitting
    assert new_request_id() != new_request_id()
    with pytest.raises(ZeroDivisionError), request_id_context("x"):
        _ = 1 / 0
    assert current_request_id() is None
