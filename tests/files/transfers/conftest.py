"""Both event loops, and each transport on those that it works on."""

import pytest

from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport

CASES = [(HttpxTransport, "asyncio"), (HttpxTransport, "trio"), (AiohttpTransport, "asyncio")]


@pytest.fixture(params=CASES, ids=[f"{kind.__name__}-{backend}" for kind, backend in CASES])
def case(request):
    return request.param


@pytest.fixture
def transport(case):
    """A transport; the client that it is given to closes it."""
    return case[0](trust_env=False)


@pytest.fixture
def anyio_backend(request):
    if "case" in request.fixturenames:
        return request.getfixturevalue("case")[1]
    return request.getfixturevalue("backend")


@pytest.fixture(params=["asyncio", "trio"])
def backend(request):
    return request.param
