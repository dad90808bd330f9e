"""The settings of a client, checked once and passed down, and the user agent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypedDict

import attrs

from scalingo_async._core.arguments import string, wrong_kind
from scalingo_async._core.headers import check_headers, check_value
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.secrets import hidden_frames, hide, reveal
from scalingo_async._core.user_agent import user_agent
from scalingo_async.credentials import Credential
from scalingo_async.errors import ConfigurationError
from scalingo_async.hosts import DEFAULT_REGION
from scalingo_async.middleware.chain import check_middlewares
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.request import CallOptions, Middleware
from scalingo_async.sharing import RateLimiters, TokenStore
from scalingo_async.transports.base import Transport
from scalingo_async.types import (
    UNSET,
    Headers,
    Priority,  # noqa: F401 # pyright: ignore[reportUnusedImport] - in hints of a base
    Secret,
    Timeout,
)

if TYPE_CHECKING:
    import ssl

    import httpx
else:
    httpx = LazyModule("httpx")
    ssl = LazyModule("ssl")

__all__ = ["ClientConfig", "ClientOptions", "ClientSettings"]


def _retry(value: object) -> RetryPolicy:
    if not isinstance(value, RetryPolicy):
        raise wrong_kind(value, "retry", "a RetryPolicy, such as RetryPolicy(cap=4.0)")
    return value


@hidden_frames
def _headers(value: Mapping[str, str] | None) -> Headers:
    given = reveal(value)
    if isinstance(given, Mapping):
        given = {name: reveal(each) for name, each in given.items()}
    return Headers(check_headers(given))


def _user_agent(value: str | None) -> str | None:
    if value is None:
        return None
    return check_value(string(value, "user_agent"), "user_agent")


@attrs.frozen
class ClientConfig(CallOptions):
    """The settings of a client: the options of its calls and more, each next to its check.

    Attributes:
        retry: How long to pause between attempts.
        rate_limit: The platform's limit, `None` to send without waiting.
        headers: Headers that every request carries.
        user_agent: Text in front of the client's own user agent.
        middlewares: Middlewares of the user, outermost first.
    """

    retry: RetryPolicy = attrs.field(factory=RetryPolicy, metadata={"check": _retry})
    rate_limit: RateLimit | None = attrs.field(factory=RateLimit, metadata={"check": RateLimit.of})
    headers: Headers = attrs.field(factory=Headers, metadata={"check": _headers})
    user_agent: str | None = attrs.field(default=None, metadata={"check": _user_agent})
    middlewares: tuple[Middleware, ...] = attrs.field(
        default=(), metadata={"check": check_middlewares}
    )

    @classmethod
    def build(cls, base: ClientConfig | None, changes: Mapping[str, Any]) -> ClientConfig:
        """Make settings from a caller's arguments, on top of others.

        Raises:
            InvalidArgumentError: A value is invalid.
            ConfigurationError: There is no such setting, or a middleware isn't one.
        """
        unknown = changes.keys() - _CHECKS.keys()
        if unknown:
            raise ConfigurationError(
                f"with_options has no {', '.join(sorted(unknown))}; it accepts "
                f"{', '.join(sorted(_CHECKS))}"
            )
        checked: dict[str, Any] = {name: _CHECKS[name](value) for name, value in changes.items()}
        return attrs.evolve(base or cls(), **checked)

    def call_options(self) -> CallOptions:
        """Return the default options of calls."""
        return CallOptions(**{name: getattr(self, name) for name in CallOptions.checks()})

    def base_headers(self) -> Headers:
        """Return the headers of every request, including the user agent."""
        return Headers(
            {
                "accept": "application/json",
                "accept-encoding": "gzip, deflate",
                "user-agent": user_agent(self.user_agent),
                **self.headers,
            }
        )


_CHECKS: Final = ClientConfig.checks()


def without_unset(**values: object) -> dict[str, object]:
    """Return the arguments that a caller passed."""
    return {name: value for name, value in values.items() if value is not UNSET}


class Environment(NamedTuple):
    """The settings of a client from environment variables."""

    api_token: Secret | None
    region: str
    urls: dict[str, Secret | None]
    sources: dict[str, str]


_URL_VARIABLES: Final = {
    "api_url": "SCALINGO_API_URL",
    "auth_url": "SCALINGO_AUTH_URL",
    "database_url": "SCALINGO_DB_URL",
    "billing_url": "SCALINGO_BILLING_URL",
}


def read_environment(environ: Mapping[str, str] | None = None) -> Environment:
    """Read the client's variables; an empty one counts as unset."""
    values = os.environ if environ is None else environ
    return Environment(
        api_token=hide(values.get("SCALINGO_API_TOKEN")),
        region=values.get("SCALINGO_REGION") or DEFAULT_REGION,
        urls={name: hide(values.get(url) or None) for name, url in _URL_VARIABLES.items()},
        sources={"token": "SCALINGO_API_TOKEN", "region": "SCALINGO_REGION", **_URL_VARIABLES},
    )


class ClientOptions(TypedDict, total=False):
    """The settings that `AsyncClient.with_options` can change.

    Attributes:
        timeout: Seconds for each phase of an attempt, a `Timeout`, or `None` for no limit.
        deadline: Seconds for a call as a whole, `None` for no limit.
        max_retries: How many times a call may be retried.
        max_wait: The longest wait for the rate limit, in seconds.
        priority: `"normal"`, `"low"`, or `None` for low in bulk work only.
        max_json_values: How many values the JSON of a response may have.
        retry: How long to pause between attempts.
        rate_limit: The platform's limit, `None` to send without waiting.
        headers: Headers that every request carries.
        user_agent: Text in front of the client's own user agent.
        middlewares: Middlewares around every attempt, outermost first.
    """

    timeout: float | Timeout | None
    deadline: float | None
    max_retries: int
    max_wait: float | None
    priority: Literal["normal", "low"] | None
    max_json_values: int
    retry: RetryPolicy
    rate_limit: RateLimit | tuple[int, float] | str | None
    headers: Mapping[str, str]
    user_agent: str | None
    middlewares: Iterable[Middleware]


class ClientSettings(ClientOptions, total=False):
    """All arguments of `AsyncClient`, for `AsyncClient.from_env`."""

    api_token: str | Secret
    bearer_token: str | Secret
    credential: Credential
    region: str
    api_url: str
    auth_url: str
    database_url: str
    billing_url: str
    transport: Transport
    http_client: httpx.AsyncClient
    max_connections: int
    http2: bool
    ssl_context: ssl.SSLContext
    trust_env: bool
    limiters: RateLimiters
    token_store: TokenStore
