"""Where the APIs of each region are: their hosts and URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from scalingo_async._core.urls import configured_url
from scalingo_async.errors import ConfigurationError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_async._core.urls import ServerURL

__all__ = [
    "DEFAULT_REGION",
    "Hosts",
    "check_region",
]


DEFAULT_REGION: Final = "osc-fr1"


_REGION_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch


@attrs.frozen
class Hosts:
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
    ) -> Hosts:
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
