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
    """What the payloads about links to repositories have in common.

    Attributes:
        repo_name: Repository, as `owner/name`.
        linker_username: User name of who did it.
        source: URL of the repository.
        branch: Branch that is deployed by itself.
        auto_deploy: Whether the branch is deployed when it moves.
        auto_deploy_review_apps: Whether requests get review apps.
        delete_on_close: Whether a review app is deleted when its request is closed.
        delete_stale: Whether review apps of idle requests are deleted.
        hours_before_delete_on_close: Hours to wait after closing; 0 is at once.
        hours_before_delete_stale: Hours without a change; 0 is at once.
        creation_from_forks_allowed: Whether requests from forks get review apps as well.
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
        """How long to wait after closing; 0 is at once."""
        return span(self.hours_before_delete_on_close, hours=1)

    @property
    def delete_stale_after(self) -> timedelta | None:
        """How long without a change; 0 is at once."""
        return span(self.hours_before_delete_stale, hours=1)


@attrs.define(kw_only=True)
class LinkScmData(_ScmLinkData):
    """The payload of `link_scm` events: an app was linked to a repository."""


@attrs.define(kw_only=True)
class UpdateScmData(_ScmLinkData):
    """The payload of `update_scm` events: the link to a repository was changed.

    Attributes:
        linker_username: User name of who made the link.
    """


@attrs.define(kw_only=True)
class UnlinkScmData(EventData):
    """The payload of `unlink_scm` events: the link to a repository was removed.

    Attributes:
        repo_name: Repository, as `owner/name`.
        unlinker_username: User name of who did it.
        linker_username: User name of who did it, under another key.
        source: URL of the repository.
    """

    repo_name: str
    unlinker_username: str | None = None
    linker_username: str | None = None
    source: str | None = None


@attrs.define(kw_only=True)
class LinkGithubData(EventData):
    """The payload of `link_github` events: an app was linked to a GitHub repository.

    In old lists only: today it is `link_scm`.

    Attributes:
        repo_name: Repository, as `owner/name`.
        linker_username: User name of who did it.
        github_source: URL of the repository.
    """

    repo_name: str
    linker_username: str | None = None
    github_source: str | None = None


@attrs.define(kw_only=True)
class UnlinkGithubData(EventData):
    """The payload of `unlink_github` events: the link to a GitHub repository was removed.

    In old lists only: today it is `unlink_scm`.

    Attributes:
        repo_name: Repository, as `owner/name`.
        unlinker_username: User name of who did it.
        github_source: URL of the repository.
    """

    repo_name: str
    unlinker_username: str | None = None
    github_source: str | None = None


@attrs.define(kw_only=True)
class _ReviewAppData(EventData):
    """What the payloads about review apps have in common.

    Attributes:
        app_id: Id of the app, in some answers.
        review_app_name: Name of the review app.
        review_app_url: URL of its page in the dashboard.
        source_repo_name: Repository that the request comes from.
        source_repo_url: URL of that repository.
        pr_name: Title of the request.
        pr_number: Number of the request.
        pr_url: URL of the request's page.
        pr_comes_from_a_fork: Whether the request comes from a fork.
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
