"""Proxies: which one the environment names for a host."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from scalingo_async._core.unlisted import unlisted
from scalingo_async._core.urls import is_loopback

__all__ = ["EnvironmentProxies", "origin_of"]


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL that was checked."""
    end = url.find("/", 8)
    return url[:end] if end >= 0 else url.partition("?")[0]


@unlisted("_proxies")
class EnvironmentProxies:
    """The proxies of the environment, read once: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

    A proxy is never used for this machine: what goes there may be in clear, and has no business
    elsewhere.
    """

    __slots__ = ("_proxies",)

    def __init__(self) -> None:
        self._proxies: dict[str, str] | None = None

    def of(self, origin: str) -> str | None:
        """Return the URL of the proxy for an origin, or `None`."""
        if self._proxies is None:
            self._proxies = getproxies()
        if not self._proxies:
            return None
        scheme, _, address = origin.partition("://")
        host = address.rpartition("]")[0].strip("[") or address.partition(":")[0]
        if is_loopback(host) or proxy_bypass(address):
            return None
        proxy = self._proxies.get(scheme) or self._proxies.get("all")
        return f"http://{proxy}" if proxy and "://" not in proxy else proxy
