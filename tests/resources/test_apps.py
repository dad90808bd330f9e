"""`client.apps`: whether one exists."""

import pytest
from sandbox_client import client_of

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


async def test_an_app_exists_or_not():
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with client_of(sandbox) as client:
        assert await client.apps.exists(sandbox.apps()[0].name)
        assert not await client.apps.exists("no-such-app")
