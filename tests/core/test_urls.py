"""The policy for URLs: which may be configured, which get a credential, which may be visited."""

import re
from collections.abc import Callable
from urllib.parse import quote

import attrs
import httpx
import pytest
import yarl
from hypothesis import example, given
from hypothesis import strategies as st
from tables import each

from scalingo_async import AsyncClient
from scalingo_async._core.arguments import IS_MASKED, MASK
from scalingo_async._core.urls import (
    ServerURL,
    configured_url,
    credential_url,
    encode_query,
    is_loopback,
    parse_url,
    signed_url,
)
from scalingo_async.errors import ConfigurationError, UntrustedURLError
from scalingo_async.hosts import Hosts

CONFIGURED = frozenset(
    {"api.example.com", "127.0.0.1", "127.0.0.1 port 8080", "::1", "::1 port 8080"}
)
HTTP = frozenset({"https", "http"})
POLICIES = {
    "credential": lambda text: credential_url(text, CONFIGURED, HTTP),
    "signed": lambda text: signed_url(text, CONFIGURED),
    "configured": lambda text: configured_url(text, "SOURCE"),
}
CANARY = "canary-token"

# The URL, and the policies that let it pass; a URL that none lets pass has none.
HOSTILE = [
    # A user name in front of the host.
    ("https://api.scalingo.com@evil.example/", ""),
    ("https://api.scalingo.com:443@evil.example/", ""),
    ("https://user:pass@api.scalingo.com/", ""),
    ("https://@api.scalingo.com/", ""),
    ("https://api.scalingo.com%2f@evil.example/", ""),
    # Hosts that look like Scalingo's: no credential goes there.
    ("https://evil-scalingo.com/", "signed configured"),
    ("https://scalingo.com.evil.example/", "signed configured"),
    ("https://xn--scaling-1za.com/", "signed configured"),
    ("https://scalingo.co/", "signed configured"),
    ("https://api.example.com.evil.example/", "signed configured"),
    ("https://scaling\u043e.com/", ""),
    ("https://\uff41pi.scalingo.com/", ""),
    ("https://api\u3002scalingo.com/", ""),
    ("https://api.scalingo.com./", ""),
    ("https://.scalingo.com/", ""),
    ("https://api..scalingo.com/", ""),
    ("https://-a.scalingo.com/", ""),
    ("https://a_b.scalingo.com/", ""),
    ("https://api.scalingo.com%00.evil.example/", ""),
    ("https://api.scalingo.com%2eevil.example/", ""),
    # Addresses of this machine and of private networks, in every spelling.
    ("https://localhost/", "configured"),
    ("https://app.localhost/", "configured"),
    ("https://[::1]/", "signed configured"),
    ("https://[::1:8080]/", "configured"),
    ("https://[::2]:8080/", "configured"),
    ("https://[::]/", "configured"),
    ("https://[::ffff:127.0.0.1]/", "configured"),
    ("https://[::127.0.0.1]/", "configured"),
    ("https://[64:ff9b::7f00:1]/", "configured"),
    ("https://[2002:7f00:1::]/", "configured"),
    ("https://[2001:0:7f00:1::1]/", "configured"),
    ("https://[ff0e::1]/", "configured"),
    ("https://[fd00::1]/", "configured"),
    ("https://[fe80::1%25eth0]/", ""),
    ("https://[::1].evil.example/", ""),
    ("https://[::1]evil.example/", ""),
    ("https://[::1", ""),
    ("https://[127.0.0.1]/", ""),
    ("https://[v1.fe80]/", ""),
    ("https://2130706433/", ""),
    ("https://0x7f000001/", ""),
    ("https://0x7f.1/", ""),
    ("https://0177.0.0.1/", ""),
    ("https://127.1/", ""),
    ("https://1.2.3.4.5/", ""),
    ("https://evil.example.0x7f/", ""),
    ("https://0.0.0.0/", "configured"),
    ("https://10.0.0.1/", "configured"),
    ("https://100.64.0.1/", "configured"),
    ("https://169.254.169.254/latest/meta-data", "configured"),
    ("https://224.0.0.1/", "configured"),
    ("https://metadata.google.internal/", "configured"),
    ("https://printer.local/", "configured"),
    ("https://intranet/", "configured"),
    # Schemes.
    ("http://api.scalingo.com/", ""),
    ("http://api.example.com/", ""),
    ("http://localhost/", "configured"),
    ("http://127.0.0.1:8080/", "credential signed configured"),
    ("http://[::1]:8080/", "credential signed configured"),
    ("https://127.0.0.1:8080/", "credential signed configured"),
    # Another port of this machine is another program's.
    ("http://127.0.0.1:8081/", "signed configured"),
    ("http://127.0.0.1/", "signed configured"),
    ("https://127.0.0.1/", "signed configured"),
    ("https://127.0.0.1:443/", "signed configured"),
    ("http://[::1]:8081/", "signed configured"),
    ("http://localhost:8080/", "configured"),
    ("http://127.0.0.2:8080/", "configured"),
    # A port of the platform's is the platform's.
    ("https://api.scalingo.com:8443/v1", "credential signed configured"),
    ("file:///etc/passwd", ""),
    ("gopher://api.scalingo.com/", ""),
    ("ftp://api.scalingo.com/", ""),
    ("javascript:alert(1)", ""),
    ("data:text/plain,x", ""),
    ("wss://logs.scalingo.com/", "signed"),
    ("ws://logs.scalingo.com/", ""),
    # Relative, cut short, or with too much.
    ("", ""),
    ("/v1/apps", ""),
    ("api.scalingo.com/v1", ""),
    ("//api.scalingo.com/", ""),
    ("https:api.scalingo.com", ""),
    ("https:/api.scalingo.com/", ""),
    ("https:///api.scalingo.com/", ""),
    ("https://", ""),
    ("https://api.scalingo.com:99999/", ""),
    ("https://api.scalingo.com:/", ""),
    ("https://api.scalingo.com:0/", ""),
    ("https://api.scalingo.com:+443/", ""),
    ("https://api.scalingo.com:44a/", ""),
    # What other parsers would read otherwise.
    ("https://api.scalingo.com\\@evil.example/", ""),
    ("https://evil.example\\.scalingo.com/", ""),
    ("https:\\\\api.scalingo.com/", ""),
    ("https://api.scalingo.com/\r\nX-Evil: 1", ""),
    ("https://api.scalingo.com/\t", ""),
    ("https://api.scalingo.com/ x", ""),
    (" https://api.scalingo.com/", ""),
    ("https://api.scalingo.com/\x00", ""),
    ("https://api.scalingo.com/\x7f", ""),
    ("https://api.scalingo.com/é", ""),
    ("https://api.scalingo.com/a/../b", ""),
    ("https://api.scalingo.com/a/%2e%2E", ""),
    ("https://api.scalingo.com/./b", ""),
    ("https://api.scalingo.com/%zz", ""),
    ("https://api.scalingo.com/?a=%", ""),
    ("https://api.scalingo.com/<x>", ""),
    ("https://api.scalingo.com/#fragment", ""),
    ("https://api.scalingo.com/#", ""),
    ("https://api.scalingo.com/" + 64 * 1024 * "a", ""),
    (None, ""),
    (7, ""),
    (b"https://api.scalingo.com/", ""),
    # And the good ones.
    ("https://api.scalingo.com/v1", "credential signed configured"),
    ("HTTPS://API.Scalingo.COM:443/v1", "credential signed configured"),
    ("https://scalingo.com", "credential signed configured"),
    ("https://api.example.com:8443/v1?a=b%20c&d", "credential signed"),
    ("https://bucket.s3.eu.example/a/b?X-Signature=1/2+3", "signed"),
    ("https://93.184.216.34/", "signed configured"),
    ("https://[2606:2800:220:1::1]:8443/", "signed configured"),
]


@each("policy", POLICIES)
def test_the_table_of_hostile_urls(policy):
    check = POLICIES[policy]
    for text, passing in HOSTILE:
        if policy in passing.split():
            agree(check(text))
            continue
        with pytest.raises((UntrustedURLError, ConfigurationError)) as caught:
            raise AssertionError(f"{text!r} passed as {check(text)!r}")
        assert "evil" not in str(caught.value) or policy == "credential", text
    assert sum(1 for _, passing in HOSTILE if not passing) >= 60


def agree(url: ServerURL) -> None:
    """Other parsers see in what is sent the host and the port that were checked."""
    text = url.reveal()
    theirs = httpx.URL(text)
    assert (theirs.raw_host.decode(), theirs.port) == (url.host, explicit(url)), text
    assert theirs.scheme == url.scheme
    other = yarl.URL(text)
    assert (other.raw_host, other.explicit_port) == (url.host, explicit(url)), text
    # Reading it again changes nothing.
    assert parse_url(text, frozenset({url.scheme})) == url


def explicit(url: ServerURL) -> int | None:
    return None if url.port in {443, 80} else url.port


_HOSTS = st.one_of(
    st.sampled_from(["api.scalingo.com", "evil.example", "127.0.0.1", "[::1]", "0x7f", "a" * 64]),
    st.text("abc-._@:[]%0\\/x9é", max_size=12),
)


@given(
    st.one_of(
        st.text(max_size=30),
        st.builds(
            "{}://{}{}".format,
            st.sampled_from(["https", "http", "HTTPS", "wss", "https:"]),
            _HOSTS,
            st.text("abc/.:%?#&=@\\ \té[]|", max_size=12),
        ),
    )
)
@example("https://[::1]]/")
def test_any_text_is_refused_or_read_alike_by_all(text):
    for check in POLICIES.values():
        try:
            url = check(text)
        except (UntrustedURLError, ConfigurationError):
            continue
        agree(url)


@each("policy", ["credential", "signed"])
@each(
    "text",
    [
        "https://evil.example\\/?token={}", "https://api.scalingo.com/../?token={}",
        "ftp://api.scalingo.com/?token={}", "https://10.0.0.1/?token={}",
        "https://{}@api.scalingo.com/", "https://api.scalingo.com/#{}",
    ],
)  # fmt: skip
def test_refusals_keep_the_secrets_of_a_url_to_themselves(policy, text):
    with pytest.raises(UntrustedURLError) as caught:
        POLICIES[policy](text.format(CANARY))
    assert CANARY not in repr(caught.value)


def test_a_query_shows_in_no_repr():
    url = signed_url(f"https://logs.scalingo.com/logs?token={CANARY}", CONFIGURED)
    assert repr(url) == "ServerURL('https://logs.scalingo.com/logs?…')"
    assert str(url) == f"{url}" == "https://logs.scalingo.com/logs?…"
    assert url.reveal() == f"https://logs.scalingo.com/logs?token={CANARY}"
    assert str(attrs.evolve(url, query="")) == "https://logs.scalingo.com/logs"


def test_parts_and_changes():
    url = parse_url("https://api.example.com:8443/a?b=1", HTTP)
    assert (url.host, url.port, url.path, url.query) == ("api.example.com", 8443, "/a", "b=1")
    assert url.origin == "https://api.example.com:8443"
    assert url.secure
    assert not parse_url("http://localhost/", HTTP).secure
    assert url.with_query({"c d": "é&="}).reveal() == f"{url.reveal()}&c%20d=%C3%A9%26%3D"
    assert parse_url("https://a.example", HTTP).with_query({"x": "1"}).query == "x=1"
    assert url.with_scheme("wss").reveal() == "wss://api.example.com:8443/a?b=1"
    assert parse_url("https://[::1]:443/", HTTP).with_scheme("wss").origin == "wss://[::1]"


def test_configured_urls_name_their_source_and_lose_the_last_slash():
    assert configured_url("https://api.example.com/base/", "X").reveal() == (
        "https://api.example.com/base"
    )
    for text, message in {
        "http://api.example.com": "SCALINGO_API_URL must be https",
        "https://api.example.com?a=1": "SCALINGO_API_URL can't have a query",
        "": "SCALINGO_API_URL is not a usable URL: there is no URL",
        "api.example.com": "SCALINGO_API_URL is not a usable URL: .* http or https, not relative",
        "ftp://api.example.com": "SCALINGO_API_URL is not a usable URL: .* http or https, not ftp",
    }.items():
        with pytest.raises(ConfigurationError, match=message):
            configured_url(text, "SCALINGO_API_URL")


@each(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
     ("localhost.evil.example", False), ("128.0.0.1", False), ("api.scalingo.com", False)],
)  # fmt: skip
def test_loopback(host, expected):
    assert is_loopback(host) is expected


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=4))
def test_queries_are_read_back_as_they_were(values):
    text = encode_query(values)
    read = httpx.QueryParams(text)
    assert dict(read) == values
    assert "+" not in text


PLACES = ("api", "auth", "database", "billing")


@each("port", range(1, 7))
def test_of_this_machine_the_port_counts(port):
    """Each API has its own; the rest of this machine is others'."""
    urls = {f"{api}_url": f"http://127.0.0.1:{n}" for n, api in enumerate(PLACES, 1)}
    hosts = Hosts.build("osc-fr1", **urls).hosts
    text = f"http://127.0.0.1:{port}/x"
    if port <= 4:
        assert credential_url(text, hosts, HTTP).port == port
    else:
        with pytest.raises(UntrustedURLError, match=f"127.0.0.1 port {port}"):
            credential_url(text, hosts, HTTP)
    assert signed_url(text, hosts).port == port


TAKEN: dict[str, Callable[[AsyncClient, str], object]] = {
    "one_offs.attach": lambda c, url: c.one_offs.attach(url).__aenter__(),
    "one_offs.resize": lambda c, url: c.one_offs.resize(url, width=80, height=25),
    "one_offs.upload_file": lambda c, url: c.one_offs.upload_file(url, b"x", name="a"),
    "one_offs.wait": lambda c, url: c.one_offs.wait(url),
    "deployments.stream": lambda c, url: c.deployments.stream(f"ws{url[4:]}").__aenter__(),
}
"""Methods that take a URL and send a credential there."""


@pytest.mark.anyio
@each("name", TAKEN)
async def test_a_credential_goes_to_no_other_port_of_this_machine(name):
    class Sending:
        sent = 0

        async def send(self, request):
            self.sent += 1
            raise AssertionError(request.url)

        async def aclose(self):
            pass

    transport = Sending()
    api = "http://127.0.0.1:1"
    async with AsyncClient(
        bearer_token="t", api_url=api, auth_url=api, database_url=api, transport=transport
    ) as client:
        with pytest.raises(UntrustedURLError, match=r"127\.0\.0\.1 port 9"):
            await TAKEN[name](client, "http://127.0.0.1:9/x")
    assert transport.sent == 0


@each("length", [253, 254])
def test_how_long_a_host_may_be(length):
    host = ("a" * 49 + ".") * 5 + "b" * (length - 250)
    if length == 253:
        assert parse_url(f"https://{host}/", HTTP).host == host
        return
    with pytest.raises(UntrustedURLError, match="no valid host"):
        parse_url(f"https://{host}/", HTTP)


@each("path", ["/X", "/X/", "/X//"])
def test_only_slashes_are_taken_from_the_end_of_a_configured_url(path):
    assert configured_url(f"https://a.example{path}", "SOURCE").path == "/X"


@each("scheme", ["x" * 20, "x" * 21])
def test_a_scheme_is_named_in_short(scheme):
    with pytest.raises(UntrustedURLError) as caught:
        parse_url(f"{scheme}://api.example.com/", HTTP)
    assert str(caught.value).endswith(f"not {'x' * 20}" + "…" * (len(scheme) > 20))


@each("text", [f"https://api.example.com/{MASK}", f"https://api.example.com/{quote(MASK)}"])
def test_the_mask_of_a_secret_is_no_url(text):
    with pytest.raises(UntrustedURLError, match=f"the URL {re.escape(IS_MASKED)}"):
        parse_url(text, HTTP)


def test_how_long_a_url_and_a_label_may_be():
    base = "https://a.example/"
    longest = base.ljust(16_384, "x")
    assert parse_url(longest, HTTP).reveal() == longest
    with pytest.raises(UntrustedURLError, match="too long"):
        parse_url(f"{longest}x", HTTP)
    assert parse_url(f"https://{'a' * 63}.example/", HTTP).host == f"{'a' * 63}.example"
    with pytest.raises(UntrustedURLError, match="no valid host"):
        parse_url(f"https://{'a' * 64}.example/", HTTP)


@each(
    ("scheme", "port"), [("https", 443), ("wss", 443), ("http", 80), ("ws", 80)]
)  # fmt: skip
def test_the_port_of_a_scheme_is_left_out(scheme, port):
    url = parse_url(f"{scheme}://a.example/", frozenset({scheme}))
    assert (url.port, url.origin) == (port, f"{scheme}://a.example")
    for other in (1, 65_535, 80 if port == 443 else 443):
        url = parse_url(f"{scheme}://a.example:{other}/", frozenset({scheme}))
        assert (url.port, url.origin) == (other, f"{scheme}://a.example:{other}")
    for wrong in (0, 65_536):
        with pytest.raises(UntrustedURLError):
            parse_url(f"{scheme}://a.example:{wrong}/", frozenset({scheme}))
    assert url.secure is (scheme in {"https", "wss"})


@each("code", range(128))
def test_characters_that_a_url_can_hold(code):
    """In a path and in a query; what has a meaning of its own is tested elsewhere."""
    character = chr(code)
    if character in "#%?":
        return
    good = character.isalnum() or character in "._~!$&'()*+,;=:@/-[]|"
    for text in (f"https://a.example/x{character}", f"https://a.example/?x{character}"):
        if good:
            assert parse_url(text, HTTP).reveal() == text
        else:
            with pytest.raises(UntrustedURLError):
                parse_url(text, HTTP)
