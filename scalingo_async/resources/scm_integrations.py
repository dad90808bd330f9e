"""Links between the account and GitHub, GitLab and similar platforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import Kind
from scalingo_async._core.operation import API, Pages
from scalingo_async._core.secrets import conceals
from scalingo_async.models.keys import Key
from scalingo_async.models.scm_integrations import (
    SCMBranch,
    SCMIntegration,
    SCMOrganization,
    SCMPullRequest,
    SCMRepository,
)
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions, Secret

__all__ = ["ScmIntegrations"]

LIST: Final[Endpoint[list[SCMIntegration]]] = items(
    "scm_integrations.list",
    "GET",
    "/scm_integrations",
    SCMIntegration,
    root="scm_integrations",
    api=API.AUTH,
)
GET: Final[Endpoint[SCMIntegration]] = model(
    "scm_integrations.get",
    "GET",
    "/scm_integrations/{integration_id}",
    SCMIntegration,
    root="scm_integration",
    api=API.AUTH,
)
CREATE: Final[Endpoint[SCMIntegration]] = model(
    "scm_integrations.create",
    "POST",
    "/scm_integrations",
    SCMIntegration,
    root="scm_integration",
    api=API.AUTH,
    wrap="scm_integration",
)
DELETE: Final[Endpoint[None]] = nothing(
    "scm_integrations.delete", "DELETE", "/scm_integrations/{integration_id}", api=API.AUTH
)
IMPORT_KEYS: Final[Endpoint[list[Key]]] = items(
    "scm_integrations.import_keys",
    "POST",
    "/scm_integrations/{integration_id}/import_keys",
    Key,
    root="keys",
    api=API.AUTH,
)
SEARCH_REPOSITORIES: Final[Endpoint[list[SCMRepository]]] = items(
    "scm_integrations.search_repositories",
    "GET",
    "/scm_integrations/{integration_id}/search_repos",
    SCMRepository,
    root="repositories",
    api=API.AUTH,
)
ORGANIZATIONS: Final[Endpoint[list[SCMOrganization]]] = items(
    "scm_integrations.organizations",
    "GET",
    "/scm_integrations/{integration_id}/orgs",
    SCMOrganization,
    root="organizations",
    api=API.AUTH,
    pages=Pages.NUMBERS,
)
SEARCH_PULL_REQUESTS: Final[Endpoint[list[SCMPullRequest]]] = items(
    "scm_integrations.search_pull_requests",
    "GET",
    "/scm_integrations/{integration_id}/search_pull_requests",
    SCMPullRequest,
    root="pull_requests",
    api=API.AUTH,
)
BRANCHES: Final[Endpoint[list[SCMBranch]]] = items(
    "scm_integrations.branches",
    "GET",
    "/scm_integrations/{integration_id}/branches",
    SCMBranch,
    root="branches",
    api=API.AUTH,
)


def _names(integration: SCMIntegration) -> tuple[str, ...]:
    url = () if integration.url is None else (integration.url,)
    return (integration.scm_type, *url)


INTEGRATION: Final = Kind("integration", LIST, names=_names)


class ScmIntegrations(Resource):
    """Links between the account and source code platforms."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[SCMIntegration]:
        """List the source code platforms that are linked to the account.

        Source: API documentation, “List All the SCM Integrations of Your Account”:
        https://developers.scalingo.com/scm_integrations#list-all-the-scm-integrations-of-your-account

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(GET)
    async def get(self, integration_id: str, **options: Unpack[RequestOptions]) -> SCMIntegration:
        """Get one link to a source code platform.

        Source: API documentation, “Show a Specific SCM Integration”:
        https://developers.scalingo.com/scm_integrations#show-a-specific-scm-integration

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            **options: Options of the call.

        Returns:
            The link.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (integration_id,), options=options)

    @performs(CREATE)
    @conceals("access_token")
    async def create(
        self,
        *,
        scm_type: str,
        url: str,
        access_token: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> SCMIntegration:
        """Link a self-hosted GitHub Enterprise or GitLab to the account.

        github.com and gitlab.com are linked in a browser.

        Source: API documentation, “Create/Link an SCM Integration With Your Account”:
        https://developers.scalingo.com/scm_integrations#createlink-an-scm-integration-with-your-account

        Args:
            scm_type: Platform: `github-enterprise` or `gitlab-self-hosted`.
            url: URL of the platform.
            access_token: Token for the platform.
            **options: Options of the call.

        Returns:
            The new link.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: The kind of platform, its URL or the access token is invalid.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (),
            body={"scm_type": scm_type, "url": url, "access_token": Secret(access_token)},
            options=options,
        )

    @performs(DELETE)
    async def delete(self, integration_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a link to a source code platform.

        Source: API documentation, “Delete/Unlink an SCM Integration From Your Account”:
        https://developers.scalingo.com/scm_integrations#deleteunlink-an-scm-integration-from-your-account

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (integration_id,), options=options)

    @performs(IMPORT_KEYS)
    async def import_keys(
        self, integration_id: str, **options: Unpack[RequestOptions]
    ) -> Sequence[Key]:
        """Import the public SSH keys of a source code platform into the account.

        Source: API documentation, “Import SSH Keys From an SCM Platform”:
        https://developers.scalingo.com/scm_integrations#import-ssh-keys-from-an-scm-platform

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            **options: Options of the call.

        Returns:
            The new keys.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(IMPORT_KEYS, (integration_id,), options=options)

    @performs(SEARCH_REPOSITORIES)
    def search_repositories(
        self, integration_id: str, *, query: str, **options: Unpack[RequestOptions]
    ) -> Paginator[SCMRepository]:
        """Search the repositories on a source code platform.

        Source: API documentation, “Search Repositories From an SCM Platform”:
        https://developers.scalingo.com/scm_integrations#search-repositories-from-an-scm-platform

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            query: Words and qualifiers, such as `fork:true` and `user:…`, separated by spaces.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            SEARCH_REPOSITORIES, (integration_id,), query={"query": query}, options=options
        )

    @performs(ORGANIZATIONS)
    def organizations(
        self,
        integration_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMOrganization]:
        """List the organizations or groups of the user on a source code platform.

        Source: API documentation, “Get Your Organizations/Groups From an SCM Platform”:
        https://developers.scalingo.com/scm_integrations#get-your-organizationsgroups-from-an-scm-platform

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            ORGANIZATIONS,
            (integration_id,),
            query={"page": page, "per_page": per_page},
            options=options,
        )

    @performs(SEARCH_PULL_REQUESTS)
    def search_pull_requests(
        self, integration_id: str, *, query: str, **options: Unpack[RequestOptions]
    ) -> Paginator[SCMPullRequest]:
        """Search the pull or merge requests on a source code platform.

        Source: API documentation, “Search Pull Requests/Merge Requests From an SCM Platform”:
        https://developers.scalingo.com/scm_integrations#search-pull-requestsmerge-requests-from-an-scm-platform

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            query: Qualifiers, such as `is:open`, `is:closed` and `repo:owner/name`, separated by
                spaces.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            SEARCH_PULL_REQUESTS, (integration_id,), query={"query": query}, options=options
        )

    @performs(BRANCHES)
    def branches(
        self, integration_id: str, *, repo_name: str, **options: Unpack[RequestOptions]
    ) -> Paginator[SCMBranch]:
        """List the branches of a repository on a source code platform.

        Source: not documented; known to the official JavaScript client.

        Args:
            integration_id: Id of the link, or the name of its platform, such as `github`.
            repo_name: Repository, as `owner/name`.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            BRANCHES, (integration_id,), query={"repo_name": repo_name}, options=options
        )
