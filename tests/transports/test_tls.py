"""TLS: whom a transport talks to, and what it says when it refuses to."""

import ssl
import warnings
from datetime import UTC, datetime

import httpx
import httpx2
import pytest
import trustme
from wire import always, answer, serving, then_stall

from scalingo_async.errors import APIConnectionError, APITimeoutError
from scalingo_async.transports.tls import shared_ssl_context
from scalingo_async.types import Timeout
from transports.sending import TOKEN, Kind, at_rest, request_to

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def server_context(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


def client_context(ca: trustme.CA, kind: Kind) -> ssl.SSLContext:
    """Make the context that the transport makes by default, and let it trust one more."""
    # aiohttp takes the default of the standard library.
    make = shared_ssl_context.__wrapped__
    context = ssl.create_default_context() if kind.name == "aiohttp" else make(kind.family)
    ca.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.mark.anyio
async def test_a_certificate_that_is_right(kind, ca):
    tls = server_context(ca.issue_cert("localhost"))
    async with serving(always(answer(b"safe")), tls) as wire:
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            for _ in range(2):
                response = await transport.send(request_to(wire.url + "/"))
                assert response.content == b"safe"
            assert wire.connections == 1
        await wire.all_closed()


def self_signed(ca):
    return server_context(trustme.CA().issue_cert("localhost"))


def expired(ca):
    return server_context(ca.issue_cert("localhost", not_after=LONG_AGO))


def wrong_host(ca):
    return server_context(ca.issue_cert("api.example.com"))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (self_signed, "the certificate is not accepted: .*(self-signed|issuer)"),
        (expired, "the certificate is not accepted: .*expired"),
        (wrong_host, "the certificate is not accepted: Hostname mismatch.*'localhost'"),
    ],
)
async def test_servers_that_are_refused(kind, ca, make, why):
    async with serving(always(answer()), make(ca)) as wire:
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            with pytest.raises(APIConnectionError, match=rf"at: connect \({why}") as caught:
                await transport.send(request_to(wire.url + "/", "POST"))
            assert (caught.value.sent, caught.value.phase) == (False, "connect")
            assert at_rest(transport)
        assert wire.heads == []


@pytest.mark.anyio
async def test_old_tls(kind, ca):
    tls = server_context(ca.issue_cert("localhost"))
    lax = ssl.create_default_context()
    ca.configure_trust(lax)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        tls.minimum_version = lax.minimum_version = ssl.TLSVersion.TLSv1_1
        tls.maximum_version = ssl.TLSVersion.TLSv1_1
    tls.set_ciphers("ALL:@SECLEVEL=0")
    lax.set_ciphers("ALL:@SECLEVEL=0")
    async with serving(always(answer()), tls) as wire:
        async with kind.open(ssl_context=lax) as transport:
            assert (await transport.send(request_to(wire.url + "/"))).status_code == 200
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            with pytest.raises(APIConnectionError, match="at: connect") as caught:
                await transport.send(request_to(wire.url + "/", "POST"))
            assert (caught.value.sent, caught.value.phase) == (False, "connect")
    assert len(wire.heads) == 1


@pytest.mark.anyio
async def test_a_server_that_does_not_speak_tls(kind, ca):
    async with serving(always(answer())) as wire:
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            url = wire.url.replace("http:", "https:")
            timeout = Timeout(connect=0.05)
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to(url + "/", "POST", timeout=timeout))
            assert (caught.value.sent, caught.value.phase) == (False, "connect")
            assert at_rest(transport)
        await wire.all_closed()
    assert TOKEN not in str(wire.heads)


@pytest.mark.anyio
async def test_a_handshake_that_stalls(kind, ca):
    async def behave(peer):
        await peer.stall()

    async with serving(behave) as wire:
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            url = wire.url.replace("http:", "https:")
            timeout = Timeout(connect=0.05)
            with pytest.raises(APITimeoutError) as caught:
                await transport.send(request_to(url + "/", "POST", timeout=timeout))
            assert (caught.value.sent, caught.value.phase) == (False, "connect")
            assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.anyio
async def test_a_connection_that_breaks_inside_tls(kind, ca):
    tls = server_context(ca.issue_cert("localhost"))
    async with serving(
        then_stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), tls
    ) as wire:
        async with kind.open(ssl_context=client_context(ca, kind)) as transport:
            with pytest.raises(APITimeoutError) as caught:
                await transport.send(request_to(wire.url + "/", timeout=Timeout(read=0.05)))
            assert (caught.value.sent, caught.value.phase) == (True, "read")
            assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.parametrize("lib", [httpx, httpx2])
def test_the_settings_of_the_process(lib):
    context = shared_ssl_context(lib)
    assert shared_ssl_context(lib) is context
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.anyio
@pytest.mark.parametrize("loose", ["host", "certificate"])
async def test_settings_that_trust_anybody_are_warned_of(kind, loose):
    context = ssl.create_default_context()
    context.check_hostname = False
    if loose == "certificate":
        context.verify_mode = ssl.CERT_NONE
    with pytest.warns(UserWarning, match="does not verify") as caught:
        kind.make(ssl_context=context)
    assert caught[0].filename == __file__ or kind.name == "aiohttp"
