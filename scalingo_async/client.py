"""`AsyncClient`: configuration in, resources out."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Self, TypeVar, Unpack

from scalingo_async._core.annotations import checked, checks_itself
from scalingo_async._core.arguments import able, at_least, mapping, string, wrong_kind
from scalingo_async._core.client_state import ClientState
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.misuse import OnlyAsyncWith
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.paths import check_method, check_path
from scalingo_async._core.secrets import RedactedDict, conceals, reveal
from scalingo_async._core.session import Session
from scalingo_async._core.tracing import LAST_RESPONSES
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.config import (
    ClientConfig,
    ClientOptions,
    ClientSettings,
    read_environment,
    without_unset,
)
from scalingo_async.credentials import Credential, environment_credential, one_credential
from scalingo_async.errors import ConfigurationError
from scalingo_async.hosts import DEFAULT_REGION, HostLookup, Hosts
from scalingo_async.log import LOG_VARIABLE, set_up_logging
from scalingo_async.middleware.authentication.middleware import Authentication
from scalingo_async.middleware.authentication.replay import Replay
from scalingo_async.middleware.authentication.sources import TokenSources
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.deadline import Deadline
from scalingo_async.middleware.error_mapping import ErrorMapping
from scalingo_async.middleware.logging import Logging
from scalingo_async.middleware.rate_limit.limiters import ClientLimiters
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.middleware.retry import Retry, RetryPolicy
from scalingo_async.middleware.sendable_headers import SendableHeaders
from scalingo_async.request import Middleware, RawResponse, Response
from scalingo_async.resources.attributes import ResourceAttributes
from scalingo_async.sharing import RateLimiters, TokenStore
from scalingo_async.transports.base import Transport
from scalingo_async.transports.defaults import ClientTransports
from scalingo_async.types import UNSET, AppRef, JSONValue, RequestOptions, Secret, Timeout, Unset

if TYPE_CHECKING:
    import ssl

    import httpx

    from scalingo_async import readiness
    from scalingo_async.bulk import job as bulk_job
    from scalingo_async.bulk import options as bulk_options
else:
    # These need this module, or are slow to load.
    httpx = LazyModule("httpx")
    ssl = LazyModule("ssl")
    bulk_job = LazyModule("scalingo_async.bulk.job")
    bulk_options = LazyModule("scalingo_async.bulk.options")
    readiness = LazyModule("scalingo_async.readiness")

__all__ = ["AsyncClient"]

T = TypeVar("T")
V = TypeVar("V")
P = ParamSpec("P")

_PAIR: Final = 2
_PREFIXES: Final = {"regional": "/v1", "auth": "/v1", "database": "/api", "billing": None}
_URLS: Final = ("api_url", "auth_url", "database_url", "billing_url")
"""Arguments in which a user may pass a password, which is refused."""


class AsyncClient(OnlyAsyncWith, Uncopyable, ResourceAttributes):
    """A client of the Scalingo API.

    Creating it is cheap, and it connects on first use. Share one client between all tasks of a
    program, and close it with `async with` or `aclose`. It belongs to one event loop.

    Args:
        api_token: An API token (`tk-us-…`) from the account's dashboard.
        bearer_token: A bearer token that you already have; it is used until it expires.
        credential: Any other credential, such as `UserPassword`.
        region: Region of the apps, such as `osc-fr1`.
        api_url: URL of the regional API, without `/v1`, for another platform or the sandbox.
        auth_url: URL of the authentication API, without `/v1`.
        database_url: URL of the database API, without `/api`; required together with `api_url`.
        billing_url: URL of the billing API.
        timeout: Seconds for each phase of an attempt, a `Timeout`, or `None` for no limit.
        deadline: Seconds for a call as a whole, including queueing and retries; `None` is no limit.
        max_retries: How many times a call may be retried if that is safe.
        retry: How long to pause between attempts.
        rate_limit: The platform's limit: a `RateLimit`, a pair of requests and seconds, or `None`
            to send without waiting.
        max_wait: The longest wait for the rate limit, in seconds; `None` waits as long as
            necessary.
        priority: `"low"` lets other calls go first at the rate limit; by default only bulk work
            does that.
        max_json_values: How many values the JSON of a response may have, 500,000 by default; a
            response with more raises `ResponseTooLargeError` before it is parsed. The characters
            `{`, `[` and `,` are counted, including those in strings.
        headers: Headers that every request carries.
        user_agent: Text in front of the client's own user agent, such as `my-tool/1.2`.
        middlewares: Middlewares around every attempt, outermost first.
        transport: The transport that sends the requests; by default httpx with its own connections.
            It is closed with the client.
        http_client: Your own `httpx.AsyncClient` for sending. It is not closed.
        max_connections: How many requests may be in flight at a time.
        http2: Use HTTP/2 if the server supports it; needs the `http2` extra.
        ssl_context: TLS settings; by default those of httpx, with at least TLS 1.2. With your own
            `transport` or `http_client` they only apply to websockets and terminals, which have
            their own connections and otherwise trust the same certificates as your transport.
        trust_env: Use the proxies and certificates from environment variables.
        limiters: Shares the rate limit with other processes, such as `RedisLimiters`; by default
            this client counts only its own requests.
        token_store: Shares tokens with other processes, such as `RedisTokens`.

    Raises:
        ConfigurationError: A setting is invalid.
        InvalidArgumentError: A value is invalid.
    """

    _instead = (
        "with_options() and region() return clients that share its connections; another "
        "process "
        "or event loop needs its own client"
    )

    @checked
    @conceals("api_token", "bearer_token", "headers", *_URLS)
    @checks_itself("api_token", "bearer_token", "headers")
    def __init__(
        self,
        api_token: str | Secret | None = None,
        *,
        bearer_token: str | Secret | None = None,
        credential: Credential | None = None,
        region: str = DEFAULT_REGION,
        api_url: str | Secret | None = None,
        auth_url: str | Secret | None = None,
        database_url: str | Secret | None = None,
        billing_url: str | Secret | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        deadline: float | Unset | None = UNSET,
        max_retries: int | Unset = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        rate_limit: RateLimit | tuple[int, float] | str | Unset | None = UNSET,
        max_wait: float | Unset | None = UNSET,
        priority: Literal["normal", "low"] | Unset | None = UNSET,
        max_json_values: int | Unset = UNSET,
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
        self._credential = one_credential(api_token, bearer_token, credential)
        set_up_logging(os.environ.get(LOG_VARIABLE))
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
                max_json_values=max_json_values,
                headers=headers,
                user_agent=user_agent,
                middlewares=middlewares,
            ),
        )
        transports = ClientTransports(
            transport=transport,
            http_client=http_client,
            max_connections=max_connections,
            http2=http2,
            ssl_context=ssl_context,
            trust_env=trust_env,
        )
        if limiters is not None:
            called = "RateLimiters, such as RedisLimiters(redis)"
            able(limiters, "limiters", ("get",), called, awaited=False)
        if token_store is not None:
            called = "a TokenStore, such as RedisTokens(redis)"
            able(token_store, "token_store", ("get",), called, awaited=True)
        self._max_connections = max_connections
        self._shared_limiters = limiters
        self._token_store = token_store
        hosts = HostLookup.configured(
            region,
            api_url=api_url,
            auth_url=auth_url,
            database_url=database_url,
            billing_url=billing_url,
        )
        given = (transport, http_client, limiters, token_store)
        state = ClientState(
            transports.make,
            transports.make_upgrade,
            given=any(each is not None for each in given),
        )
        state.lookups[hosts.hosts.region] = hosts
        self._assemble(config, hosts, state)

    def _assemble(self, config: ClientConfig, lookup: HostLookup, state: ClientState) -> None:
        """Compose the chain; only this function knows the order of the middlewares."""
        self._config = config
        self._lookup = lookup
        self._state = state
        self._limiters = ClientLimiters(
            config.rate_limit,
            lookup=lookup,
            made=state.limiters,
            elsewhere=self._shared_limiters,
            credential=self._credential,
            max_connections=self._max_connections,
        )
        # The exchange needs no token, and doesn't count against the limit of the API.
        exchange_chain = compose([ErrorMapping(), Retry(config.retry), Logging()], state.send)
        tokens = TokenSources(self._credential, exchange_chain, self._token_store)
        handler = compose(
            [
                ErrorMapping(),
                Deadline(),
                Retry(config.retry),
                *config.middlewares,
                *([SendableHeaders()] if config.middlewares else []),
                Replay(),
                *([RateLimiting(self._limiters.of)] if config.rate_limit else []),
                Authentication(tokens.of),
                Logging(),
            ],
            state.send,
        )
        self._session = tokens.session = Session(
            handler=handler,
            lookup=lookup,
            defaults=config.call_options(),
            headers=config.base_headers(),
            state=state,
            bearer=tokens.bearer,
            retry=config.retry,
            limiter=self._limiters.at,
            sister=self._session_in,
        )

    @classmethod
    @conceals("environ", "api_token", "bearer_token", "headers", *_URLS)
    def from_env(
        cls,
        *,
        environ: Mapping[str, str] | None = None,
        cli_login: bool = False,
        **settings: Unpack[ClientSettings],
    ) -> Self:
        """Make a client from environment variables.

        `SCALINGO_API_TOKEN`, `SCALINGO_REGION`, `SCALINGO_API_URL` and `SCALINGO_DB_URL` (which
        have to be set together) and `SCALINGO_AUTH_URL` are the variables of the official command
        line tool. `SCALINGO_BILLING_URL` is specific to this client, and so is `SCALINGO_LOG`,
        which every client reads: `debug` or `info` writes this package's log to stderr.

        Args:
            environ: The environment; `os.environ` by default.
            cli_login: If there is no token, use the login that the command line tool has stored.
            **settings: Any argument of `AsyncClient`; it takes precedence over the environment.

        Returns:
            The client.

        Raises:
            ConfigurationError: There is no token, or a variable is invalid.
        """
        if environ is not None:
            environ = RedactedDict({name: reveal(value) for name, value in environ.items()})
        set_up_logging(None if environ is None else environ.get(LOG_VARIABLE))
        env = read_environment(environ)
        given: dict[str, Any] = RedactedDict({k: v for k, v in env.urls.items() if v})
        given.update(settings)
        given.setdefault("region", env.region)
        # Checked here as well, so that the message names the variable.
        Hosts.build(
            given["region"],
            **{name: given.get(name) for name in env.urls},
            sources={n: s for n, s in env.sources.items() if n not in settings},
        )
        if not given.keys() & {"api_token", "bearer_token", "credential"}:
            given["credential"] = environment_credential(
                env.api_token, given, environ, cli_login=cli_login
            )
        return cls(**given)

    # -- copies ---------------------------------------------------------------------------

    @conceals("headers")
    def with_options(self, **changes: Unpack[ClientOptions]) -> Self:
        """Return a client with other settings that shares this one's connections and tokens.

        Closing one of them closes both.

        Args:
            **changes: The settings to change.

        Returns:
            The copy.

        Raises:
            InvalidArgumentError: There is no such setting, or its value is invalid.
        """
        config = ClientConfig.build(self._config, changes)
        return self._copy(config, self._lookup)

    @checked
    def region(self, name: str) -> Self:
        """Return a client for another region that shares this one's connections and token.

        The first call looks up the region's URLs in the platform's list of regions, and caches
        them. If the name is unknown, it raises `UnknownRegionError`.

        Args:
            name: Name of the region, such as `osc-secnum-fr1`.

        Returns:
            The client.

        Raises:
            InvalidArgumentError: The name is not a valid region name.
        """
        lookups = self._state.lookups
        lookup = lookups.get(name)
        if lookup is None:
            hosts = self._lookup.hosts.in_region(name)
            lookup = lookups[name] = HostLookup(hosts, known=False, elsewhere=True)
        return self._copy(self._config, lookup)

    def _session_in(self, region: str) -> Session:
        return self.region(region)._session  # noqa: SLF001 - of the same class

    def _copy(self, config: ClientConfig, lookup: HostLookup) -> Self:
        copy = object.__new__(type(self))
        copy._credential = self._credential
        copy._max_connections = self._max_connections
        copy._shared_limiters = self._shared_limiters
        copy._token_store = self._token_store
        copy._assemble(config, lookup, self._state)
        return copy

    def _forked(self) -> object:
        """Start again in a forked process; return the parent's objects, which must stay open."""
        return self._state.renew()

    # -- limits ---------------------------------------------------------------------------

    @property
    def rate_limit(self) -> RateLimitStatus | None:
        """The state of the rate limit of the regional API; `None` if there is no limit."""
        limiter = self._limiters.at(API.REGIONAL)
        return None if limiter is None else limiter.status()

    @checked
    def estimate(self, requests: int) -> float:
        """Return the least time for this many more requests to the regional API, in seconds.

        Only the rate limit is counted: the responses take a little longer, and so does everything
        if other programs use the account.

        Args:
            requests: The number of requests, 0 or more.

        Returns:
            Seconds until the last request may be sent; 0 without a rate limit.

        Raises:
            InvalidArgumentError: The number isn't an integer, or is negative.
        """
        at_least(requests, "requests", 0)
        return self._session.forecast(requests)

    @property
    def max_wait(self) -> float | None:
        """The default for the longest wait for the rate limit; `None` for no limit."""
        return self._config.max_wait

    # -- readiness ------------------------------------------------------------------------

    async def check(self, **options: Unpack[RequestOptions]) -> readiness.CheckResult:
        """Check whether the token works and the API can be reached.

            result = await client.check()
            result.ok, result.seconds, result.cause

        It sends one request to the regional API, for one event of the account, which counts against
        the rate limit like any other. The request is never retried, not even with a new token.
        Before it, a token is exchanged if there is none, and a region's URLs are looked up if they
        are unknown: these requests don't count against that limit. By default, the check waits at
        most 2 s for the rate limit, and takes at most 10 s.

        A failure is returned in the result, not raised. After a token was refused, the next call
        exchanges a new one.

        Args:
            **options: Options of the call.

        Returns:
            The result of the check.

        Raises:
            InvalidArgumentError: An option is invalid.
            ClientClosedError: The client is closed.
            EventLoopError: The client belongs to another event loop.
        """
        return await readiness.check(self._session, options)

    # -- bulk work ------------------------------------------------------------------------

    def bulk(self, **options: Unpack[bulk_options.BulkOptions]) -> bulk_job.Job:
        """Prepare work on many items; nothing starts yet.

            async with client.bulk(concurrency=20) as job:
                async for outcome in job.map(client.apps.restart, apps):
                    print(outcome.item.name, outcome.status)

        Args:
            **options: The options of the job.

        Returns:
            The job, to be used with `async with`.

        Raises:
            InvalidArgumentError: An option is invalid.
        """
        from scalingo_async.bulk.job import Job

        return Job(self._session, options)

    # -- calls without a method -----------------------------------------------------------

    @checked
    @conceals("query", "json")
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
        """Call an operation without a method here, with authentication, retries and limits.

        Args:
            method: HTTP verb.
            path: Path after the API's prefix, such as `/apps`; percent-encoded where necessary.
            api: The API.
            query: Query parameters; booleans are written `true` and `false`.
            json: Body.
            addon: App and addon id whose token is sent to the database API. With an `AppRef`, the
                call goes to its region; the path is plain text and has no region.
            **options: Options of the call.

        Returns:
            The response.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        # It knows how answers are decoded, which takes longer to load than a client to make.
        from scalingo_async._core.endpoint import Endpoint

        query = None if query is None else _mapping(query, "query")
        body = None if json is UNSET else json
        _check_addon(addon)
        if api == "database" and addon is None:
            raise ConfigurationError("the database API needs addon=(app, addon_id)")
        endpoint: Endpoint[None] = Endpoint(
            "request",
            check_method(method),
            check_path(path, _PREFIXES[api]),
            api=API(api),
            auth=Auth.ADDON if api == "database" else Auth.BEARER,
        )
        session = self._session
        app = None if addon is None else addon[0]
        if isinstance(app, AppRef) and app.region is not None:
            session = session.in_region(app.region)
        request = session.prepare(
            endpoint,
            (),
            query=query,
            body=body,
            subject=addon,
            options=options,
        )
        return await session.send(request)

    @checked
    @checks_itself("method")
    def with_raw_response(
        self, method: Callable[P, Awaitable[T]]
    ) -> Callable[P, Awaitable[RawResponse[T]]]:
        """Wrap a method of this client so that it returns the response along with the value.

            raw = await client.with_raw_response(client.apps.get)("my-app")
            raw.status_code, raw.headers, raw.request_id, raw.value

        Args:
            method: A bound method, such as `client.apps.get`.

        Returns:
            A function with the same arguments that returns a `RawResponse`.

        Raises:
            InvalidArgumentError: It isn't a method, but for example the result of one.
        """
        if not callable(method):
            raise wrong_kind(
                method,
                "method",
                "the method itself, such as client.apps.get",
                "write with_raw_response(client.apps.get)('my-app')",
            )

        async def answered(asked: Awaitable[T]) -> RawResponse[T]:
            noted: list[Response] = []
            mark = LAST_RESPONSES.set(noted)
            try:
                value = await asked
            finally:
                LAST_RESPONSES.reset(mark)
            if not noted:
                raise ConfigurationError("the method made no request itself")
            return RawResponse(noted[-1], value)

        # Arguments may be secret: no waiting frame may hold them.
        def call(*args: P.args, **kwargs: P.kwargs) -> Awaitable[RawResponse[T]]:
            return answered(method(*args, **kwargs))

        # For bulk work, and for `inspect.signature`.
        vars(call).update(raw_response_of=method, __wrapped__=method)
        return call

    # -- closing --------------------------------------------------------------------------

    async def aclose(self) -> None:
        """End the calls in progress and close the connections.

        Calls in progress raise `ClientClosedError`. A second call does nothing.
        """
        await self._state.aclose()

    @property
    def region_name(self) -> str:
        """The name of the client's region."""
        return self._lookup.hosts.region

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._state.closed

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
        if "_state" not in self.__dict__:
            # Error reporters also inspect a client that could not be created.
            return "<AsyncClient, not created>"
        state = " closed" if self.closed else ""
        return f"<AsyncClient {self._lookup.hosts.region} {self._lookup.hosts.regional}{state}>"


def _mapping(value: Mapping[str, V], name: str) -> Mapping[str, V]:
    """Check a mapping with strings as keys.

    Raises:
        InvalidArgumentError: It isn't one.
    """
    for key in mapping(reveal(value), name, "{'name': 'value'}"):
        string(key, f"each key of {name}")
    return value


def _check_addon(addon: object) -> None:
    """Check the app and the id of an addon.

    Raises:
        InvalidArgumentError: It isn't such a pair.
    """
    if addon is None:
        return
    pair: list[Any] = list(addon) if isinstance(addon, tuple | list) else []  # pyright: ignore[reportUnknownArgumentType]
    if len(pair) != _PAIR or not all(isinstance(part, str) for part in pair):
        raise wrong_kind(addon, "addon", "a pair such as ('my-app', 'ad-...')")  # pyright: ignore[reportUnknownArgumentType]
