"""Organizations of the account, and what happened in them."""

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
    """What happened in an organization."""

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
        """List what happened in an organization.

        Source: not documented; known to the official JavaScript client.

        Args:
            organization_id: Id of the organization.
            page: Number of the page to begin with, from 1.
            per_page: Items on a page.
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
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
        """What happened in an organization."""
        return OrganizationsEvents(self._session)

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Organization]:
        """List the organizations that the user is in.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(CREATE)
    async def create(self, *, name: str, **options: Unpack[RequestOptions]) -> Organization:
        """Create an organization, which the user owns.

        Nothing is known to delete one.

        Source: not documented; known to the official JavaScript client. The status 201 is inferred.

        Args:
            name: Name.
            **options: Options of the call.

        Returns:
            The new organization.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ValidationFailedError: A value is refused; `errors` has the messages for each field.
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
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such organization.
            ValidationFailedError: A value is refused; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE, (organization_id,), body={"name": name}, options=options
        )

    @performs(CAN)
    async def can(
        self, organization_id: str, *, scope: str, **options: Unpack[RequestOptions]
    ) -> OrganizationPermission:
        """Ask whether the user may do something in an organization.

        Source: not documented; known to the official JavaScript client.

        Args:
            organization_id: Id of the organization.
            scope: What is asked for, such as `read:organization`, the only one that is known.
            **options: Options of the call.

        Returns:
            The answer, which is true when it is allowed.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CAN, (organization_id,), query={"scope": scope}, options=options
        )
