"""`client.provider_apps`: the credential of the manifest."""

import base64

import pytest
from platform_routes import connected


@pytest.mark.anyio
async def test_the_provider_api_takes_the_credential_of_the_manifest(platform):
    platform.answers("provider_apps.list", {"apps": []})
    async with connected() as client:
        await client.provider_apps.list(username="me", password="canary")
    (request,) = platform.requests
    kind, _, code = request.headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(code)) == ("Basic", b"me:canary")
    assert "canary" not in repr(request)
    assert code not in repr(request)
