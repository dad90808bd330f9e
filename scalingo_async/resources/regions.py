"""Regions of the platform."""

from __future__ import annotations

from typing import Unpack

from scalingo_async._core.endpoint import performs
from scalingo_async._core.region_list import LIST
from scalingo_async.models.regions import Region
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Regions"]


class Regions(Resource):
    """Regions of the platform."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Region]:
        """List the regions that are available to the account, with the URLs of their APIs.

        The URLs don't include the `/v1` and `/api` prefixes.

        Source: API documentation, “Get the List of Regions”:
        https://developers.scalingo.com/regions#get-the-list-of-regions

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    async def names(self) -> tuple[str, ...]:
        """Return the names of the regions that are available to the account.

        They are fetched once, and cached for the client and its copies.

        Returns:
            The names, in the platform's order.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return tuple(region.name for region in await self._session.regions())
