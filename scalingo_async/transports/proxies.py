"""Proxies: which one the environment names for a host."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.unlisted import unlisted
from scalingo_async._core.urls import is_loopback
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from urllib import request as system
else:
    # It brings an HTTP library and the parsers of e-mail along, which a client that is made has no
    # use for yet.
    system = LazyModule("urllib.request")

__all__ = ["EnvironmentProxies", "as_secret", "is_secure", "origin_of"]

_PORTS: Final = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL that was checked."""
    end = url.find("/", 8)
    return url[:end] if end >= 0 else url.partition("?")[0]


def is_secure(origin: str) -> bool:
    """Tell whether connections to an origin need TLS settings: making them takes a while."""
    return origin.startswith("https:")


def as_secret(proxy: str | Secret | None) -> Secret | None:
    """Wrap the URL of a proxy, which may hold a password."""
    return Secret(proxy) if isinstance(proxy, str) else proxy


@unlisted("_proxies")
class EnvironmentProxies:
    """The proxies of the environment, read once: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

    A proxy is never used for this machine: what goes there may be in clear, and has no business
    elsewhere.
    """

    __slots__ = ("_exceptions", "_proxies")

    def __init__(self) -> None:
        self._proxies: dict[str, str] | None = None
        self._exceptions: Exceptions | None = None

    @property
    def none(self) -> bool:
        """Whether the environment was read, and names none."""
        return self._proxies is not None and not self._proxies

    def of(self, origin: str) -> str | None:
        """Return the URL of the proxy for an origin, or `None`."""
        if self._proxies is None:
            self._proxies = system.getproxies()
            if system.getproxies_environment():
                self._exceptions = Exceptions(self._proxies.get("no", ""))
        if not self._proxies:
            return None
        scheme, _, address = origin.partition("://")
        host, port = _split(address)
        if is_loopback(host):
            return None
        if self._exceptions is None:
            # The system has settings of its own.
            excepted = bool(system.proxy_bypass(address))
        else:
            excepted = self._exceptions.match(host, port or _PORTS.get(scheme))
        proxy = (self._proxies.get(scheme) or self._proxies.get("all") or "").strip()
        if excepted or not proxy:
            return None
        kind, mark, rest = proxy.partition("://")
        return f"{kind.lower()}://{rest}" if mark else f"http://{proxy}"


class Exceptions:
    """What `NO_PROXY` lists, read as curl reads it.

    `example.com` and `.example.com` stand for that host and all below it, `10.0.0.0/8` for the
    addresses of a network, and `*` for everything. What curl does not know and other programs do
    is read as well: `*.example.com`, a port, and spaces instead of commas.

    Args:
        listed: The value of the variable.
    """

    __slots__ = ("_all", "_names", "_networks")

    def __init__(self, listed: str) -> None:
        self._all = False
        self._names: list[tuple[str, int | None]] = []
        self._networks: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int | None]] = []
        for item in listed.replace(",", " ").split():
            host, port = _split(item)
            if host == "*":
                self._all = self._all or port is None
                continue
            try:
                self._networks.append((ipaddress.ip_network(host, strict=False), port))
            except ValueError:
                name = host.lower().removeprefix("*").removeprefix(".").rstrip(".")
                if name:
                    self._names.append((name, port))

    def match(self, host: str, port: int | None) -> bool:
        """Tell whether requests to a host go there without a proxy.

        Args:
            host: A name or an address, an IPv6 one without brackets.
            port: The port, when it is known.
        """
        if self._all:
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            name = f".{host.lower().rstrip('.')}"
            return any(
                name.endswith(f".{listed}") and wanted in {None, port}
                for listed, wanted in self._names
            )
        return any(
            address in network and wanted in {None, port} for network, wanted in self._networks
        )


def _split(address: str) -> tuple[str, int | None]:
    """Split a host and a port; brackets are taken off, a bare IPv6 address has no port."""
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*):([0-9]+)", address)
    host, port = (found[1], int(found[2])) if found else (address, None)
    if host.startswith("["):
        inside, _, behind = host[1:].partition("]")
        host = inside + behind
    return host, port
