"""Sending with httpx2, the continuation of httpx, for those who moved to it."""

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
        client: An `httpx2.AsyncClient` of yours to send with. Its proxies, TLS settings and
            event hooks apply; its headers, cookies, authentication and redirects do not. It is
            not closed.
        transport: An httpx2 transport of yours, such as `httpx2.ASGITransport`. It is not closed.
        max_connections: How many requests may be on the wire at a time; streams that are being
            read do not count.
        http2: Use HTTP/2 where the server offers it; needs the `http2` extra.
        ssl_context: TLS settings; by default those of httpx2, TLS 1.2 at least.
        proxy: URL of a proxy.
        trust_env: Use the proxies that the environment names, except for this machine itself, and
            trust the certificates that it names: `SSL_CERT_FILE`, `SSL_CERT_DIR`.
        max_response: The largest answer read into memory, in bytes.

    Raises:
        ConfigurationError: A setting makes no sense.
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
