"""`client.private_networks`: pages that are nested in their root."""

import json
from urllib.parse import urlsplit

import pytest
from api_facts import FakeTransport, client_of

from scalingo_async import Headers, Response


class Pages(FakeTransport):
    """Answers with one page after the other, the last one again and again."""

    def __init__(self, *pages):
        super().__init__()
        self.pages = pages

    async def send(self, request):
        content = self.pages[min(len(self.requests), len(self.pages) - 1)]
        self.requests.append(request)
        return Response(200, Headers(), json.dumps(content).encode())


@pytest.mark.anyio
async def test_a_page_that_is_nested_in_its_root_leads_to_the_next():
    def page(number, name):
        meta = {"current_page": number, "prev_page": 1, "next_page": 2}
        meta |= {"total_pages": 2, "total_count": 2, "per_page": 1}
        return {"domain_names": {"data": [name], "meta": meta}}

    transport = Pages(page(1, "a."), page(2, "b."))
    async with client_of(transport) as client:
        names = client.private_networks.domain_names.list("my-app", per_page=1)
        assert [name async for name in names] == ["a.", "b."]
        assert (await names).meta.total_count == 2
    # The last page names itself as the next one: that is no reason to ask again.
    queries = [urlsplit(request.url).query for request in transport.requests]
    assert queries == ["per_page=1", "page=2&per_page=1", "per_page=1"]
