"""Where the APIs are, and the settings of a client: checked once, passed down."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from scalingo_async._core.urls import configured_url
from scalingo_async.errors import ConfigurationError, InvalidArgumentError
from scalingo_async.middleware.rate_limit import RateLimit
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.types import Timeout, optional_priority, optional_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scalingo_async._core.request import Middleware, Priority
    from scalingo_async._core.urls import ServerURL

__all__ = ["ClientConfig", "Endpoints", "check_headers"]

DEFAULT_REGION: Final = "osc-fr1"

_REGION_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\xa0-\xff]*").fullmatch
_OWN_HEADERS: Final = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@attrs.frozen
class Endpoints:
    """The URLs of the APIs, with their prefixes.

    Attributes:
        region: The region they belong to.
        regional: Apps and all that belongs to them.
        auth: Accounts, tokens, regions.
        database: Running databases.
        billing: Billing profiles.
    """

    region: str
    regional: ServerURL
    auth: ServerURL
    database: ServerURL
    billing: ServerURL

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that credentials may be sent to."""
        return frozenset(
            {self.regional.host, self.auth.host, self.database.host, self.billing.host}
        )

    @classmethod
    def build(
        cls,
        region: str,
        *,
        api_url: str | None = None,
        auth_url: str | None = None,
        database_url: str | None = None,
        billing_url: str | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> Endpoints:
        """Make the URLs of a region.

        Args:
            region: Name of the region.
            api_url: Regional API, without `/v1`; by default that of the region.
            auth_url: Authentication API, without `/v1`.
            database_url: Database API, without `/api`.
            billing_url: Billing API.
            sources: The names that messages use for the arguments.

        Returns:
            The URLs.

        Raises:
            ConfigurationError: A URL is malformed, or plain http for another machine.
        """
        named = {"region": "region", "api_url": "api_url", "database_url": "database_url"}
        named |= sources or {}
        region = check_region(region, named["region"])
        if (api_url is None) != (database_url is None):
            missing = "database_url" if database_url is None else "api_url"
            raise ConfigurationError(
                f"{named['api_url']} and {named['database_url']} go together: {named[missing]} is "
                "missing. A database token of one region must not be sent to another"
            )

        def url(value: str | None, default: str, name: str, prefix: str) -> ServerURL:
            base = configured_url(default if value is None else value, named.get(name, name))
            if prefix and base.path.endswith(prefix):
                return base
            return attrs.evolve(base, path=base.path + prefix)

        return cls(
            region=region,
            regional=url(api_url, f"https://api.{region}.scalingo.com", "api_url", "/v1"),
            auth=url(auth_url, "https://auth.scalingo.com", "auth_url", "/v1"),
            database=url(
                database_url, f"https://db-api.{region}.scalingo.com", "database_url", "/api"
            ),
            billing=url(billing_url, "https://cashmachine.scalingo.com", "billing_url", ""),
        )


def check_region(name: object, source: str = "region") -> str:
    """Check the form of a region's name.

    Args:
        name: The name.
        source: The argument or variable that it came from, for the message.

    Raises:
        InvalidArgumentError: It can't be one.
    """
    if not isinstance(name, str):
        raise InvalidArgumentError(f"{source} must be a str, not {type(name).__name__}")
    if not _REGION_NAME(name):
        raise InvalidArgumentError(
            f"{source} must be the name of a region, such as osc-fr1: a-z, 0-9 and hyphens"
        )
    return name


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Check headers that a caller gave.

    Returns:
        A copy, names in lower case.

    Raises:
        InvalidArgumentError: A name or a value can't be sent, or the header is the client's own.
    """
    out: dict[str, str] = {}
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not _HEADER_NAME(name):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(f"{name!r} can't be the name of a header")
        key = name.lower()
        if key in _OWN_HEADERS:
            raise InvalidArgumentError(f"the header {name} is set by the client itself")
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(
                f"the header {name} must be a str, not {type(value).__name__}"
            )
        if not _HEADER_VALUE(value):
            # The value itself may be a secret.
            raise InvalidArgumentError(
                f"the header {name} holds characters that a header can't hold, such as a line end"
            )
        out[key] = value
    return out


def _retries(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidArgumentError("max_retries must be an int, 0 or more")
    return value


@attrs.frozen
class ClientConfig:
    """The settings of a client.

    Attributes:
        timeout: Limits for the phases of one attempt.
        deadline: Seconds for a call as a whole, `None` for no limit.
        max_retries: How many times a call may be sent again.
        max_wait: The longest wait for the rate limit, in seconds, `None` for any.
        retry: How long to pause between attempts.
        rate_limit: The platform's limit, `None` to send without waiting.
        headers: Headers that every request carries.
        user_agent: What is put in front of the client's own user agent.
        middlewares: Middlewares of the user, outermost first.
        priority: What comes first at the rate limit; `None` is low for bulk work alone.
    """

    timeout: Timeout = attrs.field(factory=Timeout)
    deadline: float | None = None
    max_retries: int = 2
    max_wait: float | None = None
    retry: RetryPolicy = attrs.field(factory=RetryPolicy)
    rate_limit: RateLimit | None = attrs.field(factory=RateLimit)
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    user_agent: str | None = None
    middlewares: tuple[Middleware, ...] = ()
    priority: Priority | None = None

    @classmethod
    def build(cls, base: ClientConfig | None, changes: Mapping[str, Any]) -> ClientConfig:
        """Make settings of what a caller gave, on top of others.

        Raises:
            InvalidArgumentError: A value makes no sense.
            ConfigurationError: A middleware is not one.
        """
        from scalingo_async.middleware.chain import check_middlewares

        checks: dict[str, Callable[[Any], object]] = {
            "timeout": Timeout.of,
            "deadline": lambda value: optional_seconds(value, "deadline"),
            "max_retries": _retries,
            "max_wait": lambda value: optional_seconds(value, "max_wait"),
            "priority": optional_priority,
            "retry": _retry,
            "rate_limit": RateLimit.of,
            "headers": check_headers,
            "user_agent": _user_agent,
            "middlewares": check_middlewares,
        }
        checked: dict[str, Any] = {name: checks[name](value) for name, value in changes.items()}
        return attrs.evolve(base or cls(), **checked)


def _retry(value: object) -> RetryPolicy:
    if not isinstance(value, RetryPolicy):
        raise InvalidArgumentError(f"retry must be a RetryPolicy, not {type(value).__name__}")
    return value


def _user_agent(value: str | None) -> str | None:
    return None if value is None else check_headers({"user-agent": value})["user-agent"]


@attrs.frozen
class Environment:
    """What the environment says about the client to make."""

    api_token: str | None = attrs.field(repr=False)
    region: str
    urls: dict[str, str | None]
    sources: dict[str, str]


_URL_VARIABLES: Final = {
    "api_url": "SCALINGO_API_URL",
    "auth_url": "SCALINGO_AUTH_URL",
    "database_url": "SCALINGO_DB_URL",
    "billing_url": "SCALINGO_BILLING_URL",
}


def read_environment(environ: Mapping[str, str] | None = None) -> Environment:
    """Read the variables that the client knows; an empty one counts as absent."""
    values = os.environ if environ is None else environ
    return Environment(
        api_token=values.get("SCALINGO_API_TOKEN"),
        region=values.get("SCALINGO_REGION") or DEFAULT_REGION,
        urls={name: values.get(variable) or None for name, variable in _URL_VARIABLES.items()},
        sources={"token": "SCALINGO_API_TOKEN", "region": "SCALINGO_REGION", **_URL_VARIABLES},
    )
