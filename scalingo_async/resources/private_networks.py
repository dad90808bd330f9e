"""Private networks of projects, and the host names in them."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.decoding.shapes import nested_page
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async.models.private_networks import ProjectPrivateNetwork
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["PrivateNetworks"]

GET: Final[Endpoint[ProjectPrivateNetwork]] = model(
    "private_networks.get", "GET", "/projects/{project_id}/private_network", ProjectPrivateNetwork
)
DOMAIN_NAMES_LIST: Final[Endpoint[list[str]]] = items(
    "private_networks.domain_names.list",
    "GET",
    "/apps/{app}/private_network_domain_names",
    str,
    root="domain_names",
    pages=Pages.NUMBERS,
    reshape=nested_page("domain_names"),
)


class PrivateNetworksDomainNames(Resource):
    """Host names in the private network of an app."""

    __slots__ = ()

    @performs(DOMAIN_NAMES_LIST)
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[str]:
        """List the host names of an app in its private network.

        They have a trailing dot.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page, 1 to 50.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            DOMAIN_NAMES_LIST, (app,), query={"page": page, "per_page": per_page}, options=options
        )


class PrivateNetworks(Resource):
    """Private networks of projects."""

    __slots__ = ()

    @resource_property
    def domain_names(self) -> PrivateNetworksDomainNames:
        """Host names in the private network of an app."""
        return PrivateNetworksDomainNames(self._session)

    @performs(GET)
    async def get(
        self, project_id: str, **options: Unpack[RequestOptions]
    ) -> ProjectPrivateNetwork:
        """Get the private network of a project.

        A project has one if its flag `private-network` is true.

        Source: not documented; known to the official Go and command line clients.

        Args:
            project_id: Id of the project (`pr-…`).
            **options: Options of the call.

        Returns:
            The network.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (project_id,), options=options)
