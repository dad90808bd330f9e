"""Organizations: every user's first one, and those created later."""

from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.world.accounts import Organization, User

__all__ = ["organizations_of"]


def organizations_of(user: User) -> list[Organization]:
    """Return a user's organizations; the first one always exists."""
    rows = user.account.organizations
    if not rows:
        first = Organization(
            Ids(f"organization {user.id}").uuid(),
            f"{user.fullname}'s organization",
            f"{user.username}-organization",
            user.created_at,
        )
        rows[first.id] = first
    return list(rows.values())
