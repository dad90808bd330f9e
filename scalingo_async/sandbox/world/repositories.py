"""The repository link of an app, and its review apps."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalingo_async.sandbox.catalogue.git_hosts import Pull
    from scalingo_async.sandbox.world.accounts import Integration, User
    from scalingo_async.sandbox.world.deployments import Deployment

__all__ = ["RepoLink", "ReviewApp"]


@dataclass(slots=True, eq=False)
class RepoLink:
    """The link of an app to a repository.

    Attributes:
        integration: The linked platform that provides access, if the account has one.
        url: The root URL of the platform.
        deployments: The ids of the deployments that came from it, oldest first.
    """

    id: str
    integration: "Integration | None"
    linker: "User"
    scm_type: str
    url: str
    owner: str
    repo: str
    created_at: float
    updated_at: float
    branch: str | None = None
    auto_deploy_enabled: bool = False
    deploy_review_apps_enabled: bool = False
    delete_on_close_enabled: bool = False
    hours_before_delete_on_close: int = 0
    delete_stale_enabled: bool = False
    hours_before_delete_stale: int = 0
    automatic_creation_from_forks_allowed: bool = False
    deployments: list[str] = field(default_factory=list[str])

    @property
    def repository(self) -> str:
        """The repository as `owner/name`."""
        return f"{self.owner}/{self.repo}"

    @property
    def source(self) -> str:
        """The URL of the repository."""
        return f"{self.url}/{self.repository}"


@dataclass(slots=True, eq=False)
class ReviewApp:
    """A child app that runs the code of a pull request; stored with its parent."""

    id: str
    link_id: str
    app_id: str
    app_name: str
    created_at: float
    stale_deletion: float | None
    pull: "Pull"
    deployment: "Deployment"
