"""The transport over httpx, the default; the only file that imports httpx."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from scalingo_async._core.secrets import conceals
from scalingo_async.transports._httpx.transport import HttpxFamilyTransport
from scalingo_async.transports.decompression import MAX_RESPONSE
from scalingo_async.transports.objects import check_client
from scalingo_async.transports.tls import shared_ssl_context
from scalingo_async.types import Secret

__all__ = ["HttpxTransport", "default_ssl_context"]


def default_ssl_context(*, trust_env: bool = True) -> ssl.SSLContext:
    """Return the TLS settings that this process has unless others are given.

    Args:
        trust_env: Whether the environment may say whom to trust.

    Raises:
        ConfigurationError: The environment names a file that can't be used.
    """
    module: Any = httpx
    return shared_ssl_context(module, trust_env=trust_env)


def check_httpx_client(client: object) -> None:
    """Check what is to be an open client of httpx.

    Raises:
        ConfigurationError: It is something else.
    """
    check_client(httpx, client, "http_client")


class HttpxTransport(HttpxFamilyTransport):
    """Sends requests with httpx.

    Args:
        client: Your own `httpx.AsyncClient`. Its proxies, TLS settings and event hooks apply; its
            headers, cookies, authentication and redirects don't. It is not closed.
        transport: Your own httpx transport, such as `httpx.ASGITransport`. It is not closed.
        max_connections: How many requests may be in flight at a time; open streams don't count.
        http2: Use HTTP/2 if the server supports it; needs the `http2` extra.
        ssl_context: TLS settings; by default those of httpx, with at least TLS 1.2.
        proxy: URL of a proxy.
        trust_env: Use the proxies from environment variables, except for this machine itself, and
            the certificates: `SSL_CERT_FILE`, `SSL_CERT_DIR`.
        max_response: The largest response read into memory, in bytes.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    @conceals("proxy")
    def __init__(
        self,
        *,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        max_connections: int = 10,
        http2: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        proxy: str | Secret | None = None,
        trust_env: bool = True,
        max_response: int = MAX_RESPONSE,
    ) -> None:
        super().__init__(
            httpx,
            client=client,
            transport=transport,
            max_connections=max_connections,
            http2=http2,
            ssl_context=ssl_context,
            proxy=proxy,
            trust_env=trust_env,
            max_response=max_response,
        )
