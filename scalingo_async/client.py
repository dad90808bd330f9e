"""`AsyncClient`: configuration in, resources out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar

import attrs

from scalingo_async._core.client_state import ClientState
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.paths import check_method, check_path
from scalingo_async._core.secrets import RedactedDict, hide
from scalingo_async._core.session import Session
from scalingo_async._core.tracing import LAST_RESPONSES
from scalingo_async.config import ClientConfig, read_environment, without_unset
from scalingo_async.credentials import (
    APIToken,
    BearerToken,
    Credential,
    UserPassword,
    check_token,
    fingerprint,
    stored_login,
)
from scalingo_async.errors import (
    APIStatusError,
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    ResponseDecodeError,
)
from scalingo_async.hosts import DEFAULT_REGION, HostLookup, Hosts
from scalingo_async.middleware.authentication.lifetime import lifetime_of
from scalingo_async.middleware.authentication.middleware import Authentication
from scalingo_async.middleware.authentication.replay import Replay
from scalingo_async.middleware.authentication.token_cache import StaticToken, TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.deadline import Deadline
from scalingo_async.middleware.errors import ErrorMapping
from scalingo_async.middleware.logging import Logging
from scalingo_async.middleware.rate_limit.middleware import RateLimiting, is_limited
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.request import RawResponse, Request, Response
from scalingo_async.resources.attributes import ResourceAttributes
from scalingo_async.sharing import SharedToken
from scalingo_async.types import UNSET, Secret, Unset

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterable
    from types import TracebackType
    from typing import Self, Unpack

    import httpx

    from scalingo_async.bulk.job import Job
    from scalingo_async.bulk.options import BulkOptions
    from scalingo_async.config import ClientOptions, ClientSettings
    from scalingo_async.middleware.authentication.source import TokenSource
    from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
    from scalingo_async.middleware.retry import RetryPolicy
    from scalingo_async.request import Handler, Middleware
    from scalingo_async.sharing import RateLimiter, RateLimiters, TokenStore
    from scalingo_async.transports.base import Transport
    from scalingo_async.types import JSONValue, RequestOptions, Timeout

__all__ = ["AsyncClient"]

T = TypeVar("T")
V = TypeVar("V")
P = ParamSpec("P")

_APIS: Final = ("regional", "auth", "database", "billing")
_REFUSED: Final = {
    "tokens.exchange": "the API token is wrong, or was revoked",
    "tokens.login": "the user name or the password is wrong",
}


class AsyncClient(ResourceAttributes):
    """A client of the Scalingo API.

    It costs little to make and connects when it is first used. Share one among all tasks of a
    program; close it with `async with`, or with `aclose`. It belongs to one event loop.

    Args:
        api_token: An API token (`tk-us-…`) from the account's dashboard.
        bearer_token: A ready-made bearer token instead; it is used until it expires.
        credential: Any other credential, such as `UserPassword`.
        region: Region of the apps, such as `osc-fr1`.
        api_url: URL of the regional API, without `/v1`, for another platform or the sandbox.
        auth_url: URL of the authentication API, without `/v1`.
        database_url: URL of the database API, without `/api`; goes together with `api_url`.
        billing_url: URL of the billing API.
        timeout: Seconds for each phase of an attempt, a `Timeout`, or `None` for no limit.
        deadline: Seconds for a call as a whole, its queueing and retries included; `None` is no
            limit.
        max_retries: How many times a call may be sent again where that is safe.
        retry: How long to pause between attempts.
        rate_limit: The platform's limit: a `RateLimit`, a pair of requests and seconds, or `None`
            to send without waiting.
        max_wait: The longest wait for the rate limit, in seconds; `None` waits as long as it
            takes.
        priority: `"low"` lets other calls go first when they wait for the rate limit; by default
            bulk work does, and nothing else.
        headers: Headers that every request carries.
        user_agent: What to put in front of the client's own user agent, such as `my-tool/1.2`.
        middlewares: Middlewares around every attempt, outermost first.
        transport: What sends the requests; by default httpx with connections of its own. It is
            closed with the client.
        http_client: An `httpx.AsyncClient` of yours to send with. It is not closed.
        max_connections: How many requests may be on the wire at a time.
        http2: Use HTTP/2 where the server offers it; needs the `http2` extra.
        ssl_context: TLS settings; by default those of httpx, TLS 1.2 at least. With a
            `transport` or `http_client` of yours they are for websockets and terminals, which
            have connections of their own.
        trust_env: Use the proxies that the environment names.
        limiters: Where the rate limit is shared with other processes, such as `RedisLimiters`;
            by default this client counts for itself.
        token_store: Where tokens are shared with other processes, such as `RedisTokens`.

    Raises:
        ConfigurationError: A setting makes no sense.
        InvalidArgumentError: A value makes no sense.
    """

    def __init__(
        self,
        api_token: str | Secret | None = None,
        *,
        bearer_token: str | Secret | None = None,
        credential: Credential | None = None,
        region: str = DEFAULT_REGION,
        api_url: str | None = None,
        auth_url: str | None = None,
        database_url: str | None = None,
        billing_url: str | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        deadline: float | Unset | None = UNSET,
        max_retries: int | Unset = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        rate_limit: RateLimit | tuple[int, float] | str | Unset | None = UNSET,
        max_wait: float | Unset | None = UNSET,
        priority: Literal["normal", "low"] | Unset | None = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        user_agent: str | Unset | None = UNSET,
        middlewares: Iterable[Middleware] | Unset = UNSET,
        transport: Transport | None = None,
        http_client: httpx.AsyncClient | None = None,
        max_connections: int = 10,
        http2: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        trust_env: bool = True,
        limiters: RateLimiters | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        # No variable holds a token from here on: reporters of errors write variables down.
        api_token, bearer_token = hide(api_token), hide(bearer_token)
        self._credential = _one_credential(api_token, bearer_token, credential)
        config = ClientConfig.build(
            None,
            without_unset(
                timeout=timeout,
                deadline=deadline,
                max_retries=max_retries,
                retry=retry,
                rate_limit=rate_limit,
                max_wait=max_wait,
                priority=priority,
                headers=headers,
                user_agent=user_agent,
                middlewares=middlewares,
            ),
        )
        if isinstance(max_connections, bool) or max_connections < 1:
            raise ConfigurationError("max_connections must be 1 or more")
        if transport is not None and http_client is not None:
            raise ConfigurationError("give a transport or an httpx client, not both")

        def make_transport() -> Transport:
            if transport is not None:
                return transport
            # httpx takes longer to import than all of this package.
            from scalingo_async.transports.httpx import HttpxTransport

            return HttpxTransport(
                client=http_client,
                max_connections=max_connections,
                http2=http2,
                ssl_context=ssl_context,
                trust_env=trust_env,
            )

        def make_connector() -> Transport:
            from scalingo_async.transports.upgrade import make_upgrade_transport

            return make_upgrade_transport(ssl_context, trust_env=trust_env)

        self._max_connections = max_connections
        self._limiters = limiters
        self._token_store = token_store
        hosts = HostLookup.configured(
            region,
            api_url=api_url,
            auth_url=auth_url,
            database_url=database_url,
            billing_url=billing_url,
        )
        self._assemble(config, hosts, ClientState(make_transport, make_connector))

    def _assemble(self, config: ClientConfig, lookup: HostLookup, shared: ClientState) -> None:
        """Compose the chain; the only place that knows the order of the middlewares."""
        self._config = config
        self._lookup = lookup
        self._shared = shared
        limiting = [RateLimiting(self._limiter_for)] if config.rate_limit else []
        handler = compose(
            [
                ErrorMapping(),
                Deadline(),
                Retry(config.retry),
                *config.middlewares,
                Replay(),
                *limiting,
                Authentication(self._source_for),
                Logging(),
            ],
            shared.send,
        )
        self._session = Session(
            handler=handler,
            lookup=lookup,
            defaults=config.call_options(),
            headers=config.base_headers(),
            shared=shared,
            bearer=self._bearer_source,
            retry=config.retry,
        )
        # The exchange needs no token, and does not count on the limit of the API.
        self._exchange_chain: Handler = compose(
            [ErrorMapping(), Retry(config.retry), Logging()], shared.send
        )

    @classmethod
    def from_env(
        cls,
        *,
        environ: Mapping[str, str] | None = None,
        cli_login: bool = False,
        **settings: Unpack[ClientSettings],
    ) -> Self:
        """Make a client of what the environment says.

        `SCALINGO_API_TOKEN`, `SCALINGO_REGION`, `SCALINGO_API_URL` and `SCALINGO_DB_URL` (which go
        together) and `SCALINGO_AUTH_URL` are those of the official command line tool.
        `SCALINGO_BILLING_URL` is this client's own.

        Args:
            environ: The environment; `os.environ` by default.
            cli_login: When there is no token, use the login that the command line tool has
                stored.
            **settings: Any argument of `AsyncClient`; it comes before the environment.

        Returns:
            The client.

        Raises:
            ConfigurationError: There is no token, or a variable is not usable.
        """
        env = read_environment(environ)
        environ = None if environ is None else RedactedDict(environ)
        given: dict[str, Any] = RedactedDict({k: v for k, v in env.urls.items() if v})
        if "api_token" in settings:
            settings["api_token"] = hide(settings["api_token"])
        if "bearer_token" in settings:
            settings["bearer_token"] = hide(settings["bearer_token"])
        given.update(settings)
        given.setdefault("region", env.region)
        # Checked once more here, so that a message names the variable.
        Hosts.build(
            given["region"],
            **{name: given.get(name) for name in env.urls},
            sources={n: s for n, s in env.sources.items() if n not in settings},
        )
        if not given.keys() & {"api_token", "bearer_token", "credential"}:
            given["credential"] = _environment_credential(
                hide(env.api_token), given, environ, cli_login=cli_login
            )
        return cls(**given)

    # -- copies ---------------------------------------------------------------------------

    def with_options(self, **changes: Unpack[ClientOptions]) -> Self:
        """Return a client with other settings that shares this one's connections and tokens.

        Closing either closes both.

        Args:
            **changes: What is to be different.

        Returns:
            The copy.

        Raises:
            InvalidArgumentError: There is no such setting, or its value makes no sense.
        """
        config = ClientConfig.build(self._config, changes)
        return self._copy(config, self._lookup)

    def region(self, name: str) -> Self:
        """Return a client for another region that shares this one's connections and token.

        The region's URLs are taken from the platform's list of regions when the first call is
        made, and kept. An unknown name raises `UnknownRegionError` then.

        Args:
            name: Name of the region, such as `osc-secnum-fr1`.

        Returns:
            The client.

        Raises:
            InvalidArgumentError: The name can't be one.
        """
        if name == self.region_name:
            return self._copy(self._config, self._lookup)
        elsewhere = self._lookup.hosts.in_region(name)
        return self._copy(self._config, HostLookup(elsewhere, known=False))

    def _copy(self, config: ClientConfig, lookup: HostLookup) -> Self:
        copy = object.__new__(type(self))
        copy._credential = self._credential
        copy._max_connections = self._max_connections
        copy._limiters = self._limiters
        copy._token_store = self._token_store
        copy._assemble(config, lookup, self._shared)
        return copy

    # -- credentials ----------------------------------------------------------------------

    def _source_for(self, request: Request) -> TokenSource:
        """Return where the token of a request comes from."""
        if request.endpoint.auth is Auth.ADDON and request.subject is not None:
            return self._addon_source(*request.subject)
        return self._bearer_source()

    def _bearer_source(self) -> TokenSource:
        credential = self._credential
        if isinstance(credential, BearerToken):
            return StaticToken(credential.token)
        return self._shared.tokens.get("bearer", lambda: self._cache("bearer", self._exchange))

    def _addon_source(self, app: str, addon_id: str) -> TokenSource:
        session = self._session

        async def exchange() -> Secret:
            from scalingo_async.resources.addons import TOKEN

            addon = await session.call(TOKEN, (app, addon_id))
            if not addon.token:
                raise ResponseDecodeError("the answer to addons.token holds no token", path="$")
            return Secret(addon.token)

        key = (self._lookup.hosts.base(API.DATABASE), app, addon_id)
        return self._shared.tokens.get(key, lambda: self._cache(" ".join(key), exchange))

    def _cache(self, name: str, exchange: Callable[[], Awaitable[Secret]]) -> TokenCache:
        """Make the cache of a token, in front of the store if there is one."""
        store = self._token_store
        if store is None:
            return TokenCache(exchange)
        key = f"{fingerprint(self._credential)} {self._lookup.hosts.base(API.AUTH)} {name}"

        async def renew() -> SharedToken:
            token = await exchange()
            return SharedToken(token, lifetime_of(token.reveal(), time.time()))

        async def fetch() -> SharedToken:
            return await store.get(key, renew, refused=cache.last)

        cache = TokenCache(fetch)
        return cache

    async def _exchange(self) -> Secret:
        """Fetch a bearer token."""
        from scalingo_async.resources.tokens import EXCHANGE, exchange_headers

        token = await self._api_token()
        return await self._ask_auth(EXCHANGE, exchange_headers(token), None)

    async def _api_token(self) -> Secret:
        credential = self._credential
        if not isinstance(credential, UserPassword):
            return credential.token
        held = self._shared.login_token
        if held is None:
            from scalingo_async.resources.tokens import LOGIN, login_headers

            made = await self._ask_auth(
                LOGIN, login_headers(credential), {"name": credential.token_name}
            )
            if not made.token:
                raise ResponseDecodeError("the answer to tokens.login holds no token", path="$")
            held = self._shared.login_token = Secret(made.token)
        return held

    async def _ask_auth(
        self, endpoint: Endpoint[T], headers: dict[str, str], body: dict[str, object] | None
    ) -> T:
        request = self._session.prepare(endpoint, (), body=body, headers=headers)
        url = self._lookup.hosts.base(API.AUTH) + request.url
        try:
            response = await self._exchange_chain(attrs.evolve(request, url=url))
        except APIStatusError as error:
            if not isinstance(error.body, dict):
                # A page of who knows what: it could repeat what it was sent.
                error.body, error.message = None, "no message"
            if isinstance(error, AuthenticationError) and not error.otp_required:
                error.message += f"; {_REFUSED[endpoint.id]}"
            raise
        return endpoint.decode(response)

    # -- limits ---------------------------------------------------------------------------

    def _limiter_for(self, request: Request) -> RateLimiter | None:
        return self._limiter(request.endpoint.api) if is_limited(request) else None

    def _limiter(self, api: API) -> RateLimiter | None:
        limit = self._config.rate_limit
        if limit is None:
            return None
        url = self._lookup.hosts.base(api)
        key = (url, limit)
        limiter: RateLimiter | None = self._shared.limiters.get(key)
        if limiter is None:
            limiter = self._shared.limiters[key] = self._make_limiter(limit, url)
        return limiter

    def _make_limiter(self, limit: RateLimit, url: str) -> RateLimiter:
        if self._limiters is None:
            return Limiter(limit, max_in_flight=self._max_connections, clock=time.monotonic)
        key = f"{fingerprint(self._credential)} {url}"
        return self._limiters.get(key, limit, self._max_connections)

    @property
    def rate_limit(self) -> RateLimitStatus | None:
        """Where the rate limit of the regional API stands; `None` when there is none."""
        limiter = self._limiter(API.REGIONAL)
        return None if limiter is None else limiter.status()

    def estimate(self, requests: int) -> float:
        """Return how long so many more requests to the regional API take at least, in seconds.

        What the rate limit allows is all that is counted: the answers take a little longer, and
        other programs that use the account make it longer, too.

        Args:
            requests: How many, 0 or more.

        Returns:
            Seconds until the last of them may leave; 0 without a rate limit.

        Raises:
            InvalidArgumentError: The number is negative.
        """
        if requests < 0:
            raise InvalidArgumentError("the number of requests must be 0 or more")
        limiter = self._limiter(API.REGIONAL)
        return 0.0 if limiter is None else limiter.forecast(requests)

    # -- bulk work ------------------------------------------------------------------------

    def bulk(self, **options: Unpack[BulkOptions]) -> Job:
        """Prepare work on many items; nothing starts yet.

            async with client.bulk(concurrency=20) as job:
                async for outcome in job.map(client.apps.restart, names):
                    print(outcome.item, outcome.status)

        Args:
            **options: How the work is done.

        Returns:
            The job, to be used with `async with`.

        Raises:
            InvalidArgumentError: An option makes no sense.
        """
        from scalingo_async.bulk.job import Job

        return Job(self.estimate, options)

    # -- calls without a method -----------------------------------------------------------

    async def request(
        self,
        method: str,
        path: str,
        *,
        api: Literal["regional", "auth", "database", "billing"] = "regional",
        query: Mapping[str, object] | None = None,
        json: Mapping[str, JSONValue] | Unset = UNSET,
        addon: tuple[str, str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Response:
        """Call something that has no method here, with all that a method has around it.

        Args:
            method: HTTP verb.
            path: Path behind the API's prefix, such as `/apps`; percent-encoded where needed.
            api: Which API.
            query: Query parameters; booleans are written `true` and `false`.
            json: Body.
            addon: App and addon id whose token the database API gets.
            **options: Options of the call.

        Returns:
            The answer.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        query = None if query is None else _redacted(query, "query")
        body = None if json is UNSET else _redacted(json, "json")
        del json
        if api not in _APIS:
            raise InvalidArgumentError(f"api must be one of {', '.join(_APIS)}")
        if api == "database" and addon is None:
            raise ConfigurationError("the database API needs addon=(app, addon_id)")
        endpoint: Endpoint[None] = Endpoint(
            "request",
            check_method(method),
            check_path(path),
            api=API(api),
            auth=Auth.ADDON if api == "database" else Auth.BEARER,
        )
        request = self._session.prepare(
            endpoint,
            (),
            query=query,
            body=body,
            subject=addon,
            options=options,
        )
        return await self._session.send(request)

    def with_raw_response(
        self, method: Callable[P, Awaitable[T]]
    ) -> Callable[P, Awaitable[RawResponse[T]]]:
        """Wrap a method of this client so that it returns the answer along with the value.

            raw = await client.with_raw_response(client.apps.get)("my-app")
            raw.status_code, raw.headers, raw.request_id, raw.value

        Args:
            method: A bound method, such as `client.apps.get`.

        Returns:
            A function with the same arguments that returns a `RawResponse`.
        """

        async def call(*args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
            noted: list[Response] = []
            mark = LAST_RESPONSES.set(noted)
            try:
                asked = method(*args, **kwargs)
                del args, kwargs
                value = await asked
            finally:
                LAST_RESPONSES.reset(mark)
            if not noted:
                raise ConfigurationError("the method made no request of its own")
            return RawResponse(noted[-1], value)

        return call

    # -- life -----------------------------------------------------------------------------

    async def aclose(self) -> None:
        """End the calls that are under way and close the connections.

        Calls that are under way raise `ClientClosedError`. A second time does nothing.
        """
        await self._shared.aclose()

    @property
    def region_name(self) -> str:
        """The name of the region whose apps this client works on."""
        return self._lookup.hosts.region

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._shared.closed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        if "_shared" not in self.__dict__:
            # Reporters of errors look at a client that could not be made as well.
            return "<AsyncClient, not made>"
        state = " closed" if self.closed else ""
        return f"<AsyncClient {self._lookup.hosts.region} {self._lookup.hosts.regional}{state}>"


def _redacted(value: Mapping[str, V], name: str) -> RedactedDict[V]:
    """Copy a mapping into a dict that does not show itself.

    Raises:
        InvalidArgumentError: It is none.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{name} must be a mapping, not {type(value).__name__}")
    return RedactedDict(value)


def _one_credential(
    api_token: str | Secret | None,
    bearer_token: str | Secret | None,
    credential: Credential | None,
) -> Credential:
    """Take the one credential that was given.

    Raises:
        ConfigurationError: There is none, or more than one, or it can't be right.
    """
    given = [
        name
        for name, value in (
            ("api_token", api_token),
            ("bearer_token", bearer_token),
            ("credential", credential),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise ConfigurationError(f"give one credential, not both {' and '.join(given)}")
    if api_token is not None:
        return APIToken(check_token(api_token, "api_token"))
    if bearer_token is not None:
        return BearerToken(check_token(bearer_token, "bearer_token"))
    if credential is not None:
        return credential
    raise ConfigurationError(
        "there is no credential: give api_token, or use AsyncClient.from_env() with "
        "SCALINGO_API_TOKEN set"
    )


def _environment_credential(
    token: Secret | None,
    given: Mapping[str, Any],
    environ: Mapping[str, str] | None,
    *,
    cli_login: bool,
) -> Credential:
    if token is not None:
        return APIToken(check_token(token, "SCALINGO_API_TOKEN"))
    if cli_login:
        host = Hosts.build(DEFAULT_REGION, auth_url=given.get("auth_url")).auth.host
        return stored_login(host, environ)
    raise ConfigurationError(
        "SCALINGO_API_TOKEN is not set: make a token in the dashboard (Account, API tokens) and "
        "put it there"
    )
