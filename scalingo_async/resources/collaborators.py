"""Collaborators of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.decoding.shapes import one_of_list
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import id_or_name
from scalingo_async._core.secrets import conceals
from scalingo_async.models.apps import App
from scalingo_async.models.collaborators import Collaborator
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.resources.organizations import ORGANIZATION
from scalingo_async.types import RequestOptions, Secret

__all__ = ["Collaborators"]

LIST: Final[Endpoint[list[Collaborator]]] = items(
    "collaborators.list", "GET", "/apps/{app}/collaborators", Collaborator, root="collaborators"
)
LIST_ALL: Final[Endpoint[list[Collaborator]]] = items(
    "collaborators.list_all", "GET", "/collaborators", Collaborator, root="collaborators"
)
CREATE: Final[Endpoint[Collaborator]] = model(
    "collaborators.create",
    "POST",
    "/apps/{app}/collaborators",
    Collaborator,
    root="collaborator",
    wrap="collaborator",
    reshape=one_of_list("collaborator"),
)
UPDATE: Final[Endpoint[Collaborator]] = model(
    "collaborators.update",
    "PATCH",
    "/apps/{app}/collaborators/{collaborator_id}",
    Collaborator,
    root="collaborator",
    wrap="collaborator",
)
DELETE: Final[Endpoint[None]] = nothing(
    "collaborators.delete", "DELETE", "/apps/{app}/collaborators/{collaborator_id}"
)
ACCEPT: Final[Endpoint[App]] = model(
    "collaborators.accept", "GET", "/apps/collaboration", App, root="app", idempotent=False
)


class Collaborators(Resource):
    """Collaborators of an app, including invited ones."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Collaborator]:
        """List the collaborators of an app, including invited ones, without its owner.

        Source: API documentation, “List Collaborators of an App”:
        https://developers.scalingo.com/collaborators#list-collaborators-of-an-app

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), options=options)

    @performs(LIST_ALL)
    def list_all(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Collaborator]:
        """List the collaborators of all apps of the account.

        There is one entry for each person and app: the id alone is not unique.

        Source: API documentation, “List owned applications collaborators”:
        https://developers.scalingo.com/collaborators#list-owned-applications-collaborators

        Args:
            organization: Only collaborators from the organization with this name; it takes one more
                request.
            organization_id: Only collaborators of this organization. Only the official JavaScript
                client has it; that it applies to this list is inferred from its changelog.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization; the message lists the organizations that
                exist.
            AmbiguousMatchError: Several organizations have the name.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {
            "organization_id": id_or_name(
                ORGANIZATION, "organization", organization, organization_id, unset=None
            )
        }
        return self._list(LIST_ALL, (), query=query, options=options)

    @performs(CREATE)
    async def create(
        self, app: str, *, email: str, is_limited: bool = True, **options: Unpack[RequestOptions]
    ) -> Collaborator:
        """Invite a collaborator to an app by e-mail.

        Anyone with the `invitation_link` of the result can join, with any e-mail address.

        Source: API documentation, “Invite Collaborator To Work on an App”:
        https://developers.scalingo.com/collaborators#invite-collaborator-to-work-on-an-app

        Args:
            app: Id or name of the app.
            email: Address for the invitation; no account is needed.
            is_limited: Whether to give the limited role, which is the platform's default.
            **options: Options of the call.

        Returns:
            The new collaborator, pending.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: The email address is not valid.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE, (app,), body={"email": email, "is_limited": is_limited}, options=options
        )

    @performs(UPDATE)
    async def update(
        self, app: str, collaborator_id: str, *, is_limited: bool, **options: Unpack[RequestOptions]
    ) -> Collaborator:
        """Change the role of a collaborator.

        The role of the user who linked the app to its repository can't be changed.

        Source: API documentation, “Update a Collaborator”:
        https://developers.scalingo.com/collaborators#update-a-collaborator

        Args:
            app: Id or name of the app.
            collaborator_id: Id of the collaboration.
            is_limited: Whether the collaborator has the limited role.
            **options: Options of the call.

        Returns:
            The collaborator.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or collaborator.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE, (app, collaborator_id), body={"is_limited": is_limited}, options=options
        )

    @performs(DELETE)
    async def delete(
        self, app: str, collaborator_id: str, **options: Unpack[RequestOptions]
    ) -> None:
        """Remove a collaborator, or withdraw an invitation.

        Source: API documentation, “Delete a Collaborator”:
        https://developers.scalingo.com/collaborators#delete-a-collaborator

        Args:
            app: Id or name of the app.
            collaborator_id: Id of the collaboration.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or collaborator.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, collaborator_id), options=options)

    @performs(ACCEPT)
    @conceals("token")
    async def accept(self, token: str | Secret, **options: Unpack[RequestOptions]) -> App:
        """Accept an invitation to become a collaborator of an app.

        It is a GET that changes state, so it isn't retried if its outcome is unknown.

        Source: API documentation, “Accept an Invitation to Collaborate”:
        https://developers.scalingo.com/collaborators#accept-an-invitation-to-collaborate

        Args:
            token: The token in the query of the invitation link.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such invitation.
            BadRequestError: The account is already a collaborator of the app (`code` is
                `already-collaborator`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(ACCEPT, (), query={"token": Secret(token)}, options=options)
