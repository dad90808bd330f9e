import pytest

from scalingo_async.sandbox import ManualClock, Sandbox

from .bare_client import Api


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
