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
