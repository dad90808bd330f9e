"""Models: links of apps to SCM repositories."""

from datetime import datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.base import Model, span

__all__ = [
    "SCMRepoLink",
    "SCMRepoLinkLinker",
]


@attrs.define(kw_only=True)
class SCMRepoLinkLinker(Model):
    """The user who linked an app to its repository.

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
        auth_integration_uuid: Id of the `SCMIntegration` that provides access.
        linker: The user who created it.
        owner: Owner of the repository.
        repo: Name of the repository.
        branch: Branch that is deployed automatically.
        scm_type: Platform: `github`, `github-enterprise`, `gitlab`, `gitlab-self-hosted` or another
            value.
        url: URL of the platform.
        created_at: When it was created.
        updated_at: When it was last changed.
        auto_deploy_enabled: Whether the branch is deployed when it changes.
        deploy_review_apps_enabled: Whether pull requests get review apps.
        delete_on_close_enabled: Whether a review app is deleted when its pull request is closed.
        hours_before_delete_on_close: Hours between closing and deletion; 0 means at once.
        delete_stale_enabled: Whether review apps of inactive pull requests are deleted.
        hours_before_delete_stale: Hours without a change before deletion; 0 means at once.
        automatic_creation_from_forks_allowed: Whether pull requests from forks get review apps as
            well; their code can read the app's variables.
        last_auto_deploy_at: When the branch was last deployed automatically; `None` if it never
            was.
        github_integration_uuid: Old name of `auth_integration_uuid`.
        scm_integration_uuid: Old name of `auth_integration_uuid`.
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
        """Time between closing and deletion; 0 means at once."""
        return span(self.hours_before_delete_on_close, hours=1)

    @property
    def delete_stale_after(self) -> timedelta | None:
        """Time without a change before deletion; 0 means at once."""
        return span(self.hours_before_delete_stale, hours=1)
