"""URLs: check configured URLs, and those that the platform returns.

A URL is read once, strictly, and sent as it was written down here: what was checked is what is
sent, whatever another parser would make of the original.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

import attrs

from scalingo_async._core.answer_text import one_line
from scalingo_async._core.arguments import IS_MASKED, MASK
from scalingo_async._core.secrets import hidden_frames, reveal
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import ConfigurationError, UntrustedURLError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LENGTH: Final = 16_384
_LONGEST_HOST: Final = 253
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII).fullmatch
# Characters of RFC 3986 that may stand in a path or a query; others are refused, not repaired.
_TEXT: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%\[\]|-]*", re.ASCII).fullmatch
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2[eE]){1,2}(?:/|$)").search
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})").search
# What resolvers read as an address: 2130706433, 0x7f.1, 127.1.
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII).fullmatch
_BRACKETED: Final = re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\](?::[0-9]+)?").fullmatch
_GLOBAL_IPV6: Final = ipaddress.IPv6Network("2000::/3")
# Names that are never on the internet (RFC 6761, RFC 6762, and what clouds and ICANN set aside).
_LOCAL_NAMES: Final = frozenset({"localhost", "local", "internal"})
_PORTS: Final = {"https": 443, "wss": 443, "http": 80, "ws": 80}
_ANY_SCHEME: Final = frozenset(_PORTS)


@unlisted("query")
@attrs.frozen(repr=False)
class ServerURL:
    """A parsed, well-formed URL; its query isn't shown in `repr`."""

    scheme: str
    host: str
    port: int
    path: str
    _query: Secret = attrs.field(alias="query", converter=Secret)

    @property
    def query(self) -> str:
        """The query, which may hold a token; for those who ask."""
        return self._query.reveal()

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def place(self) -> str:
        """What a credential is good for: a host, and of this machine one of its ports.

        On a host of the platform's any port is the platform's. On this machine each is another
        program's, and of any user.
        """
        return f"{self.host} port {self.port}" if is_loopback(self.host) else self.host

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme in {"https", "wss"}

    def reveal(self) -> str:
        """Return the whole URL, its query included."""
        return f"{self.origin}{self.path}" + (f"?{self.query}" if self.query else "")

    def with_query(self, extra: Mapping[str, str]) -> ServerURL:
        """Return a copy with parameters added to the query."""
        added = encode_query(extra)
        query = "&".join(part for part in (self.query, added) if part)
        return attrs.evolve(self, query=query)

    def with_scheme(self, scheme: str) -> ServerURL:
        """Return a copy with another scheme of the same security, such as wss for https."""
        return attrs.evolve(self, scheme=scheme)

    def __str__(self) -> str:
        return f"{self.origin}{self.path}" + ("?…" if self.query else "")

    def __repr__(self) -> str:
        return f"ServerURL({str(self)!r})"


def _plain_text(text: object) -> str:
    if not isinstance(text, str) or not text:
        raise UntrustedURLError("there is no URL")
    if len(text) > _MAX_LENGTH:
        raise UntrustedURLError("the URL is too long")
    if MASK in text or MASK in unquote(text):
        raise UntrustedURLError(f"the URL {IS_MASKED}")
    if not text.isascii() or re.search(r"[\x00-\x20\x7f\\]", text):
        raise UntrustedURLError("the URL holds characters that a URL can't hold")
    return text


def parse_url(text: object, schemes: frozenset[str]) -> ServerURL:
    """Read a URL strictly.

    Raises:
        UntrustedURLError: It is malformed, or of another scheme, or holds a user name.
    """
    text = _plain_text(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UntrustedURLError("the URL is malformed") from None
    scheme = parts.scheme.lower()
    if scheme not in schemes:
        allowed = " or ".join(sorted(schemes))
        found = one_line(scheme, 20) or "relative"
        raise UntrustedURLError(f"the URL must be {allowed}, not {found}")
    if "@" in parts.netloc:
        raise UntrustedURLError("the URL holds a user name")
    host = _checked_host(parts.hostname or "", parts.netloc)
    if port == 0 or parts.netloc.endswith(":"):
        raise UntrustedURLError("the URL has no valid port")
    rest = f"{parts.path}?{parts.query}"
    if not _TEXT(rest) or _BAD_PERCENT(rest) or "#" in text:
        raise UntrustedURLError("the URL's path or query is malformed")
    if _DOTS(parts.path):
        raise UntrustedURLError("the URL's path has dot segments")
    return ServerURL(
        scheme=scheme,
        host=host,
        port=port if port is not None else _PORTS[scheme],
        path=parts.path,
        query=parts.query,
    )


def _checked_host(host: str, netloc: str) -> str:
    address = _address(host)
    if netloc.startswith("["):
        valid = address is not None and bool(_BRACKETED(netloc))
        host = str(address)
    else:
        # A name, or an address in its usual form.
        valid = (
            len(host) <= _LONGEST_HOST
            and bool(_HOST(host))
            and (address is not None or not _NUMERIC(host))
        )
    if not valid:
        raise UntrustedURLError("the URL has no valid host")
    return host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_public(host: str) -> bool:
    """Return whether a host may be on the internet: a name, or an address that isn't private."""
    address = _address(host)
    if address is None:
        return "." in host and host.rpartition(".")[2] not in _LOCAL_NAMES
    if isinstance(address, ipaddress.IPv6Address):
        # Addresses that wrap an IPv4 one lead wherever that leads.
        wraps = address.sixtofour or address.teredo
        return address.is_global and address in _GLOBAL_IPV6 and not wraps
    return address.is_global and not address.is_multicast


@hidden_frames
def configured_url(value: object, source: str) -> ServerURL:
    """Check the URL of an API that the caller configured.

    Args:
        value: The URL.
        source: The argument or variable that it came from, for the message.

    Returns:
        The URL, without a slash at its end.

    Raises:
        ConfigurationError: It is malformed, or plain http for a host that is not this machine.
    """
    try:
        url = parse_url(reveal(value), frozenset({"https", "http"}))
    except UntrustedURLError as error:
        raise ConfigurationError(f"{source} is not a usable URL: {error.message}") from None
    if url.query:
        raise ConfigurationError(f"{source} can't have a query")
    if not url.secure and not is_loopback(url.host):
        raise ConfigurationError(
            f"{source} must be https: plain http is allowed for this machine alone "
            f"(127.0.0.1, ::1, localhost), not for {url.host}"
        )
    return attrs.evolve(url, path=url.path.rstrip("/"))


def _is_scalingo(host: str) -> bool:
    return host == "scalingo.com" or host.endswith(".scalingo.com")


@hidden_frames
def credential_url(text: object, configured: frozenset[str], schemes: frozenset[str]) -> ServerURL:
    """Check a URL of the platform to which a credential will be sent.

    Args:
        text: The URL.
        configured: Hosts and places of the APIs that the caller configured.
        schemes: The schemes that make sense, such as https and http.

    Returns:
        The URL.

    Raises:
        UntrustedURLError: It is not https, or its place is neither Scalingo's nor configured.
    """
    url = parse_url(text, schemes)
    if url.place not in configured and not _is_scalingo(url.host):
        raise UntrustedURLError(f"no credential may be sent to the host {url.place}")
    _require_tls(url, configured)
    return url


@hidden_frames
def signed_url(
    text: object, configured: frozenset[str], schemes: frozenset[str] = _ANY_SCHEME
) -> ServerURL:
    """Check a URL that carries its own token: logs, uploads, downloads.

    It may be on any public host, since no credential of ours is sent there.

    Args:
        text: The URL.
        configured: Hosts of the APIs that the caller configured.
        schemes: The schemes that make sense, such as https and http.

    Returns:
        The URL.

    Raises:
        UntrustedURLError: It is not https, or it points into a private network.
    """
    url = parse_url(text, schemes)
    if url.host not in configured and not is_public(url.host):
        raise UntrustedURLError(f"the host {url.host} is not on the public internet")
    _require_tls(url, configured)
    return url


def _require_tls(url: ServerURL, configured: frozenset[str]) -> None:
    if not url.secure and not (is_loopback(url.host) and url.host in configured):
        raise UntrustedURLError(f"the URL must be encrypted, not {url.scheme}")


def encode_query(values: Mapping[str, str]) -> str:
    """Encode query parameters; a space is %20, as servers of all kinds read it."""
    return "&".join(
        f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in values.items()
    )
