"""Address ranges that Scalingo maintains."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, performs
from scalingo_async._core.names import Kind
from scalingo_async.models.databases.firewall_managed_ranges import DatabaseFirewallManagedRange
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions

__all__ = ["DatabasesFirewallManagedRanges"]

LIST: Final[Endpoint[list[DatabaseFirewallManagedRange]]] = items(
    "databases.firewall_managed_ranges.list",
    "GET",
    "/firewall/managed_ranges",
    DatabaseFirewallManagedRange,
    root="ranges",
    **DATABASE_API,
)


MANAGED_RANGE: Final = Kind("managed range", LIST)


class DatabasesFirewallManagedRanges(Resource):
    """Address ranges that Scalingo maintains, for firewall rules."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseFirewallManagedRange]:
        """List the address ranges that Scalingo maintains.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), subject=(app, addon_id), options=options)
