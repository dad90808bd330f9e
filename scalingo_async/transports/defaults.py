"""What a client sends with: the transport that it was given, or httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_async._core.arguments import at_least
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

    import httpx

    from scalingo_async.transports.base import Transport


@unlisted("_http_client", "_transport")
class ClientTransports:
    """Makes the transports of a client, each when its first request needs it.

    Args:
        transport: The user's own.
        http_client: The user's own client of httpx, to send with.
        max_connections: How many requests may be on the wire at a time.
        http2: Whether HTTP/2 is used where the server offers it.
        ssl_context: TLS settings.
        trust_env: Whether the proxies that the environment names are used.

    Raises:
        ConfigurationError: A setting makes no sense.
    """

    __slots__ = ("__dict__", "_http_client", "_transport")

    def __init__(
        self,
        *,
        transport: Transport | None,
        http_client: httpx.AsyncClient | None,
        max_connections: int,
        http2: bool,
        ssl_context: ssl.SSLContext | None,
        trust_env: bool,
    ) -> None:
        at_least(max_connections, "max_connections", 1, ConfigurationError)
        if transport is not None and http_client is not None:
            raise ConfigurationError("give a transport or an httpx client, not both")
        self._transport = transport
        self._http_client = http_client
        self._max_connections = max_connections
        self._http2 = http2
        self._ssl_context = ssl_context
        self._trust_env = trust_env

    def make(self) -> Transport:
        """Return what sends requests."""
        if self._transport is not None:
            return self._transport
        # httpx takes longer to import than all of this package.
        from scalingo_async.transports.httpx import HttpxTransport

        return HttpxTransport(
            client=self._http_client,
            max_connections=self._max_connections,
            http2=self._http2,
            ssl_context=self._ssl_context,
            trust_env=self._trust_env,
        )

    def make_upgrade(self) -> Transport:
        """Return what opens the connections that are handed over."""
        from scalingo_async.transports.upgrade import make_upgrade_transport

        return make_upgrade_transport(self._ssl_context, trust_env=self._trust_env)
