"""Links between apps and repositories."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.annotations import renamed
from scalingo_async._core.arguments import number_segment
from scalingo_async._core.decoding.shapes import one_of_list
from scalingo_async._core.durations import hours
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import id_or_name
from scalingo_async._core.operation import Pages
from scalingo_async.models.base import bound
from scalingo_async.models.deployments import Deployment
from scalingo_async.models.review_apps import ReviewApp
from scalingo_async.models.scm_integrations import SCMBranch, SCMPullRequest
from scalingo_async.models.scm_repo_links import SCMRepoLink
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import OF_A_LINK, Resource
from scalingo_async.resources.deployments import MANUAL_DEPLOY, watch
from scalingo_async.resources.scm_integrations import INTEGRATION
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["ScmRepoLinks"]

LIST: Final[Endpoint[list[SCMRepoLink]]] = items(
    "scm_repo_links.list",
    "GET",
    "/scm_repo_links",
    SCMRepoLink,
    root="scm_repo_links",
    pages=Pages.NUMBERS,
)
GET: Final[Endpoint[SCMRepoLink]] = model(
    "scm_repo_links.get",
    "GET",
    "/apps/{app}/scm_repo_link",
    SCMRepoLink,
    root="scm_repo_link",
    reshape=one_of_list("scm_repo_link"),
)
CREATE: Final[Endpoint[SCMRepoLink]] = model(
    "scm_repo_links.create",
    "POST",
    "/apps/{app}/scm_repo_link",
    SCMRepoLink,
    root="scm_repo_link",
    wrap="scm_repo_link",
    reshape=one_of_list("scm_repo_link"),
)
UPDATE: Final[Endpoint[SCMRepoLink]] = model(
    "scm_repo_links.update",
    "PATCH",
    "/apps/{app}/scm_repo_link",
    SCMRepoLink,
    root="scm_repo_link",
    wrap="scm_repo_link",
    reshape=one_of_list("scm_repo_link"),
)
DELETE: Final[Endpoint[None]] = nothing(
    "scm_repo_links.delete", "DELETE", "/apps/{app}/scm_repo_link"
)
MANUAL_REVIEW_APP: Final[Endpoint[ReviewApp]] = model(
    "scm_repo_links.manual_review_app",
    "POST",
    "/apps/{app}/scm_repo_link/manual_review_app",
    ReviewApp,
    root="review_app",
)
LIST_PULLS: Final[Endpoint[list[SCMPullRequest]]] = items(
    "scm_repo_links.list_pulls",
    "GET",
    "/apps/{app}/scm_repo_link/pulls",
    SCMPullRequest,
    root="pulls",
    **OF_A_LINK,
)
GET_PULL: Final[Endpoint[SCMPullRequest]] = model(
    "scm_repo_links.get_pull",
    "GET",
    "/apps/{app}/scm_repo_link/pulls/{number}",
    SCMPullRequest,
    root="pull",
)
LIST_BRANCHES: Final[Endpoint[list[SCMBranch]]] = items(
    "scm_repo_links.list_branches",
    "GET",
    "/apps/{app}/scm_repo_link/branches",
    SCMBranch,
    root="branches",
    **OF_A_LINK,
)
LIST_DEPLOYMENTS: Final[Endpoint[list[Deployment]]] = items(
    "scm_repo_links.list_deployments",
    "GET",
    "/apps/{app}/scm_repo_link/deployments",
    Deployment,
    root="deployments",
    **OF_A_LINK,
)


class ScmRepoLinks(Resource):
    """Links between apps and repositories; one for each app."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        integration: str | None = None,
        auth_integration_uuid: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMRepoLink]:
        """List the links to repositories that the user has created.

        Source: API documentation, “Get all SCM Integration Links linked by your account”:
        https://developers.scalingo.com/scm_repo_link#get-all-scm-integration-links-linked-by-your-account

        Args:
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            integration: Platform of an `SCMIntegration`, such as `github`, or its URL, to list only
                links that use it; it takes one more request.
            auth_integration_uuid: Id of the `SCMIntegration`, instead of its platform.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such integration; the message lists the integrations that
                exist.
            AmbiguousMatchError: There are several integrations with that platform.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST,
            (),
            query={
                "page": page,
                "per_page": per_page,
                "auth_integration_uuid": id_or_name(
                    INTEGRATION, "integration", integration, auth_integration_uuid, unset=None
                ),
            },
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, **options: Unpack[RequestOptions]) -> SCMRepoLink:
        """Get the link between an app and its repository.

        Source: API documentation, “Get an Integration Link”:
        https://developers.scalingo.com/scm_repo_link#get-an-integration-link

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The link.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or the app is not linked to a repository.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app,), options=options)

    @performs(CREATE)
    async def create(
        self,
        app: str,
        *,
        source: str,
        integration: str | Unset = UNSET,
        auth_integration_uuid: str | Unset = UNSET,
        branch: str | Unset = UNSET,
        auto_deploy_enabled: bool | Unset = UNSET,
        deploy_review_apps_enabled: bool | Unset = UNSET,
        delete_on_close_enabled: bool | Unset = UNSET,
        hours_before_delete_on_close: int | timedelta | Unset = UNSET,
        delete_stale_enabled: bool | Unset = UNSET,
        hours_before_delete_stale: int | timedelta | Unset = UNSET,
        automatic_creation_from_forks_allowed: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SCMRepoLink:
        """Link an app to a repository: one request, or two with `integration`.

        Source: API documentation, “Create a SCM Integration Link”:
        https://developers.scalingo.com/scm_repo_link#create-a-scm-integration-link

        Args:
            app: Id or name of the app.
            source: URL of the repository.
            integration: Platform of the `SCMIntegration` that provides access, such as `github`; or
                its URL, if there are several self-hosted ones.
            auth_integration_uuid: Id of the `SCMIntegration`, instead of its platform.
            branch: Branch to deploy automatically.
            auto_deploy_enabled: Deploy the branch when it changes.
            deploy_review_apps_enabled: Create review apps for pull requests.
            delete_on_close_enabled: Delete a review app when its pull request is closed.
            hours_before_delete_on_close: Time between closing and deletion: hours, or a duration; 0
                means at once.
            delete_stale_enabled: Delete review apps of inactive pull requests.
            hours_before_delete_stale: Time without a change before deletion: hours, or a duration;
                0 means at once.
            automatic_creation_from_forks_allowed: Also create review apps for pull requests from
                forks: their code can read the app's variables.
            **options: Options of the call.

        Returns:
            The new link.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same object; nothing was sent.
            NotFoundError: There is no such app, repository or integration; the message lists the
                integrations that exist.
            AmbiguousMatchError: There are several integrations with that platform.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            PermissionDeniedError: The repository's host refused the integration's token.
            PaymentRequiredError: This is not included in the free trial.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            CREATE,
            (app,),
            body={
                "source": source,
                "auth_integration_uuid": id_or_name(
                    INTEGRATION, "integration", integration, auth_integration_uuid
                ),
                "branch": branch,
                "auto_deploy_enabled": auto_deploy_enabled,
                "deploy_review_apps_enabled": deploy_review_apps_enabled,
                "delete_on_close_enabled": delete_on_close_enabled,
                "hours_before_delete_on_close": hours(
                    hours_before_delete_on_close, "hours_before_delete_on_close"
                ),
                "delete_stale_enabled": delete_stale_enabled,
                "hours_before_delete_stale": hours(
                    hours_before_delete_stale, "hours_before_delete_stale"
                ),
                "automatic_creation_from_forks_allowed": automatic_creation_from_forks_allowed,
            },
            options=options,
        )

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        *,
        branch: str | Unset | None = UNSET,
        auto_deploy_enabled: bool | Unset | None = UNSET,
        deploy_review_apps_enabled: bool | Unset | None = UNSET,
        delete_on_close_enabled: bool | Unset | None = UNSET,
        hours_before_delete_on_close: int | timedelta | Unset | None = UNSET,
        delete_stale_enabled: bool | Unset | None = UNSET,
        hours_before_delete_stale: int | timedelta | Unset | None = UNSET,
        automatic_creation_from_forks_allowed: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SCMRepoLink:
        """Change the settings of the link between an app and its repository.

        The repository can't be changed: delete the link and create another one.

        Source: API documentation, “Update a SCM Integration Link”:
        https://developers.scalingo.com/scm_repo_link#update-a-scm-integration-link

        Args:
            app: Id or name of the app.
            branch: Branch to deploy automatically.
            auto_deploy_enabled: Deploy the branch when it changes.
            deploy_review_apps_enabled: Create review apps for pull requests.
            delete_on_close_enabled: Delete a review app when its pull request is closed.
            hours_before_delete_on_close: Time between closing and deletion: hours, or a duration; 0
                means at once.
            delete_stale_enabled: Delete review apps of inactive pull requests.
            hours_before_delete_stale: Time without a change before deletion: hours, or a duration;
                0 means at once.
            automatic_creation_from_forks_allowed: Also create review apps for pull requests from
                forks: their code can read the app's variables.
            **options: Options of the call.

        Returns:
            The link.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            PaymentRequiredError: This is not included in the free trial.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app,),
            body={
                "branch": branch,
                "auto_deploy_enabled": auto_deploy_enabled,
                "deploy_review_apps_enabled": deploy_review_apps_enabled,
                "delete_on_close_enabled": delete_on_close_enabled,
                "hours_before_delete_on_close": hours(
                    hours_before_delete_on_close, "hours_before_delete_on_close"
                ),
                "delete_stale_enabled": delete_stale_enabled,
                "hours_before_delete_stale": hours(
                    hours_before_delete_stale, "hours_before_delete_stale"
                ),
                "automatic_creation_from_forks_allowed": automatic_creation_from_forks_allowed,
            },
            options=options,
        )

    @performs(DELETE)
    async def delete(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Remove the link between an app and its repository.

        Source: API documentation, “Delete an Integration Link”:
        https://developers.scalingo.com/scm_repo_link#delete-an-integration-link

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app,), options=options)

    @performs(MANUAL_DEPLOY)
    async def manual_deploy(
        self, app: str, *, branch: str, **options: Unpack[RequestOptions]
    ) -> Deployment:
        """Deploy a branch of an app's repository now.

        Source: API documentation, “Manual Deploy”:
        https://developers.scalingo.com/scm_repo_link#manual-deploy

        Args:
            app: Id or name of the app.
            branch: Branch to deploy.
            **options: Options of the call.

        Returns:
            The deployment.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        made = await self._session.call(
            MANUAL_DEPLOY, (app,), body={"branch": branch}, options=options
        )
        return bound(made, watch(self._session, app))

    @performs(MANUAL_REVIEW_APP)
    @renamed(pull_request_id="number")
    async def manual_review_app(
        self, app: str, *, number: int, **options: Unpack[RequestOptions]
    ) -> ReviewApp:
        """Create a review app for a pull request now.

        It is deleted as soon as the pull request is closed. Until 0.3, you can also pass `number`
        under its old name, `pull_request_id`, with a `DeprecationWarning`.

        Source: API documentation, “Manual Review App”:
        https://developers.scalingo.com/scm_repo_link#manual-review-app

        Args:
            app: Id or name of the app.
            number: Number of the pull or merge request, such as 42 for `#42`.
            **options: Options of the call.

        Returns:
            The review app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            MANUAL_REVIEW_APP, (app,), body={"pull_request_id": number}, options=options
        )

    @performs(LIST_PULLS)
    def list_pulls(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[SCMPullRequest]:
        """List the open pull or merge requests of an app's repository.

        An app that isn't linked to a repository has none.

        Source: API documentation, “List Merge / Pull Requests”:
        https://developers.scalingo.com/scm_repo_link#list-merge--pull-requests

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
        return self._list(LIST_PULLS, (app,), options=options)

    @performs(GET_PULL)
    async def get_pull(
        self, app: str, number: int | str, **options: Unpack[RequestOptions]
    ) -> SCMPullRequest:
        """Get one pull or merge request of an app's repository.

        Source: not documented; known to the official Go and command line clients.

        Args:
            app: Id or name of the app.
            number: Number of the pull or merge request on the platform.
            **options: Options of the call.

        Returns:
            The pull or merge request.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or pull request.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET_PULL, (app, number_segment(number)), options=options)

    @performs(LIST_BRANCHES)
    def list_branches(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[SCMBranch]:
        """List the branches of an app's repository.

        An app that isn't linked to a repository has none.

        Source: not documented; known to the official JavaScript and Ruby clients.

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
        return self._list(LIST_BRANCHES, (app,), options=options)

    @performs(LIST_DEPLOYMENTS)
    def list_deployments(
        self, app: str, **options: Unpack[RequestOptions]
    ) -> Paginator[Deployment]:
        """List the deployments that were started through the link to a repository.

        An app that isn't linked to a repository has none.

        Source: not documented; known to the official Go client.

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
        return self._list(
            LIST_DEPLOYMENTS, (app,), options=options, waiter=watch(self._session, app)
        )
