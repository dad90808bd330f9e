from zlib import crc32

import pytest
from sweeps import sweep

from scalingo_async.sandbox import ManualClock, Sandbox

from .bare_client import Api


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc):
    """Ask routes in process on one event loop, and not with old libraries: they await nothing."""
    test = metafunc.definition
    if test.get_closest_marker("in_process") is None or "api" not in metafunc.fixturenames:
        return
    loops = ["asyncio", "trio"]
    if crc32(test.name.encode()) % 2:
        loops.reverse()
    marks = (pytest.mark.sweep, pytest.mark.slow)
    chosen = [
        pytest.param(loop, marks=marks)
        for loop in loops[: sweep("event loops of a route in process")]
    ]
    test.add_marker(pytest.mark.parametrize("anyio_backend", chosen))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def sandbox(clock):
    return Sandbox(apps=12, rate_limit=None, clock=clock)


@pytest.fixture
async def api(sandbox):
    """The sandbox's user, signed in."""
    async with Api(sandbox) as api:
        await api.sign_in()
        yield api


@pytest.fixture
async def path(api):
    """The path of a new app, `some-example-app`."""
    app = (await api.ok("POST", "/v1/apps", {"app": {"name": "some-example-app"}}))["app"]
    return f"/v1/apps/{app['id']}"


@pytest.fixture
async def app(api):
    """A new app that has never been deployed."""
    return (await api.ok("POST", "/v1/apps", {"app": {"name": "some-example-app"}}))["app"]


@pytest.fixture
def deployed(sandbox):
    """An app that runs, with two container types."""
    return next(row for row in sandbox.apps() if set(row.formation) == {"web", "worker"})
