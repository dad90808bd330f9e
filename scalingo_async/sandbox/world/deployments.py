"""Deployments, and the sources of their code."""

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
    """A deployment. `event_id` is its separate id in events."""

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
        """Its duration in whole seconds; 0 while it runs."""
        return 0 if self.finished_at is None else round(self.finished_at - self.created_at)


@dataclass(frozen=True, slots=True, eq=False)
class DeploymentNews:
    """A message about a deployment: `new`, a new `status`, or a line of its `log`."""

    kind: str
    deployment: Deployment
    text: str = ""


@dataclass(slots=True, eq=False)
class Source:
    """An upload location for an archive to deploy."""

    id: str
    expires_at: float
    upload_token: str = field(repr=False)
    download_token: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
