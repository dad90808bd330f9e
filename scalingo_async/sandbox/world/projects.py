"""Projects and their transfer invitations."""

from dataclasses import dataclass, field

from scalingo_async.sandbox.world.accounts import User

__all__ = ["Invitation", "Project"]


@dataclass(slots=True, eq=False)
class Invitation:
    """An invitation to become the owner of a project."""

    id: str
    project_id: str
    inviter: "User"
    invited: "User"
    created_at: float
    expires_at: float
    updated_at: float
    status: str = "pending"
    reason: str = ""

    def open(self, now: float) -> bool:
        """Whether it can still be accepted or declined."""
        return self.status == "pending" and now < self.expires_at


@dataclass(slots=True, eq=False)
class Project:
    """A project. Every user has a default one in every region."""

    id: str
    name: str
    owner: User
    default: bool
    created_at: float
    updated_at: float | None = None
    organization_id: str | None = None
    invitations: dict[str, Invitation] = field(default_factory=dict[str, Invitation])
