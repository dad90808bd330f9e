"""Every list that comes in pages: read to where it says that it ends."""

import pytest
from list_pages import PAGED, listed, page_of
from platform_routes import connected
from tables import each

from scalingo_async import PaginationError, pagination

pytestmark = pytest.mark.anyio


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
        return page_of(self.id, self.counts, number)


@pytest.fixture
async def client():
    async with connected() as client:
        yield client


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
