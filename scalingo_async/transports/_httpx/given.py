"""A caller's httpx client or transport, and responses that its hooks have read."""

from __future__ import annotations

import copy
import functools
import ssl
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import ResponseDecodeError
from scalingo_async.request import Phase
from scalingo_async.transports._httpx.tracer import Tracer
from scalingo_async.types import Headers, Secret

if TYPE_CHECKING:
    import httpx

    from scalingo_async.transports import routes
else:
    httpx = LazyModule("httpx")
    # For connections that are handed over.
    routes = LazyModule("scalingo_async.transports.routes")

_PIECE: Final = 256 * 1024


@unlisted("_client")
class GivenClient:
    """A caller's httpx client, as a transport.

    Args:
        lib: The module.
        client: The client.
    """

    __slots__ = ("_client", "_lib")

    def __init__(self, lib: Any, client: httpx.AsyncClient) -> None:
        self._lib = lib
        self._client = client

    async def handle_async_request(self, message: httpx.Request) -> httpx.Response:
        """Send a request as the client does, but for its authentication and redirects."""
        client = self._client
        if any(client.event_hooks.values()):
            client = self._guarded(message.extensions["trace"])
        return await client.send(message, stream=True, auth=None, follow_redirects=False)

    def transport_for(self, url: httpx.URL) -> Any:
        """Return what the client sends a request to a URL with: proxies differ by host."""
        find = getattr(self._client, "_transport_for_url", None)
        return None if find is None else find(url)

    def _guarded(self, tracer: Tracer) -> httpx.AsyncClient:
        """Return the client with hooks whose exceptions hide no answer.

        httpx closes an answer when a hook raises, and its body is lost.
        """
        errors = self._lib
        before = self._client.event_hooks.get("request", [])
        after = self._client.event_hooks.get("response", [])

        async def leave(_: httpx.Request) -> None:
            tracer.known = None

        async def look(response: httpx.Response) -> None:
            tracer.known = Phase.READ
            try:
                for hook in after:
                    await hook(response)
            except errors.HTTPStatusError as error:
                # `raise_for_status`: what a status means is for this package to say.
                if error.response is not response:
                    raise
            except errors.StreamError:
                raise ResponseDecodeError(
                    "a response hook of the httpx client used a body that has not been read "
                    "yet, or "
                    "is closed: it has to call `await response.aread()` first"
                ) from None

        client = copy.copy(self._client)
        client.event_hooks = {"request": [*before, leave], "response": [look]}
        tracer.known = Phase.CONNECT
        return client


def route_of(lib: Any, given: Any, origin: str) -> routes.Route | None:
    """Return how a caller's transport, or the one of a client, gets to an origin.

    httpx does not tell: a transport that is not its own may do anything.

    Args:
        lib: The module.
        given: A `GivenClient`, or a transport of the module.
        origin: The scheme, host and port.
    """
    if isinstance(given, GivenClient):
        given = given.transport_for(lib.URL(origin + "/"))
    pool = getattr(given, "_pool", None)
    context = getattr(pool, "_ssl_context", None)
    if not isinstance(context, ssl.SSLContext):
        return None
    proxy: Any = getattr(pool, "_proxy_url", None)
    if proxy is None:
        return routes.Route(context)
    said = {name.lower(): value for name, value in getattr(pool, "_proxy_headers", ())}
    authorization = said.get(b"proxy-authorization")
    address = f"{proxy.scheme.decode()}://{proxy.host.decode()}"
    return routes.Route(
        context,
        Secret(address if proxy.port is None else f"{address}:{proxy.port}"),
        None if authorization is None else Secret(authorization.decode("latin-1")),
    )


def refused_answer(error: Any, message: httpx.Request) -> httpx.Response | None:
    """Return the answer to a request that a transport made an exception of.

    Args:
        error: A `HTTPStatusError` of the module.
        message: The request.

    Returns:
        The answer, or `None` when it is one to another request.
    """
    answer: httpx.Response = error.response
    asked = getattr(error, "_request", None)
    ours = asked is message or (
        asked is not None and (asked.method, asked.url) == (message.method, message.url)
    )
    return answer if ours and not answer.is_success else None


@unlisted("content")
class ReadAnswer:
    """An answer that somebody has read already.

    Args:
        content: Its body, decompressed as far as the module can.
        left: The encodings that the module left in place.
    """

    __slots__ = ("content", "left")

    def __init__(self, content: bytes, left: str) -> None:
        self.content = content
        self.left = left

    @classmethod
    def of(cls, lib: Any, answer: httpx.Response, method: str) -> ReadAnswer | None:
        """Look at an answer; `None` means that it is still to be read.

        Raises:
            ResponseDecodeError: Its body is lost, and was needed.
        """
        if not (answer.is_stream_consumed or answer.is_closed):
            return None
        try:
            content = answer.content
        except lib.ResponseNotRead:
            if _body_is_needed(answer, method):
                raise ResponseDecodeError(
                    f"there was a response ({answer.status_code}), but your hook or transport "
                    "has read a part of it, or closed it: it has to call "
                    "`await response.aread()`, or must not touch the body"
                ) from None
            content = b""
        names = answer.headers.get("content-encoding", "").lower().split(",")
        return cls(content, ",".join({name.strip() for name in names} - _decoded_by(lib)))

    def corrected(self, headers: Headers, method: str) -> Headers:
        """Return the headers without what is not true any more of the body."""
        kept = {k: v for k, v in headers.items() if k != "content-encoding"}
        if self.left:
            kept["content-encoding"] = self.left
        elif method != "HEAD" and "content-encoding" in headers:
            kept["content-length"] = str(len(self.content))
        return Headers(kept)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Iterate over the body."""
        for start in range(0, len(self.content), _PIECE):
            yield self.content[start : start + _PIECE]


def _body_is_needed(answer: httpx.Response, method: str) -> bool:
    """Tell whether an answer had a body, and means nothing without it."""
    if not answer.is_success or method == "HEAD" or answer.status_code == 204:  # noqa: PLR2004
        return False
    empty = answer.is_closed and answer.is_stream_consumed and not answer.num_bytes_downloaded
    return not empty and answer.headers.get("content-length") != "0"


@functools.cache
def _decoded_by(lib: Any) -> frozenset[str]:
    """Return the encodings that a module decodes when it reads: some need a package."""
    asked: str = lib.AsyncClient(transport=lib.MockTransport(_never)).headers["accept-encoding"]
    return frozenset({"", "identity", *asked.split(", ")})


def _never(message: Any) -> Any:
    raise NotImplementedError
