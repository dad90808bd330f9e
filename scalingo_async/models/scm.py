"""Models: links to GitHub, GitLab and the like, and the review apps that come of them."""

from datetime import datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.apps import Owner
from scalingo_async.models.base import Model, masked, span
from scalingo_async.models.deployments import DeploymentPusher

__all__ = [
    "ReviewApp",
    "ReviewAppDeployment",
    "ReviewAppPullRequest",
    "SCMBranch",
    "SCMIntegration",
    "SCMOrganization",
    "SCMPullRequest",
    "SCMRepoLink",
    "SCMRepoLinkLinker",
    "SCMRepository",
]


@attrs.define(kw_only=True)
class SCMIntegration(Model):
    """The link between the account and a source code platform.

    Attributes:
        id: Id, a UUID.
        scm_type: Platform: `github`, `gitlab`, `github-enterprise`, `gitlab-self-hosted` or another
            word.
        url: URL of the platform.
        access_token: Token for the platform, in some answers; a secret.
        created_at: Creation.
        uid: Id of the user on the platform, digits as text.
        username: User name on the platform.
        avatar_url: URL of the picture.
        email: E-mail address on the platform.
        profile_url: URL of the page on the platform.
        owner: The user that it belongs to, in short.
    """

    id: str
    scm_type: Literal["github", "gitlab", "github-enterprise", "gitlab-self-hosted"] | str
    url: str | None = None
    access_token: str | None = attrs.field(default=None, repr=masked)
    created_at: datetime
    uid: str | None = None
    username: str | None = None
    avatar_url: str | None = None
    email: str | None = None
    profile_url: str | None = None
    owner: Owner | None = None


@attrs.define(kw_only=True)
class SCMRepository(Model):
    """A repository on a source code platform.

    Its keys are in camel case, unlike those of the rest of the API.

    Attributes:
        id: Id on the platform.
        name: Name.
        fullName: Owner and name, as `owner/name`.
        url: URL of its page.
        description: Description.
    """

    id: int
    name: str
    fullName: str  # noqa: N815 - as the platform spells it
    url: str
    description: str | None = None


@attrs.define(kw_only=True)
class SCMOrganization(Model):
    """An organization or a group on a source code platform.

    Its keys are in camel case, unlike those of the rest of the API.

    Attributes:
        id: Id on the platform.
        login: Name.
        avatarUrl: URL of the picture.
        url: URL in the platform's API.
        description: Description.
    """

    id: int
    login: str
    avatarUrl: str | None = None  # noqa: N815 - as the platform spells it
    url: str | None = None
    description: str | None = None


@attrs.define(kw_only=True)
class SCMPullRequest(Model):
    """A pull request or a merge request.

    Attributes:
        id: Id on the platform, which is not its number; absent from some answers.
        number: Number, as people know it.
        title: Title.
        html_url: URL of its page.
        source_repo_name: Repository that it comes from, as `owner/name`.
        source_repo_html_url: URL of the repository that it comes from.
        opened_from_a_forked_repo: Whether it comes from a fork.
    """

    id: int | None = None
    number: int
    title: str
    html_url: str
    source_repo_name: str | None = None
    source_repo_html_url: str | None = None
    opened_from_a_forked_repo: bool | None = None


@attrs.define(kw_only=True)
class SCMBranch(Model):
    """A branch of a repository.

    Attributes:
        name: Name.
    """

    name: str


@attrs.define(kw_only=True)
class SCMRepoLinkLinker(Model):
    """Who has linked an app to its repository.

    Attributes:
        id: Id of the user.
        username: User name.
        email: E-mail address.
    """

    id: str
    username: str
    email: str


@attrs.define(kw_only=True)
class SCMRepoLink(Model):
    """The link between an app and a repository.

    Attributes:
        id: Id, a UUID.
        app_id: Id of the app.
        auth_integration_uuid: Id of the `SCMIntegration` that gives access.
        linker: Who has made it.
        owner: Owner of the repository.
        repo: Name of the repository.
        branch: Branch that is deployed by itself.
        scm_type: Platform: `github`, `github-enterprise`, `gitlab`, `gitlab-self-hosted` or another
            word.
        url: URL of the platform.
        created_at: Creation.
        updated_at: Last change.
        auto_deploy_enabled: Whether the branch is deployed when it moves.
        deploy_review_apps_enabled: Whether requests get review apps.
        delete_on_close_enabled: Whether a review app is deleted when its request is closed.
        hours_before_delete_on_close: Hours to wait before that; 0 is at once.
        delete_stale_enabled: Whether review apps of idle requests are deleted.
        hours_before_delete_stale: Hours without a change before that; 0 is at once.
        automatic_creation_from_forks_allowed: Whether requests from forks get review apps as well;
            their code sees the app's variables.
        last_auto_deploy_at: When the branch was last deployed by itself; `None` when it never was.
        github_integration_uuid: Older name of `auth_integration_uuid`.
        scm_integration_uuid: Older name of `auth_integration_uuid`.
    """

    id: str
    app_id: str
    auth_integration_uuid: str | None = None
    linker: SCMRepoLinkLinker | None = None
    owner: str
    repo: str
    branch: str | None = None
    scm_type: Literal["github", "github-enterprise", "gitlab", "gitlab-self-hosted"] | str
    url: str | None = None
    created_at: datetime
    updated_at: datetime
    auto_deploy_enabled: bool
    deploy_review_apps_enabled: bool
    delete_on_close_enabled: bool
    hours_before_delete_on_close: int
    delete_stale_enabled: bool
    hours_before_delete_stale: int
    automatic_creation_from_forks_allowed: bool | None = None
    last_auto_deploy_at: datetime | None = None
    github_integration_uuid: str | None = None
    scm_integration_uuid: str | None = None

    @property
    def delete_on_close_after(self) -> timedelta | None:
        """How long to wait after closing; 0 is at once."""
        return span(self.hours_before_delete_on_close, hours=1)

    @property
    def delete_stale_after(self) -> timedelta | None:
        """How long without a change; 0 is at once."""
        return span(self.hours_before_delete_stale, hours=1)


@attrs.define(kw_only=True)
class ReviewAppPullRequest(Model):
    """The request that a review app was made for.

    Attributes:
        number: Number, as people know it.
        branch_name: Branch, in the form `owner:branch` for some platforms.
        title: Title.
        url: URL in the platform's API.
        html_url: URL of its page.
        ref: Commit.
        base_ref: Commit that it is based on, may be empty.
        source_repo_id: Id of the repository that it comes from; 0 when not known.
        source_repo_name: Name of the repository that it comes from.
        source_repo_url: URL of the repository that it comes from.
        target_repo_id: Id of the repository that it goes to.
        created_at: Creation.
        closed_at: When it was closed; `None` while it is open.
    """

    number: int
    branch_name: str
    title: str
    url: str
    html_url: str
    ref: str
    base_ref: str
    source_repo_id: int | None = None
    source_repo_name: str | None = None
    source_repo_url: str | None = None
    target_repo_id: int | None = None
    created_at: datetime
    closed_at: datetime | None = None


@attrs.define(kw_only=True)
class ReviewAppDeployment(Model):
    """The last deployment of a review app.

    Attributes:
        id: Internal id, 24 hex digits; `deployments.get` does not take it.
        upstream_deployment_id: Id that `deployments.get` takes, a UUID.
        created_at: Start.
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another word.
        git_ref: Commit.
        scm_link: URL of the commit's page.
        github_link: Older name of `scm_link`.
        pusher: Who deployed.
    """

    id: str
    upstream_deployment_id: str | None = None
    created_at: datetime
    status: (
        Literal[
            "queued",
            "building",
            "pushing",
            "starting",
            "success",
            "crashed-error",
            "timeout-error",
            "build-error",
            "hook-error",
            "aborted",
        ]
        | str
    )
    git_ref: str
    scm_link: str | None = None
    github_link: str | None = None
    pusher: DeploymentPusher | None = None


@attrs.define(kw_only=True)
class ReviewApp(Model):
    """An app that was made for a pull request or a merge request.

    It has no URL here: ask for the app.

    Attributes:
        id: Id of the review app.
        repo_link_id: Id of the `SCMRepoLink` that it comes from.
        app_id: Id of the app itself.
        app_name: Name of the app itself.
        parent_app_id: Id of the app that it is a copy of.
        parent_app_name: Name of the app that it is a copy of.
        created_at: Creation.
        stale_deletion_date: When it is deleted if nothing changes.
        on_close_deletion_date: When it is deleted because its request is closed; a date in 2135 is
            never.
        pull_request: Its request.
        last_deployment: Its last deployment.
    """

    id: str
    repo_link_id: str
    app_id: str
    app_name: str
    parent_app_id: str
    parent_app_name: str
    created_at: datetime
    stale_deletion_date: datetime | None = None
    on_close_deletion_date: datetime | None = None
    pull_request: ReviewAppPullRequest | None = None
    last_deployment: ReviewAppDeployment | None = None
