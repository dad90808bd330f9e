"""Headers are encoded once for calls that have the same: each request still carries its own."""

from __future__ import annotations

from contextlib import asynccontextmanager

import aiohttp
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


async def test_requests_to_several_hosts_name_each_its_own(kind):
    """Over what the caller gave, too, which is one connection to all of them."""
    headers = Headers(HEADERS)
    async with (
        serving(always(answer(b"{}"))) as one,
        serving(always(answer(b"{}"))) as two,
        clients(kind) as transports,
    ):
        for transport in transports:
            for wire in (one, two, two, one):
                request = with_headers(request_to(f"{wire.url}/one"), headers)
                assert (await transport.send(request)).status_code == 200
    assert len(one.requests) == len(two.requests) == 2 * len(transports)
    for wire in (one, two):
        hosts = {host for got in wire.requests for host in got.all("host")}
        assert hosts == {wire.url.removeprefix("http://")}


@asynccontextmanager
async def clients(kind):
    """Open a transport of its own connections, and those over what a caller may give."""
    if kind.name == "aiohttp":
        async with (
            aiohttp.ClientSession() as session,
            kind.open() as own,
            kind.open(session=session) as given,
        ):
            yield own, given
    else:
        async with (
            kind.family.AsyncClient(trust_env=False) as client,
            kind.family.AsyncHTTPTransport() as beneath,
            kind.open() as own,
            kind.open(client=client) as given,
            kind.open(transport=beneath) as over,
        ):
            yield own, given, over
