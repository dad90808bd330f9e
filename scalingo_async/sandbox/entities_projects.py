"""What lives beside a project: who was asked to take it over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalingo_async.sandbox.entities import User

__all__ = ["Invitation"]


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
        """Whether it can still be answered."""
        return self.status == "pending" and now < self.expires_at
