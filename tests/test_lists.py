"""Every list that comes in pages: read to where it says that it ends."""

import json

import pytest
from api_facts import OPERATIONS, answer_to, arguments, method_of
from platform_routes import connected
from tables import each

from scalingo_async import PaginationError, pagination

pytestmark = pytest.mark.anyio

PAGED = sorted(id_ for id_, fact in OPERATIONS.items() if fact["pagination"] != "none")
BY_CURSOR = {id_ for id_ in PAGED if OPERATIONS[id_]["pagination"] == "cursor"}


class Pages:
    """The pages of a list, as answers to the requests for them: so many items on each."""

    def __init__(self, id_, counts):
        self.id = id_
        self.counts = counts
        self.asked = []

    def __call__(self, request):
        query = request.url.params
        number = int(query.get("page", query.get("cursor", "1")))
        self.asked.append(number)
        body = json.loads(answer_to(self.id, full=False))
        root = next(key for key, value in body.items() if isinstance(value, list))
        item = body[root][0]
        ids = [number * 10 + n for n in range(self.counts[number - 1])]
        if isinstance(item, dict) and "id" in item:
            body[root] = [{**item, "id": type(item["id"])(id_)} for id_ in ids]
        else:
            body[root] = [item] * len(ids)
        following = number + 1 if number < len(self.counts) else None
        if self.id in BY_CURSOR:
            return body | {"next_cursor": following, "has_more": following is not None}
        position = {
            "current_page": number,
            "next_page": following,
            "prev_page": number - 1 or None,
            "total_pages": len(self.counts),
            "total_count": sum(self.counts),
        }
        return body | {"meta": {"pagination": position}}


@pytest.fixture
async def client():
    async with connected() as client:
        yield client


def listed(client, id_):
    """Call a list method for all that it has."""
    ids, rest = arguments(client, id_)
    parts = {"page", "per_page", "cursor", "from_"}
    return method_of(client, id_)(*ids, **{k: v for k, v in rest.items() if k not in parts})


@each("id_", PAGED)
async def test_an_empty_page_is_not_the_end_of_a_list(id_, platform, client):
    platform.answers(id_, pages := Pages(id_, [2, 0, 0, 1, 0]))
    assert len(await listed(client, id_).collect()) == 3
    assert pages.asked == [1, 2, 3, 4, 5]


@each("id_", PAGED)
async def test_empty_pages_are_not_read_for_ever(id_, platform, client, monkeypatch):
    monkeypatch.setattr(pagination, "EMPTY_PAGES", 7)
    platform.answers(id_, pages := Pages(id_, [1] + [0] * 20))
    with pytest.raises(PaginationError, match=f"{id_}: .*7 were empty"):
        await listed(client, id_).collect()
    assert pages.asked == [1, 2, 3, 4, 5, 6, 7, 8]
