"""Deployments, and where their code comes from."""

from dataclasses import dataclass, field

from scalingo_async.sandbox.catalogue.stacks import Stack
from scalingo_async.sandbox.world.accounts import User

__all__ = [
    "Deployment",
    "DeploymentNews",
    "Source",
]


@dataclass(slots=True, eq=False)
class Deployment:
    """A deployment. `event_id` is the other id that it has in events."""

    id: str
    event_id: str
    app_id: str
    created_at: float
    pusher: User
    git_ref: str | None
    previous_git_ref: str | None
    type: str
    stack: Stack
    status: str = "queued"
    finished_at: float | None = None
    postdeploy_hook: str | None = None
    image_size: int | None = None
    failure: str | None = None
    output: list[str] | None = field(default_factory=list[str])

    @property
    def duration(self) -> int:
        """Whole seconds it took; 0 while it runs."""
        return 0 if self.finished_at is None else round(self.finished_at - self.created_at)


@dataclass(frozen=True, slots=True, eq=False)
class DeploymentNews:
    """Something about a deployment: it is `new`, or it has another `status`, or a line of `log`."""

    kind: str
    deployment: Deployment
    text: str = ""


@dataclass(slots=True, eq=False)
class Source:
    """A place for an archive to deploy."""

    id: str
    expires_at: float
    upload_token: str = field(repr=False)
    download_token: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
