"""Headers are encoded once for calls that have the same: each request still carries its own."""

from __future__ import annotations

import pytest
from instruments.wire import always, answer, serving

from scalingo_async.request import Request
from scalingo_async.types import Headers
from transports.sending import HEADERS, request_to

pytestmark = pytest.mark.anyio


def with_headers(request, headers):
    return Request(
        request.method,
        request.url,
        headers,
        request.endpoint,
        request.content,
        None,
        request.options,
    )


async def test_requests_on_one_connection_carry_their_own_headers(kind):
    first, second = Headers(HEADERS), Headers({**HEADERS, "authorization": "Bearer newer"})
    async with serving(always(answer(b"{}"))) as wire, kind.open() as transport:
        url = f"{wire.url}/one"
        plain = request_to(url)
        sent = [
            with_headers(plain, first),
            with_headers(plain, first),
            with_headers(plain, second),
            with_headers(request_to(url, "POST", content=b"{}"), second),
            with_headers(request_to(url, "POST"), second),
            with_headers(request_to(url, "POST", content=b"x" * 100_000), second),
            with_headers(plain, second),
            with_headers(plain, first),
        ]
        for request in sent:
            assert (await transport.send(request)).status_code == 200
    assert wire.connections == 1
    for request, got in zip(sent, wire.requests, strict=True):
        for name, value in request.headers.items():
            assert got.all(name) == [value]
        assert len(got.all("host")) == 1
        assert got.body == (request.content or b"")
        length = [str(len(got.body))] if request.method == "POST" else []
        assert got.all("content-length") == length
