"""Upgrades: raw connections for websockets and one-off containers.

An HTTP library can't send such requests, and doesn't return bytes that came along with the head of
the response. So the head is written here, over a separate connection; h11 reads the response.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import anyio
import h11
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSStream

from scalingo_async._core.secrets import hidden_frames
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL, parse_url
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
)
from scalingo_async.request import Phase, Request, Response
from scalingo_async.transports.base import CLOSING
from scalingo_async.transports.failures import connection_error
from scalingo_async.transports.routes import Route
from scalingo_async.types import Headers

__all__ = ["UpgradeTransport", "UpgradedConnection"]

_PIECE: Final = 64 * 1024
_HEAD: Final = 64 * 1024
_ERROR_BODY: Final = 64 * 1024
_ERROR_BODY_AWAITED: Final = 5.0
_SCHEMES: Final = frozenset({"http", "https", "ws", "wss"})
_PLAIN_SCHEMES: Final = {"ws": "http", "wss": "https"}
_FAILURES: Final = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError)
_UNSENT: Final = frozenset({"accept", "accept-encoding"})
"""What the bodies of these answers look like can't be chosen."""

_PROBES: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""When the system asks whether the other side is there: after 30 s, and gives up after 90."""


class UpgradedConnection(Uncopyable, ByteStream):
    """An upgraded connection: bytes in both directions.

    What came together with the head of the answer is what `receive` returns first.

    Attributes:
        headers: Headers of the response that upgraded it.
    """

    def __init__(
        self, stream: ByteStream, headers: Headers, first: bytes, owner: UpgradeTransport
    ) -> None:
        self.headers = headers
        self._stream = stream
        self._first = first
        self._owner = owner
        self._closed = False

    async def receive(self, max_bytes: int = _PIECE) -> bytes:
        """Return the next bytes.

        Args:
            max_bytes: The most bytes to return.

        Raises:
            anyio.EndOfStream: The other side has sent everything.
            APIConnectionError: The connection broke.
            ClientClosedError: The connection was closed by this program.
        """
        if self._first and not self._closed:
            first, self._first = self._first[:max_bytes], self._first[max_bytes:]
            return first
        try:
            return await self._stream.receive(max_bytes)
        except _FAILURES as error:
            problem = self._problem(error, Phase.READ)
        raise problem

    async def send(self, item: bytes) -> None:
        """Send bytes.

        Raises:
            APIConnectionError: The connection broke.
            ClientClosedError: The connection was closed by this program.
        """
        try:
            await self._stream.send(item)
        except _FAILURES as error:
            problem = self._problem(error, Phase.WRITE)
        else:
            return
        raise problem

    async def send_eof(self) -> None:
        """Say that nothing more will be sent; over TLS that can't be said, and closes it."""
        try:
            await self._stream.send_eof()
        except NotImplementedError:
            await self.aclose()
            return
        except _FAILURES as error:
            problem = self._problem(error, Phase.WRITE)
        else:
            return
        raise problem

    def _problem(self, error: Exception, phase: Phase) -> Exception:
        if self._closed:
            return ClientClosedError("this connection is closed")
        return connection_error(error, phase)

    async def aclose(self) -> None:
        """Close it; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._first = b""
        self._owner.connections.discard(self)
        await _close(self._stream)


class UpgradeTransport(Uncopyable):
    """Opens connections that are handed over.

    Args:
        route: Says how to get to an origin.

    Attributes:
        connections: Those that are open.
    """

    def __init__(self, route: Callable[[str], Route]) -> None:
        self._route = route
        self._closed = False
        self.connections: set[UpgradedConnection] = set()

    async def send(self, request: Request) -> Response:
        """Open a connection, send the request, read the head of its answer.

        Args:
            request: The request; it has no body.

        Returns:
            The answer; `connection` is set when it hands the connection over.

        Raises:
            APIConnectionError: There was no usable answer.
            ClientClosedError: The client was closed.
            ConfigurationError: The environment names a proxy that can't be used.
        """
        if self._closed:
            raise ClientClosedError("the client was closed during the call")
        url = parse_url(request.url, _SCHEMES)
        state, timeout = request.state, request.options.timeout
        state.phase = Phase.CONNECT
        stream: ByteStream | None = None
        try:
            with anyio.move_on_after(timeout.connect):
                stream = await self._open(url, request)
            if stream is None:
                raise _too_slow(Phase.CONNECT)
            exchange = _Handshake(stream, request, url)
            response, first = await exchange.run()
            if first is not None:
                if self._closed:
                    raise ClientClosedError("the client was closed during the call")
                response.connection = UpgradedConnection(stream, response.headers, first, self)
                self.connections.add(response.connection)
                stream = None
            return response
        finally:
            if stream is not None:
                await _close(stream)

    async def _open(self, url: ServerURL, request: Request) -> ByteStream:
        scheme = _PLAIN_SCHEMES.get(url.scheme, url.scheme)
        host = f"[{url.host}]" if ":" in url.host else url.host
        try:
            route = self._route(f"{scheme}://{host}:{url.port}")
            if route.proxy is None:
                stream = await _connect(url.host, url.port)
            else:
                stream = await _through(route, url, request)
        except OSError as error:
            problem: Exception = connection_error(error, Phase.CONNECT)
        else:
            context = route.ssl_context
            if context is None or not url.secure:
                return stream
            return await _secured(stream, url, context, route.hint)
        raise problem

    async def aclose(self) -> None:
        """Close all connections; who reads from one meets `ClientClosedError`."""
        self._closed = True
        for connection in list(self.connections):
            await connection.aclose()


class _Handshake:
    """One head out, one head in."""

    def __init__(self, stream: ByteStream, request: Request, url: ServerURL) -> None:
        self._stream = stream
        self._request = request
        self._url = url
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)

    async def run(self) -> tuple[Response, bytes | None]:
        """Send the request and read the answer: with the bytes behind it if it is handed over."""
        state, timeout = self._request.state, self._request.options.timeout
        try:
            state.phase = Phase.WRITE
            with anyio.move_on_after(timeout.write) as scope:
                await self._stream.send(self._head())
            if scope.cancelled_caught:
                raise _too_slow(Phase.WRITE)  # noqa: TRY301 - closed by who called
            state.phase = Phase.READ
            answer: h11.Response | h11.InformationalResponse | None = None
            # As a whole: a server may say a byte now and then, or "continue", for ever.
            with anyio.move_on_after(timeout.read):
                answer = await self._answer()
            if answer is None:
                raise _too_slow(Phase.READ)  # noqa: TRY301 - closed by who called
            headers = Headers([(k.decode(), v.decode("latin-1")) for k, v in answer.headers])
            response = Response(answer.status_code, headers)
            if self._http.their_state is h11.SWITCHED_PROTOCOL:
                return response, bytes(self._http.trailing_data[0])
            response.content = await self._body()
        except h11.RemoteProtocolError as error:
            problem: APIConnectionError = connection_error(error, Phase.READ)
        except _FAILURES as error:
            problem = connection_error(_cause(error), state.phase)
        except BaseException:
            # The frames below hold the credential.
            with hidden_frames:
                raise
        else:
            return response, None
        raise problem

    @hidden_frames
    def _head(self) -> bytes:
        url, request = self._url, self._request
        target = url.path or "/"
        if url.query:
            target = f"{target}?{url.query}"
        headers = [("host", url.origin.partition("://")[2])]
        headers += [(k, v) for k, v in request.headers.items() if k not in _UNSENT]
        message = h11.Request(method=request.method, target=target, headers=headers)
        return (self._http.send(message) or b"") + (self._http.send(h11.EndOfMessage()) or b"")

    async def _answer(self) -> h11.Response | h11.InformationalResponse:
        """Return the head of the answer; those that come before it say nothing."""
        while True:
            event = await _next(self._http, self._stream)
            if isinstance(event, h11.Response) or (
                isinstance(event, h11.InformationalResponse) and event.status_code == 101  # noqa: PLR2004
            ):
                return event

    async def _body(self) -> bytes:
        """Read the body of an answer that hands nothing over: as much as an error keeps."""
        kept = bytearray()
        # The status says more than a body that broke off.
        with (
            anyio.move_on_after(_ERROR_BODY_AWAITED),
            suppress(h11.RemoteProtocolError, *_FAILURES),
        ):
            while len(kept) < _ERROR_BODY:
                event = await _next(self._http, self._stream)
                if not isinstance(event, h11.Data):
                    break
                kept += event.data
        return bytes(kept[:_ERROR_BODY])


async def _next(http: h11.Connection, stream: ByteStream) -> object:
    """Return the next event of an answer, reading as far as that takes."""
    while (event := http.next_event()) is h11.NEED_DATA:
        try:
            http.receive_data(await stream.receive(_PIECE))
        except anyio.EndOfStream:
            http.receive_data(b"")
    return event


async def _connect(host: str, port: int) -> ByteStream:
    """Open a connection of which the system notices when the other side has vanished.

    A terminal may be silent for hours, on both sides.
    """
    stream = await anyio.connect_tcp(host, port)
    opened = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - it is not Django's
    with suppress(OSError):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _PROBES.items():
            if hasattr(socket, name):
                opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return stream


async def _secured(
    stream: ByteStream, url: ServerURL, context: ssl.SSLContext, hint: str
) -> ByteStream:
    """Do the handshake of TLS; the stream is closed when it fails or is cancelled."""
    try:
        # Settings that calls over HTTP/2 use as well offer that.
        context.set_alpn_protocols(["http/1.1"])
        return await TLSStream.wrap(
            stream,
            hostname=url.host,
            ssl_context=context,
            # Servers close without saying goodbye; what is cut short shows otherwise.
            standard_compatible=False,
        )
    except (*_FAILURES, anyio.EndOfStream) as error:
        await _close(stream)
        cause = _cause(error)
        problem = connection_error(cause, Phase.CONNECT)
        if hint and isinstance(cause, ssl.SSLCertVerificationError):
            problem.message = f"{problem.message}: {hint}"
    except BaseException:
        await _close(stream)
        raise
    raise problem


async def _through(route: Route, url: ServerURL, request: Request) -> ByteStream:
    """Open a tunnel through a proxy.

    Raises:
        ConfigurationError: It is not a proxy of HTTP.
        APIConnectionError: It does not let us through.
    """
    stream = await _connect(*_proxy_address(route))
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
    try:
        await stream.send(_tunnel_head(http, route, url, request.headers.get("user-agent", "")))
        answer = await _next(http, stream)
        while isinstance(answer, h11.InformationalResponse):
            answer = await _next(http, stream)
        status = getattr(answer, "status_code", 0)
        if not 200 <= status < 300 or http.trailing_data[0]:  # noqa: PLR2004
            raise APIConnectionError(  # noqa: TRY301 - the clauses below close the stream
                f"the proxy did not open a tunnel: it returned {status}",
                sent=False,
                phase=Phase.CONNECT,
            )
    except (h11.RemoteProtocolError, *_FAILURES) as error:
        await _close(stream)
        problem = connection_error(error, Phase.CONNECT)
    except BaseException:
        await _close(stream)
        # The frames below hold the password of the proxy.
        with hidden_frames:
            raise
    else:
        return stream
    raise problem


@hidden_frames
def _proxy_address(route: Route) -> tuple[str, int]:
    """Return the host and the port of a proxy.

    Raises:
        ConfigurationError: It is not a proxy of HTTP.
    """
    with suppress(ValueError):
        parts = _parts(route)
        if parts.scheme == "http" and parts.hostname:
            return parts.hostname, parts.port or 80
    raise ConfigurationError(
        "websockets and terminals support only proxies with an http:// URL; the proxy of the "
        "transport or the environment has another one"
    )


def _parts(route: Route) -> SplitResult:
    return urlsplit("" if route.proxy is None else route.proxy.reveal())


def _tunnel_head(http: h11.Connection, route: Route, url: ServerURL, agent: str) -> bytes:
    """Write down what a proxy is asked: a tunnel to a host."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    address = f"{host}:{url.port}"
    headers = [("host", address), ("user-agent", agent)]
    parts = _parts(route)
    if route.authorization is not None:
        headers.append(("proxy-authorization", route.authorization.reveal()))
    elif parts.username is not None:
        headers.append(("proxy-authorization", _basic(parts.username, parts.password or "")))
    message = h11.Request(method="CONNECT", target=address, headers=headers)
    return (http.send(message) or b"") + (http.send(h11.EndOfMessage()) or b"")


def _basic(user: str, password: str) -> str:
    from base64 import b64encode

    pair = f"{unquote(user)}:{unquote(password)}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _cause(error: Exception) -> BaseException:
    """Return what the system said, where anyio wraps it."""
    return error.__cause__ or error


def _too_slow(phase: Phase) -> APITimeoutError:
    return APITimeoutError(
        f"the connection timed out at: {phase}", sent=phase.may_have_left, phase=phase
    )


async def _close(stream: ByteStream) -> None:
    """Close a stream, even while the task is being cancelled."""
    with anyio.move_on_after(CLOSING, shield=True), suppress(*_FAILURES):
        await stream.aclose()
