"""Models: review apps, their pull requests and deployments."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.deployments import DeploymentPusher

__all__ = [
    "ReviewApp",
    "ReviewAppDeployment",
    "ReviewAppPullRequest",
]


@attrs.define(kw_only=True)
class ReviewAppPullRequest(Model):
    """The pull request of a review app.

    Attributes:
        number: Number on the platform.
        branch_name: Branch, in the form `owner:branch` for some platforms.
        title: Title.
        url: URL in the platform's API.
        html_url: URL of its page.
        ref: Commit.
        base_ref: Base commit, may be empty.
        source_repo_id: Id of the repository that it comes from; 0 if unknown.
        source_repo_name: Name of the repository that it comes from.
        source_repo_url: URL of the repository that it comes from.
        target_repo_id: Id of the target repository.
        created_at: When it was created.
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
        id: Internal id, 24 hex digits; not for `deployments.get`.
        upstream_deployment_id: Id for `deployments.get`, a UUID.
        created_at: When it started.
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another value.
        git_ref: Commit.
        scm_link: URL of the commit's page.
        github_link: Old name of `scm_link`.
        pusher: The user who deployed.
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
    """An app that was created for a pull request or a merge request.

    The URL isn't included: get the app.

    Attributes:
        id: Id of the review app.
        repo_link_id: Id of the `SCMRepoLink` that created it.
        app_id: Id of the app itself.
        app_name: Name of the app itself.
        parent_app_id: Id of the app that it was copied from.
        parent_app_name: Name of the app that it was copied from.
        created_at: When it was created.
        stale_deletion_date: When it is deleted if nothing changes.
        on_close_deletion_date: When it is deleted because its pull request is closed; a date in
            2135 means never.
        pull_request: Its pull request.
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
