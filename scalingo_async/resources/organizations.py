"""Organizations of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import items, performs
from scalingo_async._core.operation import API
from scalingo_async.models.organizations import Organization
from scalingo_async.resources.base import Resource

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.pagination import Paginator
    from scalingo_async.types import RequestOptions

__all__ = ["Organizations"]

LIST: Final[Endpoint[list[Organization]]] = items(
    "organizations.list", "GET", "/organizations", Organization, root="organizations", api=API.AUTH
)


class Organizations(Resource):
    """Organizations at Scalingo; those on GitHub are in `scm_integrations`."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Organization]:
        """List the organizations that the user is in.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            ScalingoError: A request failed.
        """
        return self._list(LIST, (), options=options)
