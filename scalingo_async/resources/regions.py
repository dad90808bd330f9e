"""Regions of the platform, and finding the APIs of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
import attrs

from scalingo_async._core.endpoint import items, performs
from scalingo_async._core.operation import API
from scalingo_async._core.urls import credential_url
from scalingo_async.errors import UnknownRegionError
from scalingo_async.hosts import Hosts
from scalingo_async.models.regions import Region
from scalingo_async.resources.base import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async._core.session import Session
    from scalingo_async.pagination import Paginator
    from scalingo_async.types import RequestOptions

__all__ = ["Regions"]

LIST: Final[Endpoint[list[Region]]] = items(
    "regions.list", "GET", "/regions", Region, root="regions", api=API.AUTH
)


class Regions(Resource):
    """Regions of the platform."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Region]:
        """List the regions that are open to the account, with the URLs of their APIs.

        The URLs come without the `/v1` and `/api` prefixes.

        Source: API documentation, page `regions`, “Get the List of Regions”.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            ScalingoError: A request failed.
        """
        return self._list(LIST, (), options=options)

    async def names(self) -> tuple[str, ...]:
        """Return the names of the regions that are open to the account.

        They are fetched once, and kept for the client and its copies.

        Returns:
            The names, in the platform's order.

        Raises:
            ScalingoError: The request failed.
        """
        return tuple(region.name for region in await _known_regions(self._session))


async def _known_regions(session: Session) -> Sequence[Region]:
    """Fetch the platform's list of regions once for all."""
    shared = session.shared
    if shared.regions_lock is None:
        shared.regions_lock = anyio.Lock()
    async with shared.regions_lock:
        if "list" not in shared.regions:
            shared.regions["list"] = await session.call(LIST)
    known: Sequence[Region] = shared.regions["list"]
    return known


async def locate_region(session: Session, endpoints: Hosts) -> Hosts:
    """Find the URLs of a region in the platform's list, which is fetched once for all.

    Raises:
        UnknownRegionError: There is no such region for this account.
        ConfigurationError: The platform names a URL that no credential may be sent to.
    """
    known = await _known_regions(session)
    for region in known:
        if region.name == endpoints.region:
            return _trusted(endpoints, region)
    names = tuple(sorted(region.name for region in known))
    raise UnknownRegionError(
        f"there is no region {endpoints.region!r}; this account has {', '.join(names)}",
        region=endpoints.region,
        known=names,
    )


def _trusted(endpoints: Hosts, region: Region) -> Hosts:
    """Take a region's URLs, if their hosts are Scalingo's or were configured."""
    configured = endpoints.hosts
    schemes = frozenset({"https", "http"})
    credential_url(region.api, configured, schemes)
    credential_url(region.database_api, configured, schemes)
    found = Hosts.build(
        region.name,
        api_url=region.api,
        database_url=region.database_api,
        sources={"api_url": "the region's API URL", "database_url": "the region's database URL"},
    )
    return attrs.evolve(found, auth=endpoints.auth, billing=endpoints.billing)
