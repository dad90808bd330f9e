"""Projects and their transfer."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import Kind, id_or_name, needed
from scalingo_async._core.resource_property import resource_property
from scalingo_async.models.projects import EligibleNewOwner, Project, ProjectTransferInvitation
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.resources.organizations import ORGANIZATION
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["Projects"]

LIST: Final[Endpoint[list[Project]]] = items(
    "projects.list", "GET", "/projects", Project, root="projects"
)
CREATE: Final[Endpoint[Project]] = model(
    "projects.create", "POST", "/projects", Project, root="project", wrap="project"
)
GET: Final[Endpoint[Project]] = model(
    "projects.get", "GET", "/projects/{project_id}", Project, root="project"
)
UPDATE: Final[Endpoint[Project]] = model(
    "projects.update", "PATCH", "/projects/{project_id}", Project, root="project", wrap="project"
)
DELETE: Final[Endpoint[None]] = nothing("projects.delete", "DELETE", "/projects/{project_id}")
LIST_ELIGIBLE_NEW_OWNERS: Final[Endpoint[list[EligibleNewOwner]]] = items(
    "projects.list_eligible_new_owners",
    "GET",
    "/projects/{project_id}/eligible_new_owners",
    EligibleNewOwner,
    root="eligible_new_owners",
)
TRANSFER_INVITATIONS_LIST: Final[Endpoint[list[ProjectTransferInvitation]]] = items(
    "projects.transfer_invitations.list",
    "GET",
    "/projects/{project_id}/transfer_invitations",
    ProjectTransferInvitation,
    root="transfer_invitations",
)
TRANSFER_INVITATIONS_GET: Final[Endpoint[ProjectTransferInvitation]] = model(
    "projects.transfer_invitations.get",
    "GET",
    "/projects/{project_id}/transfer_invitations/{invitation_id}",
    ProjectTransferInvitation,
    root="transfer_invitation",
)
TRANSFER_INVITATIONS_CREATE: Final[Endpoint[ProjectTransferInvitation]] = model(
    "projects.transfer_invitations.create",
    "POST",
    "/projects/{project_id}/transfer_invitations",
    ProjectTransferInvitation,
    root="transfer_invitation",
    wrap="transfer_invitation",
)
TRANSFER_INVITATIONS_ACCEPT: Final[Endpoint[ProjectTransferInvitation]] = model(
    "projects.transfer_invitations.accept",
    "POST",
    "/projects/{project_id}/transfer_invitations/{invitation_id}/accept",
    ProjectTransferInvitation,
    root="transfer_invitation",
)
TRANSFER_INVITATIONS_DECLINE: Final[Endpoint[ProjectTransferInvitation]] = model(
    "projects.transfer_invitations.decline",
    "POST",
    "/projects/{project_id}/transfer_invitations/{invitation_id}/decline",
    ProjectTransferInvitation,
    root="transfer_invitation",
)
TRANSFER_INVITATIONS_CANCEL: Final[Endpoint[ProjectTransferInvitation]] = model(
    "projects.transfer_invitations.cancel",
    "POST",
    "/projects/{project_id}/transfer_invitations/{invitation_id}/cancel",
    ProjectTransferInvitation,
    root="transfer_invitation",
)


def _user_name(owner: EligibleNewOwner) -> tuple[str, ...]:
    return (owner.user_name,)


def _user_id(owner: EligibleNewOwner) -> str:
    return owner.user_id


PROJECT: Final = Kind("project", LIST)
_NEW_OWNER: Final = Kind(
    "user who can become the owner", LIST_ELIGIBLE_NEW_OWNERS, names=_user_name, id=_user_id
)


class ProjectsTransferInvitations(Resource):
    """Invitations to become the owner of a project."""

    __slots__ = ()

    @performs(TRANSFER_INVITATIONS_LIST)
    def list(
        self, project_id: str, *, status: str | None = None, **options: Unpack[RequestOptions]
    ) -> Paginator[ProjectTransferInvitation]:
        """List the invitations to become the owner of a project.

        Source: API documentation, “List all your project transfer invitations”:
        https://developers.scalingo.com/projects#list-all-your-project-transfer-invitations

        Args:
            project_id: Id of the project (`pr-…`).
            status: State of the invitations, or `all`; by default, pending ones.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            TRANSFER_INVITATIONS_LIST, (project_id,), query={"status": status}, options=options
        )

    @performs(TRANSFER_INVITATIONS_GET)
    async def get(
        self, project_id: str, invitation_id: str, **options: Unpack[RequestOptions]
    ) -> ProjectTransferInvitation:
        """Get one invitation to become the owner of a project.

        Source: API documentation, “Get a project transfer invitation”:
        https://developers.scalingo.com/projects#get-a-project-transfer-invitation

        Args:
            project_id: Id of the project (`pr-…`).
            invitation_id: Id of the invitation (`tin-…`).
            **options: Options of the call.

        Returns:
            The invitation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project or invitation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            TRANSFER_INVITATIONS_GET, (project_id, invitation_id), options=options
        )

    @performs(TRANSFER_INVITATIONS_CREATE)
    async def create(
        self,
        project_id: str,
        *,
        invited_user: str | Unset = UNSET,
        invited_user_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Invite a user to become the owner of a project.

        It takes one request, or two with the name of the user.

        It expires after three days; a project can have one pending invitation.

        Source: API documentation, “Create a project transfer invitation”:
        https://developers.scalingo.com/projects#create-a-project-transfer-invitation

        Args:
            project_id: Id of the project (`pr-…`).
            invited_user: Name of the user, one of `projects.list_eligible_new_owners`.
            invited_user_id: Id of the user (`us-…`), instead of the name.
            **options: Options of the call.

        Returns:
            The new invitation.

        Raises:
            InvalidArgumentError: An argument is invalid, or not exactly one of `invited_user` and
                `invited_user_id` was given; nothing was sent.
            NotFoundError: There is no such project. Or no user with that name can become its owner;
                the message lists those who can.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            APIStatusError: Another invitation for the project is pending.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        needed("invited_user", invited_user, invited_user_id)
        user = id_or_name(
            _NEW_OWNER, "invited_user", invited_user, invited_user_id, ids=(project_id,)
        )
        return await self._call(
            TRANSFER_INVITATIONS_CREATE,
            (project_id,),
            body={"invited_user_id": user},
            options=options,
        )

    @performs(TRANSFER_INVITATIONS_ACCEPT)
    async def accept(
        self, project_id: str, invitation_id: str, **options: Unpack[RequestOptions]
    ) -> ProjectTransferInvitation:
        """Accept an invitation to become the owner of a project.

        Source: API documentation, “Accept a project transfer invitation”:
        https://developers.scalingo.com/projects#accept-a-project-transfer-invitation

        Args:
            project_id: Id of the project (`pr-…`).
            invitation_id: Id of the invitation (`tin-…`).
            **options: Options of the call.

        Returns:
            The invitation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project or invitation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            TRANSFER_INVITATIONS_ACCEPT, (project_id, invitation_id), options=options
        )

    @performs(TRANSFER_INVITATIONS_DECLINE)
    async def decline(
        self, project_id: str, invitation_id: str, **options: Unpack[RequestOptions]
    ) -> ProjectTransferInvitation:
        """Decline an invitation to become the owner of a project.

        Source: API documentation, “Decline a project transfer invitation”:
        https://developers.scalingo.com/projects#decline-a-project-transfer-invitation

        Args:
            project_id: Id of the project (`pr-…`).
            invitation_id: Id of the invitation (`tin-…`).
            **options: Options of the call.

        Returns:
            The invitation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project or invitation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            TRANSFER_INVITATIONS_DECLINE, (project_id, invitation_id), options=options
        )

    @performs(TRANSFER_INVITATIONS_CANCEL)
    async def cancel(
        self, project_id: str, invitation_id: str, **options: Unpack[RequestOptions]
    ) -> ProjectTransferInvitation:
        """Withdraw an invitation to become the owner of a project.

        Source: API documentation, “Cancel a project transfer invitation”:
        https://developers.scalingo.com/projects#cancel-a-project-transfer-invitation

        Args:
            project_id: Id of the project (`pr-…`).
            invitation_id: Id of the invitation (`tin-…`).
            **options: Options of the call.

        Returns:
            The invitation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project or invitation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            TRANSFER_INVITATIONS_CANCEL, (project_id, invitation_id), options=options
        )


class Projects(Resource):
    """Projects: groups of apps and databases."""

    __slots__ = ()

    @resource_property
    def transfer_invitations(self) -> ProjectsTransferInvitations:
        """Invitations to become the owner of a project."""
        return ProjectsTransferInvitations(self._session)

    @performs(LIST)
    def list(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Project]:
        """List the projects that the account owns.

        Projects that it only collaborates on are not included.

        Source: API documentation, “List Your Projects”:
        https://developers.scalingo.com/projects#list-your-projects

        Args:
            organization: Only projects of the organization with this name; it takes one more
                request.
            organization_id: Only projects of this organization; only known to the official
                JavaScript client.
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
        return self._list(LIST, (), query=query, options=options)

    @performs(CREATE)
    async def create(
        self,
        *,
        name: str,
        default: bool | Unset = UNSET,
        organization: str | Unset = UNSET,
        organization_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Project:
        """Create a project: one request, or two with the name of an organization.

        Source: API documentation, “Create a Project”:
        https://developers.scalingo.com/projects#create-a-project

        Args:
            name: Name.
            default: Make it the default project.
            organization: Name of its organization.
            organization_id: Its id, instead of the name. Only known from the changelog of the
                official JavaScript client.
            **options: Options of the call.

        Returns:
            The new project.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization; the message lists the organizations that
                exist.
            AmbiguousMatchError: Several organizations have the name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        body = {
            "name": name,
            "default": default,
            "organization_id": id_or_name(
                ORGANIZATION, "organization", organization, organization_id
            ),
        }
        return await self._call(CREATE, (), body=body, options=options)

    @performs(GET)
    async def get(self, project_id: str, **options: Unpack[RequestOptions]) -> Project:
        """Get one project.

        Source: API documentation, “Get a precise Project”:
        https://developers.scalingo.com/projects#get-a-precise-project

        Args:
            project_id: Id of the project (`pr-…`).
            **options: Options of the call.

        Returns:
            The project.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (project_id,), options=options)

    @performs(UPDATE)
    async def update(
        self,
        project_id: str,
        *,
        name: str | Unset = UNSET,
        default: bool | Unset = UNSET,
        organization: str | Unset = UNSET,
        organization_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Project:
        """Rename a project, or make it the default one.

        One request, or two with the name of an organization.

        Source: API documentation, “Update a Project”:
        https://developers.scalingo.com/projects#update-a-project

        Args:
            project_id: Id of the project (`pr-…`).
            name: New name.
            default: True makes it the default project; to undo that, make another one the default.
            organization: Name of its new organization.
            organization_id: Its id, instead of the name. Only known from the changelog of the
                official JavaScript client.
            **options: Options of the call.

        Returns:
            The project.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project or organization; the message lists the
                organizations that exist.
            AmbiguousMatchError: Several organizations have the name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        body = {
            "name": name,
            "default": default,
            "organization_id": id_or_name(
                ORGANIZATION, "organization", organization, organization_id
            ),
        }
        return await self._call(UPDATE, (project_id,), body=body, options=options)

    @performs(DELETE)
    async def delete(self, project_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a project.

        Source: API documentation, “Delete a Project”:
        https://developers.scalingo.com/projects#delete-a-project

        Args:
            project_id: Id of the project (`pr-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ConflictError: The project still contains apps.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (project_id,), options=options)

    @performs(LIST_ELIGIBLE_NEW_OWNERS)
    def list_eligible_new_owners(
        self, project_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[EligibleNewOwner]:
        """List the users who can become the owner of a project.

        Only its owner can list them. They collaborate on everything in the project.

        Source: API documentation, “List Eligible New Owners for Project Transfer”:
        https://developers.scalingo.com/projects#list-eligible-new-owners-for-project-transfer

        Args:
            project_id: Id of the project (`pr-…`).
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST_ELIGIBLE_NEW_OWNERS, (project_id,), options=options)
