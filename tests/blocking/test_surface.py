"""The blocking client is the async one without `await`: each operation, and each of its names."""

import pytest
from api_facts import (
    CALLS,
    OPERATIONS,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    method_of,
)

from scalingo_async import Page, PendingOperation
from scalingo_async.blocking import Client
from scalingo_async.blocking.facade import Facade

SETTINGS = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0}


def told(request):
    """Return what a request says."""
    return request.method, request.url, dict(request.headers), request.content


def plain(value):
    """Return a value in a form that is equal for equal values."""
    if isinstance(value, PendingOperation):
        return (value.app, value.id, plain(value.value))
    return (list(value), value.meta, value.next_cursor) if isinstance(value, Page) else value


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_each_operation_asks_and_returns_what_the_async_one_does():
    """All of them in one test: one client would not do, as each has an answer of its own."""
    import anyio.to_thread

    wrong = {}
    for id_ in CALLS:
        fact, answer = OPERATIONS[id_], answer_to(id_)
        there, here = (
            FakeTransport(fact["status"], answer, addon_tokens=id_ != "addons.token")
            for _ in range(2)
        )
        async with client_of(there) as client:
            ids, rest = arguments(client, id_)
            expected = await method_of(client, id_)(*ids, **rest)

        def block(here=here, id_=id_, ids=ids, rest=rest):
            with Client(transport=here, **SETTINGS) as client:
                result = method_of(client, id_)(*ids, **rest)
                return result.page() if isinstance(result, Facade) else result

        result = await anyio.to_thread.run_sync(block)
        same = plain(result) == plain(expected) and type(result) is type(expected)
        if not same or list(map(told, here.requests)) != list(map(told, there.requests)):
            wrong[id_] = result
    assert wrong == {}
