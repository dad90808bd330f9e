"""`client.apps`: whether one exists, and its firewall."""

import pytest
from sandbox_client import client_of

from scalingo_async import InvalidArgumentError, NotFoundError, ValidationFailedError
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


async def test_an_app_exists_or_not():
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with client_of(sandbox) as client:
        assert await client.apps.exists(sandbox.apps()[0].name)
        assert not await client.apps.exists("no-such-app")


async def test_the_firewall_of_an_app():
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0]
    async with client_of(sandbox) as client:
        rules = client.apps.firewall_rules
        assert await rules.list(app.name) == []
        made = await rules.create(app.name, cidr="203.0.113.0/24", label="office")
        assert (made.app_id, made.cidr, made.label) == (app.id, "203.0.113.0/24", "office")
        assert await rules.get(app.name, made.id) == made
        assert await rules.list(app.name) == [made]
        for number in range(19):
            await rules.create(app.name, cidr=f"198.51.100.{number}/32")
        with pytest.raises(ValidationFailedError, match="more than 20"):
            await rules.create(app.name, cidr="192.0.2.0/24")
        await rules.delete(app.name, made.id)
        with pytest.raises(NotFoundError):
            await rules.delete(app.name, made.id)
        sent = len(sandbox.requests)
        with pytest.raises(InvalidArgumentError, match=r"write 203\.0\.113\.7/32"):
            await rules.create(app.name, cidr="203.0.113.7")
        assert len(sandbox.requests) == sent
