"""Organizations of the account, and their events."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.names import Kind
from scalingo_async._core.operation import API, Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async.models.organizations import (
    Organization,
    OrganizationEvent,
    OrganizationPermission,
)
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["Organizations"]

LIST: Final[Endpoint[list[Organization]]] = items(
    "organizations.list", "GET", "/organizations", Organization, root="organizations", api=API.AUTH
)
CREATE: Final[Endpoint[Organization]] = model(
    "organizations.create",
    "POST",
    "/organizations",
    Organization,
    root="organization",
    api=API.AUTH,
    wrap="organization",
)
UPDATE: Final[Endpoint[Organization]] = model(
    "organizations.update",
    "PATCH",
    "/organizations/{organization_id}",
    Organization,
    root="organization",
    api=API.AUTH,
    wrap="organization",
)
CAN: Final[Endpoint[OrganizationPermission]] = model(
    "organizations.can",
    "GET",
    "/organizations/{organization_id}/can",
    OrganizationPermission,
    api=API.AUTH,
)
EVENTS_LIST: Final[Endpoint[list[OrganizationEvent]]] = items(
    "organizations.events.list",
    "GET",
    "/organizations/{organization_id}/events",
    OrganizationEvent,
    root="events",
    api=API.AUTH,
    pages=Pages.NUMBERS,
)


def _names(organization: Organization) -> tuple[str, ...]:
    return (organization.name, organization.slug)


ORGANIZATION: Final = Kind("organization", LIST, names=_names)


class OrganizationsEvents(Resource):
    """Events of an organization."""

    __slots__ = ()

    @performs(EVENTS_LIST)
    def list(
        self,
        organization_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[OrganizationEvent]:
        """List the events of an organization.

        Source: not documented; known to the official JavaScript client.

        Args:
            organization_id: Id of the organization.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {"page": page, "per_page": per_page}
        return self._list(EVENTS_LIST, (organization_id,), query=query, options=options)


class Organizations(Resource):
    """Organizations at Scalingo; those on GitHub are in `scm_integrations`."""

    __slots__ = ()

    @resource_property
    def events(self) -> OrganizationsEvents:
        """Events of an organization."""
        return OrganizationsEvents(self._session)

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Organization]:
        """List the organizations of the user.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(CREATE)
    async def create(self, *, name: str, **options: Unpack[RequestOptions]) -> Organization:
        """Create an organization that the user owns.

        There is no known way to delete one.

        Source: not documented; known to the official JavaScript client. The status 201 is inferred.

        Args:
            name: Name.
            **options: Options of the call.

        Returns:
            The new organization.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(CREATE, (), body={"name": name}, options=options)

    @performs(UPDATE)
    async def update(
        self,
        organization_id: str,
        *,
        name: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Organization:
        """Rename an organization.

        Source: not documented; known to the official JavaScript client.

        Args:
            organization_id: Id of the organization.
            name: New name.
            **options: Options of the call.

        Returns:
            The organization.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE, (organization_id,), body={"name": name}, options=options
        )

    @performs(CAN)
    async def can(
        self, organization_id: str, *, scope: str, **options: Unpack[RequestOptions]
    ) -> OrganizationPermission:
        """Check whether the user has a permission in an organization.

        Source: not documented; known to the official JavaScript client.

        Args:
            organization_id: Id of the organization.
            scope: Permission to check, such as `read:organization`, the only known one.
            **options: Options of the call.

        Returns:
            The permission, which is true if it is granted.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CAN, (organization_id,), query={"scope": scope}, options=options
        )
