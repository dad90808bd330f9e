"""The transport of a client: its own, or httpx."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from scalingo_async._core.arguments import at_least
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import ConfigurationError
from scalingo_async.transports.base import Transport
from scalingo_async.transports.objects import (
    check_ssl_context_kind,
    check_transport,
)
from scalingo_async.transports.proxies import EnvironmentProxies, as_secret, is_secure

if TYPE_CHECKING:
    import ssl

    import httpx

    from scalingo_async.transports import routes
else:
    httpx = LazyModule("httpx")
    ssl = LazyModule("ssl")
    # For connections that are handed over.
    routes = LazyModule("scalingo_async.transports.routes")

_NO_TRUST: Final = (
    "websockets and terminals have their own connections, and the TLS settings of your "
    "transport "
    "are not known: pass the same settings to the client, as `ssl_context`"
)


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
        ConfigurationError: A setting is invalid.
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
            raise ConfigurationError("pass a transport or an httpx client, not both")
        check_transport(transport)
        if http_client is not None:
            # Whoever has one has imported httpx.
            from scalingo_async.transports.httpx import check_httpx_client

            check_httpx_client(http_client)
        check_ssl_context_kind(ssl_context)
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
        from scalingo_async.transports.upgrade import UpgradeTransport

        # Connections of their own, but on the same ways as all others.
        given = self._transport if self._http_client is None else self.make()
        routes = Routes(self._ssl_context, trust_env=self._trust_env, transport=given)
        return UpgradeTransport(routes.of)


class Routes:
    """The routes of a client: those of its transport, as far as they are known.

    Args:
        ssl_context: TLS settings that the client was given.
        trust_env: Whether the client goes by the environment.
        transport: The transport that it was given.
    """

    def __init__(
        self, ssl_context: ssl.SSLContext | None, *, trust_env: bool, transport: Any = None
    ) -> None:
        # It needs `ssl`, which takes as long to import as all that makes a client.
        from scalingo_async.transports.tls import check_ssl_context

        check_ssl_context(ssl_context)
        self._ssl_context = ssl_context
        self._trust_env = trust_env
        self._proxies = EnvironmentProxies() if trust_env else None
        self._find: Callable[..., routes.Route | None] | None = getattr(
            transport, "upgrade_route", None
        )
        self._hint = "" if transport is None else _NO_TRUST

    def of(self, origin: str) -> routes.Route:
        """Return the route to an origin.

        Raises:
            ConfigurationError: The environment names what can't be used.
        """
        found = None if self._find is None else self._find(origin, trust_env=self._trust_env)
        given = self._ssl_context
        if found is not None:
            return found if given is None else attrs.evolve(found, ssl_context=given)
        proxy = None if self._proxies is None else self._proxies.of(origin)
        hint = "" if given is not None else self._hint
        return routes.Route(given or self._default(origin), as_secret(proxy), hint=hint)

    def _default(self, origin: str) -> ssl.SSLContext | None:
        if not is_secure(origin):
            return None
        from scalingo_async.transports.httpx import default_ssl_context

        return default_ssl_context(trust_env=self._trust_env)
