"""Routes: how connections that a client opens itself get to a host, as its calls do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from scalingo_async._core.lazy import LazyModule
from scalingo_async.types import Secret

if TYPE_CHECKING:
    import ssl
else:
    ssl = LazyModule("ssl")


@attrs.frozen(eq=False, repr=False)
class Route:
    """How a connection gets to a host.

    Attributes:
        ssl_context: TLS settings; `None` for connections in clear.
        proxy: URL of the proxy.
        authorization: What the proxy is told, unless its URL says it.
        hint: What to say when the host's certificate is not accepted.
    """

    ssl_context: ssl.SSLContext | None = attrs.field(repr=False)
    proxy: Secret | None = None
    authorization: Secret | None = None
    hint: str = ""


def trusting_anybody() -> ssl.SSLContext:
    """Make TLS settings for those who have turned the checks off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
