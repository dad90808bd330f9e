"""The transport over aiohttp: only on asyncio, at a fraction of the cost of httpx."""

from __future__ import annotations

import math
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self, cast

import anyio
import yarl

from scalingo_async._core.cancellation import closing, on_asyncio
from scalingo_async._core.secrets import conceals, hidden_frames, reveal
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ResponseDecodeError,
)
from scalingo_async.request import CallState, Phase, Request, Response
from scalingo_async.transports.base import CLOSING, KEEPALIVE
from scalingo_async.transports.connection_limit import ConnectionLimit
from scalingo_async.transports.decompression import MAX_RESPONSE
from scalingo_async.transports.exchange import exchange
from scalingo_async.transports.failures import connection_error
from scalingo_async.transports.objects import check_proxy, check_session
from scalingo_async.transports.proxies import EnvironmentProxies, as_secret, is_secure, origin_of
from scalingo_async.transports.routes import Route, trusting_anybody
from scalingo_async.transports.tls import (
    check_environment,
    check_ssl_context,
    named_by_environment,
    shared_ssl_context,
)
from scalingo_async.types import Headers, Secret, Timeout

try:
    import aiohttp
    from aiohttp import hdrs
    from multidict import CIMultiDict
except OSError:
    # It makes TLS settings at once, of what the environment says.
    check_environment(instead="")
    raise


__all__ = ["AiohttpTransport"]

_AUTOMATIC: Final = ("accept", "accept-encoding", "user-agent")
"""Headers that aiohttp adds where they are absent."""

_READS: Final = frozenset({"GET", "HEAD"})

_PART: Final = 64 * 1024
"""Larger bodies are sent in parts of this size, so that a stall is noticed."""

_ERROR_BODY: Final = 64 * 1024
"""What is kept of the body of an error."""

# On Python 3.11 a member costs more to look up than to store.
_POOL: Final = Phase.POOL
_CONNECT: Final = Phase.CONNECT
_WRITE: Final = Phase.WRITE
_READ: Final = Phase.READ

_UNSENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    # A host name that DNS can't carry.
    UnicodeError,
)


@unlisted("_given", "_headers", "_proxy", "_sessions", "answers", "traced")
class AiohttpTransport(Uncopyable):
    """Sends requests with aiohttp.

    Args:
        session: Your program's `aiohttp.ClientSession`. Its connections are shared, with their
            limits, TLS settings and resolver, and its tracing applies; its headers, cookies,
            authentication, proxies, middlewares and timeouts don't. It is not closed. By default
            the transport has its own connections.
        max_connections: How many requests may be in flight at a time; open streams don't count.
        ssl_context: TLS settings; by default those of aiohttp, with at least TLS 1.2.
        proxy: URL of a proxy.
        trust_env: Use the proxies from environment variables, except for this machine itself, and
            the certificates: `SSL_CERT_FILE`, `SSL_CERT_DIR`.
        max_response: The largest response read into memory, in bytes.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_given",
        "_headers",
        "_proxy",
        "_sessions",
        "answers",
        "traced",
    )

    @conceals("proxy")
    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        max_connections: int = 10,
        ssl_context: ssl.SSLContext | None = None,
        proxy: str | Secret | None = None,
        trust_env: bool = True,
        max_response: int = MAX_RESPONSE,
    ) -> None:
        check_session(aiohttp.ClientSession, session)
        check_proxy(proxy)
        check_ssl_context(ssl_context)
        self._given = session
        self._limit = ConnectionLimit(max_connections)
        self._ssl_context = ssl_context
        self._tls: ssl.SSLContext | bool | None = None
        self._proxy = proxy
        self._proxies = EnvironmentProxies() if trust_env else None
        self._max_response = max_response
        # The second one tells where a request is, which costs time.
        self._sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession] | None = None
        self._headers: tuple[Headers, CIMultiDict[str]] | None = None
        self._timeouts: tuple[Timeout, aiohttp.ClientTimeout] | None = None
        self._closed = False
        self.answers: set[aiohttp.ClientResponse] = set()
        """Those that are being read."""
        self.traced: dict[CallState, aiohttp.ClientResponse] = {}
        """Those that the tracing of a given session looks at."""

    async def send(self, request: Request) -> Response:
        """Send a request and read its answer.

        Raises:
            APIConnectionError: There was no usable answer.
            ClientClosedError: The transport or the session is closed.
            ConfigurationError: The event loop is not asyncio.
            ResponseTooLargeError: The answer is larger than allowed.
            ResponseDecodeError: The answer's compression is broken or unknown.
        """
        request.state.phase = _POOL
        if self.closed:
            raise ClientClosedError("this transport or its aiohttp session is closed")
        if not self._limit.take():
            await self._limit.acquire(request.options.timeout.pool)
        # An open stream does not keep its place: ten of them would stop everything else.
        try:
            return await exchange(_Call(self, request), request, self._max_response)
        finally:
            self._limit.release()

    @property
    def closed(self) -> bool:
        """Whether it can't send any more."""
        return self._closed or (self._given is not None and self._given.closed)

    def session_for(self, request: Request) -> aiohttp.ClientSession:
        """Return the session that sends a request."""
        if self._sessions is None:
            self._sessions = self._make()
        return self._sessions[request.options.deadline is not None]

    def _make(self) -> tuple[aiohttp.ClientSession, aiohttp.ClientSession]:
        """Make the sessions that send: a given one lends its connections only.

        What else a session has would get into requests whose meaning is fixed: cookies, default
        headers, authentication.
        """
        if not on_asyncio():
            raise ConfigurationError(
                "aiohttp works only on asyncio; on trio use the httpx transport"
            )
        given = self._given
        # There are places for as many requests as there may be connections.
        connector = (
            aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE)
            if given is None
            else given.connector
        )
        traces = list(given.trace_configs) if given is not None else []
        if traces:
            # Theirs may read an answer, or make an exception of it.
            traces.insert(0, _answer_trace(self.traced))

        def session(*more: aiohttp.TraceConfig, owner: bool) -> aiohttp.ClientSession:
            made = aiohttp.ClientSession(
                connector=connector,
                connector_owner=owner,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trace_configs=[*traces, *more],
            )
            # aiohttp sends PUT and DELETE a second time by itself when a connection breaks.
            # Whether that may be is decided elsewhere, and has to be counted.
            made._retry_connection = False  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            return made

        return session(owner=given is None), session(_phase_trace(), owner=False)

    def upgrade_route(self, origin: str, *, trust_env: bool) -> Route | None:
        """Return how it gets to an origin; `None` if only a connector of the caller's knows.

        Args:
            origin: The scheme, host and port.
            trust_env: Whether the environment counts, if it does for this transport.

        Raises:
            ConfigurationError: The environment names what can't be used, or the session accepts
                one certificate alone.
        """
        trusting = trust_env and self._proxies is not None
        proxy = as_secret(self.proxy_for(origin) if trusting else self._proxy)
        if not is_secure(origin):
            return Route(None, proxy)
        own: Any = self.tls(trust_env=trust_env)
        if own is True and self._given is not None:
            own = getattr(self._given.connector, "_ssl", None)
            if own is None:
                return None
        if isinstance(own, ssl.SSLContext):
            return Route(own, proxy)
        if isinstance(own, aiohttp.Fingerprint):
            raise ConfigurationError(
                "websockets and terminals have their own connections, which don't support "
                "fingerprints: pass TLS settings to the client, as `ssl_context`"
            )
        # What aiohttp trusts by default are the certificates of the system.
        return Route(
            trusting_anybody() if own is False else shared_ssl_context(ssl, trust_env=trusting),
            proxy,
        )

    def tls_for(self, url: str, *, proxied: bool) -> ssl.SSLContext | bool:
        """Return what a request says of TLS; it is made for the first that may need it.

        Args:
            url: Where it goes.
            proxied: Whether it goes through a proxy, which may need TLS.

        Raises:
            ConfigurationError: The environment names what can't be used.
        """
        if self._tls is None:
            if not proxied and not is_secure(url):
                return True
            self._tls = self.tls()
        return self._tls

    def tls(self, *, trust_env: bool = True) -> ssl.SSLContext | bool:
        """Return the TLS settings of its connections.

        Args:
            trust_env: Whether the environment counts, if it does for this transport.

        Returns:
            The settings; `True` for those of the session, or of aiohttp.

        Raises:
            ConfigurationError: The environment names what can't be used.
        """
        if self._ssl_context is not None:
            return self._ssl_context
        if self._given is not None or not any(named_by_environment()):
            return True
        # Those of aiohttp were made when it was imported, of what the environment said then.
        return shared_ssl_context(ssl, trust_env=trust_env and self._proxies is not None)

    def _encoded(self, headers: Headers) -> CIMultiDict[str]:
        """Return headers as aiohttp has them; calls often have the very same, one after another."""
        last = self._headers
        if last is None or last[0] is not headers:
            last = self._headers = (headers, CIMultiDict(headers.items()))
        return last[1]

    def _patience(self, timeout: Timeout) -> aiohttp.ClientTimeout:
        """Return timeouts as aiohttp has them, likewise."""
        last = self._timeouts
        if last is None or last[0] is not timeout:
            last = self._timeouts = (timeout, _timeout(timeout))
        return last[1]

    @property
    def direct(self) -> bool:
        """Whether it is known that no request goes through a proxy."""
        return self._proxy is None and (self._proxies is None or self._proxies.none)

    @hidden_frames
    def proxy_for(self, url: str) -> str | None:
        """Return the URL of the proxy for a request.

        Raises:
            ConfigurationError: aiohttp does not know such proxies.
        """
        proxy = cast("str | None", reveal(self._proxy))
        if proxy is None and self._proxies is not None:
            proxy = self._proxies.of(origin_of(url))
        if proxy is not None and not proxy.lower().startswith(("http://", "https://")):
            raise ConfigurationError(
                "aiohttp knows http and https proxies only; for a SOCKS proxy use HttpxTransport, "
                "with the package that `pip install 'httpx[socks]'` brings"
            )
        return proxy

    async def aclose(self) -> None:
        """Close the connections that this transport has opened; not those of a given session."""
        self._closed = True
        # aiohttp does not wake those who read when it closes their connections.
        while self.answers:
            self.answers.pop().close()
        sessions, self._sessions = self._sessions, None
        for session in sessions or ():
            await closing(session.close(), CLOSING)


@unlisted("_read", "_response", "_upload")
class _Call:
    """One request in the hands of aiohttp."""

    __slots__ = ("_answered", "_owner", "_read", "_request", "_response", "_upload")

    def __init__(self, owner: AiohttpTransport, request: Request) -> None:
        self._owner = owner
        self._request = request
        self._response: aiohttp.ClientResponse | None = None
        self._answered = False
        self._read: bytes | None = None
        self._upload: _Upload | None = None

    async def open(self) -> int:
        request, owner = self._request, self._owner
        session = owner.session_for(request)
        request.state.phase = _READ if request.options.deadline is None else _CONNECT
        sending = session.request(
            request.method, yarl.URL(request.url, encoded=True), **self._arguments()
        )
        try:
            if self._upload is None:
                response = await sending
            else:
                response = await self._upload.guard(sending)
        except aiohttp.ClientResponseError as error:
            answer = owner.traced.get(request.state)
            if answer is None or error.request_info is not answer.request_info:
                raise
            # `raise_for_status`: what a status means is for this package to say.
            response = answer
        finally:
            if owner.traced:
                self._answered = owner.traced.pop(request.state, None) is not None
        self._response = response
        owner.answers.add(response)
        if self._answered:
            self._read = _read_already(response)
        return response.status

    def _arguments(self) -> dict[str, Any]:
        owner, request = self._owner, self._request
        headers = owner._encoded(request.headers)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        proxy = None if owner.direct else owner.proxy_for(request.url)
        arguments: dict[str, Any] = {
            "headers": headers,
            "allow_redirects": False,
            "ssl": owner.tls_for(request.url, proxied=proxy is not None),
            "timeout": owner._patience(request.options.timeout),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            "trace_request_ctx": request.state,
        }
        content = request.content
        if callable(content) or (content and len(content) > _PART):
            if not callable(content):
                arguments["headers"] = {**headers, "content-length": str(len(content))}
            self._upload = _Upload(content, request)
            arguments["data"] = self._upload.parts()
        elif content:
            arguments["data"] = content
        # It gives a type to bodies, and to requests that could have one.
        automatic = _AUTOMATIC if request.method in _READS else (*_AUTOMATIC, "content-type")
        skipped = [name for name in automatic if name not in headers]
        if skipped:
            arguments["skip_auto_headers"] = skipped
        if proxy is not None:
            arguments["proxy"] = proxy
        return arguments

    def headers(self) -> Headers:
        raw = self._response.raw_headers if self._response is not None else ()
        return Headers._received(raw)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def framing(self) -> tuple[str, str]:
        theirs = cast("aiohttp.ClientResponse", self._response).headers
        encoded = hdrs.CONTENT_ENCODING in theirs
        encoding = self.headers().get("content-encoding", "") if encoded else ""
        return encoding, theirs.get(hdrs.CONTENT_LENGTH, "")

    def at_hand(self) -> bytes | None:
        # Small answers often come in one piece with their heads.
        content = cast("aiohttp.ClientResponse", self._response).content
        return content.read_nowait() if self._read is None and content.is_eof() else self._read

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        response = self._response
        if self._read is not None:
            chunk, self._read = self._read, b""
        else:
            chunk = await response.content.readany() if response is not None else b""
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def end(self, *, whole: bool) -> None:
        response, self._response = self._response, None
        if response is not None:
            self._owner.answers.discard(response)
            if whole:
                response.release()
            else:
                response.close()

    def translate(self, error: Exception) -> Exception:
        failure = self._upload.failure if self._upload is not None else None
        if failure is not None:
            # The caller's own: it comes from what was to be uploaded.
            return failure
        if self._owner.closed:
            return ClientClosedError("the transport was closed during the request")
        return _translated(error, answered=self._answered)


class _Upload:
    """A body that is sent in parts, with a limit on how long one may take."""

    __slots__ = ("_content", "_failure", "_limit", "_scope", "_state", "_trace")

    def __init__(
        self, content: bytes | Callable[[], AsyncIterator[bytes]], request: Request
    ) -> None:
        self._content = content
        limit = request.options.timeout.write
        self._limit = math.inf if limit is None else limit
        self._state = request.state
        self._failure: Exception | None = None
        self._trace: TracebackType | None = None
        self._scope = anyio.CancelScope()

    @property
    def failure(self) -> Exception | None:
        """What the caller's own function raised."""
        if self._failure is not None:
            self._failure.__traceback__ = self._trace
        return self._failure

    async def guard(self, sending: Awaitable[aiohttp.ClientResponse]) -> aiohttp.ClientResponse:
        """Wait for the head of the answer while the parts are sent.

        Raises:
            APITimeoutError: A part took too long.
        """
        with self._scope:
            return await sending
        raise APITimeoutError("the connection timed out at: write", sent=True, phase=_WRITE)

    async def parts(self) -> AsyncIterator[bytes]:
        """Iterate over the parts; the next one is asked for when the last one is on its way."""
        try:
            content = self._content
            source: Any = content() if callable(content) else _sliced(content)
            async with aclosing(source):
                async for part in source:
                    self._state.phase = _WRITE
                    self._scope.deadline = anyio.current_time() + self._limit
                    yield part
                    self._scope.deadline = math.inf
        except Exception as error:
            # aiohttp adds frames of its own to the traceback.
            self._failure, self._trace = error, error.__traceback__
            raise
        self._state.phase = _READ


async def _sliced(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PART):
        yield content[start : start + _PART]


def _timeout(timeout: Timeout) -> aiohttp.ClientTimeout:
    connect = timeout.connect
    # The connections of a given session have a line of their own.
    whole = None if connect is None or timeout.pool is None else connect + timeout.pool
    return aiohttp.ClientTimeout(
        total=None, connect=whole, sock_connect=connect, sock_read=timeout.read
    )


def _translated(error: Exception, *, answered: bool) -> APIConnectionError:
    phase = _CONNECT if isinstance(error, _UNSENT) and not answered else _READ
    problem = connection_error(
        error,
        phase,
        timeout=isinstance(error, TimeoutError),
        # Its message may be the whole URL, and some hold all headers of the request.
        keep=False,
    )
    problem.__cause__ = _system_error(error)
    return problem


def _system_error(error: BaseException | None) -> BaseException | None:
    """Return what the system or TLS raised, below aiohttp."""
    while error is not None and isinstance(error, (aiohttp.ClientError, TimeoutError)):
        error = error.__cause__
    return error if isinstance(error, OSError) else None


def _answer_trace(answers: dict[CallState, aiohttp.ClientResponse]) -> aiohttp.TraceConfig:
    """Keep hold of each answer before other tracing sees it."""

    async def note(
        _: aiohttp.ClientSession, context: SimpleNamespace, said: aiohttp.TraceRequestEndParams
    ) -> None:
        answer = said.response
        answers[context.trace_request_ctx] = answer
        length = answer.content_length
        # It would be lost with an exception; one of unknown length may have no end.
        known = answer.content.is_eof() if length is None else length <= _ERROR_BODY
        if known and not answer.ok:
            await answer.read()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    return trace


def _read_already(answer: aiohttp.ClientResponse) -> bytes | None:
    """Return the body of an answer that tracing has read; `None` when it is still to be read.

    Raises:
        ResponseDecodeError: It is lost, and was needed.
    """
    body = answer._body  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    if body is not None:
        return body
    content = answer.content
    if content.exception() is None and not getattr(content, "_cursor", 0):
        return None
    if answer.status // 100 == 2 and answer.method != "HEAD":  # noqa: PLR2004
        raise ResponseDecodeError(
            f"there was a response ({answer.status}), but the tracing of your session has read "
            "a part "
            "of it, or closed it: it has to call `await response.read()`, or must not touch "
            "the body"
        )
    return b""


def _phase_trace() -> aiohttp.TraceConfig:
    """Follow where a request is, so that a deadline can say so."""
    trace = aiohttp.TraceConfig()

    def note(phase: Phase) -> Any:
        async def noted(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
            state: CallState = context.trace_request_ctx
            state.phase = phase

        return noted

    trace.on_connection_queued_start.append(note(_POOL))
    trace.on_connection_create_start.append(note(_CONNECT))
    trace.on_connection_create_end.append(note(_WRITE))
    trace.on_connection_reuseconn.append(note(_WRITE))
    trace.on_request_headers_sent.append(note(_READ))
    return trace
