"""`client.private_networks`: pages that are nested in their root."""

from itertools import chain, repeat

import pytest
from platform_routes import connected


@pytest.mark.anyio
async def test_a_page_that_is_nested_in_its_root_leads_to_the_next(platform):
    def page(number, name):
        meta = {"current_page": number, "prev_page": 1, "next_page": 2}
        meta |= {"total_pages": 2, "total_count": 2, "per_page": 1}
        return {"domain_names": {"data": [name], "meta": meta}}

    pages = chain([page(1, "a.")], repeat(page(2, "b.")))
    platform.answers("private_networks.domain_names.list", lambda _: next(pages))
    async with connected() as client:
        names = client.private_networks.domain_names.list("my-app", per_page=1)
        assert [name async for name in names] == ["a.", "b."]
        assert (await names).meta.total_count == 2
    # The last page names itself as the next one: that is no reason to ask again.
    queries = [request.url.query for request in platform.requests]
    assert queries == [b"per_page=1", b"page=2&per_page=1", b"per_page=1"]
