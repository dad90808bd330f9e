"""`client.deployments`: the newest one, and what to do when an app has none."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from api_facts import FakeTransport, client_of
from tables import each

from scalingo_async import Headers, InvalidArgumentError, Response

pytestmark = pytest.mark.anyio


class Deployments(FakeTransport):
    """Lists deployments, so many on each page."""

    def __init__(self, *counts):
        super().__init__()
        self.counts = counts

    async def send(self, request):
        self.requests.append(request)
        number = int(parse_qs(urlsplit(request.url).query).get("page", ["1"])[0])
        made = [
            {"id": f"d-{number}-{n}", "app_id": "a", "created_at": "2030-01-02T03:04:05Z"}
            for n in range(self.counts[number - 1])
        ]
        last = number == len(self.counts)
        position = {
            "current_page": number,
            "next_page": None if last else number + 1,
            "prev_page": None,
            "total_pages": len(self.counts),
            "total_count": sum(self.counts),
        }
        body = {"deployments": made, "meta": {"pagination": position}}
        return Response(200, Headers(), json.dumps(body).encode())


@each(("counts", "found", "requests"), [
    ((1,), "d-1-0", 1), ((1, 1, 1), "d-1-0", 1), ((0,), None, 1), ((0, 0, 1), "d-3-0", 3),
])  # fmt: skip
async def test_the_latest_deployment(counts, found, requests):
    transport = Deployments(*counts)
    async with client_of(transport) as client:
        newest = await client.deployments.latest("my-app")
    assert (newest.id if newest else None) == found
    assert len(transport.requests) == requests
    assert "per_page=1" in transport.requests[0].url


async def test_the_latest_deployment_can_be_waited_for():
    async with client_of(Deployments(1)) as client:
        newest = await client.deployments.latest("my-app")
        newest.status = "success"
        assert await newest.wait() is newest


@each("method", ["get", "output"])
async def test_no_deployment_yet_says_what_to_do(method):
    transport = Deployments(1)
    async with client_of(transport) as client:
        with pytest.raises(InvalidArgumentError, match=r"deployment_id is None: .*\.latest\(app\)"):
            await getattr(client.deployments, method)("my-app", None)
    assert transport.requests == []
