"""`client.deployments`: the newest one, and what to do when an app has none."""

import pytest
from platform_routes import connected
from tables import each

from scalingo_async import InvalidArgumentError

pytestmark = pytest.mark.anyio


class Deployments:
    """Lists deployments, so many on each page."""

    def __init__(self, *counts):
        self.counts = counts

    def __call__(self, request):
        number = int(request.url.params.get("page", "1"))
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
        return {"deployments": made, "meta": {"pagination": position}}


@each(("counts", "found", "requests"), [
    ((1,), "d-1-0", 1), ((1, 1, 1), "d-1-0", 1), ((0,), None, 1), ((0, 0, 1), "d-3-0", 3),
])  # fmt: skip
async def test_the_latest_deployment(counts, found, requests, platform):
    platform.answers("deployments.list", Deployments(*counts))
    async with connected() as client:
        newest = await client.deployments.latest("my-app")
    assert (newest.id if newest else None) == found
    assert len(platform.requests) == requests
    assert platform.requests[0].url.params["per_page"] == "1"


async def test_the_latest_deployment_can_be_waited_for(platform):
    platform.answers("deployments.list", Deployments(1))
    async with connected() as client:
        newest = await client.deployments.latest("my-app")
        newest.status = "success"
        assert await newest.wait() is newest


@each("method", ["get", "output"])
async def test_no_deployment_yet_says_what_to_do(method, platform):
    async with connected() as client:
        with pytest.raises(InvalidArgumentError, match=r"deployment_id is None: .*\.latest\(app\)"):
            await getattr(client.deployments, method)("my-app", None)
    assert platform.requests == []
