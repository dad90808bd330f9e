"""`client.addons`: found by provider, plans by name."""

import json

import pytest
from api_facts import FakeTransport, client_of, sample_of
from tables import each

from scalingo_async import Headers, NotFoundError, Response

from .answers import Answer, client_with

pytestmark = pytest.mark.anyio


@each(
    ("wanted", "found"),
    [("PostgreSQL", "ad-1"), ("postgresql", "ad-1"), ("redis® oss", "ad-2"), ("mysql", None)],
)
async def test_an_addon_is_found_by_its_provider(wanted: str, found: str | None):
    answer = Answer(
        {
            "addons": [
                sample_of("Addon", full=False)
                | {"id": id_, "addon_provider": {"id": provider, "name": name}}
                for id_, provider, name in (
                    ("ad-0", "mongo", "MongoDB®"),
                    ("ad-1", "postgresql", "PostgreSQL"),
                    ("ad-2", "redis", "Redis® OSS"),
                )
            ]
        }
    )
    async with client_with(answer) as client:
        addon = await client.addons.find("my-app", wanted)
    assert (addon.id if addon else None) == found
    assert answer.count == 1


@each("name", ["postgresql-starter-512", "starter-512", "huge"])
async def test_a_plan_is_found_by_its_name(name: str):
    answer = Answer(
        {"plans": [{"id": "p1", "name": "postgresql-starter-512", "display_name": "Starter 512M"}]}
    )
    async with client_with(answer) as client:
        plan = await client.addons.providers.find_plan("postgresql", name)
    assert (plan.id if plan else None) == (None if name == "huge" else "p1")


class Providers(FakeTransport):
    """Knows no provider that it is asked for, and lists those that there are, if it does."""

    def __init__(self, status=200):
        super().__init__()
        self.status = status

    async def send(self, request):
        self.requests.append(request)
        if request.endpoint.id == "addons.providers.plans":
            return Response(404, Headers(), b'{"resource": "addon_provider", "error": "not found"}')
        known = [{"id": "redis", "name": "Redis"}, {"id": "postgresql", "name": "PostgreSQL"}]
        return Response(self.status, Headers(), json.dumps({"addon_providers": known}).encode())


async def test_a_provider_that_is_not_known_is_an_error_that_names_the_others():
    transport = Providers()
    async with client_of(transport) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.addons.providers.find_plan("postgres", "starter-512")
    said = "there is no addon provider 'postgres'; there are postgresql, redis"
    assert caught.value.message == said
    assert said in str(caught.value)
    assert caught.value.resource == "addon_provider"
    assert len(transport.requests) == 2


async def test_the_error_stays_when_nobody_knows_the_others():
    async with client_of(Providers(status=503)) as client:
        with pytest.raises(NotFoundError, match="addon_provider not found"):
            await client.addons.providers.find_plan("postgres", "starter-512")
