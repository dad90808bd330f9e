"""Session: from a method's arguments to a request, through the chain, to the result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import attrs

from scalingo_async._core.client_state import ClientState
from scalingo_async._core.encoding import encode_body, query_values
from scalingo_async._core.headers import check_headers
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.paths import encode_segment
from scalingo_async._core.secrets import RedactedDict
from scalingo_async._core.tracing import TRACE, Trace, TracedCall
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL, encode_query
from scalingo_async.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    InvalidArgumentError,
)
from scalingo_async.hosts import HostLookup, Hosts
from scalingo_async.middleware.authentication.token_cache import TokenSource
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.request import (
    CallOptions,
    Connection,
    Handler,
    Request,
    Response,
    carrying,
)
from scalingo_async.request_ids import current_request_id
from scalingo_async.sharing import RateLimiter
from scalingo_async.types import AppRef, Headers, RequestOptions, Secret

if TYPE_CHECKING:
    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.models.apps import App
    from scalingo_async.models.regions import Region

T = TypeVar("T")


# On Python 3.11 a member costs more to look up than to store.
_ABSOLUTE: Final = API.ABSOLUTE
_DATABASE: Final = API.DATABASE

_OWN_HEADERS: Final = ("accept", "accept-encoding", "user-agent")
_BAD: Final = 400
_TIMED_OUT: Final = 408
_FAILED: Final = 500

_OF_A_REGION: Final = frozenset({API.REGIONAL, API.DATABASE})
_OPTION_NAMES: Final = frozenset(RequestOptions.__annotations__)
_CHECKS: Final = CallOptions.checks()


class Session(Uncopyable):
    """The session of resources: the chain, the URLs and the defaults of one client.

    Args:
        handler: The chain.
        lookup: Where the APIs are, as far as that is known.
        defaults: Options of calls that say nothing else.
        headers: Headers of every request, names in lower case.
        state: What copies of the client have in common.
        bearer: Returns where bearer tokens come from.
        retry: How long to pause between attempts, for what connects again by itself.
        limiter: Returns the rate limiter of an API, if there is one.
        sister: Makes the session of another region.

    Attributes:
        elsewhere: The region, when it is not the one that the client was made for: what is read
            there says so of the apps that it names.
    """

    def __init__(
        self,
        *,
        handler: Handler,
        lookup: HostLookup,
        defaults: CallOptions,
        headers: Headers,
        state: ClientState,
        bearer: Callable[[], TokenSource],
        retry: RetryPolicy,
        limiter: Callable[[API], RateLimiter | None],
        sister: Callable[[str], Session],
    ) -> None:
        self.handler = handler
        self.state = state
        self.bearer = bearer
        self.retry = retry
        self.lookup = lookup
        self._defaults = defaults
        self._headers: dict[str, Headers] = {}
        self._base_headers = headers
        self._limiter = limiter
        self._sister = sister
        self._sisters: dict[str, Session] = {}
        self.elsewhere = lookup.hosts.region if lookup.elsewhere else None

    @property
    def region(self) -> str:
        """The name of the region."""
        return self.lookup.hosts.region

    def in_region(self, name: str) -> Session:
        """Return the session of a region, with the settings of this one.

        Raises:
            InvalidArgumentError: It can't be the name of a region.
        """
        if name == self.lookup.hosts.region:
            return self
        sister = self._sisters.get(name)
        if sister is None:
            sister = self._sisters[name] = self._sister(name)
        return sister

    def ref(self, app: str) -> str:
        """Return what an app is known by, with its region where that is another one."""
        if self.elsewhere is None:
            return app
        ref = app if isinstance(app, AppRef) else AppRef(app)
        return AppRef(ref, region=self.elsewhere, name=ref.name, id=ref.id)

    def forecast(self, requests: int, api: API = API.REGIONAL) -> float:
        """Return the least time for this many more requests to an API, in seconds."""
        # What goes to a URL that was handed out counts on no limit.
        limiter = None if api is API.ABSOLUTE else self._limiter(api)
        return 0.0 if limiter is None else limiter.forecast(requests)

    def prepare(
        self,
        endpoint: Endpoint[Any],
        ids: tuple[object, ...] = (),
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        subject: tuple[str, str] | None = None,
        options: RequestOptions | None = None,
    ) -> Request:
        """Check everything that the caller gave and make the request of it; nothing is sent.

        The URL lacks its base where that has to be looked up.

        Raises:
            InvalidArgumentError: An id, an option or a header is invalid.
        """
        # What is secret comes last: no variable may hold it when something is refused.
        url = endpoint.template.expand(ids)
        if subject is not None:
            encode_segment(subject[0], "app")
            encode_segment(subject[1], "addon_id")
        resolved = self._defaults
        added: dict[str, str] = RedactedDict(headers) if headers else {}
        request_id = current_request_id()
        api = endpoint.api
        if request_id is not None and api is not _ABSOLUTE:
            added["x-request-id"] = request_id
        if options:
            resolved = self.options(options)
            added.update(check_headers(options.get("headers")))
        text = Secret(encode_query(query_values(query))) if query else None
        content = None
        if body is not None:
            content = encode_body(body, endpoint.wrap)
            added["content-type"] = "application/json"
        lookup = self.lookup
        if lookup.known and api is not _ABSOLUTE:
            url = lookup.hosts.base(api) + url
        if text:
            url = f"{url}?{text.reveal()}"
        base = self._headers.get(endpoint.accept) or self._headers_for(endpoint.accept)
        return Request(
            endpoint.method,
            url,
            base.with_values(added) if added else base,
            endpoint,
            content,
            subject,
            resolved,
        )

    def _headers_for(self, accept: str) -> Headers:
        headers = self._headers.get(accept)
        if headers is None:
            headers = self._headers[accept] = self._base_headers.with_values({"accept": accept})
        return headers

    def options(self, given: RequestOptions) -> CallOptions:
        """Complete the options of a call with the client's.

        Raises:
            InvalidArgumentError: There is no such option, or its value is invalid.
        """
        unknown = given.keys() - _OPTION_NAMES
        if unknown:
            names = ", ".join(sorted(unknown))
            known = ", ".join(sorted(_OPTION_NAMES))
            raise InvalidArgumentError(f"unknown argument: {names}. Every call takes: {known}")
        if "headers" in given:
            check_headers(given["headers"])
        checked = {name: _CHECKS[name](value) for name, value in given.items() if name in _CHECKS}
        return attrs.evolve(self._defaults, **checked)

    def send(self, request: Request, *, hosts: Hosts | None = None) -> Awaitable[Response]:
        """Send a prepared request through the chain.

        Args:
            request: The request.
            hosts: Where the API is; by default where those of the client's region are, which
                may have to be looked up.

        Raises:
            ScalingoError: It failed.
        """
        trace = TRACE.get()
        if trace is None:
            return self._send(request, hosts)
        return self._traced(trace, request, hosts)

    async def _traced(self, trace: Trace, request: Request, hosts: Hosts | None) -> Response:
        call = TracedCall(request.endpoint, request.state)
        trace.calls.append(call)
        try:
            response = await self._send(request, hosts)
        except APIError as error:
            call.outcome = _outcome(error)
            raise
        call.outcome = "answered"
        return response

    def _send(self, request: Request, hosts: Hosts | None) -> Awaitable[Response]:
        if _lacks_base(request):
            return self._send_located(request, hosts)
        return self.state.perform(self.handler, request)

    async def _send_located(self, request: Request, hosts: Hosts | None) -> Response:
        if hosts is None:
            hosts = await self._located()
        request = located(request, hosts.base(request.endpoint.api))
        return await self.state.perform(self.handler, request)

    async def call(
        self,
        endpoint: Endpoint[T],
        ids: tuple[object, ...] = (),
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        subject: tuple[str, str] | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Perform an operation and return its decoded response.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: It failed.
        """
        request = self.prepare(
            endpoint,
            ids,
            query=query,
            body=body,
            headers=headers,
            subject=subject,
            options=options,
        )
        return self.decode(endpoint, await self.send(request))

    def decode(self, endpoint: Endpoint[T], response: Response) -> T:
        """Return what an answer holds; apps of another region that it names say so.

        Raises:
            ResponseDecodeError: It holds something else.
        """
        made = endpoint.decode(response)
        if self.elsewhere is not None:
            from scalingo_async.models.base import placed

            placed(made, self.place_of(endpoint))
        return made

    def place_of(self, endpoint: Endpoint[Any]) -> str | None:
        """Return the region that apps in an answer are in, when it is another one."""
        return self.elsewhere if endpoint.api in _OF_A_REGION else None

    def prepare_absolute(
        self,
        endpoint: Endpoint[Any],
        url: ServerURL,
        *,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
        options: RequestOptions | None = None,
    ) -> Request:
        """Make a request to a URL that the platform returned and that was checked.

        One that carries its own token may be anybody's: no header of the call's goes there, and
        of the client's those alone that say what it is and what it reads.
        """
        template = attrs.evolve(endpoint, path="") if endpoint.template.names else endpoint
        request = self.prepare(template, (), headers=headers, options=options)
        sent = request.headers
        if endpoint.auth is Auth.SIGNED:
            own = self._headers_for(endpoint.accept)
            kept = {name: own[name] for name in _OWN_HEADERS if name in own}
            sent = Headers({**kept, **(headers or {})})
        return attrs.evolve(request, url=url.reveal(), headers=sent, stream=stream)

    async def connect(
        self,
        endpoint: Endpoint[Any],
        url: ServerURL,
        *,
        headers: Mapping[str, str] | None = None,
        options: RequestOptions | None = None,
    ) -> Connection:
        """Open a connection at a URL that the platform returned and that was checked.

        The request goes through the chain, up to the head of its answer.

        Raises:
            APIStatusError: The answer does not hand the connection over.
            ScalingoError: The call failed.
        """
        request = attrs.evolve(
            self.prepare_absolute(endpoint, url, headers=headers, options=options), upgrade=True
        )
        response = await self.send(request)
        if response.connection is None:
            raise APIStatusError(
                "the answer does not hand the connection over",
                status_code=response.status_code,
                method=request.method,
                url=request.safe_url,
                request_id=response.request_id,
            )
        return response.connection

    def know_app(self, app: App) -> None:
        """Note the name of an app that the platform has shown, if it is one."""
        if app.id and app.name:
            self.state.app_ids.learn(self.lookup.hosts.base(_DATABASE), app.name, app.id)

    def forget_app(self, name: str) -> None:
        """Note that a name no longer belongs to an app."""
        self.state.app_ids.forget(self.lookup.hosts.base(API.DATABASE), name)

    async def hosts(self) -> frozenset[str]:
        """Return the hosts of the configured APIs."""
        return (await self._located()).hosts

    async def base(self, api: API) -> str:
        """Return the URL of an API, which may have to be looked up."""
        return (await self._located()).base(api)

    async def _located(self) -> Hosts:
        return self.lookup.hosts if self.lookup.known else await self._look_up()

    async def _look_up(self) -> Hosts:
        """Look the URLs of the region up."""
        self.state.check()
        self.lookup.find_in(await self.regions())
        return self.lookup.hosts

    async def regions(self) -> Sequence[Region]:
        """Return the platform's list of regions, fetched once for the client and its copies.

        Raises:
            ScalingoError: The request failed.
        """
        return await self.state.regions.get(self._fetch_regions)

    async def _fetch_regions(self) -> Sequence[Region]:
        from scalingo_async._core.region_list import LIST

        # The list is on the authentication API, whose URL is known.
        return LIST.decode(await self.send(self.prepare(LIST), hosts=self.lookup.hosts))


def _outcome(error: APIError) -> Literal["unknown", "answered", "refused"]:
    """Return what an error says of what the platform did."""
    if isinstance(error, APIConnectionError):
        return "unknown"
    if not isinstance(error, APIStatusError):
        return "answered"
    status = error.status_code
    if status is None:
        # It was not let go.
        return "unknown"
    # After a 408 it isn't known.
    refused = _BAD <= status < _FAILED and status != _TIMED_OUT
    return "refused" if refused else "answered"


def _lacks_base(request: Request) -> bool:
    # URLs that the platform returned are complete.
    return request.endpoint.api is not _ABSOLUTE and request.url.startswith("/")


def located(request: Request, base: str) -> Request:
    """Put the base in front of a request's path, if it lacks it."""
    return carrying(request, request.headers, base) if _lacks_base(request) else request
