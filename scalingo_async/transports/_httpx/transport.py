"""The transport over httpx or its successor httpx2, with the module as an argument."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from scalingo_async._core.cancellation import closing
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.secrets import hidden_frames, reveal
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import ClientClosedError, ConfigurationError
from scalingo_async.request import Phase, Request, Response
from scalingo_async.transports._httpx.connections import (
    ConnectionPool,
    MultiplexedPool,
    Pool,
    PooledConnection,
    exhaust,
)
from scalingo_async.transports._httpx.failures import ErrorTable
from scalingo_async.transports._httpx.given import (
    GivenClient,
    ReadAnswer,
    refused_answer,
    route_of,
)
from scalingo_async.transports._httpx.tracer import Tracer
from scalingo_async.transports._httpx.upload import Upload, upload_class
from scalingo_async.transports._httpx.urls import parsed, redacted_url
from scalingo_async.transports.base import CLOSING, KEEPALIVE
from scalingo_async.transports.connection_limit import ConnectionLimit
from scalingo_async.transports.exchange import exchange
from scalingo_async.transports.failures import is_of_a_library, is_patched_in, passed_on
from scalingo_async.transports.log_filter import library_logs_may_go_on, quiet_library_logs
from scalingo_async.transports.objects import check_client, check_lower_transport, check_proxy
from scalingo_async.transports.proxies import EnvironmentProxies, as_secret, is_secure, origin_of
from scalingo_async.transports.tls import check_ssl_context, shared_ssl_context, trusting_nobody
from scalingo_async.types import Headers, Secret

if TYPE_CHECKING:
    import httpx

    from scalingo_async.transports import routes
else:
    httpx = LazyModule("httpx")
    # For connections that are handed over.
    routes = LazyModule("scalingo_async.transports.routes")

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_CLOSED: Final = "the transport was closed during the request"

# On Python 3.11 a member costs more to look up than to store.
_POOL: Final = Phase.POOL
_CONNECT: Final = Phase.CONNECT
_WRITE: Final = Phase.WRITE
_READ: Final = Phase.READ


_FRAMING: Final = frozenset({b"content-encoding", b"content-length"})


def _received(raw: list[tuple[bytes, bytes]]) -> Headers:
    return Headers._received(raw)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def _is_installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


@unlisted("_client", "_proxy")
class HttpxFamilyTransport(Uncopyable):
    """What `HttpxTransport` and `Httpx2Transport` share; they document the arguments."""

    __slots__ = ("__dict__", "__weakref__", "_client", "_proxy")

    def __init__(
        self,
        lib: Any,
        *,
        client: Any,
        transport: Any,
        max_connections: int,
        http2: bool,
        ssl_context: ssl.SSLContext | None,
        proxy: str | Secret | None,
        trust_env: bool,
        max_response: int,
    ) -> None:
        if client is not None and transport is not None:
            raise ConfigurationError("pass a client or a transport, not both")
        check_client(lib, client)
        check_lower_transport(lib, transport)
        check_proxy(proxy)
        check_ssl_context(ssl_context)
        if http2 and not _is_installed("h2"):
            raise ConfigurationError("HTTP/2 needs the extra http2: scalingo-async[http2]")
        quiet_library_logs(self, lib.__name__.replace("httpx", "httpcore"))
        self.lib = lib
        # One connection of HTTP/2 carries many requests at once.
        self.pool: Pool = (
            MultiplexedPool(self._make) if http2 else ConnectionPool(self._make, max_connections)
        )
        self._client: httpx.AsyncClient | None = client
        self._limit = ConnectionLimit(max_connections)
        self._max_connections = max_connections
        self._http2 = http2
        self._ssl_context = ssl_context
        self._proxy = proxy
        self._proxies = EnvironmentProxies() if trust_env else None
        self._max_response = max_response
        given: Any = transport if client is None else GivenClient(lib, client)
        self._given = None if given is None else PooledConnection(given, "", None)
        self.streams: set[_Call] = set()
        """Those that are being read from a caller's client or transport."""

    async def send(self, request: Request) -> Response:
        """Send a request and read its answer.

        Raises:
            APIConnectionError: There was no usable answer.
            ClientClosedError: The transport is closed.
            ResponseTooLargeError: The answer is larger than allowed.
            ResponseDecodeError: The answer's compression is broken or unknown.
        """
        request.state.phase = _POOL
        if self.pool.closed:
            raise ClientClosedError("this transport is closed; make a new one")
        if self._client is not None and self._client.is_closed:
            raise ClientClosedError("the httpx client that this transport was given is closed")
        if not self._limit.take():
            await self._limit.acquire(request.options.timeout.pool)
        # An open stream does not keep its place: ten of them would stop everything else.
        try:
            connection = self._given or await self.pool.take(origin_of(request.url))
            return await exchange(_Call(self, connection, request), request, self._max_response)
        finally:
            self._limit.release()

    def upgrade_route(self, origin: str, *, trust_env: bool) -> routes.Route | None:
        """Return how it gets to an origin; `None` if only a transport of the caller's knows.

        Args:
            origin: The scheme, host and port.
            trust_env: Whether the environment counts, if it does for this transport.

        Raises:
            ConfigurationError: The environment names what can't be used.
        """
        if self._given is not None:
            return route_of(self.lib, self._given.transport, origin)
        trusting = trust_env and self._proxies is not None
        proxy = self._proxy_for(origin) if trusting else self._proxy
        context = self._tls(trust_env=trusting) if is_secure(origin) else None
        return routes.Route(context, as_secret(proxy))

    def _tls(self, *, trust_env: bool) -> ssl.SSLContext:
        return self._ssl_context or shared_ssl_context(self.lib, trust_env=trust_env)

    def _needs_tls(self, origin: str) -> bool:
        """Tell whether there can be TLS on the way to an origin: its settings take a while."""
        return is_secure(origin) or self._ssl_context is not None or bool(self._proxy_for(origin))

    def _proxy_for(self, origin: str) -> str | None:
        if self._proxy is not None or self._proxies is None:
            return cast("str | None", reveal(self._proxy))
        return self._proxies.of(origin)

    @hidden_frames
    def _make(self, origin: str) -> httpx.AsyncBaseTransport:
        """Make an httpx transport for an origin.

        Raises:
            ConfigurationError: The proxy, or a file that the environment names, can't be used.
        """
        lib = self.lib
        verify = (
            self._tls(trust_env=self._proxies is not None)
            if self._needs_tls(origin)
            else trusting_nobody()
        )
        reason = "the URL of the proxy is not one of an http, https, socks5 or socks5h proxy"
        try:
            proxy: Any = self._proxy_for(origin)
            if proxy is not None and proxy.lower().startswith("socks5h:"):
                # The proxy looks names up either way; not every version knows this word for it.
                proxy = "socks5" + proxy[len("socks5h") :]
            if proxy is not None and proxy.startswith("https:"):
                # Otherwise the environment decides whom to trust there.
                proxy = lib.Proxy(proxy, ssl_context=verify)
            made: httpx.AsyncBaseTransport = lib.AsyncHTTPTransport(
                verify=verify,
                http2=self._http2,
                proxy=proxy,
                trust_env=False,
                # One connection each; those of HTTP/2 are bounded by the limit in front.
                limits=lib.Limits(
                    max_connections=None if self._http2 else 1,
                    max_keepalive_connections=self._max_connections,
                    keepalive_expiry=KEEPALIVE,
                ),
            )
        except ImportError:
            name = lib.__name__
            reason = f"a SOCKS proxy needs another package: pip install '{name}[socks]'"
        except (ValueError, lib.InvalidURL):
            # Its message holds the URL, and that a password.
            pass
        else:
            return made
        raise ConfigurationError(f"a connection can't be set up: {reason}")

    async def aclose(self) -> None:
        """Close the connections that this transport has opened, and end its streams.

        Of a client or transport that was given, nothing else is closed.
        """
        await self.pool.close()
        while self.streams:
            await self.streams.pop().end(whole=False)
        library_logs_may_go_on(self)


@unlisted("_answer", "_chunks", "_raw", "_read", "_tracer", "_upload")
class _Call:
    """One request on a connection."""

    __slots__ = (
        "_answer",
        "_chunks",
        "_connection",
        "_owner",
        "_raw",
        "_read",
        "_request",
        "_returned",
        "_tracer",
        "_upload",
    )

    def __init__(
        self, owner: HttpxFamilyTransport, connection: PooledConnection, request: Request
    ) -> None:
        self._owner = owner
        self._connection = connection
        self._request = request
        self._tracer: Tracer | None = None
        self._upload: Upload | None = None
        self._answer: httpx.Response | None = None
        self._read: ReadAnswer | None = None
        self._raw: list[tuple[bytes, bytes]] = []
        self._chunks: Any = None
        self._returned = False

    async def open(self) -> int:
        lent = self._connection.pool is None
        if lent:
            self._answer = answer = await self._lent()
        else:
            transport = self._connection.transport
            self._answer = answer = await transport.handle_async_request(self._ours())
        if lent:
            self._read = ReadAnswer.of(self._owner.lib, answer, self._request.method)
            if self._request.stream:
                self._owner.streams.add(self)
        self._raw = answer.headers.raw
        # The bytes as they come: decompressing is bounded, and so done elsewhere.
        stream: Any = answer.stream
        self._chunks = stream.__aiter__() if self._read is None else self._read.pieces()
        return answer.status_code

    async def _lent(self) -> httpx.Response:
        """Send with what the caller has given, which may make an exception of an answer."""
        lib, message = self._owner.lib, self._theirs()
        try:
            return await self._connection.transport.handle_async_request(message)
        except lib.HTTPStatusError as error:
            answer = refused_answer(error, message)
            if answer is None:
                raise
        return answer

    def _extensions(self) -> dict[str, Any]:
        timeout = self._request.options.timeout
        limits = {
            "connect": timeout.connect,
            "read": timeout.read,
            "write": timeout.write,
            # Our own connections are there at once.
            "pool": None if self._connection.pool else timeout.pool,
        }
        return {"timeout": limits}

    def _ours(self) -> httpx.Request:
        """Make the message for our own connection: what httpx would work out is known already."""
        lib, request, connection = self._owner.lib, self._request, self._connection
        state = request.state
        extensions = self._extensions()
        if connection.fresh:
            state.phase = _CONNECT
            extensions["trace"] = self._tracer = Tracer(state)
        else:
            state.phase = _WRITE
        url = parsed(lib, request.url)
        self._upload = upload = upload_class(lib)(request.content, state)
        message: httpx.Request = lib.Request(
            request.method, url, headers=self._encoded(url), stream=upload, extensions=extensions
        )
        return message

    def _encoded(self, url: httpx.URL) -> httpx.Headers:
        """Return the headers as httpx has them; a request that has the same copies them."""
        lib, request, connection = self._owner.lib, self._request, self._connection
        content, given = request.content, request.headers
        last = connection.headers
        plain = not content and request.method not in _WITH_BODY
        if plain and last is not None and last[0] is given:
            return last[1]
        pairs = [(b"host", url.netloc)]
        pairs += [(k.encode("ascii"), v.encode()) for k, v in given.items()]
        if callable(content):
            if "content-length" not in given:
                pairs.append((b"transfer-encoding", b"chunked"))
        elif not plain:
            pairs.append((b"content-length", b"%d" % len(content or b"")))
        headers: httpx.Headers = lib.Headers(pairs)
        if plain:
            connection.headers = (given, headers)
        return headers

    def _theirs(self) -> httpx.Request:
        """Make the message for a caller's client or transport: an ordinary one."""
        lib, request = self._owner.lib, self._request
        extensions = self._extensions()
        request.state.phase = _READ
        extensions["trace"] = self._tracer = Tracer(request.state)
        content = request.content
        message: httpx.Request = lib.Request(
            request.method,
            request.url,
            headers=list(request.headers.items()),
            content=content() if callable(content) else content,
            extensions=extensions,
        )
        if "?" in request.url:
            # Clients write the URLs of their requests to the log.
            message.url = redacted_url(lib)(message.url)
        return message

    def headers(self) -> Headers:
        headers = _received(self._raw)
        return (
            headers if self._read is None else self._read.corrected(headers, self._request.method)
        )

    def framing(self) -> tuple[str, str]:
        if self._read is None:
            headers = _received([pair for pair in self._raw if pair[0].lower() in _FRAMING])
        else:
            headers = self.headers()
        return headers.get("content-encoding", ""), headers.get("content-length", "")

    def at_hand(self) -> bytes | None:
        return None

    def __aiter__(self) -> AsyncIterator[bytes]:
        chunks: AsyncIterator[bytes] = self._chunks
        return chunks

    async def __anext__(self) -> bytes:
        if self._returned:
            raise ClientClosedError(_CLOSED)
        chunk: bytes = await self._chunks.__anext__()
        return chunk

    async def end(self, *, whole: bool) -> None:
        if self._returned:
            return
        self._returned = True
        self._owner.streams.discard(self)
        if whole and self._answer is not None:
            try:
                # What httpx does besides is for answers that somebody keeps.
                stream: Any = self._answer.stream
                await (self._answer if self._connection.pool is None else stream).aclose()
                await self._end_upload()
            except BaseException:
                await self._break_off()
                raise
            await self._connection.give_back()
        else:
            await self._break_off()

    async def _break_off(self) -> None:
        """Close a connection that can't be reused, even while the task is being cancelled."""
        try:
            for step in (self._close_answer, self._end_upload, self._close_socket):
                with suppress(Exception):
                    await closing(step(), CLOSING)
        finally:
            await self._connection.drop()

    async def _close_answer(self) -> None:
        answer, connection = self._answer, self._connection
        if answer is None:
            return
        await answer.aclose()
        if connection.pool is not None:
            # They end once the connection is closed; over HTTP/2 others may be on it still.
            connection.leftovers.append(self._chunks)
        elif "network_stream" in answer.extensions and answer.http_version != "HTTP/2":
            await exhaust(self._chunks)
        elif hasattr(self._chunks, "aclose"):
            await self._chunks.aclose()

    async def _end_upload(self) -> None:
        if self._upload is not None:
            await self._upload.finish()

    async def _close_socket(self) -> None:
        if self._tracer is not None:
            await self._tracer.close()

    def translate(self, error: Exception) -> Exception:
        owner = self._owner
        if self._upload is not None and self._upload.raised(error):
            # The caller's own: it comes from what was to be uploaded.
            return error
        if owner.pool.closed:
            return ClientClosedError(_CLOSED)
        lent = self._connection.pool is None
        if is_patched_in(error) or (lent and not is_of_a_library(error)):
            # A caller's transport has failures of its own, such as those of an ASGI app.
            return passed_on(error)
        known = None if self._tracer is None else self._tracer.known
        return ErrorTable.of(owner.lib).translate(error, self._request.state.phase, known)
