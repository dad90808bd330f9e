"""Models: payloads of the events of repository links and review apps."""

from datetime import timedelta

import attrs

from scalingo_async.models.base import span
from scalingo_async.models.events.data import EventData

__all__ = [
    "CreateReviewAppData",
    "DestroyReviewAppData",
    "LinkGithubData",
    "LinkScmData",
    "UnlinkGithubData",
    "UnlinkScmData",
    "UpdateScmData",
]


@attrs.define(kw_only=True)
class _ScmLinkData(EventData):
    """The fields shared by the payloads of repository link events.

    Attributes:
        repo_name: Repository, as `owner/name`.
        linker_username: User name of the user who did it.
        source: URL of the repository.
        branch: Branch that is deployed automatically.
        auto_deploy: Whether the branch is deployed when it changes.
        auto_deploy_review_apps: Whether pull requests get review apps.
        delete_on_close: Whether a review app is deleted when its pull request is closed.
        delete_stale: Whether review apps of inactive pull requests are deleted.
        hours_before_delete_on_close: Hours between closing and deletion; 0 means at once.
        hours_before_delete_stale: Hours without a change before deletion; 0 means at once.
        creation_from_forks_allowed: Whether pull requests from forks get review apps as well.
    """

    repo_name: str
    linker_username: str | None = None
    source: str | None = None
    branch: str | None = None
    auto_deploy: bool | None = None
    auto_deploy_review_apps: bool | None = None
    delete_on_close: bool | None = None
    delete_stale: bool | None = None
    hours_before_delete_on_close: int | None = None
    hours_before_delete_stale: int | None = None
    creation_from_forks_allowed: bool | None = None

    @property
    def delete_on_close_after(self) -> timedelta | None:
        """Time between closing and deletion; 0 means at once."""
        return span(self.hours_before_delete_on_close, hours=1)

    @property
    def delete_stale_after(self) -> timedelta | None:
        """Time without a change before deletion; 0 means at once."""
        return span(self.hours_before_delete_stale, hours=1)


@attrs.define(kw_only=True)
class LinkScmData(_ScmLinkData):
    """The payload of `link_scm` events: an app was linked to a repository."""


@attrs.define(kw_only=True)
class UpdateScmData(_ScmLinkData):
    """The payload of `update_scm` events: the link to a repository was changed.

    Attributes:
        linker_username: User name of the user who created the link.
    """


@attrs.define(kw_only=True)
class UnlinkScmData(EventData):
    """The payload of `unlink_scm` events: the link to a repository was removed.

    Attributes:
        repo_name: Repository, as `owner/name`.
        unlinker_username: User name of the user who did it.
        linker_username: User name of the user who did it, under another key.
        source: URL of the repository.
    """

    repo_name: str
    unlinker_username: str | None = None
    linker_username: str | None = None
    source: str | None = None


@attrs.define(kw_only=True)
class LinkGithubData(EventData):
    """The payload of `link_github` events: an app was linked to a GitHub repository.

    Only in old lists; now it is `link_scm`.

    Attributes:
        repo_name: Repository, as `owner/name`.
        linker_username: User name of the user who did it.
        github_source: URL of the repository.
    """

    repo_name: str
    linker_username: str | None = None
    github_source: str | None = None


@attrs.define(kw_only=True)
class UnlinkGithubData(EventData):
    """The payload of `unlink_github` events: the link to a GitHub repository was removed.

    Only in old lists; now it is `unlink_scm`.

    Attributes:
        repo_name: Repository, as `owner/name`.
        unlinker_username: User name of the user who did it.
        github_source: URL of the repository.
    """

    repo_name: str
    unlinker_username: str | None = None
    github_source: str | None = None


@attrs.define(kw_only=True)
class _ReviewAppData(EventData):
    """The fields shared by the payloads of review app events.

    Attributes:
        app_id: Id of the app, in some responses.
        review_app_name: Name of the review app.
        review_app_url: URL of its page in the dashboard.
        source_repo_name: Repository that the pull request comes from.
        source_repo_url: URL of that repository.
        pr_name: Title of the pull request.
        pr_number: Number of the pull request.
        pr_url: URL of the pull request's page.
        pr_comes_from_a_fork: Whether the pull request comes from a fork.
    """

    app_id: str | None = None
    review_app_name: str
    review_app_url: str | None = None
    source_repo_name: str | None = None
    source_repo_url: str | None = None
    pr_name: str | None = None
    pr_number: int | None = None
    pr_url: str | None = None
    pr_comes_from_a_fork: bool | None = None


@attrs.define(kw_only=True)
class CreateReviewAppData(_ReviewAppData):
    """The payload of `create_review_app` events: a review app was created."""


@attrs.define(kw_only=True)
class DestroyReviewAppData(_ReviewAppData):
    """The payload of `destroy_review_app` events: a review app was destroyed."""
