"""The hosts and URLs of the APIs of each region."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from scalingo_async._core.absent import present
from scalingo_async._core.answer_text import one_line
from scalingo_async._core.arguments import wrong_kind
from scalingo_async._core.fetched_once import FetchedOnce
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.operation import API
from scalingo_async._core.secrets import conceals
from scalingo_async._core.urls import ServerURL, configured_url, credential_url
from scalingo_async.errors import ConfigurationError, InvalidArgumentError, UnknownRegionError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from scalingo_async.models import regions as region_models
else:
    # Most clients never fetch the list of regions.
    region_models = LazyModule("scalingo_async.models.regions")

__all__ = [
    "DEFAULT_REGION",
    "HostLookup",
    "Hosts",
    "RegionList",
    "check_region",
]


DEFAULT_REGION: Final = "osc-fr1"


_REGION_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch


def _bases(hosts: Hosts) -> dict[API, str]:
    return {
        API.REGIONAL: hosts.regional.reveal(),
        API.AUTH: hosts.auth.reveal(),
        API.DATABASE: hosts.database.reveal(),
        API.BILLING: hosts.billing.reveal(),
    }


@attrs.frozen
class Hosts:
    """The URLs of the APIs, including their prefixes.

    Attributes:
        region: The region they belong to.
        regional: Apps and everything that belongs to them.
        auth: Accounts, tokens, regions.
        database: Running databases.
        billing: Billing profiles.
    """

    region: str
    regional: ServerURL
    auth: ServerURL
    database: ServerURL
    billing: ServerURL
    _bases: dict[API, str] = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_bases, takes_self=True)
    )

    def base(self, api: API) -> str:
        """Return the base URL of an API."""
        return self._bases[api]

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the APIs, to which credentials may be sent."""
        urls = (self.regional, self.auth, self.database, self.billing)
        return frozenset({url.host for url in urls} | {url.place for url in urls})

    @classmethod
    @conceals("api_url", "auth_url", "database_url", "billing_url")
    def build(
        cls,
        region: str,
        *,
        api_url: str | Secret | None = None,
        auth_url: str | Secret | None = None,
        database_url: str | Secret | None = None,
        billing_url: str | Secret | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> Hosts:
        """Make the URLs of a region.

        Args:
            region: Name of the region.
            api_url: Regional API, without `/v1`; by default that of the region.
            auth_url: Authentication API, without `/v1`.
            database_url: Database API, without `/api`.
            billing_url: Billing API.
            sources: The names of the arguments in messages.

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
                f"{named['api_url']} and {named['database_url']} must be set together: "
                f"{named[missing]} is "
                "missing. A database token of one region must not be sent to another"
            )

        def url(value: str | Secret | None, default: str, name: str, prefix: str) -> ServerURL:
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

    def in_region(self, name: str) -> Hosts:
        """Return the URLs of another region by the usual rule.

        Accounts and billing have the same URLs in all regions.

        Raises:
            InvalidArgumentError: The name is not a valid region name.
        """
        return attrs.evolve(Hosts.build(name), auth=self.auth, billing=self.billing)

    def found_in(self, regions: Sequence[region_models.Region]) -> Hosts:
        """Take the URLs of this region from the platform's list.

        Raises:
            UnknownRegionError: The account has no such region.
            ConfigurationError: The list has a URL to which no credential may be sent.
        """
        for region in regions:
            if region.name == self.region:
                return self._trusting(region)
        names = tuple(sorted(region.name for region in regions))
        raise UnknownRegionError(
            f"there is no region {self.region!r}; this account has "
            f"{one_line(', '.join(names), 400)}",
            region=self.region,
            known=names,
        )

    def _trusting(self, region: region_models.Region) -> Hosts:
        """Return a region's URLs, if their hosts belong to Scalingo or were configured."""
        configured = self.hosts
        schemes = frozenset({"https", "http"})
        answer = "the response to regions.list"
        credential_url(present(region.api, answer, "$.regions[].api"), configured, schemes)
        database = present(region.database_api, answer, "$.regions[].database_api")
        credential_url(database, configured, schemes)
        found = Hosts.build(
            region.name,
            api_url=region.api,
            database_url=region.database_api,
            sources={
                "api_url": "the region's API URL",
                "database_url": "the region's database URL",
            },
        )
        return attrs.evolve(found, auth=self.auth, billing=self.billing)


class HostLookup:
    """The URLs of a client; those of another region are looked up before its first call.

    Args:
        hosts: The URLs; before the look-up, only those that are the same for all regions are valid.
        known: Whether they need no look-up.
        elsewhere: Whether the region differs from that of the original client.

    Attributes:
        hosts: The URLs, as far as they are known.
        known: Whether they are known.
        elsewhere: Whether they belong to another region.
    """

    __slots__ = ("elsewhere", "hosts", "known")

    def __init__(self, hosts: Hosts, *, known: bool, elsewhere: bool = False) -> None:
        self.hosts = hosts
        self.known = known
        self.elsewhere = elsewhere

    @classmethod
    def configured(
        cls,
        region: str,
        *,
        api_url: str | Secret | None,
        auth_url: str | Secret | None,
        database_url: str | Secret | None,
        billing_url: str | Secret | None,
    ) -> HostLookup:
        """Make the URLs of a new client; only the default region and your own URLs need no look-up.

        Raises:
            ConfigurationError: A URL is malformed, or plain http for another machine.
        """
        hosts = Hosts.build(
            region,
            api_url=api_url,
            auth_url=auth_url,
            database_url=database_url,
            billing_url=billing_url,
        )
        default_urls = api_url is None and auth_url is None
        return cls(hosts, known=not default_urls or region == DEFAULT_REGION)

    def find_in(self, regions: Sequence[region_models.Region]) -> None:
        """Take the URLs from the platform's list.

        Raises:
            UnknownRegionError: The account has no such region.
            ConfigurationError: The list has a URL to which no credential may be sent.
        """
        self.hosts = self.hosts.found_in(regions)
        self.known = True


class RegionList(FetchedOnce["region_models.Region"]):
    """The platform's list of regions, fetched once for a client and all its copies."""

    __slots__ = ()


def check_region(name: object, source: str = "region") -> str:
    """Check the format of a region's name.

    Args:
        name: The name.
        source: Its origin, an argument or a variable, for the message.

    Raises:
        InvalidArgumentError: It is invalid.
    """
    if not isinstance(name, str):
        raise wrong_kind(name, source, "a str")
    if not _REGION_NAME(name):
        raise InvalidArgumentError(
            f"{source} must be the name of a region, such as osc-fr1: a-z, 0-9 and hyphens"
        )
    return name
