"""`AsyncClient`: configuration in, resources out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar

import attrs

from scalingo_async._core.arguments import at_least
from scalingo_async._core.client_state import ClientState
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.headers import check_headers
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.paths import check_method, check_path
from scalingo_async._core.secrets import RedactedDict, hide
from scalingo_async._core.session import Bases, Session
from scalingo_async._core.tracing import LAST_RESPONSES
from scalingo_async._version import __version__
from scalingo_async.config import ClientConfig, read_environment
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
from scalingo_async.hosts import DEFAULT_REGION, Hosts
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
from scalingo_async.request import CallOptions, RawResponse, Request, Response
from scalingo_async.sharing import SharedToken
from scalingo_async.types import UNSET, Headers, Secret, Unset

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
    from scalingo_async.resources.addons import Addons
    from scalingo_async.resources.alerts import Alerts
    from scalingo_async.resources.apps import Apps
    from scalingo_async.resources.audit_logs import AuditLogs
    from scalingo_async.resources.autoscalers import Autoscalers
    from scalingo_async.resources.billing import Billing
    from scalingo_async.resources.collaborators import Collaborators
    from scalingo_async.resources.containers import Containers
    from scalingo_async.resources.contracts import Contracts
    from scalingo_async.resources.cron_tasks import CronTasksResource
    from scalingo_async.resources.data_access_consents import DataAccessConsents
    from scalingo_async.resources.databases.databases import Databases
    from scalingo_async.resources.databases.handle import DatabaseHandle
    from scalingo_async.resources.dedicated_databases import DedicatedDatabases
    from scalingo_async.resources.deployments import Deployments
    from scalingo_async.resources.domains import Domains
    from scalingo_async.resources.events import Events
    from scalingo_async.resources.hds_contacts import HdsContacts
    from scalingo_async.resources.keys import Keys
    from scalingo_async.resources.log_drains import LogDrains
    from scalingo_async.resources.logs import Logs
    from scalingo_async.resources.metrics import Metrics
    from scalingo_async.resources.notification_platforms import NotificationPlatforms
    from scalingo_async.resources.notifiers import Notifiers
    from scalingo_async.resources.one_offs import OneOffs
    from scalingo_async.resources.operations import Operations
    from scalingo_async.resources.organizations import Organizations
    from scalingo_async.resources.private_networks import PrivateNetworks
    from scalingo_async.resources.projects import Projects
    from scalingo_async.resources.provider_apps import ProviderApps
    from scalingo_async.resources.referrals import Referrals
    from scalingo_async.resources.regions import Regions
    from scalingo_async.resources.review_apps import ReviewApps
    from scalingo_async.resources.scm_integrations import ScmIntegrations
    from scalingo_async.resources.scm_repo_links import ScmRepoLinks
    from scalingo_async.resources.sources import Sources
    from scalingo_async.resources.stacks import Stacks
    from scalingo_async.resources.stats import Stats
    from scalingo_async.resources.tokens import Tokens
    from scalingo_async.resources.two_factor_auth import TwoFactorAuthResource
    from scalingo_async.resources.users import Users
    from scalingo_async.resources.variables import Variables
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
_CONFIG_NAMES: Final = frozenset(field.name for field in attrs.fields(ClientConfig))


class AsyncClient:
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
            _given(
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
        at_least(max_connections, "max_connections", 1, ConfigurationError)
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

        def make_upgrades() -> Transport:
            from scalingo_async.transports.upgrade import make_upgrade_transport

            return make_upgrade_transport(ssl_context, trust_env=trust_env)

        self._max_connections = max_connections
        self._limiters = limiters
        self._token_store = token_store
        default_urls = api_url is None and auth_url is None
        endpoints = Hosts.build(
            region,
            api_url=api_url,
            auth_url=auth_url,
            database_url=database_url,
            billing_url=billing_url,
        )
        known = not default_urls or region == DEFAULT_REGION
        self._assemble(config, endpoints, ClientState(make_transport, make_upgrades), known=known)

    def _assemble(
        self, config: ClientConfig, endpoints: Hosts, shared: ClientState, *, known: bool
    ) -> None:
        """Compose the chain; the only place that knows the order of the middlewares."""
        self._config = config
        self._endpoints = endpoints
        self._known = known
        self._shared = shared
        agent = f"scalingo-async/{__version__}"
        base_headers = {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": f"{config.user_agent} {agent}" if config.user_agent else agent,
            **config.headers,
        }
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
            locate=self._locate,
            bases=_bases(endpoints) if known else None,
            defaults=CallOptions(
                timeout=config.timeout,
                deadline=config.deadline,
                max_retries=config.max_retries,
                max_wait=config.max_wait,
                priority=config.priority,
            ),
            headers=Headers(base_headers),
            check_headers=check_headers,
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
        unknown = changes.keys() - _CONFIG_NAMES
        if unknown:
            raise ConfigurationError(
                f"with_options has no {', '.join(sorted(unknown))}; "
                f"it takes {', '.join(sorted(_CONFIG_NAMES))}"
            )
        config = ClientConfig.build(self._config, changes)
        return self._copy(config, self._endpoints, known=self._known)

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
        if name == self._endpoints.region:
            return self._copy(self._config, self._endpoints, known=self._known)
        placeholder = Hosts.build(name)
        endpoints = attrs.evolve(
            placeholder, auth=self._endpoints.auth, billing=self._endpoints.billing
        )
        return self._copy(self._config, endpoints, known=False)

    def _copy(self, config: ClientConfig, endpoints: Hosts, *, known: bool) -> Self:
        copy = object.__new__(type(self))
        copy._credential = self._credential
        copy._max_connections = self._max_connections
        copy._limiters = self._limiters
        copy._token_store = self._token_store
        copy._assemble(config, endpoints, self._shared, known=known)
        return copy

    async def _locate(self) -> Bases:
        """Look the URLs of the region up."""
        from scalingo_async.resources.regions import locate_region

        # The list is on the authentication API, whose URL is known.
        asking = self._copy(self._config, self._endpoints, known=True)
        found = await locate_region(asking._session, self._endpoints)  # noqa: SLF001
        self._endpoints = found
        self._known = True
        return _bases(found)

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

        key = (self._endpoints.database.reveal(), app, addon_id)
        return self._shared.tokens.get(key, lambda: self._cache(" ".join(key), exchange))

    def _cache(self, name: str, exchange: Callable[[], Awaitable[Secret]]) -> TokenCache:
        """Make the cache of a token, in front of the store if there is one."""
        store = self._token_store
        if store is None:
            return TokenCache(exchange)
        key = f"{fingerprint(self._credential)} {self._endpoints.auth.reveal()} {name}"

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
        held: Secret | None = self._shared.regions.get("api token")
        if held is None:
            from scalingo_async.resources.tokens import LOGIN, login_headers

            made = await self._ask_auth(
                LOGIN, login_headers(credential), {"name": credential.token_name}
            )
            if not made.token:
                raise ResponseDecodeError("the answer to tokens.login holds no token", path="$")
            held = self._shared.regions["api token"] = Secret(made.token)
        return held

    async def _ask_auth(
        self, endpoint: Endpoint[T], headers: dict[str, str], body: dict[str, object] | None
    ) -> T:
        request = self._session.prepare(endpoint, (), body=body, headers=headers)
        url = self._endpoints.auth.reveal() + request.url
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
        url = getattr(self._endpoints, api.value)
        key = (url.origin, url.path, limit)
        limiter: RateLimiter | None = self._shared.limiters.get(key)
        if limiter is None:
            limiter = self._shared.limiters[key] = self._make_limiter(limit, url.reveal())
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
            InvalidArgumentError: It is no whole number, or negative.
        """
        at_least(requests, "the number of requests", 0)
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
        return self._endpoints.region

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
        return f"<AsyncClient {self._endpoints.region} {self._endpoints.regional}{state}>"

    # -- resources ------------------------------------------------------------------------

    @cached_property
    def addons(self) -> Addons:
        """Addons of apps, and the catalogue of providers and plans."""
        from scalingo_async.resources.addons import Addons

        return Addons(self._session)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts on metrics of an app."""
        from scalingo_async.resources.alerts import Alerts

        return Alerts(self._session)

    @cached_property
    def apps(self) -> Apps:
        """Apps."""
        from scalingo_async.resources.apps import Apps

        return Apps(self._session)

    @cached_property
    def audit_logs(self) -> AuditLogs:
        """Audit logs of apps."""
        from scalingo_async.resources.audit_logs import AuditLogs

        return AuditLogs(self._session)

    @cached_property
    def autoscalers(self) -> Autoscalers:
        """Autoscalers of apps."""
        from scalingo_async.resources.autoscalers import Autoscalers

        return Autoscalers(self._session)

    @cached_property
    def billing(self) -> Billing:
        """Billing profiles, invoices, operations and usage."""
        from scalingo_async.resources.billing import Billing

        return Billing(self._session)

    @cached_property
    def collaborators(self) -> Collaborators:
        """People who work on an app."""
        from scalingo_async.resources.collaborators import Collaborators

        return Collaborators(self._session)

    @cached_property
    def containers(self) -> Containers:
        """Containers, their types and sizes."""
        from scalingo_async.resources.containers import Containers

        return Containers(self._session)

    @cached_property
    def contracts(self) -> Contracts:
        """Contracts of the account."""
        from scalingo_async.resources.contracts import Contracts

        return Contracts(self._session)

    @cached_property
    def cron_tasks(self) -> CronTasksResource:
        """Scheduled tasks of an app."""
        from scalingo_async.resources.cron_tasks import CronTasksResource

        return CronTasksResource(self._session)

    @cached_property
    def data_access_consents(self) -> DataAccessConsents:
        """Consents to Scalingo's staff looking into an app."""
        from scalingo_async.resources.data_access_consents import DataAccessConsents

        return DataAccessConsents(self._session)

    @cached_property
    def databases(self) -> Databases:
        """Running databases."""
        from scalingo_async.resources.databases.databases import Databases

        return Databases(self._session)

    def database(self, app: str, addon_id: str) -> DatabaseHandle:
        """Return the methods of `databases` with the app and the addon filled in.

            backup = await client.database("my-app", "ad-1234").backups.create()

        Args:
            app: Id or name of the app; the database's own, when it is on dedicated resources.
            addon_id: Id of the addon (`ad-…`).

        Returns:
            The database; nothing is sent yet.

        Raises:
            InvalidArgumentError: An id can't be right.
        """
        from scalingo_async.resources.databases.handle import DatabaseHandle

        return DatabaseHandle(self.databases, app, addon_id)

    @cached_property
    def dedicated_databases(self) -> DedicatedDatabases:
        """Databases on dedicated resources."""
        from scalingo_async.resources.dedicated_databases import DedicatedDatabases

        return DedicatedDatabases(self._session)

    @cached_property
    def deployments(self) -> Deployments:
        """Deployments of an app."""
        from scalingo_async.resources.deployments import Deployments

        return Deployments(self._session)

    @cached_property
    def domains(self) -> Domains:
        """Custom domains of an app."""
        from scalingo_async.resources.domains import Domains

        return Domains(self._session)

    @cached_property
    def events(self) -> Events:
        """What happened to apps, projects and the account."""
        from scalingo_async.resources.events import Events

        return Events(self._session)

    @cached_property
    def hds_contacts(self) -> HdsContacts:
        """Health-data contacts of an app."""
        from scalingo_async.resources.hds_contacts import HdsContacts

        return HdsContacts(self._session)

    @cached_property
    def keys(self) -> Keys:
        """SSH keys of the account."""
        from scalingo_async.resources.keys import Keys

        return Keys(self._session)

    @cached_property
    def log_drains(self) -> LogDrains:
        """Log drains of an app."""
        from scalingo_async.resources.log_drains import LogDrains

        return LogDrains(self._session)

    @cached_property
    def logs(self) -> Logs:
        """Logs of an app."""
        from scalingo_async.resources.logs import Logs

        return Logs(self._session)

    @cached_property
    def metrics(self) -> Metrics:
        """Metrics of an app."""
        from scalingo_async.resources.metrics import Metrics

        return Metrics(self._session)

    @cached_property
    def notification_platforms(self) -> NotificationPlatforms:
        """Kinds of notifiers."""
        from scalingo_async.resources.notification_platforms import NotificationPlatforms

        return NotificationPlatforms(self._session)

    @cached_property
    def notifiers(self) -> Notifiers:
        """Notifiers of an app."""
        from scalingo_async.resources.notifiers import Notifiers

        return Notifiers(self._session)

    @cached_property
    def one_offs(self) -> OneOffs:
        """One-off containers of apps: commands that run beside them."""
        from scalingo_async.resources.one_offs import OneOffs

        return OneOffs(self._session)

    @cached_property
    def operations(self) -> Operations:
        """Operations that go on after the call that started them."""
        from scalingo_async.resources.operations import Operations

        return Operations(self._session)

    @cached_property
    def organizations(self) -> Organizations:
        """Organizations of the account."""
        from scalingo_async.resources.organizations import Organizations

        return Organizations(self._session)

    @cached_property
    def private_networks(self) -> PrivateNetworks:
        """Private networks."""
        from scalingo_async.resources.private_networks import PrivateNetworks

        return PrivateNetworks(self._session)

    @cached_property
    def projects(self) -> Projects:
        """Projects."""
        from scalingo_async.resources.projects import Projects

        return Projects(self._session)

    @cached_property
    def provider_apps(self) -> ProviderApps:
        """Apps as an addon provider sees them."""
        from scalingo_async.resources.provider_apps import ProviderApps

        return ProviderApps(self._session)

    @cached_property
    def referrals(self) -> Referrals:
        """Referrals of the account."""
        from scalingo_async.resources.referrals import Referrals

        return Referrals(self._session)

    @cached_property
    def regions(self) -> Regions:
        """Regions of the platform."""
        from scalingo_async.resources.regions import Regions

        return Regions(self._session)

    @cached_property
    def review_apps(self) -> ReviewApps:
        """Review apps."""
        from scalingo_async.resources.review_apps import ReviewApps

        return ReviewApps(self._session)

    @cached_property
    def scm_integrations(self) -> ScmIntegrations:
        """Links of the account to GitHub, GitLab and the like."""
        from scalingo_async.resources.scm_integrations import ScmIntegrations

        return ScmIntegrations(self._session)

    @cached_property
    def scm_repo_links(self) -> ScmRepoLinks:
        """Links of apps to repositories."""
        from scalingo_async.resources.scm_repo_links import ScmRepoLinks

        return ScmRepoLinks(self._session)

    @cached_property
    def sources(self) -> Sources:
        """Uploads of source code."""
        from scalingo_async.resources.sources import Sources

        return Sources(self._session)

    @cached_property
    def stacks(self) -> Stacks:
        """Stacks that apps run on."""
        from scalingo_async.resources.stacks import Stacks

        return Stacks(self._session)

    @cached_property
    def stats(self) -> Stats:
        """Present use of resources."""
        from scalingo_async.resources.stats import Stats

        return Stats(self._session)

    @cached_property
    def tokens(self) -> Tokens:
        """API tokens of the account, and their exchange for bearer tokens."""
        from scalingo_async.resources.tokens import Tokens

        return Tokens(self._session)

    @cached_property
    def two_factor_auth(self) -> TwoFactorAuthResource:
        """Two-factor authentication of the account."""
        from scalingo_async.resources.two_factor_auth import TwoFactorAuthResource

        return TwoFactorAuthResource(self._session)

    @cached_property
    def users(self) -> Users:
        """The account itself."""
        from scalingo_async.resources.users import Users

        return Users(self._session)

    @cached_property
    def variables(self) -> Variables:
        """Environment variables of an app."""
        from scalingo_async.resources.variables import Variables

        return Variables(self._session)


def _redacted(value: Mapping[str, V], name: str) -> RedactedDict[V]:
    """Copy a mapping into a dict that does not show itself.

    Raises:
        InvalidArgumentError: It is none.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{name} must be a mapping, not {type(value).__name__}")
    return RedactedDict(value)


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not UNSET}


def _bases(endpoints: Hosts) -> Bases:
    return Bases(
        regional=endpoints.regional.reveal(),
        auth=endpoints.auth.reveal(),
        database=endpoints.database.reveal(),
        billing=endpoints.billing.reveal(),
        hosts=endpoints.hosts,
    )


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
