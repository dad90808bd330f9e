"""`client.billing`: where an invoice is."""

import pytest
from platform_routes import connected

from scalingo_async import ResponseDecodeError


@pytest.mark.anyio
@pytest.mark.parametrize("location", ["https://files.example.com/i.pdf?token=secret", None])
async def test_an_invoice_is_where_its_redirect_leads(location, platform):
    headers = {"location": location} if location else {}
    platform.answers("billing.invoices.download", headers=headers)
    async with connected() as client:
        if location is None:
            with pytest.raises(ResponseDecodeError, match="no URL of the file"):
                await client.billing.invoices.download_url("i")
            return
        url = await client.billing.invoices.download_url("i")
    assert url.reveal() == location
    assert "secret" not in repr(url)
