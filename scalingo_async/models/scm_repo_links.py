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
