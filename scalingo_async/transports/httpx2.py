"""The transport over httpx2, the successor of httpx."""

from __future__ import annotations

import ssl

import httpx2

from scalingo_async._core.secrets import conceals
from scalingo_async.transports._httpx.transport import HttpxFamilyTransport
from scalingo_async.transports.decompression import MAX_RESPONSE
from scalingo_async.types import Secret

__all__ = ["Httpx2Transport"]


class Httpx2Transport(HttpxFamilyTransport):
    """Sends requests with httpx2.

    Args:
        client: Your own `httpx2.AsyncClient`. Its proxies, TLS settings and event hooks apply; its
            headers, cookies, authentication and redirects don't. It is not closed.
        transport: Your own httpx2 transport, such as `httpx2.ASGITransport`. It is not closed.
        max_connections: How many requests may be in flight at a time; open streams don't count.
        http2: Use HTTP/2 if the server supports it; needs the `http2` extra.
        ssl_context: TLS settings; by default those of httpx2, with at least TLS 1.2.
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
        client: httpx2.AsyncClient | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        max_connections: int = 10,
        http2: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        proxy: str | Secret | None = None,
        trust_env: bool = True,
        max_response: int = MAX_RESPONSE,
    ) -> None:
        super().__init__(
            httpx2,
            client=client,
            transport=transport,
            max_connections=max_connections,
            http2=http2,
            ssl_context=ssl_context,
            proxy=proxy,
            trust_env=trust_env,
            max_response=max_response,
        )
