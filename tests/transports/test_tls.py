"""TLS: whom a transport talks to, and what it says when it refuses to."""

import os
import ssl
import subprocess
import sys
import warnings
from datetime import UTC, datetime

import httpx
import httpx2
import pytest
import trustme
from instruments.wire import always, answer, serving, then_stall

from scalingo_async.errors import APIConnectionError, APITimeoutError, ConfigurationError
from scalingo_async.transports import tls
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
    lib = ssl if kind.name == "aiohttp" else kind.family
    context = tls._made.__wrapped__(lib, None)
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


# -- what the environment says --------------------------------------------------------------


@pytest.fixture
def clean(monkeypatch):
    for name in tls.VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def named(clean, monkeypatch, tmp_path):
    """Let a variable name something that can't be used, or something that can."""

    def name(variable, what):
        path = tmp_path / what
        if what == "no bundle":
            path.write_text("not a certificate\n")
        elif what == "cut":
            path.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        elif what in {"empty folder", "folder"}:
            path.mkdir(exist_ok=True)
        monkeypatch.setenv(variable, str(path))
        return str(path)

    return name


BAD = [
    ("SSL_CERT_FILE", "missing"),
    ("SSL_CERT_FILE", "no bundle"),
    ("SSL_CERT_FILE", "cut"),
    ("SSL_CERT_FILE", "folder"),
    ("SSL_CERT_DIR", "missing"),
    ("SSL_CERT_DIR", "no bundle"),
    ("SSL_CERT_DIR", "empty folder"),
    ("SSLKEYLOGFILE", "missing/below"),
    ("SSLKEYLOGFILE", "folder"),
]


@pytest.mark.anyio
async def test_a_variable_that_names_what_can_t_be_used(kind, ca, named, monkeypatch):
    tls_of_server = server_context(ca.issue_cert("localhost"))
    async with serving(always(answer(b"safe")), tls_of_server) as wire:
        for variable, what in BAD:
            path = named(variable, what)
            async with kind.open(trust_env=True) as transport:
                with pytest.raises(ConfigurationError) as caught:
                    await transport.send(request_to(wire.url + "/", "POST"))
                assert str(caught.value).startswith(f"{variable} names {path!r}"), what
                assert "trust_env=False" in str(caught.value)
                assert at_rest(transport)
            # It is not read where it does not count.
            async with kind.open(trust_env=False) as transport:
                with pytest.raises(APIConnectionError, match="certificate"):
                    await transport.send(request_to(wire.url + "/", "POST"))
            # With settings of the caller's, the environment does not matter.
            async with kind.open(ssl_context=trusting(ca), trust_env=True) as transport:
                assert (await transport.send(request_to(wire.url + "/"))).content == b"safe"
            monkeypatch.delenv(variable)


def trusting(ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca.configure_trust(context)
    return context


@pytest.mark.anyio
async def test_a_variable_that_names_whom_to_trust(kind, ca, clean, monkeypatch, tmp_path):
    ca.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "not looked at"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    async with serving(always(answer(b"safe")), server_context(ca.issue_cert("localhost"))) as wire:
        async with kind.open(trust_env=True) as transport:
            assert (await transport.send(request_to(wire.url + "/"))).content == b"safe"
        assert "SECRET" in (tmp_path / "keys").read_text()
        (tmp_path / "keys").unlink()
        async with kind.open(trust_env=False) as transport:
            with pytest.raises(APIConnectionError, match="certificate"):
                await transport.send(request_to(wire.url + "/"))
        assert not (tmp_path / "keys").exists()


def test_a_list_of_folders_is_good_when_one_of_them_is(clean, monkeypatch, tmp_path):
    (tmp_path / "5ed36f99.0").touch()
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/no/such/folder", "", str(tmp_path)]))
    tls.check_environment()


@pytest.mark.parametrize("lib", [httpx, httpx2, ssl])
def test_a_variable_that_is_put_right_is_read_again(lib, named, monkeypatch):
    for variable, what in BAD:
        named(variable, what)
        with pytest.raises(ConfigurationError, match=variable):
            tls.shared_ssl_context(lib)
        monkeypatch.setenv(variable, "")
        assert tls.shared_ssl_context(lib).check_hostname


def test_aiohttp_reads_the_environment_when_it_is_imported():
    """A program of its own: this one has imported it long ago."""
    program = "import scalingo_async.transports.aiohttp"
    environ = {**os.environ, "SSLKEYLOGFILE": "/no/such/folder/keys"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert "ConfigurationError: SSLKEYLOGFILE names '/no/such/folder/keys'" in done.stderr


def test_the_file_of_certificates_is_read_once(clean, monkeypatch, ca, tmp_path):
    ca.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
    read = []
    load = ssl.SSLContext.load_verify_locations

    def counting(self, *args, **kwargs):
        read.append((args, kwargs))
        return load(self, *args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counting)
    context = tls.shared_ssl_context(httpx)
    assert len(read) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs()


@pytest.mark.anyio
async def test_plain_http_reads_no_certificates(kind, clean, monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    async with serving(always(answer(b"plain"))) as wire, kind.open(trust_env=True) as transport:
        assert (await transport.send(request_to(wire.url + "/"))).content == b"plain"
        with pytest.raises(ConfigurationError, match="SSL_CERT_FILE names"):
            await transport.send(request_to(wire.url.replace("http:", "https:") + "/"))
        assert (await transport.send(request_to(wire.url + "/"))).content == b"plain"


def test_what_the_environment_is_not_to_blame_for_is_raised_as_it_is(
    clean, monkeypatch, ca, tmp_path
):
    def full():
        raise failure

    failure = OSError("no room for certificates")
    ca.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
    monkeypatch.setattr(httpx, "create_ssl_context", full)
    with pytest.raises(OSError, match="no room") as caught:
        tls.shared_ssl_context(httpx)
    assert caught.value is failure


def test_settings_for_no_tls_accept_nobody():
    context = tls.trusting_nobody()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs() == []
